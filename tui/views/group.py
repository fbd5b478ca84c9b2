"""What a group is, what is marked in it, and what that comes to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.cells import cell_len
from textual.content import Content

from core.errors import ImageError
from core.metadata.compare import FieldComparison, Standing, compare
from core.model import Asset, PairKind, Plan, Verdict
from core.rules.marks import Mark
from core.rules.suggestion import weighed
from core.text import counted, human_size, parted_reasons, printable
from tui.groups.draft import GroupDraft
from tui.views.cells import cut, cut_path, padded
from tui.views.pair import judged, shown_path

GLYPHS = {
    Mark.KEEP: ("●", "$keep"),
    Mark.TRASH: ("○", "$trash"),
    Mark.STACK: ("▣", "$keep"),
    Mark.ALTERNATE: ("≈", "$keep"),
    Mark.UNRELATED: ("≠", "$keep"),
    Mark.UNDECIDED: ("?", "$attention"),
}

_STANDINGS = {
    Standing.LEFT_BETTER: ("▼", "$worse"),
    Standing.RIGHT_BETTER: ("▲", "$better"),
    Standing.ONLY_LEFT: ("—", "$faint"),
    Standing.ONLY_RIGHT: ("+", "$better"),
    Standing.DIFFERS: ("≠", "$attention"),
    Standing.EQUAL: ("=", "$faint"),
}
"""Of a picture beside the best one."""

_NAME = 13
"""Cells of the first column of the fields."""
_NARROWEST, _WIDEST = 16, 34
"""Cells of a picture's column: a date to the minute fits in the narrowest."""
_MORE = 4
"""Cells in which it is said that there are more."""

_SIDES = re.compile(r"\b[AB]\b")


def heading(position: int, total: int, draft: GroupDraft | None, width: int) -> Content:
    """The top line: which group this is, and what its marks come to."""
    place = f" group {position:,} of {total:,}" if total else " no groups"
    if draft is None:
        return Content.styled(place, "bold")
    counts = draft.counts
    parts = [f"{mark} {counts[mark]}" for mark in Mark if counts[mark]]
    rest = f" · {counted(len(draft.members), 'photo')} · {', '.join(parts)}"
    if draft.freed:
        rest += f" · frees {human_size(draft.freed)}"
    return Content.assemble((place, "bold"), cut(rest, width - cell_len(place)))


def label(draft: GroupDraft, asset: Asset, focused: bool, width: int) -> Content:
    """The line below a picture: what becomes of it, its number, its name."""
    glyph, style = GLYPHS[draft.marks[asset.id]]
    best = "best " if asset.id == draft.best else ""
    head = f"{'›' if focused else ' '}{draft.number(asset.id)} "
    name = cut(printable(asset.path.name), width - len(head) - len(best) - 2)
    line = Content.assemble((head, "bold"), (f"{glyph} ", style), (best, "bold"), name)
    filled = Content.assemble(line, " " * max(0, width - line.cell_length))
    return filled.stylize("reverse") if focused else filled


