"""Every pair within the radius, once, whichever plan finds it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from core.matching import hamming
from core.matching.hamming import Hashes, Pairs, join, self_join


def planted(count: int, seed: int) -> Hashes:
    """Random hashes, a third of them within a few bits of another, some of them equal."""
    random = np.random.default_rng(seed)
    hashes = random.integers(0, 1 << 64, count, dtype=np.uint64)
    for at in range(count // 3):
        bits = random.choice(64, random.integers(0, 13), replace=False)
        flips = sum(1 << int(bit) for bit in bits)
        hashes[count - 1 - at] = hashes[at] ^ np.uint64(flips)
    return np.concatenate([hashes, np.array([0, 0, (1 << 64) - 1], dtype=np.uint64)])


def told(pairs: Iterable[Pairs]) -> list[tuple[int, int, int]]:
    return [
        (int(i), int(j), int(distance))
        for left, right, distances in pairs
        for i, j, distance in zip(left, right, distances, strict=True)
    ]


def by_definition(new: Hashes, known: Hashes, radius: int) -> set[tuple[int, int, int]]:
    distances = [[(int(a) ^ int(b)).bit_count() for b in known] for a in new]
    return {
        (i, j, distance)
        for i, row in enumerate(distances)
        for j, distance in enumerate(row)
        if distance <= radius
    }


@pytest.fixture(params=["brute force", "pigeonholes"])
def plan(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hamming, "_BLOCK", 1000)
    monkeypatch.setattr(hamming, "_BRUTE_COST", 1 << 60 if request.param == "brute force" else 0)


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize("radius", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 64])
def test_a_self_join_tells_every_pair_once_and_nothing_else(radius: int) -> None:
    hashes = planted(150, radius)
    found = told(self_join(hashes, radius))
    assert len(found) == len(set(found))
    assert set(found) == {
        each for each in by_definition(hashes, hashes, radius) if each[0] < each[1]
    }


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize("radius", [0, 3, 4, 6, 8, 10, 12])
def test_a_join_tells_every_pair_of_new_and_known_once(radius: int) -> None:
    hashes = planted(200, radius)
    new, known = hashes[::4], hashes
    found = told(join(new, known, radius))
    assert len(found) == len(set(found))
    assert set(found) == by_definition(new, known, radius)


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize(("new", "known"), [([], [1]), ([1], []), ([], [])])
def test_nothing_has_no_neighbours(new: list[int], known: list[int]) -> None:
    assert not told(join(np.array(new, np.uint64), np.array(known, np.uint64), 8))
    assert not told(self_join(np.array(new, np.uint64), 8))
