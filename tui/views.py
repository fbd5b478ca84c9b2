"""From dataclasses to styled text: pure, so that what a screen says can be tested without one.

Styles are the themes' meanings (`$keep`, `$better` ...), and every one of them goes with a glyph:
nothing is said by colour alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from textual.content import Content

from core.errors import ImageError
from core.metadata.compare import FieldComparison, PairView, Standing
from core.model import Confidence, Decision, Judgement, PairKind, PairRef, Plan, Verdict
from core.text import counted, human_duration, printable
from core.workers.events import Progress
from tui.commands import Command

_NAME_TAG = " betterhalf  "

_NAME = 13
_NOTE = 34
"""Cells of the first and the last column of the fields."""
_SIDE = 60
"""Cells a side's column takes at most, so that the eye need not travel."""

_GLYPHS = {
    Standing.LEFT_BETTER: (("▲", "$better"), ("▼", "$worse")),
    Standing.RIGHT_BETTER: (("▼", "$worse"), ("▲", "$better")),
    Standing.ONLY_LEFT: (("+", "$better"), ("—", "$faint")),
    Standing.ONLY_RIGHT: (("—", "$faint"), ("+", "$better")),
    Standing.DIFFERS: (("≠", "$attention"), ("≠", "$attention")),
    Standing.EQUAL: (("=", "$faint"), ("=", "$faint")),
}


def cut(text: str, width: int) -> str:
    """`text` in at most `width` characters, its end replaced by ``…`` where it is longer."""
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"


def cut_path(text: str, width: int) -> str:
    """`text` in at most `width` characters, its beginning replaced: a path's end tells more."""
    return text if len(text) <= width else "…" + text[len(text) - width + 1 :]


def shown_path(path: Path, roots: Sequence[Path]) -> str:
    """`path` as seen from its library, harmless."""
    for root in roots:
        if root in path.parents:
            return printable(os.fspath(path.relative_to(root)))
    return printable(os.fspath(path))


def header(
    title: str,
    position: int,
    total: int,
    progress: Progress | None,
    problems: int,
    proposals: int,
    width: int,
) -> Content:
    """The top line: where we are, how far the scan is, what could not be read, what rules ask."""
    middle = f"pair {position:,} of {total:,}" if total else ""
    alarm = f" ! {problems:,} unreadable (p)" if problems else ""
    asks = f" ◆ {proposals:,} by rules" if proposals else ""
    room = width - len(_NAME_TAG) - len(middle) - len(alarm) - len(asks) - 2
    stage = next((text for text in _stages(progress) if len(text) <= room), "")
    name = cut(title, room - len(stage) - 1) if room - len(stage) > 4 else ""
    gap = max(0, room - len(stage) - len(name))
    return Content.assemble(
        (_NAME_TAG, "bold"),
        (name, "$faint"),
        (" " * gap, ""),
        (middle, "bold"),
        (stage, "$faint"),
        (asks, "$attention"),
        (alarm, "$attention"),
    )


def acted(plan: Plan, decision: Decision) -> str:
    """What a rule has just done, and how to take it back."""
    what = "went to the trash" if plan.moves else f"was settled as {decision.choice.kind}"
    rule = decision.choice.rule
    return f"rule {rule}: {plan.other.path.name} {what}; --undo {decision.id} undoes it"


def _stages(progress: Progress | None) -> Iterator[str]:
    """How far the scan is, in fewer and fewer words."""
    if progress is None:
        return
    if not progress.total:
        yield f" · {progress.stage} …"
        return
    filled = 10 * progress.done // progress.total
    bar = f"▕{'█' * filled}{' ' * (10 - filled)}▏"
    done = f"{progress.done:,}/{progress.total:,}"
    pace = ""
    left = progress.seconds_left
    if progress.seconds > 1 and left is not None:
        speed = f" · {progress.megabytes_a_second:.0f} MB/s" if progress.bytes else ""
        pace = f" · {progress.rate:.0f}/s{speed} · {human_duration(left)} left"
    yield f" · {progress.stage} {bar} {done}{pace}"
    yield f" · {progress.stage} {done}{pace}"
    yield f" · {done}{pace}"
    yield f" · {done}"


def paths(view: PairView, roots: Sequence[Path], width: int) -> Content:
    """The line above the pictures: which file each of them is."""
    half = width // 2
    parts: list[tuple[str, str]] = []
    for letter, asset in (("A", view.left), ("B", view.right)):
        shown = cut_path(shown_path(asset.path, roots), max(1, half - 5))
        parts += [(f" {letter} ", "$accent bold"), (f" {shown:<{max(0, half - 4)}}", "")]
    return Content.assemble(*parts)


