from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pytest

from core.catalog.pairs import LookRow, SearchRow
from core.matching import hamming
from core.matching.hamming import neighbours
from core.matching.search import find_candidates, pixels_equal

THUMB = bytes(range(256)) * 4


def look(**changes: object) -> LookRow:
    settings = {
        "size": (40, 30),
        "orientation": 1,
        "coding": "lossy:jpeg:a",
        "stream": None,
        "thumb": THUMB,
    }
    return LookRow(**{**settings, **changes})  # type: ignore[arg-type]


def brute(new: list[int], known: list[int], radius: int) -> set[tuple[int, int, int]]:
    return {
        (i, j, (a ^ b).bit_count())
        for i, a in enumerate(new)
        for j, b in enumerate(known)
        if (a ^ b).bit_count() <= radius
    }


@pytest.mark.parametrize("radius", [0, 1, 4, 16, 64])
def test_every_neighbour_is_found_and_nothing_else(
    radius: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Small blocks, so that their borders are crossed.
    monkeypatch.setattr(hamming, "_BLOCK", 100)
    random = np.random.default_rng(radius)
    near = [1 << int(bit) for bit in random.integers(0, 64, 30)]
    known = [int(each) for each in random.integers(0, 1 << 63, 30)] + near + [0, (1 << 64) - 1]
    new = known[::3]
    found = {
        (int(i), int(j), int(distance))
        for left, right, distances in neighbours(
            np.array(new, np.uint64), np.array(known, np.uint64), radius
        )
        for i, j, distance in zip(left, right, distances, strict=True)
    }
    assert found == brute(new, known, radius)


@pytest.mark.parametrize(("new", "known"), [([], [1]), ([1], []), ([], [])])
def test_nothing_has_no_neighbours(new: list[int], known: list[int]) -> None:
    assert not list(neighbours(np.array(new, np.uint64), np.array(known, np.uint64), 64))


def search(
    hashes: Mapping[int, int], searched: Mapping[int, int], distance: int, **looks: LookRow
) -> tuple[set[tuple[int, int, int, bool | None]], list[int]]:
    rows = [SearchRow(each, value, searched.get(each, -1)) for each, value in hashes.items()]

    def ask(wanted: Iterable[int]) -> dict[int, LookRow]:
        return {each: looks.get(f"content_{each}", look()) for each in wanted}

    candidates, now = find_candidates(rows, distance, ask)
    found = {
        (each.content_a, each.content_b, each.distance, each.pixels_equal) for each in candidates
    }
    return found, now


def test_each_pair_is_met_once_with_the_lower_content_first() -> None:
    found, searched = search({3: 0, 1: 1, 2: -1}, {}, 4)
    assert found == {(1, 3, 1, None)}
    assert searched == [3, 1, 2]


def test_a_new_content_is_held_against_what_is_known_and_known_ones_are_not_met_again() -> None:
    found, searched = search({1: 0, 2: 0, 3: 1}, {1: 4, 2: 4}, 4)
    assert found == {(1, 3, 1, None), (2, 3, 1, None)}
    assert searched == [3]


@pytest.mark.parametrize("distance", [0, 1, 2, 3, 4, 8])
def test_what_has_been_searched_is_not_searched_again(distance: int) -> None:
    assert search({1: 0, 2: 0}, {1: distance, 2: distance}, distance) == (set(), [])


def test_a_larger_distance_is_searched_anew() -> None:
    found, searched = search({1: 0, 2: 0b11111}, {1: 4, 2: 4}, 8)
    assert found == {(1, 2, 5, None)}
    assert searched == [1, 2]


def test_beyond_the_distance_only_what_may_show_the_same_pixels_is_kept() -> None:
    found, _ = search({1: 0, 2: 1, 3: 3}, {}, 0, content_2=look(size=(1, 1)))
    assert found == {(1, 3, 2, None)}


FLAT = b"\x30" * 1024
NEAR = b"\1" + THUMB[1:]


@pytest.mark.parametrize(
    ("other", "equal"),
    [
        (look(), None),
        (look(size=(30, 40)), False),
        (look(thumb=NEAR), False),
        (look(thumb=NEAR, coding="lossless"), None),
        (look(thumb=NEAR, coding=""), None),
        (look(thumb=NEAR, orientation=6), None),
        (look(thumb=b"\x40" + THUMB[1:], coding="lossless"), False),
        (look(thumb=bytes(1024), coding="lossless"), False),
        (look(thumb=NEAR, coding="lossy:webp"), False),
        (look(thumb=NEAR, coding="lossy:jpeg:b"), False),
        (look(stream=b"same"), None),
    ],
)
def test_pixels_are_compared_only_where_they_can_be_equal(
    other: LookRow, equal: bool | None
) -> None:
    assert pixels_equal(look(), other) is equal
    assert pixels_equal(other, look()) is equal


def test_one_stream_shows_one_picture_unless_it_is_turned() -> None:
    stream = look(stream=b"same")
    assert pixels_equal(stream, look(stream=b"same", coding="")) is True
    assert pixels_equal(stream, look(stream=b"same", orientation=3)) is False


def test_flat_pictures_are_compared_whatever_their_coding() -> None:
    flat = look(thumb=FLAT)
    assert pixels_equal(flat, look(thumb=FLAT, coding="lossy:webp")) is None
