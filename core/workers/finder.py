"""The search for pairs, carried on as pictures come: one index for all libraries of a session."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from core.catalog import pairs
from core.catalog.database import Catalog
from core.matching.index import SearchIndex
from core.matching.open_pairs import claims
from core.matching.search import find_candidates
from core.matching.turned import find_turned
from core.workers.events import Listener, PairsFound


class Finder:
    """Finds the pairs of everything new in a catalog."""

    def __init__(self, catalog: Catalog, distance: int, turns: Sequence[int] = ()) -> None:
        """Pairs are looked for up to `distance`, and in the EXIF orientations `turns` besides
        upright."""
        self._catalog = catalog
        self.distance = distance
        """Up to which pairs are looked for."""
        self._turns = turns
        self._index = SearchIndex()
        self.found = 0
        """Pairs since `begin`."""
        self._crowded: set[int] = set()
        """Searched since `begin`; only a later search, with fewer pairs open, finds them more."""
        self._counted = False
        """Whether the index knows the pairs that were open at `begin`."""

    def begin(self) -> None:
        """A scan begins."""
        self._crowded.clear()
        self._counted = False
        self.found = 0

    def forget(self) -> None:
        """Something has left the search: the index only grows."""
        self._index = SearchIndex()
        self._counted = False

    def came(self, contents: Collection[int]) -> None:
        """These have got their fingerprints only now. The index takes contents in their order; one
        that is passed already has it made anew."""
        if contents and min(contents) <= self._index.last_id:
            self.forget()

    async def search(self, listener: Listener) -> None:
        """Look for the pairs of what is new."""
        if await self._catalog.call(self._search_now):
            listener(PairsFound())

    def _search_now(self) -> bool:
        """Whether there was anything to search for; runs on the database thread."""
        waiting = pairs.unsearched(self.distance, self._turns)
        fresh = [each for each in waiting if each not in self._crowded]
        if not fresh:
            return False
        self._index.add(pairs.search_rows(self._index.last_id))
        if not self._counted:
            self._index.count_claims(claims())
            self._counted = True
        stored = pairs.stored_with(fresh)
        found = find_candidates(self._index, fresh, self.distance, pairs.look_rows, stored)
        # Where a picture meets itself lying alike and turned, the first one stored stays.
        turned = find_turned(self._index, fresh, self.distance, self._turns, pairs.look_rows)
        self.found += len(found.candidates) + len(turned)
        pairs.store_candidates(
            [*found.candidates, *turned], found.complete, self.distance, self._turns
        )
        self._crowded.update(found.crowded)
        return True
