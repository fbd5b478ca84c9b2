"""Pairs of pictures without detail, by what their thumbs show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from core.catalog.pairs import LookRow
from core.matching.evidence import thumb_of
from core.matching.index import SearchIndex
from core.matching.neighbours import NEIGHBOURS

_CLOSE = 4
"""Levels of 255 that the thumbs of two flat pictures may differ by, everywhere."""
_SAME_RATIO = 0.02
"""Difference of log(width / height) within the rounding of a resize."""
_LOOKED_AT = 16 * NEIGHBOURS
"""Thumbs that are compared for one picture at most: of ten thousand black frames, a few speak for
all."""
_LOADED = 4096
"""Thumbs in memory together: 4 MB."""


def flat_pairs(
    index: SearchIndex,
    is_fresh: NDArray[np.bool_],
    looks: Callable[[Iterable[int]], Mapping[int, LookRow]],
) -> list[tuple[int, int, int]]:
    """Pairs of flat pictures with close thumbs and one ratio, the nearest of each fresh one.

    Their hashes are rounding noise, so the pictures themselves are compared: their marks first,
    then every pixel of the thumbs.

    Args:
        index: every content with a fingerprint.
        is_fresh: which of them to search for.
        looks: gives the `LookRow` of contents.

    Returns:
        Content ids, lower first, and 0 for the distance.
    """
    fresh = index.ids[index.flat & is_fresh].tolist()
    if not fresh:
        return []
    unmarked = index.ids[index.flat][len(index.marks.ids) :].tolist()
    for start in range(0, len(unmarked), _LOADED):
        index.marks.add(looks(unmarked[start : start + _LOADED]))
    found: set[tuple[int, int]] = set()
    for content in fresh:
        near = _alike(index, content)
        look = looks([content, *near])
        thumb = thumb_of(look[content])
        apart = {other: int(np.abs(thumb_of(look[other]) - thumb).max()) for other in near}
        for other in sorted(near, key=apart.__getitem__)[:NEIGHBOURS]:
            if apart[other] <= _CLOSE:
                found.add((min(content, other), max(content, other)))
    return [(a, b, 0) for a, b in found]


def _alike(index: SearchIndex, content: int) -> list[int]:
    """The others whose marks allow close thumbs, nearest first and not too many."""
    marks = index.marks
    at = int(np.searchsorted(marks.ids, content))
    apart = np.abs(marks.means - marks.means[at]).max(axis=1)
    # Each mean was rounded by half a level.
    may_be = (apart <= _CLOSE + 1) & (np.abs(marks.ratios - marks.ratios[at]) <= _SAME_RATIO)
    may_be[at] = False
    near = np.flatnonzero(may_be)
    nearest = near[np.argsort(apart[near], kind="stable")][:_LOOKED_AT]
    return [int(each) for each in marks.ids[nearest]]
