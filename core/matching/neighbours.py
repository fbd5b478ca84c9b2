"""Pairs by their hashes, and which of them stay: the nearest few of each side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from core.matching.hamming import Pairs, is_cheap, join, self_join
from core.matching.index import SearchIndex

NEIGHBOURS = 16
"""Pairs a content may claim in one search, nearest first: a burst of 500 frames makes at most
8,000 pairs instead of 125,000."""

_HELD = 1 << 21
"""Pairs collected before the far ones are dropped: 40 MB."""


def hash_pairs(index: SearchIndex, is_fresh: NDArray[np.bool_], radius: int) -> Iterator[Pairs]:
    """Positions i < j in `index`, at least one of them fresh, whose hashes lie within `radius`."""
    known = np.flatnonzero(~index.flat)
    fresh = known[is_fresh[known]]
    if not is_cheap(len(fresh), len(known)):
        # A thousand equal hashes are half a million pairs; a few of them speak for all.
        rank, before = _rank_among_equals(index.hashes[known])
        for step in range(1, NEIGHBOURS + 1):
            crowd = np.flatnonzero(rank >= max(step, NEIGHBOURS))
            a, b = known[before[step - 1][crowd]], known[crowd]
            either = is_fresh[a] | is_fresh[b]
            low, high = np.minimum(a, b)[either], np.maximum(a, b)[either]
            yield low, high, np.zeros(len(low), dtype=np.uint8)
        known = known[rank < NEIGHBOURS]
        fresh = known[is_fresh[known]]
    if len(fresh) == len(known):
        for left, right, distances in self_join(index.hashes[known], radius):
            yield known[left], known[right], distances
        return
    for left, right, distances in join(index.hashes[fresh], index.hashes[known], radius):
        a, b = fresh[left], known[right]
        # Two fresh ones meet twice, and everything meets itself.
        once = np.where(is_fresh[b], a < b, True)
        yield np.minimum(a, b)[once], np.maximum(a, b)[once], distances[once]


def _rank_among_equals(
    hashes: NDArray[np.uint64],
) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """How many equal hashes come before each, and for 1 .. `NEIGHBOURS` the one that many before.

    The second is meaningful only where the rank allows it.
    """
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    places = np.arange(len(hashes))
    starts = np.where(np.r_[True, ordered[1:] != ordered[:-1]], places, 0)
    rank = np.empty_like(places)
    rank[order] = places - np.maximum.accumulate(starts)
    where = np.empty_like(places)
    where[order] = places
    return rank, [order[np.maximum(where - step, 0)] for step in range(1, NEIGHBOURS + 1)]


def nearest(
    found: Iterable[Pairs], most: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """The pairs that are among the nearest of at least one of their two sides.

    Args:
        found: pairs of positions, each once.
        most: how many pairs each position may claim.

    Returns:
        Left, right and distance of the pairs that stay; and the positions that lost some.
    """
    left, right = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    distances = np.empty(0, dtype=np.uint8)
    crowded = np.zeros(len(most), dtype=bool)
    waiting: list[Pairs] = []
    held = 0

    def settle() -> None:
        nonlocal left, right, distances, held
        left = np.concatenate([left, *(each[0] for each in waiting)])
        right = np.concatenate([right, *(each[1] for each in waiting)])
        distances = np.concatenate([distances, *(each[2] for each in waiting)])
        waiting.clear()
        held = 0
        stays = _claimed(left, right, distances, most)
        crowded[left[~stays]] = crowded[right[~stays]] = True
        left, right, distances = left[stays], right[stays], distances[stays]

    for part in found:
        waiting.append(part)
        held += len(part[0])
        # What is dropped early would be dropped in the end: its sides have nearer ones already.
        if held > _HELD:
            settle()
    settle()
    return left, right, distances, np.flatnonzero(crowded)


def _claimed(
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    distances: NDArray[np.uint8],
    most: NDArray[np.int64],
) -> NDArray[np.bool_]:
    sides = np.concatenate([left, right])
    pairs = np.tile(np.arange(len(left)), 2)
    order = np.lexsort((pairs, np.tile(distances, 2), sides))
    ordered = sides[order]
    places = np.arange(len(order))
    starts = np.where(np.r_[True, ordered[1:] != ordered[:-1]], places, 0)[: len(order)]
    rank = places - np.maximum.accumulate(starts) if len(order) else places
    claimed = np.zeros(len(left), dtype=bool)
    claimed[pairs[order[rank < most[ordered]]]] = True
    return claimed
