"""Pairs of which one picture is the other one turned or mirrored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from core.catalog.pairs import Candidate, LookRow
from core.imaging.fingerprint import SIDE, turned_hashes
from core.matching.evidence import correlation, evidence_of
from core.matching.hamming import join
from core.matching.index import SearchIndex
from core.matching.neighbours import NEIGHBOURS, nearest

_INVERSE = {6: 8, 8: 6}
_TURNED_AGREE = 0.95
"""Correlation that a turned pair must have."""
_TURNED_AT_ONCE = 8192
"""Contents whose thumbs are in memory together: 8 MB."""


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