def focus(draft: GroupDraft, asset: Asset, roots: Sequence[Path], width: int) -> Content:
    """Which file is focused, and what becomes of it."""
    mark = draft.marks[asset.id]
    glyph, style = GLYPHS[mark]
    said = f"{glyph} {_said(draft, asset)}"
    head = f" {draft.number(asset.id)} "
    room = width - len(head) - cell_len(said) - 3
    path = cut_path(shown_path(asset.path, roots), max(room, width // 3))
    return Content.assemble((head, "$accent bold"), f"{path}  ", (said, style))


def _said(draft: GroupDraft, asset: Asset) -> str:
    mark, best = draft.marks[asset.id], draft.number(draft.best)
    words = {
        Mark.KEEP: "stays" if asset.id != draft.best else "stays, as the best one",
        Mark.TRASH: "goes to the trash",
        Mark.STACK: f"is stacked under {best}",
        Mark.ALTERNATE: f"stays, as an alternate of {best}",
        Mark.UNRELATED: f"stays, as no duplicate of {best}",
        Mark.UNDECIDED: "is left undecided",
    }
    by = " (you said so)" if asset.id in draft.by_hand else ""
    return words[mark] + by


def why(draft: GroupDraft, asset: Asset, width: int) -> Content:
    """The line below: what is known of the focused picture beside the best one, and by how much
    that one is better."""
    advice = draft.advice(asset.id)
    if asset.id == draft.best:
        parts = ", ".join(f"{topic} {score:n}" for topic, score in draft.suggestion.parts)
        text = f" {advice.why}" + (f": {parts}" if parts else "")
        return Content(cut(text.replace("-", "−"), width))
    said = [_known(draft, asset), *parted_reasons(advice.why)]
    if advice.mark is not draft.marks[asset.id]:
        said.insert(0, f"suggested: {advice.mark}")
    told = " · ".join(numbered(each, draft, asset) for each in dict.fromkeys(said) if each)
    score = ""
    if advice.suggestion is not None and advice.suggestion.side == "A":
        score = f" · {draft.number(draft.best)} by {advice.suggestion.score}"
    return Content.assemble(cut(f" {told}", width - len(score)), (score, "bold"))


def _known(draft: GroupDraft, asset: Asset) -> str:
    """What pixels say of a picture and the best one."""
    advice = draft.advice(asset.id)
    pair = advice.bond.pair if advice.bond is not None else None
    if pair is None:
        return ""
    if pair.kind is PairKind.EXACT:
        return "the same bytes"
    if pair.kind is PairKind.PIXELS:
        return "the same picture, dot for dot"
    verdict = draft.known.verdict(pair)
    return judged(verdict) if isinstance(verdict, Verdict) else f"distance {pair.distance}"


def met(verdict: Verdict | ImageError | None) -> Content:
    """What is known of two that no search has met."""
    text = judged(verdict) if isinstance(verdict, Verdict) else "not compared yet"
    way = " · in one group only by way of others"
    return Content.assemble((f" {text}", "bold"), (way, "$faint"))


def numbered(text: str, draft: GroupDraft, asset: Asset) -> str:
    """A sentence about A, the best one, and B, `asset`, with their numbers instead."""
    numbers = {"A": str(draft.number(draft.best)), "B": str(draft.number(asset.id))}
    return _SIDES.sub(lambda found: numbers[found[0]], printable(text))


def table(draft: GroupDraft, focused: Asset, width: int, everything: bool) -> Content:
    """The fields in columns, one a picture, each beside the best one's; without `everything` only
    rows in which one differs."""
    best = draft.known.assets[draft.best]
    columns, side = _columns(draft, focused, width)
    rows = _rows(draft, best, columns)
    shown = [
        (name, cells)
        for name, cells in rows
        if everything or any(each.standing is not Standing.EQUAL for each in cells.values())
    ]
    lines = [_head(draft, columns, focused, side)]
    for name, cells in shown:
        parts = [Content.styled(f" {padded(name, _NAME - 1)}", "$faint")]
        said = _said_by_best(cells)
        parts += [
            Content(f"  {padded(cut(said, side - 3), side - 2)}")
            if asset.id == best.id
            else _cell(said, cells.get(asset.id), side)
            for asset in columns
        ]
        lines.append(Content.assemble(*parts))
    folded = len(rows) - len(shown)
    if folded:
        lines.append(Content.styled(f" {counted(folded, 'field')} equal  (m shows all)", "$faint"))
    return Content("\n").join(lines)


def _rows(
    draft: GroupDraft, best: Asset, columns: Sequence[Asset]
) -> list[tuple[str, dict[int, FieldComparison]]]:
    """By name of a field, what each other picture says of it beside the best one."""
    found: dict[str, dict[int, FieldComparison]] = {}
    order: list[str] = []
    for asset in columns:
        if asset.id == best.id:
            continue
        fields = compare(best, asset)
        suggestion = draft.advice(asset.id).suggestion
        place = 0
        for row in weighed(fields, suggestion) if suggestion is not None else fields:
            if row.name not in found:
                found[row.name] = {}
                order.insert(place, row.name)
            place = order.index(row.name) + 1
            found[row.name][asset.id] = row
    return [(name, found[name]) for name in order]


def _columns(draft: GroupDraft, focused: Asset, width: int) -> tuple[list[Asset], int]:
    """The pictures whose columns have room, and how wide these are: the best one, and those around
    the focused one."""
    room = max(2, (width - _NAME) // _NARROWEST)
    members = list(draft.members)
    if len(members) > room:
        width -= _MORE
        best = draft.known.assets[draft.best]
        others = [each for each in members if each.id != best.id]
        at = others.index(focused) if focused in others else 0
        start = max(0, min(at - (room - 1) // 2, len(others) - room + 1))
        members = [best, *others[start : start + room - 1]]
    return members, min(_WIDEST, (width - _NAME) // len(members))


def _head(draft: GroupDraft, columns: Sequence[Asset], focused: Asset, side: int) -> Content:
    parts = [Content(" " * _NAME)]
    for asset in columns:
        glyph, style = GLYPHS[draft.marks[asset.id]]
        number = f"{'›' if asset == focused else ' '}{draft.number(asset.id)} "
        text = f"{number}{glyph}"
        rest = " best" if asset.id == draft.best else ""
        parts += [
            Content.styled(number, "bold"),
            Content.styled(glyph, style),
            Content.styled(padded(rest, side - cell_len(text)), "bold"),
        ]
    more = len(draft.members) - len(columns)
    if more:
        parts.append(Content.styled(f" +{more}", "$faint"))
    return Content.assemble(*parts)


def _said_by_best(cells: Mapping[int, FieldComparison]) -> str:
    """The best one's own word, as exactly as it takes to tell it from the others."""
    differing = [each.left for each in cells.values() if each.standing is not Standing.EQUAL]
    alike = [each.left for each in cells.values()]
    return (max(differing, key=len) if differing else min(alike, key=len)) or "—"


def _cell(said: str, row: FieldComparison | None, side: int) -> Content:
    if row is None or row.standing is Standing.EQUAL:
        return Content.styled(padded(f"= {cut(said, side - 3)}", side), "$faint")
    glyph, style = _STANDINGS[row.standing]
    return Content.assemble((f"{glyph} ", style), padded(cut(row.right, side - 3), side - 2))


def gains(draft: GroupDraft, plans: Sequence[Plan] | str | None, width: int) -> Content:
    """What the kept ones will be told and what else comes of it, or why nothing can be done.

    Args:
        draft: the group.
        plans: what its marks come to, why they come to nothing, or None: nobody knows yet.
        width: cells of the line.
    """
    if plans is None:
        return Content("")
    if isinstance(plans, str):
        return Content.styled(cut(f" ! {printable(plans)}", width), "$attention")
    numbers = {str(each.path): draft.number(each.id) for each in draft.members}
    told: dict[int, list[str]] = {}
    for plan in plans:
        for change in plan.changes:
            number = numbers.get(change.path, 0)
            told.setdefault(number, []).append(f"{change.field} {printable(change.after)}")
    parts = [f"{number} will receive: {' · '.join(each)}" for number, each in told.items()]
    warned = "".join(f"   ! {printable(note)}" for plan in plans for note in plan.notes)
    said = cut(f" {'   '.join(parts)}", max(0, width - cell_len(warned)))
    return Content.assemble((said if parts else "", "$better"), (cut(warned, width), "$attention"))
