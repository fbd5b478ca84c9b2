"""A pair in one line of a list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.model import ListedAsset, PairKind, PairRef
from core.text import human_size, printable
from tui.views.cells import cut, cut_path, padded
from tui.views.pair import shown_path

_KINDS = {PairKind.EXACT: "≡", PairKind.PIXELS: "="}
"""Of the others the distance is shown."""

_WIDE = 100
"""Cells from which on there is room for a date."""

_PATHS = 30
"""Cells from which on there is room for folders."""

Part = tuple[str, str]
"""A text and its style: ``glyph``, ``faint`` or none."""


def heading(width: int) -> list[Part]:
    """What stands above the columns of `pair`."""
    day = padded("date", 11) if width >= _WIDE else ""
    half = _half(width)
    names = padded("A", half) + "B"
    return [("      pair    frees  ", "faint"), (day, "faint"), (names, "faint")]


def pair(
    ref: PairRef,
    place: int,
    assets: tuple[ListedAsset | None, ListedAsset | None],
    roots: Sequence[Path],
    width: int,
    marked: bool,
) -> list[Part]:
    """The pair at `place`, from 0, in `width` cells: its number, its kind, the bytes that are freed
    at least, and its files as far as they are known."""
    kind = _KINDS.get(ref.kind, f"≈{ref.distance}")
    a, b = assets
    freed = human_size(min(a.size, b.size)) if a and b else ""
    day = padded(a.taken or "", 11) if a and width >= _WIDE else ""
    half = _half(width)
    first = padded(_name(a, None, roots, half - 1), half)
    return [
        ("▸" if marked else " ", "glyph"),
        (f"{place + 1:>7,} ", "faint"),
        (f"{kind:<3}", "glyph"),
        (f"{freed:>8} ", "faint"),
        (day, "faint"),
        (first, ""),
        (_name(b, a, roots, half), ""),
    ]


def _name(
    asset: ListedAsset | None, other: ListedAsset | None, roots: Sequence[Path], width: int
) -> str:
    """The path where there is room for folders, else the name, unless `other` has the same one."""
    if asset is None:
        return "…"
    path = Path(asset.path)
    if width < _PATHS and (other is None or Path(other.path).name != path.name):
        return cut(printable(path.name), width)
    return cut_path(shown_path(path, roots), width)


def _half(width: int) -> int:
    return max(2, (width - 21 - (11 if width >= _WIDE else 0)) // 2)
