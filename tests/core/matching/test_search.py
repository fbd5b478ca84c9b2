from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pytest
from PIL import Image

from core.catalog.pairs import LookRow, SearchRow
from core.imaging.decode import upright
from core.imaging.fingerprint import dct_hash
from core.matching import hamming
from core.matching.evidence import correlation, pixels_equal
from core.matching.index import SearchIndex
from core.matching.neighbours import NEIGHBOURS, nearest
from core.matching.search import Found, find_candidates
from core.matching.turned import find_turned

THUMB = bytes(range(256)) * 4
FLAT = b"\x30" * 1024


def look(**changes: object) -> LookRow:
    settings = {
        "size": (40, 30),
        "orientation": 1,
        "coding": "lossy:jpeg:a",
        "stream": None,
        "thumb": THUMB,
        "chroma": None,
    }
    return LookRow(**{**settings, **changes})  # type: ignore[arg-type]


def signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def search(
    hashes: Mapping[int, int],
    fresh: Iterable[int] | None = None,
    distance: int = 4,
    flat: Iterable[int] = (),
    **looks: LookRow,
) -> Found:
    index = SearchIndex()
    flat = set(flat)
    index.add(
        [
            SearchRow(each, signed(value), 0.0 if each in flat else 50.0)
            for each, value in sorted(hashes.items())
        ]
    )

    def ask(wanted: Iterable[int]) -> dict[int, LookRow]:
        return {each: looks.get(f"content_{each}", look()) for each in wanted}

    return find_candidates(index, sorted(hashes if fresh is None else fresh), distance, ask)


def pairs(found: Found) -> set[tuple[int, int, int]]:
    named = [(each.content_a, each.content_b, each.distance) for each in found.candidates]
    assert len(named) == len(set(named))
    return set(named)


def test_each_pair_is_met_once_with_the_lower_content_first() -> None:
    found = search({3: 0, 1: 1, 2: (1 << 64) - 1})
    assert pairs(found) == {(1, 3, 1)}
    assert found.complete == [1, 2, 3]
    assert found.crowded == []


def test_a_new_content_is_held_against_what_is_known_and_known_ones_are_not_met_again() -> None:
    found = search({1: 0, 2: 0, 3: 1}, fresh=[3])
    assert pairs(found) == {(1, 3, 1), (2, 3, 1)}
    assert found.complete == [3]


def test_an_older_content_can_be_searched_for_again() -> None:
    assert pairs(search({1: 0, 2: 0, 3: 1}, fresh=[1])) == {(1, 2, 0), (1, 3, 1)}


def test_beyond_the_distance_only_what_may_show_the_same_pixels_is_kept() -> None:
    found = search({1: 0, 2: 1, 3: 3}, distance=0, content_2=look(size=(1, 1)))
    assert pairs(found) == {(1, 3, 2)}


