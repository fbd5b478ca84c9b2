"""What differs, as a table: a line a field, or as many as it takes where everything is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from rich.cells import cell_len
from textual.content import Content, Span

from core.metadata.compare import FieldComparison, Standing
from core.model import Asset, FieldChange
from core.text import counted, printable
from tui.known import KnownPair
from tui.views.cells import cut, padded, wrapped
from tui.views.marks import Spans, differences

_NAME = 13
_NOTE = 34
"""Cells of the first and the last column."""
_SIDE = 60
"""Cells a side's column takes at most, so that the eye need not travel."""
_LEAD = 8
"""Cells of what is equal that stay before the first difference of a text that is cut."""

_GLYPHS = {
    Standing.LEFT_BETTER: (("▲", "$better"), ("▼", "$worse")),
    Standing.RIGHT_BETTER: (("▼", "$worse"), ("▲", "$better")),
    Standing.ONLY_LEFT: (("+", "$better"), ("—", "$faint")),
    Standing.ONLY_RIGHT: (("—", "$faint"), ("+", "$better")),
    Standing.DIFFERS: (("≠", "$attention"), ("≠", "$attention")),
    Standing.EQUAL: (("=", "$faint"), ("=", "$faint")),
}

_MARKED = ("title", "description", "tags", "albums", "camera", "beside it", "problem")
"""Fields whose texts are long enough to hide what differs."""

_ROWS = {"location": "place"}
"""Fields of a merge that a comparison calls otherwise."""


def table(known: KnownPair, width: int, everything: bool) -> Content:
    """The comparison in `width` cells; without `everything` equal fields are folded into a line,
    and a field takes one."""
    rows = known.fields
    if everything:
        shown = [_path(known), *rows]
    else:
        shown = [row for row in rows if row.standing is not Standing.EQUAL]
    side = min(_SIDE, (width - _NAME - min(_NOTE, max(0, width - 62))) // 2)
    note = width - _NAME - 2 * side
    gains = _gains(known)
    lines = []
    for row in shown:
        notes = gains.get(row.name) or _shorter(row.note)
        fitting = next(
            (text for text in notes if cell_len(text) < note), notes[-1] if notes else ""
        )
        lines += _lines(row, side, cut(fitting, note - 1), everything)
    lines += [
        Content.styled(cut(f" ! {letter}: {printable(text)}", width), "$attention")
        for letter, asset in _in_question(known)
        for text in (known.outlook.warnings.get(asset.id, ()) if known.outlook else ())
    ]
    if not everything and len(shown) < len(rows):
        text = f"   {counted(len(rows) - len(shown), 'field')} equal  (m shows all)"
        lines.append(Content.styled(text, "$faint"))
    return Content("\n").join(lines)


def _shorter(note: str) -> list[str]:
    """A note in fewer and fewer words."""
    return [note, note.replace(" is ", " "), note.partition(" has ")[2]] if note else []


def _path(known: KnownPair) -> FieldComparison:
    a, b = (printable(str(each.path)) for each in (known.view.left, known.view.right))
    return FieldComparison("path", a, b, Standing.DIFFERS)


def _gains(known: KnownPair) -> dict[str, list[str]]:
    """By row, what the side that is kept will be told of the picture, in fewer and fewer words.

    Where neither is suggested, it is said of either what it would be.
    """
    if known.outlook is None:
        return {}
    found: dict[str, list[tuple[str, str]]] = {}
    for letter, asset in _in_question(known):
        for change in known.outlook.gains.get(asset.id, ()):
            row = _ROWS.get(change.field, change.field)
            found.setdefault(row, []).append((letter, _added(change)))
    will = "will" if known.suggestion.side else "would"
    return {
        row: [
            " · ".join(f"→ {letter} {will} receive: {text}" for letter, text in gains),
            " ".join(f"→ {letter}: {text}" for letter, text in gains),
        ]
        for row, gains in found.items()
    }


def _in_question(known: KnownPair) -> list[tuple[str, Asset]]:
    """The sides that may be kept: the suggested one, or both."""
    view, side = known.view, known.suggestion.side
    both = ("A", view.left), ("B", view.right)
    return [(letter, asset) for letter, asset in both if side in (None, letter)]


def _added(change: FieldChange) -> str:
    """What is new of a list, or all of what will be there."""
    if change.field == "rating" and change.after.isdigit():
        return "★" * int(change.after) + "☆" * (5 - int(change.after))
    if change.field in ("tags", "albums"):
        before = change.before.split(", ")
        return printable(", ".join(e for e in change.after.split(", ") if e not in before))
    return printable(change.after)


def _lines(row: FieldComparison, side: int, note: str, everything: bool) -> list[Content]:
    (left_glyph, left_style), (right_glyph, right_style) = _GLYPHS[row.standing]
    marks: tuple[Spans, Spans] = ([], [])
    if row.standing is Standing.DIFFERS and row.name in _MARKED:
        marks = differences(row.left, row.right)
    faint = row.standing is Standing.EQUAL
    left = _cells(row.left, marks[0], side - 2, everything, faint)
    right = _cells(row.right, marks[1], side - 2, everything, faint)
    blank = Content(" " * (side - 2))
    lines = []
    for number, (a, b) in enumerate(zip_longest(left, right, fillvalue=blank)):
        first = number == 0
        lines.append(
            Content.assemble(
                (f" {padded(row.name if first else '', _NAME - 1)}", "$faint"),
                (f"{left_glyph if first else ' '} ", left_style),
                a,
                (f"{right_glyph if first else ' '} ", right_style),
                b,
                (note if first else "", "$faint"),
            )
        )
    return lines


def _cells(text: str, marks: Spans, width: int, everything: bool, faint: bool) -> list[Content]:
    """A side's text in one line of `width` cells, the last of them empty, or in as many as it
    takes."""
    style = "$faint" if faint else ""
    if not everything:
        start = marks[0][0] - _LEAD if marks and cell_len(text) >= width else 0
        if start > 0:
            # Begin where they begin to differ.
            text = "…" + text[start:]
            marks = [(first - start + 1, last - start + 1) for first, last in marks]
        return [_marked(padded(cut(text, width - 1), width), marks, style)]
    lines, at = [], 0
    for line in wrapped(text, width - 1):
        here = [(max(0, a - at), min(len(line), b - at)) for a, b in marks]
        lines.append(
            _marked(padded(line, width), [each for each in here if each[0] < each[1]], style)
        )
        at += len(line)
    return lines


def _marked(text: str, marks: Sequence[tuple[int, int]], style: str) -> Content:
    spans = [Span(first, min(last, len(text)), "underline bold") for first, last in marks]
    return Content(text, [span for span in spans if span.start < span.end]).stylize_before(style)
