"""Decisions in a line each, and all there is to say of one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from textual.content import Content

from core.address import is_remote, shown
from core.errors import ActionRefused
from core.model import (
    Decision,
    DecisionFilter,
    DecisionState,
    DeniedPair,
    Fate,
    FieldChange,
    Operation,
    OperationKind,
    RelationKind,
)
from core.text import counted, human_size, local_time, parted_reasons, printable
from core.workers.records import Particulars
from tui.past import Conflict, Foreseen, Outcome
from tui.views.cells import cut, cut_path, padded
from tui.views.pair import judged, shown_path

GLYPHS = {
    DecisionState.DONE: (" ", ""),
    DecisionState.UNDONE: ("↶", "$faint"),
    DecisionState.DISSOLVED: ("≠", "$faint"),
    DecisionState.APPLYING: ("…", "$attention"),
    DecisionState.UNDOING: ("…", "$attention"),
    DecisionState.FAILED: ("!", "$attention"),
}
"""A state's glyph and its style."""

_STATES = {
    DecisionState.DONE: "stands",
    DecisionState.UNDONE: "taken back",
    DecisionState.DISSOLVED: "holds no longer; its files are where it put them",
    DecisionState.APPLYING: "was interrupted; the next start settles it",
    DecisionState.UNDOING: "was interrupted while it was taken back; undo goes on",
    DecisionState.FAILED: "was refused; nothing was done",
}

_KINDS = {
    RelationKind.BETTER: "A is better than B",
    RelationKind.SAME_QUALITY: "both stay, as equally good",
    RelationKind.ALTERNATES: "both stay, as alternates",
    RelationKind.STACKED: "both stay, B stacked under A",
    RelationKind.NOT_RELATED: "both stay, as no duplicates",
    RelationKind.DISCARDED: "not wanted, though there is no better one",
}

_DAY, _MINUTE = 12, 18
"""Cells of a date, and of one with the time of day."""
_WHO, _WIDE_WHO = 16, 24
_KIND = 13
_ROOMY = 100
"""Cells from which on there is room for more."""
_OPENED = 50
"""Others of a decision that are named."""


def who(decision: Decision) -> str:
    """Whose decision it was."""
    rule = decision.choice.rule
    by = printable(rule) if rule is not None else "you"
    return f"{by}, approved" if decision.choice.approved else by


def columns(width: int) -> Content:
    """What stands above decisions."""
    when, by, kind = _widths(width)
    name = _side(width)
    text = f"    {padded('when', when)}{padded('who', by)}{padded('as', kind)}"
    return Content.styled(cut(f"{text}{padded('  A', name)}  B", width), "$faint")


def _widths(width: int) -> tuple[int, int, int]:
    """Cells of the moment, of who decided, and of what."""
    roomy = width >= _ROOMY
    return (
        _MINUTE if roomy else _DAY,
        _WIDE_WHO if roomy else _WHO,
        _KIND if width >= 70 else 0,
    )