@pytest.mark.parametrize("cheap", [True, False])
def test_a_burst_makes_few_pairs_and_the_nearest_ones(
    cheap: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not cheap:
        monkeypatch.setattr(hamming, "_BRUTE_COST", 0)
    random = np.random.default_rng(1)
    burst = {each: 1 << int(random.integers(0, 64)) for each in range(1, 401)}
    lone = {1001: 0x0F0F0F0F0F0F0F0F, 1002: 0x0F0F0F0F0F0F0F0E}
    found = search(burst | lone, distance=8)
    named = pairs(found)
    assert (1001, 1002, 1) in named
    assert len(named) <= 400 * NEIGHBOURS + 1
    met = {content for a, b, _ in named for content in (a, b)}
    assert met == set(burst) | set(lone)
    assert set(found.crowded) | set(found.complete) == set(burst) | set(lone)
    assert set(found.complete) >= set(lone)


@pytest.mark.parametrize("size", [5, 50, 400])
def test_a_burst_that_arrives_in_batches_makes_no_more_pairs(size: int) -> None:
    random = np.random.default_rng(1)
    burst = [SearchRow(each, 1 << int(random.integers(0, 63)), 50.0) for each in range(1, 401)]
    index, named = SearchIndex(), set()
    for start in range(0, len(burst), size):
        batch = burst[start : start + size]
        index.add(batch)
        fresh = [row.content_id for row in batch]
        found = find_candidates(index, fresh, 8, lambda wanted: {each: look() for each in wanted})
        named |= pairs(found)
    assert len(named) <= 400 * NEIGHBOURS
    assert {content for a, b, _ in named for content in (a, b)} == set(range(1, 401))


@pytest.mark.parametrize("cheap", [True, False])
def test_equal_hashes_do_not_flood_the_search(cheap: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not cheap:
        monkeypatch.setattr(hamming, "_BRUTE_COST", 0)
    found = search(dict.fromkeys(range(1, 301), 77) | {500: 76})
    named = pairs(found)
    assert len(named) <= 301 * NEIGHBOURS
    assert {content for a, b, _ in named for content in (a, b)} == set(range(1, 301)) | {500}


def test_flat_pictures_are_paired_by_what_they_show_and_not_by_their_hash() -> None:
    near = b"\x31" * 1024
    dark = b"\x05" * 1024
    found = search(
        {1: 0, 2: 0, 3: (1 << 64) - 1, 4: 0, 5: 0},
        flat=[1, 2, 3, 4],
        content_1=look(thumb=FLAT),
        content_2=look(thumb=dark),
        content_3=look(thumb=near),
        content_4=look(thumb=FLAT, size=(30, 40)),
    )
    assert pairs(found) == {(1, 3, 0)}


def test_a_thousand_black_frames_do_not_flood_the_search() -> None:
    frames = {f"content_{each}": look(thumb=FLAT) for each in range(1, 1001)}
    found = search(dict.fromkeys(range(1, 1001), 0), flat=range(1, 1001), **frames)
    assert len(pairs(found)) <= 1000 * NEIGHBOURS


def test_a_flat_picture_that_arrives_later_meets_its_like_among_thousands() -> None:
    random = np.random.default_rng(7)
    known = random.integers(0, 200, 3000, dtype=np.uint8)
    looks = {each: look(thumb=bytes([level]) * 1024) for each, level in enumerate(known, start=1)}
    looks |= {4000: look(thumb=b"\xf0" * 1024), 4001: look(thumb=b"\xf3" * 1024)}
    index = SearchIndex()
    for batch in (range(1, 3001), [4000], [4001]):
        rows = [SearchRow(each, 0, 0.0) for each in batch]
        index.add(rows)
        found = find_candidates(
            index, list(batch), 4, lambda wanted: {each: looks[each] for each in wanted}
        )
    assert pairs(found) == {(4000, 4001, 0)}


def test_the_nearest_stay_whatever_the_order_they_come_in() -> None:
    random = np.random.default_rng(3)
    left, right = np.triu_indices(40, 1)
    distances = random.integers(0, 9, len(left)).astype(np.uint8)
    parts = [(left[at::5], right[at::5], distances[at::5]) for at in range(5)]
    a, b, kept, crowded = nearest(parts, np.full(40, 3))
    stays = set(zip(a.tolist(), b.tolist(), kept.tolist(), strict=True))
    for position in range(40):
        own = sorted(
            distance
            for i, j, distance in zip(left, right, distances, strict=True)
            if position in (i, j)
        )
        found = sorted(distance for i, j, distance in stays if position in (i, j))
        assert found[:3] == own[:3]
    assert crowded.tolist() == list(range(40))


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


def test_the_correlation_tells_how_alike_two_thumbs_are() -> None:
    negative = bytes(255 - level for level in THUMB)
    assert correlation(look(), look()) == 1
    assert correlation(look(), look(thumb=negative)) == -1
    assert correlation(look(), look(thumb=NEAR)) > 0.99
    assert correlation(look(thumb=FLAT), look(thumb=FLAT)) == 1
    assert correlation(look(thumb=FLAT), look()) == 0


PHOTO = np.random.default_rng(5).integers(0, 255, (8, 8)).repeat(4, 0).repeat(4, 1)


def turned_look(turn: int) -> LookRow:
    thumb = upright(Image.fromarray(PHOTO.astype(np.uint8)), turn)
    return look(thumb=thumb.tobytes())


@pytest.mark.parametrize("turn", [2, 3, 4, 5, 6, 7, 8])
@pytest.mark.parametrize("older_first", [True, False])
def test_a_turned_copy_is_found_with_the_turn_that_lays_it_over_the_other(
    turn: int, older_first: bool
) -> None:
    looks = {1: turned_look(1), 2: turned_look(turn), 3: look()}
    index = SearchIndex()
    index.add(
        [
            SearchRow(each, signed(dct_hash(_pixels(row))), 50.0)
            for each, row in sorted(looks.items())
        ]
    )
    every = (2, 3, 4, 5, 6, 7, 8)
    fresh = [2] if older_first else [1]
    (found,) = find_turned(index, fresh, 4, every, lambda wanted: {i: looks[i] for i in wanted})
    assert (found.content_a, found.content_b, found.distance) == (1, 2, 0)
    laid = upright(Image.fromarray(_pixels(looks[2])), found.turn)
    assert np.array_equal(np.asarray(laid), _pixels(looks[1]))
    assert found.correlation == 1
    assert not find_turned(index, fresh, 4, (), lambda wanted: {i: looks[i] for i in wanted})


def _pixels(row: LookRow) -> np.ndarray:
    return np.frombuffer(row.thumb, np.uint8).reshape(32, 32)
