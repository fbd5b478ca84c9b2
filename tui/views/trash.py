"""What lies in trashes, a line a decision, and what emptying comes to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path

from textual.content import Content

from core.address import is_remote, shown
from core.text import counted, human_size, human_span, local_time, printable
from core.workers.records import Heap, LeftTrash
from tui.past import Emptied, EmptyingPlan
from tui.views.cells import cut, cut_path, padded
from tui.views.history import who
from tui.views.pair import shown_path

_SIZE, _AGE, _WHO = 10, 14, 18
_SOON = 7
"""Days, from which on it is time to look at what a server is going to remove."""
_DAY = timedelta(days=1)
_NAMED = 12
"""Reasons that are told."""


def columns(width: int) -> Content:
    """What stands above the rows."""
    text = f"    {'size':>{_SIZE}}  {padded('age', _AGE)}{padded('who', _WHO)}○ what went"
    return Content.styled(cut(text, width), "$faint")


def name_of(library: Path) -> str:
    """What a library is called."""
    return printable(shown(library) if is_remote(library) else library.name)


def age(heap: Heap, now: datetime) -> str:
    """How long it has lain there, or for how long it still will, where that is known."""
    left = _days_left(heap, now)
    if left is not None:
        return f"{human_span(left * _DAY.total_seconds())} left" if left > 0 else "goes any day"
    lain = now - datetime.fromisoformat(heap.decision.decided_at)
    return human_span(lain.total_seconds()) if lain.days > 0 else "today"


def _days_left(heap: Heap, now: datetime) -> int | None:
    """Until its server empties the trash of it; None: nobody knows, or nobody does."""
    return None if heap.ends is None else ceil((heap.ends - now) / _DAY)


def line(
    found: Heap | None,
    now: datetime,
    chosen: bool,
    conflict: bool,
    roots: Sequence[Path],
    width: int,
) -> Content:
    """What one decision has in a trash; None: it is being loaded."""
    mark = ("✓ ", "$accent bold") if chosen else ("  ", "")
    if found is None:
        return Content.assemble(mark, ("…", "$faint"))
    decision = found.decision
    more = f" +{len(found.files) - 1}" if found.files[1:] else ""
    room = width - 4 - _SIZE - 2 - _AGE - _WHO - 2 - len(more)
    return Content.assemble(
        mark,
        ("! " if conflict else "  ", "$attention"),
        (f"{human_size(decision.freed):>{_SIZE}}  ", ""),
        (padded(age(found, now), _AGE), "$attention" if _is_going(found, now) else "$faint"),
        (padded(cut(who(decision), _WHO - 1), _WHO), "$faint"),
        ("○ ", "$trash"),
        (cut_path(shown_path(decision.path_b, roots), max(0, room)), ""),
        (more, "$faint"),
    )


def _is_going(heap: Heap, now: datetime) -> bool:
    left = _days_left(heap, now)
    return left is not None and left <= _SOON


def detail(found: Heap | None, now: datetime, roots: Sequence[Path]) -> list[Content]:
    """Which files they are, where, what stands in their place, and how long they can come back."""
    if found is None:
        return []
    decision = found.decision
    said = [
        Content.assemble(
            (f" #{decision.id} ", "$accent bold"),
            (f"{decision.choice.kind}, {who(decision)} · {local_time(decision.decided_at)}", ""),
        ),
        Content.assemble((" ● ", "$keep"), (shown_path(decision.path_a, roots), "")),
    ]
    said += [
        Content.assemble(
            (" ○ ", "$trash"),
            (shown_path(source, roots), ""),
            (f"  in {_trash(found, target, roots)}", "$faint"),
        )
        for source, target in found.files
    ]
    if is_remote(found.library):
        style = "$attention" if _is_going(found, now) else "$faint"
        said.append(Content.styled(f"   {_emptied_when(found, now)}", style))
    return said


def _trash(found: Heap, target: Path, roots: Sequence[Path]) -> str:
    if is_remote(found.library):
        return f"the trash of {name_of(found.library)}"
    return shown_path(target.parent, roots)


def _emptied_when(found: Heap, now: datetime) -> str:
    left = _days_left(found, now)
    if found.ends is None or left is None:
        return "the server has not said when it empties it"
    day = local_time(found.ends.isoformat())[:10]
    if left <= 0:
        return f"the server was to empty it on {day}: it goes any day"
    return f"the server empties it on {day}, in {counted(left, 'day')}"


def has_left(server: Path, found: LeftTrash) -> str:
    """What a server's trash holds no longer."""
    parts = []
    if found.removed:
        parts.append(f"{found.removed:,} removed for good")
    if found.restored:
        parts.append(f"{found.restored:,} restored")
    said = [f"no longer in the trash: {', '.join(parts)} there"] if parts else []
    if found.alone:
        said.append(f"of {len(found.alone):,} what was kept is in the trash, too: !")
    return " · ".join([*said, name_of(server)]) if said else ""


def left_alone(found: Heap) -> Content:
    """That what was kept in its stead is about to go as well."""
    kept = printable(found.decision.path_a.name)
    return Content.styled(
        f" ! somebody has put {kept} into the trash, too: u brings this one back", "$attention"
    )


SERVERS_EMPTY_THEIRS = "only the server itself empties its trash; see Trash in Immich"
"""Why that of a server stays."""


def before_emptying(plan: EmptyingPlan, servers: bool) -> Content:
    """What would go, what of it is then for good, and what stays; `servers`: some of it there."""
    lines = [
        Content(
            f"{counted(plan.files, 'file')}, {human_size(plan.size)}, would leave the trash for"
            " good."
        ),
        Content.styled(
            f"{counted(plan.ended, 'decision')} can then no longer be undone.", "$attention bold"
        ),
        Content("Of each, what was kept in its stead has just been seen to be there."),
    ]
    return Content("\n").join([*lines, *_staying(plan), *_on_servers(servers)])


def _on_servers(servers: bool) -> list[Content]:
    said = "What lies in the trash of a server stays: only that itself empties it."
    return [Content(""), Content(said)] if servers else []


def nothing_goes(plan: EmptyingPlan, servers: bool) -> Content:
    """Why nothing can go."""
    lines = [Content("Nothing can go."), *_staying(plan), *_on_servers(servers)]
    return Content("\n").join(lines)


def _staying(plan: EmptyingPlan) -> list[Content]:
    if not plan.staying:
        return []
    said = [Content(""), Content(f"Of {counted(len(plan.staying), 'decision')} the files stay:")]
    said += [Content.styled(printable(str(each)), "$faint") for each in plan.staying[:_NAMED]]
    if plan.staying[_NAMED:]:
        said.append(Content.styled(f"and {len(plan.staying) - _NAMED:,} more", "$faint"))
    return said


def emptied(found: Emptied) -> str:
    """What has gone."""
    text = f"{counted(found.files, 'file')}, {human_size(found.size)}, removed for good"
    if found.kept:
        text += f" · {len(found.kept):,} stay: {printable(str(found.kept[0]))}"
    return text
