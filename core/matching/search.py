"""New contents against everything known: the candidates, and which may show equal pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.catalog.pairs import Candidate, Evidence, LookRow, SearchRow
from core.imaging.coding import RAW, may_agree
from core.imaging.decode import upright
from core.imaging.fingerprint import CHROMA_SIDE, SIDE, turned_hashes
from core.matching.hamming import Pairs, is_cheap, join, self_join

PIXEL_RADIUS = 6
"""Pixel-equal pictures read through different decoders differ by the rounding of their scaled
decodes only; most measured within 2, a wall of even bricks 6 apart."""

_THUMB_TOLERANCE = 16
"""Levels of 255 that the rounding of a scaled decode may move one of the thumb's pixels; 10 is
the most that was measured. Too much costs a decode, too little an equal pair."""

_FLAT = 16
"""Levels of 255 between the thumb's darkest and lightest: two codings may agree on so little."""

LOW_DETAIL = 8.0
"""Standard deviation of the thumb, in levels of 255, below which a hash is rounding noise: black
frames, blank pages, plain walls. Photos of anything measured 18 and more."""

_CLOSE = 4
"""Levels of 255 that the thumbs of two flat pictures may differ by, everywhere."""
_SAME_RATIO = 0.02
"""Difference of log(width / height) within the rounding of a resize."""

NEIGHBOURS = 16
"""Pairs a content may claim in one search, nearest first: a burst of 500 frames makes at most
8,000 pairs instead of 125,000."""
_INVERSE = {6: 8, 8: 6}
_TURNED_AGREE = 0.95
"""Correlation that a turned pair must have."""
_TURNED_AT_ONCE = 8192
"""Contents whose thumbs are in memory together: 8 MB."""

_HELD = 1 << 21
"""Pairs collected before the far ones are dropped: 40 MB."""


def search_radius(distance: int) -> int:
    """How far to search so that both near pairs and pixel-equal ones are met."""
    return max(distance, PIXEL_RADIUS)


def pixels_equal(a: LookRow, b: LookRow) -> bool | None:
    """Whether both show equal pixels, as far as that is known without opening a file.

    Returns:
        None where only a decode of both can tell.
    """
    if a.size != b.size or RAW in (a.coding, b.coding):
        return False
    if a.stream is not None and a.stream == b.stream:
        return a.orientation == b.orientation
    if (
        a.coding == b.coding
        and a.coding.startswith("lossy:jpeg")
        and a.orientation == b.orientation
    ):
        # The same coefficients go through the same decoder: any difference is a real one.
        return None if a.thumb == b.thumb else False
    first, second = _thumb(a), _thumb(b)
    if np.abs(first - second).max() > _THUMB_TOLERANCE:
        return False
    flat = min(np.ptp(first), np.ptp(second)) <= _FLAT
    return None if flat or may_agree(a.coding, b.coding) else False