_EVIDENCE = {
    PairKind.EXACT: "exact copies, byte for byte",
    PairKind.PIXELS: "pixel duplicates: the same picture, dot for dot",
}


def evidence(view: PairView, verdict: Verdict | ImageError | None, width: int) -> Content:
    """The line that says why the two are a pair, and what to beware of.

    Args:
        view: the pair.
        verdict: of a similar pair, as it is shown; why there is none; or None: not yet.
        width: cells of the line.
    """
    parts: list[tuple[str, str]] = [(" ", "")]
    unmatched = view.unmatched()
    if unmatched:
        names = printable(", ".join(unmatched))
        parts.append((f"! {names} has no counterpart · ", "$attention"))
    if view.ref.kind in _EVIDENCE:
        parts.append((_EVIDENCE[view.ref.kind], "bold"))
    elif isinstance(verdict, Verdict):
        parts += _verdict(verdict, view.ref, width - sum(len(text) for text, _ in parts))
    else:
        parts.append((_similar(view.ref), "bold"))
        if verdict is not None:
            parts.append((f" · no verdict: {printable(verdict.reason)}", "$faint"))
    return Content.assemble(*parts)


_SAME = {
    Confidence.NEAR_PERFECT: "the same picture, near perfect",
    Confidence.ALMOST_CERTAIN: "almost certainly the same picture",
    Confidence.VERY_PROBABLE: "very probably the same picture",
}


def _verdict(verdict: Verdict, ref: PairRef, width: int) -> list[tuple[str, str]]:
    """What the verdict says, and as many of its reasons as fit."""
    text = _judged(verdict)
    for direction in verdict.directions[:1]:
        text += f" · {direction.side.upper()} is the {direction.role}"
    text += f" · distance {ref.distance}"
    parts = [(text, "bold")]
    room = width - len(text)
    for reason in map(printable, verdict.reasons):
        added = f" · {reason.rstrip('.')}"
        if len(added) > room:
            break
        parts.append((added, "$faint"))
        room -= len(added)
    return parts


def _judged(verdict: Verdict) -> str:
    match verdict.judgement:
        case Judgement.PIXELS:
            return _EVIDENCE[PairKind.PIXELS]
        case Judgement.VISUAL:
            return _SAME[verdict.confidence or Confidence.VERY_PROBABLE]
        case Judgement.ALTERNATE:
            return "the same picture, changed" + (f": {verdict.change}" if verdict.change else "")
        case Judgement.DIFFERENT:
            return "different pictures"


_TURNS = {3: "upside down", 6: "turned by a quarter", 8: "turned by a quarter"}


def _similar(ref: PairRef) -> str:
    if ref.turn != 1:
        how = _TURNS.get(ref.turn, "mirrored")
        return f"they look alike, one of them {how} · distance {ref.distance}"
    sure = "look alike" if ref.distance else "look the same at a glance"
    return f"they {sure} · distance {ref.distance}"


def fields(rows: Sequence[FieldComparison], width: int, everything: bool) -> Content:
    """The comparison as a table of `width` cells; equal fields folded into a line."""
    shown = [row for row in rows if everything or row.standing is not Standing.EQUAL]
    folded = len(rows) - len(shown)
    side = min(_SIDE, (width - _NAME - min(_NOTE, max(0, width - 62))) // 2)
    lines = [_field_line(row, side, width - _NAME - 2 * side) for row in shown]
    if folded:
        text = f"   {counted(folded, 'field')} equal  (m shows all)"
        lines.append(Content.styled(text, "$faint"))
    return Content("\n").join(lines)


def _field_line(row: FieldComparison, side: int, note: int) -> Content:
    (left_glyph, left_style), (right_glyph, right_style) = _GLYPHS[row.standing]
    equal = row.standing is Standing.EQUAL
    return Content.assemble(
        (f" {cut(row.name, _NAME - 2):<{_NAME - 1}}", "$faint"),
        (f"{left_glyph} ", left_style),
        (f"{cut(row.left, side - 3):<{side - 2}}", "$faint" if equal else ""),
        (f"{right_glyph} ", right_style),
        (f"{cut(row.right, side - 3):<{side - 2}}", "$faint" if equal else ""),
        (cut(row.note, note - 1), "$faint"),
    )


def hints(commands: Sequence[Command], width: int) -> Content:
    """As many keys as fit in one line; the last two commands (help and quit) always do."""
    offered = [command for command in commands if command.hint]
    texts = [f" {command.key_names[0]} {command.hint} " for command in offered]
    while len(texts) > 2 and sum(map(len, texts)) > width:
        del texts[-3]
        del offered[-3]
    parts: list[tuple[str, str]] = []
    for command in offered:
        parts += [(f" {command.key_names[0]}", "$accent bold"), (f" {command.hint} ", "$faint")]
    return Content.assemble(*parts)
