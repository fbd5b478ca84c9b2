"""The fingerprints of everything known, where the search can reach them at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from core.catalog.pairs import LookRow, SearchRow
from core.matching.evidence import thumb_of

LOW_DETAIL = 8.0
"""Standard deviation of the thumb, in levels of 255, below which a hash is rounding noise: black
frames, blank pages, plain walls. Photos of anything measured 18 and more."""


class FlatMarks:
    """What pictures without detail show, coarsely: 48 bytes each, while thumbs would be 1,024."""

    def __init__(self) -> None:
        self.ids = np.empty(0, dtype=np.int64)
        """Ascending."""
        self.means = np.empty((0, 16), dtype=np.int16)
        """Of the thumb's 4 x 4 parts, rounded."""
        self.ratios = np.empty(0, dtype=np.float64)
        """log(width / height)."""

    def add(self, looks: Mapping[int, LookRow]) -> None:
        """Take over pictures with ids above those so far."""
        rows = [looks[content] for content in sorted(looks)]
        thumbs = np.stack([thumb_of(row) for row in rows]).reshape(len(rows), 4, 8, 4, 8)
        means = thumbs.mean(axis=(2, 4)).round().astype(np.int16).reshape(len(rows), 16)
        ratios = [math.log(row.size[0] / row.size[1]) for row in rows]
        self.ids = np.concatenate([self.ids, np.array(sorted(looks), dtype=np.int64)])
        self.means = np.concatenate([self.means, means])
        self.ratios = np.concatenate([self.ratios, np.array(ratios)])


class SearchIndex:
    """The fingerprints of all contents, in memory: 25 bytes each. It only grows."""

    def __init__(self) -> None:
        self.ids = np.empty(0, dtype=np.int64)
        """Ascending."""
        self.hashes = np.empty(0, dtype=np.uint64)
        self.flat = np.empty(0, dtype=bool)
        """Which have too little detail for their hash to mean anything."""
        self.marks = FlatMarks()
        """Of the flat ones that have been looked at so far, the oldest first."""
        self.claimed = np.empty(0, dtype=np.int64)
        """In how many pairs of earlier searches each stands."""

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

    def count_claims(self, standing: Mapping[int, int]) -> None:
        """Begin again with the pairs that contents of the index stand in, by id."""
        contents = np.fromiter(standing.keys(), np.int64, len(standing))
        self.claimed[:] = 0
        self.claimed[np.searchsorted(self.ids, contents)] = list(standing.values())
