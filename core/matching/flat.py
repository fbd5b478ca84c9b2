"""Pairs of pictures without detail, by what their thumbs show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from core.catalog.pairs import LookRow
from core.matching.evidence import thumb_of
from core.matching.neighbours import NEIGHBOURS

_CLOSE = 4
"""Levels of 255 that the thumbs of two flat pictures may differ by, everywhere."""
_SAME_RATIO = 0.02
"""Difference of log(width / height) within the rounding of a resize."""


def flat_pairs(
    fresh: Sequence[int], flat: Sequence[int], look: Mapping[int, LookRow]
) -> list[tuple[int, int, int]]:
    """Pairs of flat pictures with close thumbs and one ratio, the nearest of each fresh one.

    Their hashes are rounding noise, so the pictures themselves are compared: 4 x 4 means first,
    then every pixel of the thumb.
    """
    ids = np.array(flat)
    thumbs = np.stack([thumb_of(look[content]) for content in flat])
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
