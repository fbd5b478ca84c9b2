"""New contents against everything known: the candidates, and which may show equal pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from core.catalog.pairs import Candidate, LookRow, SearchRow
from core.imaging.coding import may_agree
from core.matching.hamming import neighbours

PIXEL_RADIUS = 6
"""Pixel-equal pictures read through different decoders differ by the rounding of their scaled
decodes only; most measured within 2, a wall of even bricks 6 apart."""

_THUMB_TOLERANCE = 16
"""Levels of 255 that the rounding of a scaled decode may move one of the thumb's pixels; 10 is
the most that was measured. Too much costs a decode, too little an equal pair."""

_FLAT = 16
"""Levels of 255 between the thumb's darkest and lightest: two codings may agree on so little."""


def search_radius(distance: int) -> int:
    """How far to search so that both near pairs and pixel-equal ones are met."""
    return max(distance, PIXEL_RADIUS)


def pixels_equal(a: LookRow, b: LookRow) -> bool | None:
    """Whether both show equal pixels, as far as that is known without opening a file.

    Returns:
        None where only a decode of both can tell.
    """
    if a.size != b.size:
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
    first, second = (np.frombuffer(row.thumb, np.uint8).astype(np.int16) for row in (a, b))
    if np.abs(first - second).max() > _THUMB_TOLERANCE:
        return False
    flat = min(np.ptp(first), np.ptp(second)) <= _FLAT
    return None if flat or may_agree(a.coding, b.coding) else False


def find_candidates(
    rows: Sequence[SearchRow],
    distance: int,
    looks: Callable[[Iterable[int]], Mapping[int, LookRow]],
) -> tuple[list[Candidate], list[int]]:
    """Candidates that the contents not yet searched far enough bring, and the ids of those.

    Args:
        rows: every content with a fingerprint.
        distance: the largest distance of a potential pair.
        looks: gives the `LookRow` of contents, asked only for those in a candidate.

    Returns:
        Candidates within `distance`, or further apart within `PIXEL_RADIUS` where their pixels
        may be equal; and the content ids that are searched now.
    """
    radius = search_radius(distance)
    ids = np.array([row.content_id for row in rows], dtype=np.int64)
    hashes = np.array([row.hash for row in rows], dtype=np.int64).view(np.uint64)
    fresh = np.flatnonzero(np.array([row.searched for row in rows], dtype=np.int64) < distance)
    is_fresh = np.zeros(len(ids), dtype=bool)
    is_fresh[fresh] = True
    near: list[tuple[int, int, int]] = []
    for left, right, distances in neighbours(hashes[fresh], hashes, radius):
        left = fresh[left]
        # Two fresh ones meet twice, and everything meets itself.
        once = np.where(is_fresh[right], left < right, True)
        for a, b, found in zip(
            ids[left[once]].tolist(), ids[right[once]].tolist(), distances[once].tolist(),
            strict=True,
        ):  # fmt: skip
            near.append((min(a, b), max(a, b), found))
    look = looks({content for a, b, _ in near for content in (a, b)})
    candidates = [Candidate(a, b, found, pixels_equal(look[a], look[b])) for a, b, found in near]
    kept = [
        candidate
        for candidate in candidates
        if candidate.distance <= distance or candidate.pixels_equal is not False
    ]
    return kept, ids[fresh].tolist()
