"""What every rule makes of every open pair, in a few bytes each.

Nothing of it is stored: it follows from rules, assets, verdicts and denials, and is worked out
again, pair by pair, where one of these changes. Two bytes a rule and pair are enough for exact
counts and lists of a million pairs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.model import Asset, PairRef, RelationKind, Verdict
from core.rules.prepared import Prepared
from core.rules.rule import Case, Stage


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


_Kind = TypeVar("_Kind", bound=np.generic)

_NOBODY = -1
NEW = -1
"""The place of a pair that was not there before."""
_UNSETTLED = (Code.UNTESTED, Code.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Layout:
    """Pairs with what is known of them, ready to be taken."""

    pairs: list[PairRef]
    place: dict[tuple[int, int], int]
    codes: NDArray[np.uint8]
    failed: NDArray[np.uint8]
    old: NDArray[np.intp]
    """Where each pair was before, or `NEW`."""


class Standings:
    """The table of rules and open pairs; rules by their place, pairs by theirs."""

    def __init__(self, rules: Sequence[Prepared]) -> None:
        self.rules = list(rules)
        self.pairs: list[PairRef] = []
        self._place: dict[tuple[int, int], int] = {}
        self._codes = np.zeros((len(self.rules), 0), np.uint8)
        self._failed = np.zeros((len(self.rules), 0), np.uint8)
        self._denied = np.zeros((len(self.rules), 0), bool)
        self._better = _is_better(self.rules)

    def laid_out(self, old: NDArray[np.intp], pairs: Sequence[PairRef]) -> Layout:
        """What `take` takes: `pairs`, each with what was known at its `old` place, or `NEW`.

        Of a hundred thousand it takes as long as a screen may stand still, and may be done in
        another thread as long as nothing is tested meanwhile.
        """
        listed = list(pairs)
        place = {ref.key: place for place, ref in enumerate(listed)}
        codes, failed = (_moved(table, old) for table in (self._codes, self._failed))
        return Layout(listed, place, codes, failed, old)

    def take(self, layout: Layout) -> None:
        """Have this laid out from now on."""
        self.pairs, self._place = layout.pairs, layout.place
        self._codes, self._failed = layout.codes, layout.failed
        # Not before now: somebody may have denied a pair meanwhile.
        self._denied = _moved(self._denied, layout.old)

    def reset(self, pairs: Sequence[PairRef]) -> None:
        """Take `pairs`, in the order in which they are to be worked on, as what is open now."""
        self.take(self.laid_out(np.full(len(pairs), NEW, np.intp), pairs))

    def exchanged(self, gone: Sequence[int], come: Sequence[PairRef]) -> Layout:
        """Without the pairs at the places `gone`, and with `come`; as `laid_out`."""
        kept = np.delete(np.arange(len(self.pairs)), gone)
        old = np.concatenate([kept, np.full(len(come), NEW, np.intp)])
        return self.laid_out(old, [*(self.pairs[place] for place in kept.tolist()), *come])

    def forget(self, places: Sequence[int]) -> None:
        """What any rule made of the pairs at `places` holds no longer; only what people denied."""
        self._codes[:, places] = Code.UNTESTED
        self._failed[:, places] = 0

    def exchange_rules(self, rules: Sequence[Prepared], old: Sequence[int | None]) -> None:
        """Take other rules, each with what the one at its `old` place made of the pairs, or with
        nothing tested yet."""
        places = [(new, place) for new, place in enumerate(old) if place is not None]
        for name in ("_codes", "_failed", "_denied"):
            table = getattr(self, name)
            fresh = np.zeros((len(rules), len(self.pairs)), table.dtype)
            for new, place in places:
                fresh[new] = table[place]
            setattr(self, name, fresh)
        self.rules = list(rules)
        self._better = _is_better(self.rules)

    def copied(self) -> Standings:
        """A copy that stays as it is, for another thread to look at."""
        twin = copy(self)
        twin.pairs = list(self.pairs)
        twin._codes, twin._failed, twin._denied = (
            each.copy() for each in (self._codes, self._failed, self._denied)
        )
        return twin

    def test(
        self,
        place: int,
        assets: Mapping[int, Asset],
        verdict: Verdict | None = None,
        denied: Collection[int] = (),
    ) -> None:
        """Work out what every rule makes of one pair that has not settled it yet.

        Args:
            place: of the pair.
            assets: with the pair's two by id; where one is missing no rule wants the pair.
            verdict: with the pair's first asset as side A; None: not given yet.
            denied: places of the rules that were denied this pair.
        """
        ref = self.pairs[place]
        a, b = assets.get(ref.asset_a), assets.get(ref.asset_b)
        if a is None or b is None:
            self._codes[:, place] = Code.NO_MATCH
            return
        case = Case(a, b, ref, verdict)
        for number, known in enumerate(self._codes[:, place].tolist()):
            if known not in _UNSETTLED:
                continue
            outcome = self.rules[number].test(case)
            code = _CODES[outcome.stage]
            if code is Code.FITS and outcome.swapped:
                code = Code.FITS_SWAPPED
            self._codes[number, place] = code
            self._failed[number, place] = 0 if outcome.failed is None else outcome.failed
        self._denied[:, place] = False
        self._denied[list(denied), place] = True

    def untested(self) -> NDArray[np.intp]:
        """Places of the pairs that a rule has not looked at yet, in their order."""
        return np.flatnonzero((self._codes == Code.UNTESTED).any(axis=0))

    def without_verdict(self, place: int) -> None:
        """A verdict was asked for in vain: no rule that needs it has the pair."""
        codes = self._codes[:, place]
        codes[codes == Code.UNKNOWN] = Code.NO_VERDICT

    def deny(self, rule: int, place: int) -> None:
        """A person denies `rule` a pair."""
        self._denied[rule, place] = True

    def deny_only(self, denied: Iterable[tuple[int, int]]) -> None:
        """Rules are denied these pairs, each given as (rule, place), and no others."""
        self._denied[:] = False
        for rule, place in denied:
            self._denied[rule, place] = True

    def place(self, key: tuple[int, int]) -> int | None:
        """Of the pair with these assets."""
        return self._place.get(key)

    def table(self) -> NDArray[np.uint8]:
        """`Standing` by rule and pair."""
        view = self._view()
        found = _STANDING[view.codes]
        numbers = np.arange(len(self.rules))[:, None]
        found[view.fits & view.contradicted] = Standing.CONTRADICTED
        claims = (view.fits & ~view.contradicted) | (found == Standing.UNKNOWN)
        found[claims & (numbers != view.first)] = Standing.OVERRULED
        found[self._denied & (view.codes >= Code.UNKNOWN)] = Standing.DENIED
        return found

    def counts(self) -> list[dict[Standing, int]]:
        """How many pairs stand where, for each rule."""
        table = self.table()
        return [
            {Standing(value): int(count) for value, count in enumerate(np.bincount(row)) if count}
            for row in table
        ]

    def of_rule(self, rule: int, places: Sequence[int]) -> list[tuple[Standing, bool]]:
        """Where the pairs at these places stand with one rule, whatever others say, and whether
        their second asset is its A."""
        columns = np.asarray(places, np.intp)
        codes = self._codes[rule, columns]
        found = _STANDING[codes]
        found[self._denied[rule, columns] & (codes >= Code.UNKNOWN)] = Standing.DENIED
        return [
            (Standing(standing), code == Code.FITS_SWAPPED)
            for standing, code in zip(found.tolist(), codes.tolist(), strict=True)
        ]

    def failures(self, rule: int) -> dict[int, int]:
        """How many pairs failed at each comparator of a rule, by the comparator's place."""
        at = self._failed[rule, self._codes[rule] == Code.FAILED]
        return {place: int(count) for place, count in enumerate(np.bincount(at)) if count}

    def ready(
        self, places: Iterable[int] | None = None, start: int = 0, count: int | None = None
    ) -> list[Claim]:
        """Which rule may act on which pair: the first in order that fits, unless another
        contradicts it.

        Args:
            places: of the pairs to look at; None: all.
            start: how many to leave out.
            count: how many at most; None: all.
        """
        chosen = np.arange(len(self.pairs)) if places is None else np.fromiter(places, np.intp)
        view = self._view(chosen)
        columns = np.flatnonzero((view.first != _NOBODY) & ~view.contradicted)
        columns = columns[view.fits[view.first[columns], columns]]
        columns = columns[start : None if count is None else start + count]
        rules = view.first[columns]
        swapped = view.codes[rules, columns] == Code.FITS_SWAPPED
        pairs = map(self.pairs.__getitem__, chosen[columns].tolist())
        return list(map(Claim, rules.tolist(), pairs, swapped.tolist()))

    def count_ready(self) -> int:
        """How many claims `ready` would give out."""
        return sum(counts.get(Standing.READY, 0) for counts in self.counts())

    def wanting_verdicts(self, places: Sequence[int] | None = None) -> dict[int, int]:
        """Places of the pairs whose first claim rests on a verdict, each with that rule; of all
        pairs, or of those at `places`."""
        chosen = np.arange(len(self.pairs)) if places is None else np.asarray(places, np.intp)
        view = self._view(chosen)
        columns = np.flatnonzero(view.first != _NOBODY)
        columns = columns[~view.fits[view.first[columns], columns]]
        return dict(zip(chosen[columns].tolist(), view.first[columns].tolist(), strict=True))

    def _view(self, places: NDArray[np.intp] | None = None) -> _View:
        some = slice(None) if places is None else places
        codes, denied = self._codes[:, some], self._denied[:, some]
        way = codes == Code.FITS, codes == Code.FITS_SWAPPED
        fits = (way[0] | way[1]) & ~denied
        claims = fits | ((codes == Code.UNKNOWN) & ~denied)
        one, other = ((fits & each & self._better[:, None]).any(axis=0) for each in way)
        if not len(self.rules):
            return _View(codes, fits, np.full(codes.shape[1], _NOBODY), one & other)
        first = np.where(claims.any(axis=0), claims.argmax(axis=0), _NOBODY)
        return _View(codes, fits, first, one & other)


def _moved(table: NDArray[_Kind], old: NDArray[np.intp]) -> NDArray[_Kind]:
    """The columns of `table` in their new order, and zeros where they are `NEW`."""
    kept = old != NEW
    fresh = np.zeros((len(table), len(old)), table.dtype)
    fresh[:, kept] = table[:, old[kept]]
    return fresh


def _is_better(rules: Sequence[Prepared]) -> NDArray[np.bool_]:
    return np.array([each.rule.action.kind is RelationKind.BETTER for each in rules], bool)


@dataclass(frozen=True, slots=True)
class _View:
    """The claims on some pairs, one a column."""

    codes: NDArray[np.uint8]
    """By rule and pair."""
    fits: NDArray[np.bool_]
    """By rule and pair; denied ones do not."""
    first: NDArray[np.intp]
    """The first rule that fits or may fit, or `_NOBODY`."""
    contradicted: NDArray[np.bool_]
    """By pair."""


_STANDING = np.array(
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

_CODES = {
    Stage.NO_MATCH: Code.NO_MATCH,
    Stage.FAILED: Code.FAILED,
    Stage.EITHER_WAY: Code.EITHER_WAY,
    Stage.UNKNOWN: Code.UNKNOWN,
    Stage.FITS: Code.FITS,
}
