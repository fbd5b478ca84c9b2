"""What every rule makes of every open pair, in a few bytes each.

Nothing of it is stored: it follows from rules, assets, verdicts and denials, and is worked out
again, pair by pair, where one of these changes. So is what follows from it for each pair, before
anybody asks: a screen that is opened over a million pairs finds it ready.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from itertools import compress, count

import numpy as np
from numpy.typing import NDArray

from core.model import Asset, PairRef, RelationKind, Verdict
from core.rules.prepared import Prepared
from core.rules.rule import Case, Stage
from core.workers.claims import (
    NEW,
    STANDING,
    Claim,
    Code,
    Settlement,
    Standing,
    moved,
    settle,
)

_UNSETTLED = (Code.UNTESTED, Code.UNKNOWN)
_EDITIONS = count(1)


class Standings:
    """The table of rules and open pairs; rules by their place, pairs by theirs."""

    def __init__(self, rules: Sequence[Prepared], pairs: Iterable[PairRef] = ()) -> None:
        """`pairs` are in the order in which they are to be worked on; none is tested yet."""
        self.rules = list(rules)
        self._better = _is_better(self.rules)
        self._list(list(pairs))
        size = len(self.rules), len(self.pairs)
        self._codes = np.zeros(size, np.uint8)
        self._failed = np.zeros(size, np.uint8)
        self._denied = np.zeros(size, bool)
        self._contents = np.zeros((2, len(self.pairs)), np.int64)
        """By side and pair, as it was tested; 0: not yet."""
        self._settled = Settlement.of_untested(*size)
        self._stale = np.zeros(len(self.pairs), bool)
        """By pair, whether what is settled is from before something has changed."""
        self.edition = next(_EDITIONS)
        """Another one whenever anything is other than it was; no two tables share one."""

    def _list(self, pairs: list[PairRef]) -> None:
        self.pairs = pairs
        self._place = {ref.key: place for place, ref in enumerate(pairs)}
        sides = np.fromiter((side for key in self._place for side in key), np.int64)
        self._assets = sides.reshape(-1, 2).T

    # Others, made of this one. Of many pairs it takes longer than a screen may stand still, and may
    # be done in another thread as long as nothing is tested meanwhile.

    def exchanged(self, gone: Sequence[int], come: Iterable[PairRef]) -> Standings:
        """Without the pairs at the places `gone`, and with `come`, not tested yet."""
        kept = np.delete(np.arange(len(self.pairs)), gone)
        pairs = [*map(self.pairs.__getitem__, kept.tolist()), *come]
        old = np.concatenate([kept, np.full(len(pairs) - len(kept), NEW, np.intp)])
        fresh = copy(self)
        fresh._list(pairs)
        fresh._codes, fresh._failed = moved(self._codes, old), moved(self._failed, old)
        fresh._denied, fresh._contents = moved(self._denied, old), moved(self._contents, old)
        fresh._settled = self._current.moved(old)
        fresh._stale = np.zeros(len(pairs), bool)
        fresh.edition = next(_EDITIONS)
        return fresh

    def with_rules(self, rules: Sequence[Prepared], old: Sequence[int | None]) -> Standings:
        """With other rules, each with what the one at its `old` place made of the pairs, or with
        nothing tested yet."""
        fresh = copy(self)
        fresh.rules, fresh._better = list(rules), _is_better(rules)
        places = np.array([NEW if place is None else place for place in old], np.intp)
        fresh._codes, fresh._failed, fresh._denied = (
            moved(table.T, places).T.copy() for table in (self._codes, self._failed, self._denied)
        )
        fresh._settled = settle(fresh._codes, fresh._denied, fresh._better)
        fresh._stale = np.zeros(len(self.pairs), bool)
        fresh.edition = next(_EDITIONS)
        return fresh

    # What becomes known

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
        self._changes(place)
        ref = self.pairs[place]
        a, b = assets.get(ref.asset_a), assets.get(ref.asset_b)
        if a is None or b is None:
            self._codes[:, place] = Code.NO_MATCH
            return
        self._contents[:, place] = a.content_id, b.content_id
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

    def without_verdict(self, place: int) -> None:
        """A verdict was asked for in vain: no rule that needs it has the pair."""
        self._changes(place)
        codes = self._codes[:, place]
        codes[codes == Code.UNKNOWN] = Code.NO_VERDICT

    def forget(self, places: Sequence[int]) -> None:
        """What any rule made of the pairs at `places` holds no longer; only what people denied."""
        self._changes(places)
        self._codes[:, places] = Code.UNTESTED
        self._failed[:, places] = 0

    def close(self, places: Sequence[int]) -> None:
        """The pairs at `places` have been decided: no rule wants them until they are tested
        anew."""
        self._changes(places)
        self._codes[:, places] = Code.NO_MATCH

    def deny(self, rule: int, place: int) -> None:
        """A person denies `rule` a pair."""
        self._changes(place)
        self._denied[rule, place] = True

    def deny_only(self, denied: Iterable[tuple[int, int]]) -> None:
        """Rules are denied these pairs, each given as (rule, place), and no others."""
        before = self._denied
        self._denied = np.zeros_like(before)
        for rule, place in denied:
            self._denied[rule, place] = True
        self._changes((before != self._denied).any(axis=0))

    def _changes(self, places: int | Sequence[int] | NDArray[np.bool_]) -> None:
        self._stale[places] = True
        self.edition = next(_EDITIONS)

    def settle(self) -> None:
        """Work out what follows from what has become known; whoever asks has it done, too. Called
        often, it never takes long."""
        places = np.flatnonzero(self._stale)
        if len(places):
            codes, denied = self._codes[:, places], self._denied[:, places]
            self._settled.put(places, settle(codes, denied, self._better))
            self._stale[places] = False

    @property
    def _current(self) -> Settlement:
        self.settle()
        return self._settled

    # What is known

    def place(self, key: tuple[int, int]) -> int | None:
        """Of the pair with these assets."""
        return self._place.get(key)

    def places_with(self, assets: Collection[int]) -> NDArray[np.intp]:
        """Of the pairs with one of these assets, in their order."""
        return np.flatnonzero(_among(self._assets, assets).any(axis=0))

    def places_about(self, contents: Collection[int], assets: Collection[int]) -> NDArray[np.intp]:
        """Of the pairs with one of these assets, or with one that a pair was tested with these
        contents of; in their order."""
        held = self._assets[_among(self._contents, contents)]
        return self.places_with({*assets, *held.tolist()})

    def places_between(self, contents: Collection[int]) -> NDArray[np.intp]:
        """Of the pairs that were tested with two of these contents, in their order."""
        return np.flatnonzero(_among(self._contents, contents).all(axis=0))

    def contents(self, place: int) -> tuple[int, int]:
        """That a pair was tested with; 0 where it was not."""
        a, b = self._contents[:, place].tolist()
        return a, b

    def untested(self) -> NDArray[np.intp]:
        """Places of the pairs that a rule has not looked at yet, in their order."""
        return np.flatnonzero(self._current.untested)

    def counts(self, rule: int) -> dict[Standing, int]:
        """How many pairs stand where with a rule."""
        found = np.bincount(self._current.standing[rule])
        return {Standing(value): int(count) for value, count in enumerate(found) if count}

    def of_rule(self, rule: int, places: Sequence[int]) -> list[tuple[Standing, bool]]:
        """Where the pairs at these places stand with one rule, whatever others say, and whether
        their second asset is its A."""
        columns = np.asarray(places, np.intp)
        codes = self._codes[rule, columns]
        found = STANDING[codes]
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
        settled = self._current
        if places is None:
            chosen = np.flatnonzero(settled.ready)
        else:
            asked = np.fromiter(places, np.intp)
            chosen = asked[settled.ready[asked]]
        chosen = chosen[start : None if count is None else start + count]
        pairs = map(self.pairs.__getitem__, chosen.tolist())
        rules, swapped = settled.first[chosen].tolist(), settled.swapped[chosen].tolist()
        return list(map(Claim, rules, pairs, swapped))

    def ready_places(self, rules: Collection[int]) -> list[int]:
        """Of the pairs that one of these rules may act on, in their order."""
        settled = self._current
        return np.flatnonzero(settled.ready & _among(settled.first, rules)).tolist()

    def ready_keys(self, rule: int | None = None) -> list[tuple[int, int]]:
        """Assets of the pairs that this rule, or with None any, may act on, in their order."""
        settled = self._current
        wanted = settled.ready if rule is None else settled.ready & (settled.first == rule)
        return list(compress(self._place, wanted.tolist()))

    def ready_by_pair(self) -> dict[tuple[int, int], int]:
        """Which rule may act on which pair, by its assets."""
        settled = self._current
        rules = settled.first[settled.ready].tolist()
        return dict(zip(self.ready_keys(), rules, strict=True))

    def count_ready(self) -> int:
        """How many claims `ready` would give out."""
        return int(self._current.ready.sum())

    def ready_counts(self) -> list[int]:
        """The same for each rule."""
        settled = self._current
        found = np.bincount(settled.first[settled.ready], minlength=len(self.rules))
        return found.tolist()  # type: ignore[no-any-return]

    def wanting_verdicts(self, places: Sequence[int] | None = None) -> dict[int, int]:
        """Places of the pairs whose first claim rests on a verdict, each with that rule; of all
        pairs, or of those at `places`."""
        settled = self._current
        if places is None:
            chosen = np.flatnonzero(settled.wanting)
        else:
            asked = np.asarray(places, np.intp)
            chosen = asked[settled.wanting[asked]]
        return dict(zip(chosen.tolist(), settled.first[chosen].tolist(), strict=True))


def _among(table: NDArray[np.int64], wanted: Collection[int]) -> NDArray[np.bool_]:
    return np.isin(table, np.fromiter(wanted, np.int64, len(wanted)))


def _is_better(rules: Sequence[Prepared]) -> NDArray[np.bool_]:
    return np.array([each.rule.action.kind is RelationKind.BETTER for each in rules], bool)


_CODES = {
    Stage.NO_MATCH: Code.NO_MATCH,
    Stage.FAILED: Code.FAILED,
    Stage.EITHER_WAY: Code.EITHER_WAY,
    Stage.UNKNOWN: Code.UNKNOWN,
    Stage.FITS: Code.FITS,
}
