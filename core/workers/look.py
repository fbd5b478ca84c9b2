"""What can be asked of opened libraries, what would become of them included.

Whoever takes a `Look` only shows, weighs or plans: nothing here moves a file or decides anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from pathlib import Path

from core.actions.carrying import plan_choices
from core.actions.holdings import Holdings, Wishes
from core.address import is_remote
from core.catalog import assets, history, libraries, overview
from core.catalog.database import Catalog
from core.catalog.relations import Live
from core.catalog.verdicts import Told, told_verdicts
from core.imaging.verdict import METHOD
from core.libraries.companions import companions_of
from core.matching import open_pairs
from core.matching.relations import Relations
from core.metadata.compare import PairView
from core.model import (
    Asset,
    Choice,
    Companion,
    CompanionKind,
    Decision,
    Distances,
    ListedAsset,
    PairRef,
    Plan,
    Verdict,
)
from core.workers.homes import Homes
from core.workers.verdicts import Verdicts

_LISTED_AT_ONCE = 2000
"""Entries of one look into the catalog, so that others wait for a moment only."""


class Look:
    """What is known of some libraries of one catalog."""

    def __init__(
        self,
        catalog: Catalog,
        holdings: Holdings,
        distances: Distances,
        homes: Homes,
        verdicts: Verdicts,
    ) -> None:
        self.catalog = catalog
        self.roots = holdings.roots
        self.folders = [root for root in holdings.roots if not is_remote(root)]
        """Those of `roots` that are folders."""
        self.distances = distances
        self.homes = homes
        self._holdings = holdings
        self._verdicts = verdicts

    @property
    def wishes(self) -> Wishes:
        """What the owner wants of decisions."""
        return self._holdings.wishes

    async def is_new(self) -> bool:
        """Whether nothing has ever been recorded of one of the libraries."""
        for root in self.roots:
            if not await self.catalog.call(libraries.is_known, root):
                return True
        return False

    # Pairs

    async def open_pairs(
        self,
        without: Set[int] = frozenset(),
        touching: Set[int] | None = None,
        supposed: Sequence[Live] = (),
    ) -> list[PairRef]:
        """Pairs that wait for a decision, strongest first; as `core.matching.open_pairs`."""
        return await self.catalog.call(
            open_pairs.open_pairs,
            self.roots,
            self.distances,
            without=without,
            touching=touching,
            supposed=supposed,
        )

    async def changed_since(
        self, before: Relations, contents: Set[int], supposed: Sequence[Live] = ()
    ) -> tuple[set[int], Relations]:
        """As `core.matching.open_pairs.changed_since`."""
        return await self.catalog.call(open_pairs.changed_since, before, contents, supposed)

    async def glimpse(self) -> list[PairRef]:
        """A pair to begin with, where all of them take a while."""
        return await self.catalog.call(open_pairs.glimpse, self.roots, self.distances)

    async def view(self, ref: PairRef) -> PairView | None:
        """What is shown of a pair; None where one of its assets is gone."""
        found = await self.assets_with_companions(ref.key)
        return PairView.of(ref, *found) if len(found) == 2 else None

    async def verdict(self, ref: PairRef, originals: bool = True) -> Verdict | None:
        """What a close look says of a pair, `ref.asset_a` being A; None where an asset is gone.

        Given once for two contents, then remembered; also when whoever asked has gone away.

        Args:
            ref: the pair.
            originals: look at the very files, even where they have to be fetched from a server;
                else its previews will do, for a person.

        Raises:
            ImageError: a file cannot be read, or is not what it was when it was scanned.
            UnavailableError: the catalog fails, or no worker can be started.
        """
        found = await self.assets(ref.key)
        if len(found) < 2:
            return None
        a, b = found
        return await self._verdicts.of(a, b, originals)

    async def told_verdicts(self) -> dict[tuple[int, int], Told]:
        """The verdicts given so far, in short, by their contents, the lower id first."""
        return await self.catalog.call(told_verdicts, METHOD)

    # Assets

    async def assets(self, asset_ids: Iterable[int]) -> list[Asset]:
        """The present assets of these ids, in this order."""
        wanted = list(asset_ids)
        made = await self.catalog.call(assets.assets, wanted, self.roots)
        found = {each.id: each for each in made}
        return [found[asset_id] for asset_id in wanted if asset_id in found]

    async def assets_with_companions(self, asset_ids: Iterable[int]) -> list[Asset]:
        """As `assets`, with what lies beside them now, and who is in them."""
        found = await self.assets(asset_ids)
        if await self.homes.count_people(found):
            found = await self.assets(each.id for each in found)
        return await asyncio.to_thread(lambda: [_with_companions(each) for each in found])

    async def entries(self, asset_ids: Iterable[int]) -> dict[int, ListedAsset]:
        """What a list shows of these assets, by id."""
        wanted = list(asset_ids)
        found: dict[int, ListedAsset] = {}
        for start in range(0, len(wanted), _LISTED_AT_ONCE):
            some = wanted[start : start + _LISTED_AT_ONCE]
            found |= await self.catalog.call(overview.entries, some)
        return found

    def shelter_of(self, asset: Asset) -> Path | None:
        """The protected folder that `asset` lies in, if any; or its file on its server."""
        return self._holdings.shelter(asset.path) or self._holdings.shelter(Path(asset.place))

    # Decisions

    async def plan(self, choice: Choice) -> Plan:
        """What `choice` would do; raises as `plan_choices`."""
        return (await self.plan_group([choice]))[0]

    async def plan_group(self, choices: Sequence[Choice]) -> list[Plan]:
        """What `choices`, made as one, would do; raises as `plan_choices`."""
        choices, server = await self.homes.of(choices)
        if server is not None:
            return await server.actions.plan(choices)
        return await asyncio.to_thread(plan_choices, self.catalog, choices, self._holdings)

    async def decisions(self, ids: Sequence[int]) -> list[Decision]:
        """The decisions of these numbers, the oldest first."""
        return await self.catalog.call(history.decisions, list(ids))


def _with_companions(asset: Asset) -> Asset:
    """`asset` with what lies beside it now."""
    if asset.remote is not None:
        video = asset.remote.live_video
        beside = () if video is None else (Companion(CompanionKind.VIDEO, asset.path / video),)
        return replace(asset, companions=beside)
    try:
        return replace(asset, companions=companions_of(asset.path))
    except OSError:
        # A folder that is gone is found out by the decision or the next scan.
        return asset
