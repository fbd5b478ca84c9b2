"""All that was ever said of an asset and holds: its relations with who, when, why and by what."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.catalog import history, pairs, relations
from core.catalog.assets import in_chunks
from core.catalog.relations import Place
from core.catalog.verdicts import fetch_verdicts
from core.imaging.verdict import METHOD
from core.matching.account import Account, account
from core.matching.current import current_relations
from core.matching.relations import Relations
from core.model import Decision, RelationKind, Verdict


@dataclass(frozen=True, slots=True)
class Said:
    """One decision about an asset."""

    decision: Decision
    relation: str
    """What the asset is to the other one, as in ``better than``."""
    other: Place | None
    """None where it is about the asset alone, or the other one is nowhere any more."""
    distance: int | None
    """Bits between the fingerprints, where the search has met the two."""
    verdict: Verdict | None
    """Where one has been given."""


@dataclass(frozen=True, slots=True)
class Follows:
    """What follows from several decisions."""

    relation: str
    other: Place | None
    decisions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AssetAccount:
    """All that holds of one asset. Other contents are given by their best place."""

    place: Place
    tops: tuple[Place, ...]
    """The king of its group, or several rivals."""
    is_top: bool
    """It is one of them, and no other copy of its bytes stands for it."""
    group: tuple[Place, ...]
    """The others of its group."""
    alternates: tuple[Place, ...]
    """The others of its set of alternates."""
    set_name: str | None
    stack: tuple[Place, ...]
    """The others of its stack."""
    said: tuple[Said, ...]
    follows: tuple[Follows, ...]


def with_relations(files: Sequence[Path], folders: Sequence[Path]) -> list[Place]:
    """The assets at `files` and below `folders` that something was said of, by path. This and
    `accounts` run on the database thread."""
    known, copies = current_relations().contents, relations.of_copies()
    return [
        place
        for place in relations.places(map(os.fspath, files), folders)
        if place.content in known or place.asset_id in copies
    ]


def accounts(places: Collection[Place]) -> list[AssetAccount]:
    """Of some assets, in their order."""
    return _Page(current_relations(), places).accounts()


class _Page:
    """What some assets' accounts need of the catalog, asked for together."""

    def __init__(self, known: Relations, places: Collection[Place]) -> None:
        self._accounts = [(place, account(known, place.content)) for place in places]
        self._of_copies = relations.of_copies([place.asset_id for place in places])
        told = [each for _, each in self._accounts]
        contents = {
            content
            for each in told
            for content in (*each.group, *each.alternates, *each.stack, *_others(each))
        }
        self._places = relations.places_of(contents)
        direct = {said.id for each in told for said in each.direct}
        wanted = direct.union(*self._of_copies.values())
        self._decisions = {
            each.id: each for few in in_chunks(wanted) for each in history.decisions(few)
        }
        asked = {_pair(said.a, said.b) for each in told for said in each.direct}
        self._distances = pairs.distances(contents)
        self._verdicts = fetch_verdicts(asked, METHOD)

    def accounts(self) -> list[AssetAccount]:
        return [self._account(place, each) for place, each in self._accounts]

    def _account(self, place: Place, told: Account) -> AssetAccount:
        return AssetAccount(
            place,
            self._found(told.tops),
            place.content in told.tops and self._places.get(place.content) == place,
            self._found(each for each in told.group if each != place.content),
            self._found(told.alternates),
            told.set_name,
            self._found(told.stack),
            tuple(
                sorted(
                    (*self._directly(place, told), *self._with_copies(place)),
                    key=lambda said: said.decision.id,
                )
            ),
            tuple(
                Follows(each.relation, self._places.get(each.other), each.decisions)
                for each in told.implied
            ),
        )

    def _found(self, contents: Iterable[int]) -> tuple[Place, ...]:
        return tuple(self._places[each] for each in contents if each in self._places)

    def _directly(self, place: Place, told: Account) -> Iterator[Said]:
        for said in told.direct:
            decision = self._decisions.get(said.id)
            if decision is None:
                # Taken back since the relations were read.
                continue
            first = said.a == place.content
            pair = _pair(said.a, said.b)
            verdict = self._verdicts.get(pair)
            yield Said(
                decision,
                _WORDS[said.kind][0 if first else 1],
                self._places.get(said.other(place.content)),
                self._distances.get(pair),
                verdict,
            )

    def _with_copies(self, place: Place) -> Iterator[Said]:
        for decision_id in self._of_copies.get(place.asset_id, ()):
            decision = self._decisions.get(decision_id)
            if decision is None:
                continue
            choice = decision.choice
            first = choice.asset_a == place.asset_id
            path = decision.path_b if first else decision.path_a
            known = relations.places([os.fspath(path)], ())
            alone = choice.asset_a == choice.asset_b
            yield Said(
                decision,
                _WORDS[choice.kind][0 if first else 1],
                None if alone or not known else known[0],
                0,
                None,
            )


def _others(told: Account) -> Iterator[int]:
    yield from (said.other(told.content) for said in told.direct)
    yield from (each.other for each in told.implied)


def _pair(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


_WORDS = {
    RelationKind.BETTER: ("better than", "worse than"),
    RelationKind.SAME_QUALITY: ("as good as", "as good as"),
    RelationKind.ALTERNATES: ("an alternate of", "an alternate of"),
    RelationKind.STACKED: ("on top of", "stacked below"),
    RelationKind.NOT_RELATED: ("not related to", "not related to"),
    RelationKind.DISCARDED: ("discarded", "discarded"),
}
"""What A is to B, and B to A."""
