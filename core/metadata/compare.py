"""Two assets field by field: what differs, and what only one of them has.

Which side of a field is the better one is not said here, as it takes a look at both pictures: see
`core.rules.suggestion`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from core.metadata import shown
from core.metadata.moments import in_one_zone
from core.model import Asset, CompanionKind, PairRef
from core.text import human_moment, printable


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
    """What there is to say of the difference."""


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
        if each.kind in (CompanionKind.RAW, CompanionKind.VIDEO)
        and each.kind not in kinds
        and not each.shared
    )


def compare(left: Asset, right: Asset) -> tuple[FieldComparison, ...]:
    """Every field that at least one side has, in the order people look at them."""
    rows = [
        _plain("dimensions", left, right, shown.dimensions),
        _finer("size", left, right, shown.size, shown.exact_size),
        _plain("format", left, right, shown.format_of),
        _row("taken", *in_one_zone(left.metadata.taken or "", right.metadata.taken or "")),
        _plain("camera", left, right, lambda asset: asset.metadata.camera or ""),
        _plain("exposure", left, right, shown.exposure),
        _finer("place", left, right, shown.place, shown.exact_place),
        _plain("town", left, right, shown.town),
        _plain("people", left, right, shown.people),
        _plain("tags", left, right, lambda asset: ", ".join(asset.metadata.tags)),
        _plain("albums", left, right, lambda asset: ", ".join(asset.metadata.albums)),
        _plain("favorite", left, right, shown.favorite),
        _plain("rating", left, right, shown.stars),
        _plain("title", left, right, lambda asset: asset.metadata.title or ""),
        _plain("description", left, right, lambda asset: asset.metadata.description or ""),
        _plain("visibility", left, right, lambda asset: asset.metadata.visibility or ""),
        _plain("headers", left, right, lambda asset: " ".join(asset.facts.headers)),
        _plain("frames", left, right, shown.frames),
        _plain("server", left, right, shown.on_server),
        _plain("modified", left, right, lambda asset: human_moment(asset.modified_ns)),
        _plain("beside it", left, right, shown.companions),
        _plain("problem", left, right, lambda asset: asset.metadata.problem or ""),
    ]
    return tuple(row for row in rows if row.left or row.right)


def _plain(name: str, left: Asset, right: Asset, text: Callable[[Asset], str]) -> FieldComparison:
    return _row(name, text(left), text(right))


def _finer(
    name: str,
    left: Asset,
    right: Asset,
    text: Callable[[Asset], str],
    exact: Callable[[Asset], str],
) -> FieldComparison:
    """As `_plain`, but what is too near to be told apart by `text` is told by `exact`."""
    return _plain(name, left, right, exact if text(left) == text(right) else text)


def _row(name: str, a: str, b: str) -> FieldComparison:
    if a == b:
        standing = Standing.EQUAL
    elif not b:
        standing = Standing.ONLY_LEFT
    elif not a:
        standing = Standing.ONLY_RIGHT
    else:
        standing = Standing.DIFFERS
    return FieldComparison(name, printable(a), printable(b), standing)
