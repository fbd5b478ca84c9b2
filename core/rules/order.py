"""In which order choices are carried out, so that none rests on a picture that has gone.

*Near* does not chain: where A is better than B and C than A, B may go only in favour of what it
was compared with. So of unlike pictures the best acts first, and what it beat no longer chooses.
Pictures with equal pixels do chain, and there the worst goes first, so that one pass settles all.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edge:
    """A choice that sends a file away."""

    better: int
    """Asset id."""
    worse: int
    """Asset id."""
    lossless: bool
    """Both show the same pixels."""


@dataclass(frozen=True, slots=True)
class Course:
    """What to do with some edges, by their places in the input."""

    acts: tuple[int, ...]
    """In this order."""
    circles: tuple[int, ...]
    """Each asset better than the next, round in a circle, or between two such: nobody can tell."""
    moot: tuple[int, ...]
    """Settled by what acts before them."""


def in_order(edges: Sequence[Edge]) -> Course:
    """The order for `edges`; the same for the same edges, whatever else is going on."""
    circles = _circles(edges)
    sound = [place for place in range(len(edges)) if place not in circles]
    acts = _worst_first(edges, [place for place in sound if edges[place].lossless])
    gone = {edges[place].worse for place in acts}
    acts += _best_first(
        edges,
        [
            place
            for place in sound
            if not edges[place].lossless
            and edges[place].better not in gone
            and edges[place].worse not in gone
        ],
    )
    done = {*acts, *circles}
    moot = tuple(place for place in range(len(edges)) if place not in done)
    return Course(tuple(acts), tuple(sorted(circles)), moot)


def components(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Places of `pairs` that hang together by what they name, in the order of their first pair."""
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    listed = list(pairs)
    for a, b in listed:
        parent[root(a)] = root(b)
    found: dict[int, list[int]] = {}
    for place, (a, _) in enumerate(listed):
        found.setdefault(root(a), []).append(place)
    return list(found.values())


def _circles(edges: Sequence[Edge]) -> set[int]:
    """What is left when assets that nothing beats, and assets that beat nothing, are taken away
    until there are none."""
    left = set(range(len(edges)))
    while left:
        beats = {edges[place].better for place in left}
        beaten = {edges[place].worse for place in left}
        inner = {
            place for place in left if edges[place].better in beaten and edges[place].worse in beats
        }
        if inner == left:
            break
        left = inner
    return left


def _worst_first(edges: Sequence[Edge], places: Sequence[int]) -> list[int]:
    keeps: defaultdict[int, set[int]] = defaultdict(set)
    beaten_by: defaultdict[int, list[int]] = defaultdict(list)
    for place in places:
        keeps[edges[place].better].add(place)
        beaten_by[edges[place].worse].append(place)
    ready = [by[0] for asset, by in beaten_by.items() if not keeps[asset]]
    heapq.heapify(ready)
    acts: list[int] = []
    while ready:
        place = heapq.heappop(ready)
        acts.append(place)
        for settled in beaten_by[edges[place].worse]:
            keeper = edges[settled].better
            keeps[keeper].discard(settled)
            if not keeps[keeper] and beaten_by[keeper]:
                heapq.heappush(ready, beaten_by[keeper][0])
    return acts


def _best_first(edges: Sequence[Edge], places: Sequence[int]) -> list[int]:
    left = set(places)
    beaten_by: defaultdict[int, set[int]] = defaultdict(set)
    touching: defaultdict[int, list[int]] = defaultdict(list)
    for place in places:
        beaten_by[edges[place].worse].add(place)
        touching[edges[place].better].append(place)
        touching[edges[place].worse].append(place)
    ready = [place for place in places if not beaten_by[edges[place].better]]
    heapq.heapify(ready)
    acts: list[int] = []
    while ready:
        place = heapq.heappop(ready)
        if place not in left:
            continue
        acts.append(place)
        for settled in touching[edges[place].worse]:
            left.discard(settled)
            beaten = edges[settled].worse
            beaten_by[beaten].discard(settled)
            if not beaten_by[beaten]:
                for freed in touching[beaten]:
                    if freed in left and edges[freed].better == beaten:
                        heapq.heappush(ready, freed)
    return acts
