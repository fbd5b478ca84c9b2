"""The open pairs as somebody shows them: all at first, then no more than what has changed."""

from __future__ import annotations

from collections.abc import Set

from core.catalog import assets, overview
from core.matching.current import current_relations
from core.matching.relations import Relations
from core.model import PairRef
from core.workers.look import Look


class ShownPairs:
    """What the pairs were when they were last asked for."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._relations = Relations()

    async def all(self) -> list[PairRef]:
        """Every open pair, the strongest first."""
        # Asked first, so that what is decided in between is told again rather than never.
        self._relations = await self._look.catalog.call(current_relations)
        return await self._look.open_pairs()

    async def changed(self, asset_ids: Set[int]) -> tuple[set[int], list[PairRef]]:
        """The open pairs that these assets have to do with, or any decision since the last look.

        Returns the assets that such pairs can be of, and the pairs: of those assets no others are
        open.
        """
        catalog = self._look.catalog
        contents = await catalog.call(assets.contents_of, asset_ids)
        contents, self._relations = await self._look.changed_since(self._relations, contents)
        concerned = await catalog.call(overview.assets_with, contents)
        return concerned | asset_ids, await self._look.open_pairs(touching=contents)
