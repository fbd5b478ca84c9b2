"""New contents against everything known: the candidates, and which may show equal pixels."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.catalog.pairs import Candidate, LookRow
from core.matching.evidence import candidate
from core.matching.flat import flat_pairs
from core.matching.hamming import Pairs
from core.matching.index import SearchIndex
from core.matching.neighbours import NEIGHBOURS, hash_pairs, nearest

PIXEL_RADIUS = 6
"""Pixel-equal pictures read through different decoders differ by the rounding of their scaled
decodes only; most measured within 2, a wall of even bricks 6 apart."""


def search_radius(distance: int) -> int:
    """How far to search so that both near pairs and pixel-equal ones are met."""
    return max(distance, PIXEL_RADIUS)


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
    stored: Collection[tuple[int, int]] = (),
) -> Found:
    """The neighbours that the contents `fresh` have among everything known.

    Args:
        index: every content with a fingerprint.
        fresh: ids to search for, in `index`, ascending.
        distance: the largest distance of a potential pair.
        looks: gives the `LookRow` of contents, asked only for those that need a closer look.
        stored: pairs of `fresh` ones that earlier searches have found, lower id first.

    Returns:
        Candidates within `distance`; further apart, within `PIXEL_RADIUS`, where their pixels may
        be equal; and pairs of flat pictures whose thumbs are close.
    """
    at = np.searchsorted(index.ids, np.array(fresh, dtype=np.int64))
    is_fresh = np.zeros(len(index.ids), dtype=bool)
    is_fresh[at] = True
    # Who stands in pairs has made its claims, or a burst that arrives in small batches would claim
    # anew with each.
    most = np.maximum(0, NEIGHBOURS - index.claimed)
    met = hash_pairs(index, is_fresh, search_radius(distance))
    left, right, distances, crowded = nearest(_without(met, index, stored), most)
    near = list(
        zip(index.ids[left].tolist(), index.ids[right].tolist(), distances.tolist(), strict=True)
    )
    near += flat_pairs(index, is_fresh, looks)
    look = looks({content for a, b, _ in near for content in (a, b)})
    candidates = [
        each
        for each in (candidate(a, b, bits, look) for a, b, bits in near)
        if each.distance <= distance or each.pixels_equal is not False
    ]
    sides = [content for each in candidates for content in (each.content_a, each.content_b)]
    np.add.at(index.claimed, np.searchsorted(index.ids, sides), 1)
    full = set(index.ids[crowded].tolist())
    return Found(candidates, [content for content in fresh if content not in full], sorted(full))


def _without(
    met: Iterable[Pairs], index: SearchIndex, stored: Collection[tuple[int, int]]
) -> Iterator[Pairs]:
    """`met` without the pairs that are `stored`: they are no news, and must not crowd news out."""
    if not stored:
        yield from met
        return
    sides = np.searchsorted(index.ids, np.array(list(stored), dtype=np.int64))
    known = np.unique(sides[:, 0] * len(index.ids) + sides[:, 1])
    for left, right, distances in met:
        new = ~np.isin(left * len(index.ids) + right, known)
        yield left[new], right[new], distances[new]
