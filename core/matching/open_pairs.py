"""The pairs that wait for a decision. Everything here runs on the database thread."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from operator import itemgetter
from pathlib import Path
from typing import Any

from core.catalog import pairs, servers
from core.catalog.assets import copied
from core.catalog.pairs import NearRow
from core.catalog.relations import Live
from core.catalog.rows import unsigned, without_collection
from core.catalog.scope import Scope
from core.matching.current import current_relations
from core.matching.questions import is_own, questions
from core.matching.relations import Relations
from core.model import Distances, PairKind, PairRef

_LARGE = 100_000
"""Contents from which on a list of all open pairs keeps a person waiting."""
_GLIMPSE = 50
"""Contents and pairs that are looked at for one to begin with."""

Present = Mapping[int, tuple[int, int, bytes]]
"""As `core.catalog.assets.oldest_present` gives it."""


def open_pairs(
    roots: Scope,
    distances: Distances,
    among: int | None = None,
    without: Set[int] = frozenset(),
    touching: Collection[int] | None = None,
    supposed: Sequence[Live] = (),
) -> list[PairRef]:
    """Pairs below `roots` that wait for a decision: exact, pixel-equal, then by likelihood.

    The oldest copy of a content stands for all of them in its pairs, and the others pair up with
    that one as exact copies. A pair's older asset comes first, so that the same library shows the
    same pairs in the same order, however it was read.

    Args:
        roots: the libraries.
        distances: how far apart a pair may be, unless its pixels are equal.
        among: look at so many contents and pairs at most, whichever come to hand first.
        without: assets to take as gone.
        touching: only the pairs that one of these contents stands in, or one that
            `Relations.around` finds with it; None: all.
        supposed: decisions to take for carried out.
    """
    with without_collection():
        relations = current_relations()
        if supposed:
            relations = relations.changed((), supposed)
        if touching is not None:
            touching = relations.around(touching)
        first: dict[int, int] = {}
        exact: list[PairRef] = []
        for asset_id, content_id in copied(roots, among, touching):
            if asset_id in without:
                continue
            oldest = first.setdefault(content_id, asset_id)
            if oldest != asset_id and not relations.are_settled_copies(oldest, asset_id):
                exact.append(PairRef(oldest, asset_id, PairKind.EXACT, 0))
        return exact + _near_pairs(roots, distances, among, relations, without, touching)


def glimpse(roots: Scope, distances: Distances) -> list[PairRef]:
    """One open pair of a catalog so large that all of them take a while; else nothing."""
    is_large = pairs.last_content() >= _LARGE
    return open_pairs(roots, distances, _GLIMPSE)[:1] if is_large else []


def changed_since(
    before: Relations, contents: Collection[int], supposed: Sequence[Live] = ()
) -> tuple[set[int], Relations]:
    """The contents whose pairs may be others than they were, and what holds now.

    Args:
        before: what held then.
        contents: of which something else has changed.
        supposed: as in `open_pairs`.
    """
    now = current_relations()
    changed = now.differing(before).union(contents)
    known = now.changed((), supposed) if supposed else now
    return known.around(changed), now


def around(contents: Collection[int]) -> set[int]:
    """As `Relations.around`, by what holds now."""
    return current_relations().around(contents)


def claims() -> Counter[int]:
    """In how many pairs, lying alike and still open, each content stands."""
    relations = current_relations()
    standing = Counter[int]()
    for pair in pairs.present_pairs():
        if not relations.settles(*pair):
            standing.update(pair)
    return standing


def _near_pairs(
    roots: Scope,
    distances: Distances,
    among: int | None,
    relations: Relations,
    without: Set[int],
    touching: Collection[int] | None,
) -> list[PairRef]:
    found = pairs.near_rows(distances.largest(roots), among, touching)
    grouped: Set[tuple[int, int]] = frozenset()
    if among is None:
        grouped = servers.grouped_pairs(roots, without, touching)
        found += _told_by_servers(grouped - {row[:2] for row in found})
    known = relations.contents
    told = [row for row in found if row[0] in known or row[1] in known] if known else []
    sides = _sides(told)
    others = {member for side in sides & known for member in relations.group(side).members} - sides
    others |= {side for pair in grouped for side in pair}
    some = None if touching is None and among is None else _sides(found)
    first = pairs.oldest_paired(roots, without, some, others)
    reach = _reach(first, distances)

    def is_near(a: int, b: int, row: NearRow) -> bool:
        between, equal = row[2], row[5]
        if equal or between is None or row[:2] in grouped:
            return True
        # Across two libraries the smaller distance holds: neither shows what its own leaves out.
        return between <= min(reach.get(a, between), reach.get(b, between))

    asked = [
        (key, row)
        for key, row in questions(told, relations, first).items()
        # Of only some rows it cannot be told which one leads best to a pair that has none.
        if is_near(*key, row) and (among is None or is_own(key, row))
    ]
    plain = [
        row
        for row in found
        if row[0] in first and row[1] in first and row[0] not in known and row[1] not in known
        if is_near(row[0], row[1], row)
    ]
    return _in_order([*plain, *_shown(asked)], first)


def _shown(asked: Sequence[tuple[tuple[int, int], NearRow]]) -> list[NearRow]:
    """The rows to show for questions. Of a pair that was led to by others nothing is known but how
    far apart it is: what holds of those may not hold of it."""
    led = {content for key, row in asked if not is_own(key, row) for content in key}
    hashes = pairs.hashes(led) if led else {}
    return [
        row
        if is_own((a, b), row)
        else (a, b, _between(hashes.get(a), hashes.get(b)), None, 1, False, None, None)
        for (a, b), row in asked
    ]


def _between(one: int | None, other: int | None) -> int | None:
    """How many bits two fingerprints, signed, are apart; None where there is none of one."""
    # Of a number below 0 the bits of its absolute value would be counted.
    return None if one is None or other is None else unsigned(one ^ other).bit_count()


def _told_by_servers(grouped: Set[tuple[int, int]]) -> list[NearRow]:
    """Rows of pairs that no distance makes one."""
    found = {row[:2]: row for row in pairs.rows_of(grouped)}
    return [found.get((a, b), (a, b, None, None, 1, False, None, None)) for a, b in grouped]


def _in_order(found: Sequence[NearRow], first: Present) -> list[PairRef]:
    near: dict[tuple[Any, ...], list[tuple[tuple[Any, ...], tuple[Any, ...]]]] = defaultdict(list)
    for a, b, between, alike, turn, equal, *evidence in found:
        near[not equal, turn != 1, between is None, between or 0].append(
            (
                (-(alike or 0), turn, *sorted((first[a], first[b]))),
                (between, alike, turn, *evidence),
            )
        )
    # To sort a hundred thousand in one go keeps every other thread waiting for a fifth of a second.
    for some in near.values():
        some.sort(key=itemgetter(0))
    return [
        PairRef(a, b, PairKind.SIMILAR if coarsely[0] else PairKind.PIXELS, *evidence)
        for coarsely in sorted(near)
        for (*_, (_, a, _), (_, b, _)), evidence in near[coarsely]
    ]


def _reach(first: Present, distances: Distances) -> dict[int, int]:
    """The distance that holds for each content, by where its oldest asset is; empty where one and
    the same holds everywhere."""
    if not distances.libraries:
        return {}
    return {content: distances.at(Path(os.fsdecode(path))) for content, (*_, path) in first.items()}


def _sides(found: Sequence[NearRow]) -> set[int]:
    return {content for row in found for content in row[:2]}
