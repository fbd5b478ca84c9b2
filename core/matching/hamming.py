"""Which 64-bit hashes lie within a radius of each other: exact, in numpy, without a tree.

Two plans give the same answer. *Brute force* compares blocks of everything with everything and
wins while one side is small. The *pigeonhole join* cuts the 64 bits into m chunks: two hashes
within radius r differ in at most r bits, hence in at most r chunks, and agree on at least
t = m - r of them. So for every choice of t chunks, sorting by those chunks brings all pairs that
agree on them together, and only those are compared. Search trees and approximate indexes were
measured slower, or missed pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
"""Shape (n,)."""
Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]
"""Positions left and right, and distances; three arrays of one length."""

_BLOCK = 1 << 22
"""Distances computed at once: 32 MB of XORs."""

_BRUTE_COST = 1 << 28
"""Comparisons up to which brute force is at most a few tenths of a second."""

_PLANS = {0: (1, 1), 1: (3, 2), 2: (4, 2), 3: (5, 2), 4: (6, 2), 5: (8, 3), 6: (9, 3), 7: (10, 3),
          8: (11, 3), 9: (12, 3), 10: (13, 3)}  # fmt: skip
"""Radius to (m, t): chosen so that the t chunks hold 17 to 64 bits, enough to keep runs of a
million hashes short, while the number of choices, m over t, stays small."""


def is_cheap(new: int, known: int) -> bool:
    """Whether so many hashes against so many are best compared one by one."""
    return new * known <= _BRUTE_COST


def self_join(hashes: Hashes, radius: int) -> Iterator[Pairs]:
    """Every pair of positions i < j within `radius`, each once.

    Args:
        hashes: shape (n,); equal hashes are pairs at distance 0.
        radius: largest Hamming distance, 0..64.
    """
    if is_cheap(len(hashes), len(hashes)) or radius not in _PLANS:
        for left, right, distances in _brute(hashes, hashes, radius):
            once = left < right
            yield left[once], right[once], distances[once]
        return
    yield from _pigeonhole(hashes, radius)


def join(new: Hashes, known: Hashes, radius: int) -> Iterator[Pairs]:
    """Every pair of a position in `new` and one in `known` within `radius`, each once.

    Args:
        new: shape (n,).
        known: shape (m,).
        radius: largest Hamming distance, 0..64.
    """
    if is_cheap(len(new), len(known)) or radius not in _PLANS:
        yield from _brute(new, known, radius)
        return
    split = len(new)
    for left, right, distances in _pigeonhole(np.concatenate([new, known]), radius, split):
        yield left, right - split, distances


def _brute(new: Hashes, known: Hashes, radius: int) -> Iterator[Pairs]:
    if not len(known):
        return
    rows = max(1, _BLOCK // len(known))
    for start in range(0, len(new), rows):
        block = new[start : start + rows]
        distances = np.bitwise_count(block[:, None] ^ known[None, :])
        left, right = np.nonzero(distances <= radius)
        if len(left):
            yield left + start, right, distances[left, right]


def _chunks(count: int) -> list[tuple[int, int]]:
    """(first bit, bits) of `count` chunks of nearly equal size."""
    edges = [64 * number // count for number in range(count + 1)]
    return [(low, high - low) for low, high in pairwise(edges)]


def _pigeonhole(hashes: Hashes, radius: int, split: int | None = None) -> Iterator[Pairs]:
    """Pairs i < j within `radius`; with `split`, only those with i < split <= j."""
    count, agreeing = _PLANS[radius]
    chunks = _chunks(count)
    masks = np.array([((1 << bits) - 1) << low for low, bits in chunks], dtype=np.uint64)
    index_bits = np.uint64(max(1, int(len(hashes) - 1).bit_length()))
    positions = np.arange(len(hashes), dtype=np.uint64)
    for chosen in combinations(range(count), agreeing):
        key = np.zeros(len(hashes), dtype=np.uint64)
        width = 0
        for low, bits in (chunks[number] for number in chosen):
            part = (hashes >> np.uint64(low)) & np.uint64((1 << bits) - 1)
            key = (key << np.uint64(bits)) | part
            width += bits
        if width + int(index_bits) <= 64:
            # One sort of plain numbers is several times faster than an argsort.
            packed = np.sort((key << index_bits) | positions)
            order = (packed & np.uint64((1 << int(index_bits)) - 1)).astype(np.int64)
            key = packed >> index_bits
        else:
            order = np.argsort(key)
            key = key[order]
        yield from _runs(hashes[order], order, key, radius, masks, chosen, split)


def _runs(
    ordered: Hashes,
    order: NDArray[np.int64],
    key: NDArray[np.uint64],
    radius: int,
    masks: Hashes,
    chosen: tuple[int, ...],
    split: int | None,
) -> Iterator[Pairs]:
    """Pairs within the runs of equal keys that no earlier choice of chunks has brought."""
    step = 1
    alive = np.flatnonzero(key[1:] == key[:-1])
    while len(alive):
        difference = ordered[alive] ^ ordered[alive + step]
        distances = np.bitwise_count(difference)
        near = distances <= radius
        if near.any():
            found, difference = alive[near], difference[near]
            left, right = order[found], order[found + step]
            left, right = np.minimum(left, right), np.maximum(left, right)
            wanted = _first_agreeing(difference, masks, chosen)
            if split is not None:
                wanted &= (left < split) & (right >= split)
            if wanted.any():
                yield left[wanted], right[wanted], distances[near][wanted]
        step += 1
        alive = alive[alive + step < len(key)]
        alive = alive[key[alive] == key[alive + step]]


def _first_agreeing(
    difference: Hashes, masks: Hashes, chosen: tuple[int, ...]
) -> NDArray[np.bool_]:
    """Whether `chosen` are the first chunks that a pair agrees on: it meets once for each choice
    of its agreeing chunks, and is told only the first time."""
    wanted = np.ones(len(difference), dtype=bool)
    for number in range(chosen[-1]):
        if number not in chosen:
            wanted &= (difference & masks[number]) != 0
    return wanted