def _side(width: int) -> int:
    return max(8, (width - 4 - sum(_widths(width))) // 2)


def line(
    found: Decision | None, chosen: bool, conflict: bool, roots: Sequence[Path], width: int
) -> Content:
    """One decision; None: it is being loaded."""
    mark = ("✓ ", "$accent bold") if chosen else ("  ", "")
    if found is None:
        return Content.assemble(mark, ("…", "$faint"))
    glyph, style = ("!", "$attention") if conflict else GLYPHS[found.state]
    stands = found.state is DecisionState.DONE
    when, by, kind = _widths(width)
    moment = local_time(found.decided_at)
    goes = found.choice.kind is RelationKind.BETTER and found.choice.outcome is not Fate.KEEP
    name = _side(width)
    faint = "" if stands else "$faint"
    return Content.assemble(
        mark,
        (f"{glyph} ", style),
        (padded(moment if when == _MINUTE else moment[:10], when), "$faint"),
        (padded(cut(who(found), by - 1), by), faint),
        (padded(str(found.choice.kind), kind), "$faint"),
        ("● ", "$keep" if stands else "$faint"),
        (padded(_name(found.path_a, found.path_b, roots, name - 3), name - 2), faint),
        ("○ " if goes else "● ", ("$trash" if goes else "$keep") if stands else "$faint"),
        (_name(found.path_b, found.path_a, roots, name - 3), faint),
    )


def _name(path: Path, other: Path, roots: Sequence[Path], width: int) -> str:
    """The file's name, or as much of its path as tells it from the `other` of that name."""
    if path.name != other.name:
        return cut(printable(path.name), width)
    return cut_path(_path(path, roots), width)


# All there is to one


def detail(
    found: Particulars, conflict: ActionRefused | None, roots: Sequence[Path]
) -> list[Content]:
    """What was decided, of which files, by whom and why, what was done, and what can be undone."""
    decision = found.decision
    choice = decision.choice
    said = [
        Content.assemble(
            (f"#{decision.id} ", "$accent bold"),
            (_KINDS[choice.kind], "bold"),
            (f" · {choice.outcome}" if choice.outcome not in _USUAL else "", "$attention"),
        ),
        Content.assemble(("A ", "$accent bold"), (_path(decision.path_a, roots), "")),
        Content.assemble(("B ", "$accent bold"), (_path(decision.path_b, roots), "")),
        Content(""),
        Content(_by(decision)),
    ]
    if conflict is not None:
        said.append(Content.styled(f"! not undone: {printable(conflict.cause)}", "$attention"))
    said += [Content.styled(text, "$faint") for text in _ties(found)]
    said += [Content(""), *_evidence(found), Content("")]
    for operation, changes in found.operations:
        said += _operation(operation, changes, roots)
    if not found.operations:
        said.append(Content.styled("no file was touched", "$faint"))
    if decision.freed:
        said.append(Content.styled(f"{human_size(decision.freed)} freed", "$faint"))
    return said


_USUAL = (Fate.KEEP, Fate.TRASH)


def _path(path: Path, roots: Sequence[Path]) -> str:
    return printable(shown(path)) if is_remote(path) else shown_path(path, roots)


def _by(decision: Decision) -> str:
    rule = decision.choice.rule
    by = f"by rule {printable(rule)}" if rule is not None else "by you"
    if decision.choice.approved:
        by += ", approved by you"
    if decision.run is not None:
        by += f", in run {decision.run}"
    return f"{by} · {local_time(decision.decided_at)}"


def _ties(found: Particulars) -> Iterator[str]:
    """How it stands, and to which other decisions it is tied."""
    decision = found.decision
    state = _STATES[decision.state]
    if decision.undone_at is not None and decision.state is DecisionState.UNDONE:
        state += f" · {local_time(decision.undone_at)}"
    if found.ended_by is not None:
        state += f" · #{found.ended_by} says otherwise"
    yield state
    if decision.choice.redo_of is not None:
        yield f"makes #{decision.choice.redo_of} again"
    if found.again is not None:
        yield f"made again as #{found.again}"
    if found.together:
        names = [f"#{each.id} {printable(each.path_b.name)}" for each in found.together[:_OPENED]]
        yield f"decided as one with {', '.join(names)}"


def _evidence(found: Particulars) -> list[Content]:
    verdict = found.verdict
    parts = [judged(verdict)] if verdict is not None else []
    if found.distance is not None:
        parts.append(f"distance {found.distance}")
    said = [Content.styled(" · ".join(parts), "bold")] if parts else []
    if verdict is not None:
        said += [Content.styled(f"  {printable(each)}", "$faint") for each in verdict.reasons]
    said += [
        Content(f"because {printable(each)}") for each in parted_reasons(found.decision.choice.why)
    ]
    return said


def _operation(
    operation: Operation, changes: Sequence[FieldChange], roots: Sequence[Path]
) -> Iterator[Content]:
    where = _path(operation.source, roots)
    if operation.kind is OperationKind.DISSOLVE:
        where = f"decision {(operation.before or b'').decode()}"
    yield Content.assemble((f"{operation.kind}: ", "$faint"), (where, ""))
    if operation.kind in (OperationKind.TRASH, OperationKind.EMBED):
        gone = operation.emptied_at
        there = f"  in {_path(operation.target.parent, roots)}"
        if gone is not None:
            there = f"  left the trash on {local_time(gone)}: this can no longer be undone"
        yield Content.styled(there, "$attention" if gone else "$faint")
    if operation.kind is OperationKind.SERVER_TRASH:
        gone = operation.emptied_at
        there = "  in the trash of its server"
        if gone is not None:
            there = f"  no longer in the trash of its server, as was seen on {local_time(gone)}"
        yield Content.styled(there, "$attention" if gone else "$faint")
    for each in changes:
        yield Content.assemble(
            (f"  {each.field}: ", "$faint"),
            (printable(each.before) or "—", "$faint"),
            (" → ", "$keep"),
            (printable(each.after) or "—", ""),
        )


# Which are listed, and what became of them


def told(which: DecisionFilter) -> list[str]:
    """A filter in words."""
    said = []
    if which.people:
        said.append("by you")
    if which.runs:
        said.append("by any run")
    if which.run is not None:
        said.append(f"run {which.run}")
    said += [f"rule {printable(rule)}" for rule in which.rules]
    said += [str(kind) for kind in which.kinds]
    said += ["stands" if each is DecisionState.DONE else str(each) for each in which.states]
    if which.since is not None:
        said.append(f"since {local_time(which.since)}")
    if which.until is not None:
        said.append(f"until {local_time(which.until)}")
    if which.text:
        said.append(f"“{printable(which.text)}”")
    return said


def foreseen(found: Foreseen, roots: Sequence[Path]) -> Content:
    """What taking decisions back would come to, and what stands in the way."""
    lines = []
    if found.going:
        back = "no file moves"
        if found.pictures:
            back = f"{counted(found.pictures, 'picture')}, {human_size(found.size)}, come back"
        lines.append(
            Content(f"{counted(len(found.going), 'decision')} would be taken back; {back}.")
        )
    if found.conflicts:
        stay = counted(len(found.conflicts), "decision")
        lines.append(Content.styled(f"{stay} cannot be taken back as things are:", "$attention"))
        lines += [_conflict(each, roots) for each in found.conflicts]
    return Content("\n").join(lines)


def _conflict(found: Conflict, roots: Sequence[Path]) -> Content:
    error = found.error
    is_path = error.subject.startswith("/") or is_remote(error.subject)
    where = _path(Path(error.subject), roots) if is_path else error.subject
    remedy = "e leaves that as it is" if found.edited else error.remedy
    return Content.assemble(
        (f"#{found.decision.id} ", "$accent bold"),
        (f"{printable(where)}: {printable(error.cause)}", ""),
        (f"; {printable(remedy)}" if remedy else "", "$faint"),
    )


def undone(found: Outcome) -> str:
    """What was taken back, and how to have it again."""
    back = [each.path_b.name for each in found.done if each.moves and not _has_left(each)]
    text = f"undone: {counted(len(found.done), 'decision')}"
    if len(back) == 1:
        text = f"undone: {back[0]} is back in its place"
    elif back:
        text += f", {counted(len(back), 'picture')} back in place"
    what = "it" if len(found.done) == 1 else "all of it"
    return f"{text} · `Ctrl+R` makes {what} again" if found.done else ""


def _has_left(decision: Decision) -> bool:
    """Whether its picture was no longer in the trash."""
    return any(each.emptied_at is not None for each in decision.operations)


def redone(found: Outcome) -> str:
    """What was made again, and how to take it back."""
    gone = [each.path_b.name for each in found.done if each.moves]
    text = f"again: {counted(len(found.done), 'decision')}"
    if gone:
        text += f", {gone[0] if len(gone) == 1 else counted(len(gone), 'picture')} → trash"
    return f"{text} · `u` undoes" if found.done else ""


def refused(found: Sequence[tuple[Decision, ActionRefused]]) -> str:
    """What was not done, and why, of the first one."""
    if not found:
        return ""
    _, error = found[0]
    more = f" and {len(found) - 1:,} more" if found[1:] else ""
    return f"not done: {shown(str(error))}{more}"


# What rules were denied


def denied_columns(width: int) -> Content:
    """What stands above denied pairs."""
    name = _denied_name(width)
    text = f"  {padded('when', _DAY)}{padded('rule', _denied_rule(width))}{padded('one', name)}"
    return Content.styled(cut(f"{text}other", width), "$faint")


def _denied_rule(width: int) -> int:
    return _WIDE_WHO if width >= _ROOMY else _WHO


def _denied_name(width: int) -> int:
    return max(8, (width - 2 - _DAY - _denied_rule(width)) // 2)


def denied_line(found: DeniedPair, chosen: bool, width: int) -> Content:
    """One denied pair."""
    rule, name = _denied_rule(width), _denied_name(width)
    names = [_denied_path(each, name - 1) for each in found.paths]
    return Content.assemble(
        ("✓ ", "$accent bold") if chosen else ("  ", ""),
        (padded(local_time(found.denied_at)[:10], _DAY), "$faint"),
        (padded(cut(printable(found.rule), rule - 1), rule), ""),
        (padded(names[0], name), ""),
        (names[1], ""),
    )


def _denied_path(path: str | None, width: int) -> str:
    return cut("gone" if path is None else printable(os.path.basename(path)), width)


def denied_detail(found: DeniedPair | None, roots: Sequence[Path]) -> list[Content]:
    """Where the two are, and what was denied when."""
    if found is None:
        return []
    return [
        *(
            Content(f" {'gone' if path is None else _path(Path(path), roots)}")
            for path in found.paths
        ),
        Content.styled(
            f" not to be asked for by rule {printable(found.rule)}, said you on"
            f" {local_time(found.denied_at)}",
            "$faint",
        ),
    ]


def runs(found: Mapping[int, int]) -> list[tuple[str, str]]:
    """Headless runs to pick from."""
    return [(f"run {number}", counted(count, "decision")) for number, count in found.items()]
