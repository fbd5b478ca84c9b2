"""What lies in trashes, a line a decision, and what emptying comes to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from textual.content import Content

from core.text import counted, human_size, human_span, local_time, printable
from core.workers.records import Heap
from tui.past import Emptied, EmptyingPlan
from tui.views.cells import cut, cut_path, padded
from tui.views.history import who
from tui.views.pair import shown_path

_SIZE, _AGE, _WHO = 10, 12, 18
_NAMED = 12
"""Reasons that are told."""


def columns(width: int) -> Content:
    """What stands above the rows."""
    text = f"    {'size':>{_SIZE}}  {padded('age', _AGE)}{padded('who', _WHO)}○ what went"
    return Content.styled(cut(text, width), "$faint")


def age(heap: Heap, now: datetime) -> str:
    """How long it has lain there."""
    lain = now - datetime.fromisoformat(heap.decision.decided_at)
    return human_span(lain.total_seconds()) if lain.days > 0 else "today"


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
        (padded(age(found, now), _AGE), "$faint"),
        (padded(cut(who(decision), _WHO - 1), _WHO), "$faint"),
        ("○ ", "$trash"),
        (cut_path(shown_path(decision.path_b, roots), max(0, room)), ""),
        (more, "$faint"),
    )


def detail(found: Heap | None, roots: Sequence[Path]) -> list[Content]:
    """Which files they are, where, and what stands in their place."""
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
            (f"  in {shown_path(target.parent, roots)}", "$faint"),
        )
        for source, target in found.files
    ]
    return said


def before_emptying(plan: EmptyingPlan) -> Content:
    """What would go, what of it is then for good, and what stays."""
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
    return Content("\n").join([*lines, *_staying(plan)])


def nothing_goes(plan: EmptyingPlan) -> Content:
    """Why nothing can go."""
    return Content("\n").join([Content("Nothing can go."), *_staying(plan)])


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
