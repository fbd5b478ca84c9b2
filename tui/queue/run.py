"""Pairs in an order, found by their assets without a look at each of a hundred thousand."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from core.model import PairRef

_HIGH = 32
"""Bits that the second asset's id takes in a key."""


class Run:
    """A list of pairs, beside it a key of each."""

    def __init__(self, refs: Sequence[PairRef] = ()) -> None:
        """Of a hundred thousand this takes longer than a frame, and may be done in any thread."""
        self.refs = list(refs)
        self._keys = _keys(self.refs)

    def find(self, a: int, b: int) -> int | None:
        """The place of the pair with these assets, in this order."""
        found = np.flatnonzero(self._keys == (a << _HIGH | b))
        return int(found[0]) if len(found) else None

    def having(self, asset_ids: Collection[int]) -> NDArray[np.intp]:
        """The places of the pairs with one of these assets."""
        wanted = np.fromiter(asset_ids, np.int64, len(asset_ids))
        first, second = self._keys >> _HIGH, self._keys & ((1 << _HIGH) - 1)
        return np.flatnonzero(np.isin(first, wanted) | np.isin(second, wanted))

    def drop(self, places: NDArray[np.intp]) -> None:
        """Take the pairs at these places out."""
        for place in places[::-1].tolist():
            del self.refs[place]
        self._keys = np.delete(self._keys, places)

    def insert(self, place: int, ref: PairRef) -> None:
        """Put `ref` at a place."""
        self.refs.insert(place, ref)
        self._keys = np.insert(self._keys, place, _keys([ref]))

    def renewed(self, fresh: Run) -> tuple[NDArray[np.intp], Run]:
        """Where the pairs stand that `fresh` has no longer, and what is left of both: what both
        have in this order and as it is in `fresh`, then what is new."""
        if np.array_equal(self._keys, fresh._keys):
            return np.empty(0, np.intp), fresh
        if not fresh.refs:
            return np.arange(len(self.refs)), fresh
        order = np.argsort(fresh._keys)
        at = order[np.searchsorted(fresh._keys, self._keys, sorter=order).clip(max=len(order) - 1)]
        known = fresh._keys[at] == self._keys
        is_new = np.ones(len(order), bool)
        is_new[at[known]] = False
        places = np.concatenate([at[known], np.flatnonzero(is_new)])
        left = Run()
        left.refs = [fresh.refs[place] for place in places.tolist()]
        left._keys = fresh._keys[places]
        return np.flatnonzero(~known), left


def _keys(refs: Sequence[PairRef]) -> NDArray[np.int64]:
    return np.fromiter((ref.asset_a << _HIGH | ref.asset_b for ref in refs), np.int64, len(refs))