class SearchIndex:
    """The fingerprints of all contents, in memory: 17 bytes each. It only grows."""

    def __init__(self) -> None:
        self.ids = np.empty(0, dtype=np.int64)
        """Ascending."""
        self.hashes = np.empty(0, dtype=np.uint64)
        self.flat = np.empty(0, dtype=bool)
        """Which have too little detail for their hash to mean anything."""
        self.claimed = np.empty(0, dtype=np.int64)
        """How many pairs each has claimed in earlier searches."""

    @property
    def last_id(self) -> int:
        """The highest content id so far; 0 before there is one."""
        return int(self.ids[-1]) if len(self.ids) else 0

    def add(self, rows: Sequence[SearchRow]) -> None:
        """Take over `rows`, whose ids are above `last_id` and ascend."""
        if not rows:
            return
        ids, hashes, details = zip(*((r.content_id, r.hash, r.detail) for r in rows), strict=True)
        self.ids = np.concatenate([self.ids, np.array(ids, dtype=np.int64)])
        signed = np.array(hashes, dtype=np.int64)
        self.hashes = np.concatenate([self.hashes, signed.view(np.uint64)])
        self.flat = np.concatenate([self.flat, np.array(details) < LOW_DETAIL])
        self.claimed = np.concatenate([self.claimed, np.zeros(len(rows), dtype=np.int64)])


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought."""

    candidates: list[Candidate]
    complete: list[int]
    """Content ids whose neighbours are all among the candidates."""
    crowded: list[int]
    """Content ids with more neighbours than `NEIGHBOURS`: the nearest are among the candidates,
    and the rest are looked for again when some of those are gone."""


def find_candidates(
    index: SearchIndex,
    fresh: Sequence[int],
    distance: int,
    looks: Callable[[Iterable[int]], Mapping[int, LookRow]],
) -> Found:
    """The neighbours that the contents `fresh` have among everything known.

    Args:
        index: every content with a fingerprint.
        fresh: ids to search for, in `index`, ascending.
        distance: the largest distance of a potential pair.
        looks: gives the `LookRow` of contents, asked only for those that need a closer look.

    Returns:
        Candidates within `distance`; further apart, within `PIXEL_RADIUS`, where their pixels may
        be equal; and pairs of flat pictures whose thumbs are close.
    """
    at = np.searchsorted(index.ids, np.array(fresh, dtype=np.int64))
    is_fresh = np.zeros(len(index.ids), dtype=bool)
    is_fresh[at] = True
    # Who has been searched before has made its claims, or a burst that arrives in small batches
    # would claim anew with each.
    most = np.where(is_fresh, NEIGHBOURS, np.maximum(0, NEIGHBOURS - index.claimed))
    left, right, distances, crowded = nearest(
        _hash_pairs(index, is_fresh, search_radius(distance)), most
    )
    np.add.at(index.claimed, left, 1)
    np.add.at(index.claimed, right, 1)
    near = list(
        zip(index.ids[left].tolist(), index.ids[right].tolist(), distances.tolist(), strict=True)
    )
    wanted = {content for a, b, _ in near for content in (a, b)}
    flat, fresh_flat = np.flatnonzero(index.flat), np.flatnonzero(index.flat & is_fresh)
    if len(fresh_flat):
        wanted.update(index.ids[flat].tolist())
    look = looks(wanted)
    if len(fresh_flat):
        near += _flat_pairs(index.ids[fresh_flat].tolist(), index.ids[flat].tolist(), look)
    candidates = [_candidate(a, b, found, look) for a, b, found in near]
    full = set(index.ids[crowded].tolist())
    return Found(
        [
            candidate
            for candidate in candidates
            if candidate.distance <= distance or candidate.pixels_equal is not False
        ],
        [content for content in fresh if content not in full],
        sorted(full),
    )


def _hash_pairs(index: SearchIndex, is_fresh: NDArray[np.bool_], radius: int) -> Iterator[Pairs]:
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


def _flat_pairs(
    fresh: Sequence[int], flat: Sequence[int], look: Mapping[int, LookRow]
) -> list[tuple[int, int, int]]:
    """Pairs of flat pictures with close thumbs and one ratio, the nearest of each fresh one.

    Their hashes are rounding noise, so the pictures themselves are compared: 4 x 4 means first,
    then every pixel of the thumb.
    """
    ids = np.array(flat)
    thumbs = np.stack([_thumb(look[content]) for content in flat])
    means = thumbs.reshape(len(flat), 4, 8, 4, 8).mean(axis=(2, 4)).reshape(len(flat), 16)
    ratios = np.array([math.log(look[each].size[0] / look[each].size[1]) for each in flat])
    found: dict[tuple[int, int], int] = {}
    for content in fresh:
        at = int(np.searchsorted(ids, content))
        close = np.abs(means - means[at]).max(axis=1) <= _CLOSE
        close &= np.abs(ratios - ratios[at]) <= _SAME_RATIO
        close[at] = False
        near = np.flatnonzero(close)
        apart = np.abs(thumbs[near] - thumbs[at]).max(axis=1)
        for other in near[np.argsort(apart, kind="stable")][: int((apart <= _CLOSE).sum())][
            :NEIGHBOURS
        ]:
            other_id = int(ids[other])
            found[min(content, other_id), max(content, other_id)] = 0
    return [(a, b, distance) for (a, b), distance in found.items()]


def _thumb(row: LookRow) -> NDArray[np.int16]:
    return np.frombuffer(row.thumb, np.uint8).astype(np.int16)


def find_turned(
    index: SearchIndex,
    fresh: Sequence[int],
    distance: int,
    turns: Sequence[int],
    looks: Callable[[Iterable[int]], Mapping[int, LookRow]],
) -> list[Candidate]:
    """Pairs of a content of `fresh` with any other that shows it rotated or mirrored.

    Every turn is a search of its own and so brings its own chance hits; the thumbs, laid over
    each other, have to agree closely.

    Args:
        index: every content with a fingerprint.
        fresh: ids to search for, in `index`.
        distance: the largest distance of a potential pair.
        turns: EXIF orientations 2..8 to look for.
        looks: gives the `LookRow` of contents.
    """
    found: dict[tuple[int, int], Candidate] = {}
    known = np.flatnonzero(~index.flat)
    for start in range(0, len(fresh), _TURNED_AT_ONCE):
        part = np.array(fresh[start : start + _TURNED_AT_ONCE], dtype=np.int64)
        part = part[~index.flat[np.searchsorted(index.ids, part)]]
        if not len(part):
            continue
        look = dict(looks(part.tolist()))
        thumbs = np.stack([np.frombuffer(look[each].thumb, np.uint8) for each in part.tolist()])
        hashes = turned_hashes(thumbs.reshape(-1, SIDE, SIDE), turns)
        for turn, row in zip(turns, hashes, strict=True):
            pairs = nearest(
                (
                    (left, right + len(part), between)
                    for left, right, between in join(row, index.hashes[known], distance)
                ),
                # Only the fresh side claims: the other one's claims were for the picture upright.
                np.repeat([NEIGHBOURS, 0], [len(part), len(known)]),
            )
            ids = zip(
                part[pairs[0]].tolist(),
                index.ids[known[pairs[1] - len(part)]].tolist(),
                pairs[2].tolist(),
                strict=True,
            )
            near = [(a, b, between) for a, b, between in ids if a != b]
            look.update(looks({b for _, b, _ in near} - look.keys()))
            for a, b, between in near:
                agree = correlation(look[a], look[b], turn)
                if agree >= _TURNED_AGREE:
                    # Stated for the higher id; a quarter turn is undone by the other one.
                    applied = turn if a > b else _INVERSE.get(turn, turn)
                    low, high = min(a, b), max(a, b)
                    found.setdefault(
                        (low, high),
                        Candidate(
                            low,
                            high,
                            between,
                            agree,
                            False,
                            evidence_of(look[low], look[high], applied),
                            applied,
                        ),
                    )
    return list(found.values())


def _candidate(a: int, b: int, distance: int, look: Mapping[int, LookRow]) -> Candidate:
    first, second = look[a], look[b]
    return Candidate(
        a,
        b,
        distance,
        correlation(first, second),
        pixels_equal(first, second),
        evidence_of(first, second),
    )


def correlation(a: LookRow, b: LookRow, turn: int = 1) -> float:
    """Pearson's correlation of the two thumbs, -1..1; of pictures without detail, 1 or 0.

    Args:
        a: one picture.
        b: the other.
        turn: EXIF orientation applied to `a` first.
    """
    laid = upright(Image.fromarray(_thumb(a).astype(np.uint8).reshape(SIDE, SIDE)), turn)
    first = np.asarray(laid).reshape(-1).astype(np.float64)
    second = _thumb(b).astype(np.float64)
    first -= first.mean()
    second -= second.mean()
    size = math.sqrt(float(first @ first) * float(second @ second))
    if size == 0:
        return 1.0 if a.thumb == b.thumb else 0.0
    return round(float(first @ second) / size, 4)


def evidence_of(a: LookRow, b: LookRow, turn: int = 1) -> Evidence:
    """What colours and shapes say of a pair.

    Args:
        a: one picture.
        b: the other.
        turn: EXIF orientation that, applied to `b`, lays it over `a`.
    """
    if a.chroma is None or b.chroma is None:
        return Evidence(None, None)
    difference = _chroma(a.chroma) - _chroma(b.chroma, turn)
    width, height = b.size[::-1] if turn >= 5 else b.size
    ratio = (a.size[0] * height) / (a.size[1] * width)
    return Evidence(
        round(math.sqrt(float((difference**2).mean())), 2),
        round(max(ratio, 1 / ratio) - 1, 4),
    )


def _chroma(chroma: bytes, turn: int = 1) -> NDArray[np.float64]:
    """Shape (2, 8, 8): Cb and Cr, turned."""
    planes = np.frombuffer(chroma, np.uint8).reshape(2, CHROMA_SIDE, CHROMA_SIDE)
    laid = [upright(Image.fromarray(plane), turn) for plane in planes] if turn > 1 else planes
    return np.stack([np.asarray(plane) for plane in laid]).astype(np.float64)
