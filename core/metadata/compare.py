"""Two assets field by field: what differs, which side is better, and why.

*Better* is said only where it can be meant: more pixels, a caption that the other lacks. A larger
file is no better by itself, so size wins only between two lossy files of one format.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from core.metadata import shown
from core.model import Asset, CompanionKind, PairRef
from core.text import human_size, human_time, printable


class Standing(StrEnum):
    """How the two sides of a field stand to each other."""

    EQUAL = "equal"
    DIFFERS = "differs"
    LEFT_BETTER = "left better"
    RIGHT_BETTER = "right better"
    ONLY_LEFT = "only left"
    ONLY_RIGHT = "only right"


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """One row of the comparison, ready to show: texts are printable, absent ones empty."""

    name: str
    left: str
    right: str
    standing: Standing
    note: str = ""
    """The reason or the size of the difference, in words."""


@dataclass(frozen=True, slots=True)
class PairView:
    """A potential pair with everything a screen shows of it."""

    ref: PairRef
    left: Asset
    right: Asset
    fields: tuple[FieldComparison, ...]

    @classmethod
    def of(cls, ref: PairRef, left: Asset, right: Asset) -> PairView:
        """The pair with its fields compared."""
        return cls(ref, left, right, compare(left, right))

    def swapped(self) -> PairView:
        """The same pair with its sides exchanged."""
        return PairView.of(self.ref, self.right, self.left)

    def unmatched(self) -> tuple[str, ...]:
        """Names of RAWs and videos beside one side whose kind the other side lacks."""
        return unmatched(self.left, self.right) + unmatched(self.right, self.left)


def unmatched(loser: Asset, keeper: Asset) -> tuple[str, ...]:
    """Names of the RAWs and videos beside `loser` whose kind `keeper` has none of."""
    kinds = {each.kind for each in keeper.companions}
    return tuple(
        each.path.name
        for each in loser.companions
        if each.kind not in (CompanionKind.SIDECAR, *kinds) and not each.shared
    )


_LOSSY = ("JPEG", "WEBP", "HEIF", "AVIF")


def compare(left: Asset, right: Asset) -> tuple[FieldComparison, ...]:
    """Every field that at least one side has, in the order people look at them."""
    rows = [
        _dimensions(left, right),
        _size(left, right),
        _plain("format", left, right, shown.format_of),
        _plain("taken", left, right, lambda asset: asset.metadata.taken or ""),
        _plain("camera", left, right, lambda asset: asset.metadata.camera or ""),
        _plain("place", left, right, shown.place),
        _plain("tags", left, right, lambda asset: ", ".join(asset.metadata.tags)),
        _plain("albums", left, right, lambda asset: ", ".join(asset.metadata.albums)),
        _plain("favorite", left, right, shown.favorite),
        _plain("rating", left, right, shown.stars),
        _plain("title", left, right, lambda asset: asset.metadata.title or ""),
        _plain("description", left, right, lambda asset: asset.metadata.description or ""),
        _plain("visibility", left, right, lambda asset: asset.metadata.visibility or ""),
        _plain("headers", left, right, lambda asset: " ".join(asset.facts.headers)),
        _plain("frames", left, right, shown.frames),
        _modified(left, right),
        _plain("beside it", left, right, shown.companions),
        _plain("problem", left, right, lambda asset: asset.metadata.problem or ""),
    ]
    return tuple(row for row in rows if row.left or row.right)


def _plain(name: str, left: Asset, right: Asset, text: Callable[[Asset], str]) -> FieldComparison:
    a, b = text(left), text(right)
    if a == b:
        standing = Standing.EQUAL
    elif not b:
        standing = Standing.ONLY_LEFT
    elif not a:
        standing = Standing.ONLY_RIGHT
    else:
        standing = Standing.DIFFERS
    return FieldComparison(name, printable(a), printable(b), standing)


def _dimensions(left: Asset, right: Asset) -> FieldComparison:
    a, b = left.facts, right.facts
    texts = f"{a.width} × {a.height}", f"{b.width} × {b.height}"
    if (a.width, a.height) == (b.width, b.height):
        return FieldComparison("dimensions", *texts, Standing.EQUAL)
    if a.pixels == b.pixels:
        return FieldComparison("dimensions", *texts, Standing.DIFFERS)
    ratio = max(a.pixels, b.pixels) / min(a.pixels, b.pixels)
    note = f"{ratio:.1f} × the pixels" if ratio >= 1.05 else "slightly more pixels"
    standing = Standing.LEFT_BETTER if a.pixels > b.pixels else Standing.RIGHT_BETTER
    return FieldComparison("dimensions", *texts, standing, note)


def _size(left: Asset, right: Asset) -> FieldComparison:
    a, b = left.facts, right.facts
    texts = human_size(a.size), human_size(b.size)
    if a.size == b.size:
        return FieldComparison("size", *texts, Standing.EQUAL)
    ratio = max(a.size, b.size) / min(a.size, b.size)
    note = f"{ratio:.1f} × the bytes" if ratio >= 1.05 else f"{abs(a.size - b.size):,} bytes"
    if a.format == b.format and a.format in _LOSSY and a.pixels == b.pixels and ratio >= 1.05:
        standing = Standing.LEFT_BETTER if a.size > b.size else Standing.RIGHT_BETTER
        return FieldComparison("size", *texts, standing, note + ", less compressed")
    return FieldComparison("size", *texts, Standing.DIFFERS, note)


def _modified(left: Asset, right: Asset) -> FieldComparison:
    a, b = left.modified_ns // 1_000_000_000, right.modified_ns // 1_000_000_000
    texts = human_time(left.modified_ns), human_time(right.modified_ns)
    if a == b:
        return FieldComparison("modified", *texts, Standing.EQUAL)
    standing = Standing.LEFT_BETTER if a < b else Standing.RIGHT_BETTER
    return FieldComparison("modified", *texts, standing, "older")
