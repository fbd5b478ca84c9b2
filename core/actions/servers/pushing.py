"""Groups that a server is given: near-copies it has not found, for its own page of duplicates.

A server has each asset in one group at most, and whoever looks there goes by its groups; so none
that has one is taken out of it. To give the same group twice comes to the same.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3

from core.address import id_of, root_of
from core.matching.potential import PotentialGroup
from core.model import Asset


@dataclass(frozen=True, slots=True)
class Pushed:
    """Assets of one server that it shall have in a group."""

    group: str
    paths: tuple[Path, ...]
    """Those that are in none yet."""
    of: tuple[Path, ...]
    """All that will be in it."""

    @property
    def root(self) -> Path:
        """The path that stands for the server."""
        return root_of(self.paths[0])


def groups_to_push(
    groups: Iterable[PotentialGroup], assets: Mapping[int, Asset]
) -> Iterator[Pushed]:
    """What servers lack of `groups`: a group of its own for those that have none, else a place
    among those that they belong to.

    Args:
        groups: as a person sees them, of pairs that are still open.
        assets: all that are present, by their ids.
    """
    given: set[Path] = set()
    for group in groups:
        members = [assets[each] for each in group.members if each in assets]
        for root in dict.fromkeys(each.library for each in members if each.remote is not None):
            there = [each for each in members if each.library == root]
            free = [each.path for each in there if _group_of(each) is None]
            free = [path for path in free if path not in given]
            found = next((name for each in there if (name := _group_of(each))), None)
            if not free or (found is None and len(free) < 2):
                continue
            given.update(free)
            of = [each.path for each in there if _group_of(each) == found and found]
            yield Pushed(found or _name(free), tuple(free), (*of, *free))


def _group_of(asset: Asset) -> str | None:
    return asset.remote.group if asset.remote is not None else None


def _name(paths: Iterable[Path]) -> str:
    """Of a new group: the same for the same assets, so that nothing is done twice; in the form of
    ids that are drawn at random, as the server takes no other to resolve."""
    ids = " ".join(sorted(map(id_of, paths)))
    return str(uuid.UUID(bytes=blake3(ids.encode()).digest(16), version=4))
