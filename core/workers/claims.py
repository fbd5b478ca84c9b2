"""What follows for every pair from what each rule makes of it: who has it, and who has no say.

Pure, and over whole columns at once: fifty rules and a hundred thousand pairs are five million
cells.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.model import PairRef

NOBODY = -1
"""In place of a rule's place: no rule wants the pair."""
NEW = -1
"""In place of a pair's old place: it was not there before."""


class Code(IntEnum):
    """What one rule makes of one pair."""

    UNTESTED = 0
    NO_MATCH = 1
    FAILED = 2
    EITHER_WAY = 3
    UNKNOWN = 4
    """Only a verdict can tell."""
    FITS = 5
    FITS_SWAPPED = 6
    """The pair's second asset is A."""
    NO_VERDICT = 7
    """A verdict was asked for, and there is none."""


class Standing(IntEnum):
    """Where one pair stands with one rule, for people."""

    UNTESTED = 0
    NO_MATCH = 1
    FAILED = 2
    EITHER_WAY = 3
    UNKNOWN = 4
    READY = 5
    OVERRULED = 6
    """A rule before it acts on the pair."""
    CONTRADICTED = 7
    """Another rule says that the other side is better."""
    DENIED = 8
    NO_VERDICT = 9


class Claim(NamedTuple):
    """The rule that has a pair, and which way round."""

    rule: int
    """Its place."""
    pair: PairRef
    swapped: bool

    @property
    def ordered(self) -> tuple[int, int]:
        """The assets A and B as the rule means them."""
        return (self.pair.asset_b, self.pair.asset_a) if self.swapped else self.pair.key


@dataclass(frozen=True, slots=True)
class Settlement:
    """What has come of some pairs, a column each."""

    standing: NDArray[np.uint8]
    """`Standing` by rule and pair."""
    first: NDArray[np.intp]
    """By pair, the place of the first rule that fits or may fit, or `NOBODY`."""
    ready: NDArray[np.bool_]
    """By pair: that rule may act on it, and no other contradicts it."""
    swapped: NDArray[np.bool_]
    """By pair: its second asset is A for that rule."""
    wanting: NDArray[np.bool_]
    """By pair: only a verdict can tell whether that rule has it."""
    untested: NDArray[np.bool_]
    """By pair: a rule has not looked at it yet."""

    @classmethod
    def of_untested(cls, rules: int, pairs: int) -> Settlement:
        """Of so many pairs that so many rules have not looked at yet."""
        return cls(
            np.full((rules, pairs), Standing.UNTESTED, np.uint8),
            np.full(pairs, NOBODY, np.intp),
            np.zeros(pairs, bool),
            np.zeros(pairs, bool),
            np.zeros(pairs, bool),
            np.full(pairs, rules > 0),
        )

    def put(self, places: NDArray[np.intp], other: Settlement) -> None:
        """Have the columns at these places be those of `other`."""
        for each in fields(self):
            getattr(self, each.name)[..., places] = getattr(other, each.name)

    def moved(self, old: NDArray[np.intp]) -> Settlement:
        """The columns at the places `old`, and untested ones for `NEW`."""
        fresh = Settlement.of_untested(len(self.standing), len(old))
        kept = old != NEW
        for each in fields(self):
            getattr(fresh, each.name)[..., kept] = getattr(self, each.name)[..., old[kept]]
        return fresh


_Kind = TypeVar("_Kind", bound=np.generic)


def moved(table: NDArray[_Kind], old: NDArray[np.intp]) -> NDArray[_Kind]:
    """The columns of `table` at the places `old`, and zeros for `NEW`."""
    kept = old != NEW
    fresh = np.zeros((len(table), len(old)), table.dtype)
    fresh[:, kept] = table[:, old[kept]]
    return fresh


def settle(
    codes: NDArray[np.uint8], denied: NDArray[np.bool_], better: NDArray[np.bool_]
) -> Settlement:
    """What comes of some pairs.

    The first rule in order that fits has a pair, unless another that fits says that the other side
    is better; one that may still fit keeps those after it from acting.

    Args:
        codes: `Code` by rule and pair.
        denied: whether people denied it, by rule and pair.
        better: by rule, whether it says which side is better.
    """
    if not len(codes):
        return Settlement.of_untested(0, codes.shape[1])
    way = codes == Code.FITS, codes == Code.FITS_SWAPPED
    fits = (way[0] | way[1]) & ~denied
    may_fit = (codes == Code.UNKNOWN) & ~denied
    one, other = ((fits & each & better[:, None]).any(axis=0) for each in way)
    contradicted = one & other
    wanted = fits | may_fit
    first = np.where(wanted.any(axis=0), wanted.argmax(axis=0), NOBODY)
    columns = np.arange(codes.shape[1])
    has, fitting = first != NOBODY, fits[first, columns]

    standing = STANDING[codes]
    standing[fits & contradicted] = Standing.CONTRADICTED
    claims = (fits & ~contradicted) | (standing == Standing.UNKNOWN)
    standing[claims & (np.arange(len(codes))[:, None] != first)] = Standing.OVERRULED
    standing[denied & (codes >= Code.UNKNOWN)] = Standing.DENIED
    return Settlement(
        standing,
        first,
        has & fitting & ~contradicted,
        way[1][first, columns],
        has & ~fitting,
        (codes == Code.UNTESTED).any(axis=0),
    )


STANDING = np.array(
    [
        Standing.UNTESTED,
        Standing.NO_MATCH,
        Standing.FAILED,
        Standing.EITHER_WAY,
        Standing.UNKNOWN,
        Standing.READY,
        Standing.READY,
        Standing.NO_VERDICT,
    ],
    np.uint8,
)
"""Of each `Code`, before other rules and people have their say."""
