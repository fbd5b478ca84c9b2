"""The screens' side of the services about the past: what `tui.past` promises."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from core.actions.emptying import Emptying, plan_emptying
from core.catalog import held, history, ledger, rulebook
from core.errors import ActionRefused
from core.model import Asset, Decision, DecisionFilter, DeniedPair, RelationKind
from core.process.selection import parse_since
from core.workers import past
from core.workers.background import RulesAtWork
from core.workers.emptying import days_ago, removing
from core.workers.making_again import MadeAgain, MakingAgain
from core.workers.records import Book, Heap, LeftTrash, Particulars
from core.workers.session import Session
from core.workers.taking_back import TakenBack, TakingBack
from tui.past import Conflict, Emptied, EmptyingPlan, Foreseen, Outcome
from tui.turns import Change, Turns

_AT_ONCE = 25
"""Decisions that are taken back in one turn: those of a person come between."""


class Archive:
    """Answers the pages about what was decided, and takes it back."""

    PAGE = 100

    def __init__(
        self,
        session: Session,
        rules: RulesAtWork,
        open_pairs: Callable[[], int],
        version: Callable[[], object],
        do: Callable[[Change], None],
        touched: Callable[[Iterable[int]], None],
    ) -> None:
        """`open_pairs` says how many nobody has decided; `version` as `PastServices.version`; `do`
        as `Turns`; `touched` hears of assets whose decisions were taken back or made again."""
        self._session = session
        self._rules = rules
        self._open_pairs = open_pairs
        self._version = version
        self._turns = Turns(do)
        self._touched = touched
        self._catalog = session.catalog
        self.roots = session.roots
        self.folders: Sequence[Path] = session.folders
        self.servers = [root for root in session.roots if root not in session.folders]
        self.last_book: Book | None = None

    @property
    def version(self) -> object:
        return self._version()

    def now(self) -> datetime:
        return datetime.now(UTC)

    # Decisions

    async def page(self, which: DecisionFilter, place: int) -> list[Decision]:
        return await self._catalog.read(history.page, which, place, self.PAGE)

    async def count(self, which: DecisionFilter) -> int:
        return await self._catalog.read(history.count, which)

    async def place_of(self, which: DecisionFilter, number: int) -> int:
        return await self._catalog.read(history.count, which, number)

    async def deciders(self) -> tuple[Sequence[str], Mapping[int, int]]:
        return await self._catalog.read(lambda: (history.rule_names(), history.runs()))

    def moment(self, text: str, end: bool = False) -> str:
        if end:
            # A time ends when it is, and no date.
            with suppress(ValueError):
                text = (date.fromisoformat(text) + timedelta(days=1)).isoformat()
        return parse_since("", text)

    async def particulars(self, number: int) -> Particulars | None:
        return await past.particulars(self._catalog, number)

    async def sides(self, number: int) -> tuple[Asset, Asset] | None:
        return await self._catalog.read(past.sides, number, self.roots)

    async def standing(self, which: DecisionFilter) -> Sequence[int]:
        return await self._catalog.read(history.standing, which)

    async def foresee(self, numbers: Sequence[int]) -> Foreseen:
        taking = TakingBack(self._catalog, self._session.actions_at, dry=True)
        going: list[Decision] = []
        conflicts: list[Conflict] = []
        async for found in taking.each(sorted(numbers, reverse=True)):
            going += found.done
            if found.refused is not None:
                # Of a server that is away nobody knows, and it is not waited for again.
                edited = not taking.away.has(found.decision) and await self._is_edited(
                    found.decision, {each.id for each in going}
                )
                conflicts.append(Conflict(found.decision, found.refused, edited))
        ids = sorted((each.id for each in going), reverse=True)
        moved = await self._catalog.read(lambda: list(history.moved(ids)))
        size = sum(size for *_, size in moved)
        return Foreseen(tuple(going), len(moved), size, tuple(conflicts))

    async def _is_edited(self, decision: Decision, after: Iterable[int]) -> bool:
        """Whether it could be taken back but for what somebody has edited since."""
        actions = self._session.actions_at
        look = TakingBack(self._catalog, actions, leave_edited=True, dry=True, after=after)
        return all([not found.refused async for found in look.each([decision.id])])

    async def take_back(self, numbers: Sequence[int], leave_edited: bool) -> Outcome:
        taking = TakingBack(self._catalog, self._session.actions_at, leave_edited)
        return await self._in_lots(taking.each, sorted(numbers, reverse=True))

    async def make_again(self, numbers: Sequence[int]) -> Outcome:
        session = self._session
        making = MakingAgain(self._catalog, session.actions_at, session.wishes, self.folders)
        return await self._in_lots(making.each, sorted(numbers))

    async def _in_lots(
        self,
        each: Callable[[Sequence[int]], AsyncIterator[TakenBack | MadeAgain]],
        numbers: Sequence[int],
    ) -> Outcome:
        lots = [numbers[at : at + _AT_ONCE] for at in range(0, len(numbers), _AT_ONCE)]
        told = await asyncio.gather(
            *(self._turns.take(partial(self._lot, each, lot)) for lot in lots)
        )
        return Outcome(
            tuple(decision for outcome in told for decision in outcome.done),
            tuple(refusal for outcome in told for refusal in outcome.refused),
        )

    async def _lot(
        self,
        each: Callable[[Sequence[int]], AsyncIterator[TakenBack | MadeAgain]],
        numbers: Sequence[int],
    ) -> Outcome:
        done: list[Decision] = []
        refused: list[tuple[Decision, ActionRefused]] = []
        try:
            async for found in each(numbers):
                done += found.done
                if found.refused is not None:
                    refused.append((found.decision, found.refused))
        finally:
            choices = [decision.choice for decision in done]
            self._touched({side for each in choices for side in (each.asset_a, each.asset_b)})
        return Outcome(tuple(done), tuple(refused))

    # Denials

    async def denied(self, rule: str) -> Sequence[DeniedPair]:
        return await self._catalog.read(rulebook.denials, [rule] if rule else None)

    async def with_paths(self, denied: Sequence[DeniedPair]) -> Sequence[DeniedPair]:
        return await self._catalog.read(rulebook.with_paths, denied)

    async def reopen(self, denied: Sequence[DeniedPair]) -> None:
        pairs = [(each.rule, each.pair) for each in denied]
        await self._turns.take(partial(self._catalog.call, rulebook.withdraw_pairs, pairs))
        self._rules.rules_changed()

    async def deny_again(self, denied: Sequence[DeniedPair]) -> None:
        await self._turns.take(partial(self._catalog.call, rulebook.restore_denials, denied))
        self._rules.rules_changed()

    # Trashes

    async def heaps(self, library: Path | None, text: str, place: int) -> list[Heap]:
        roots, keeps = self._trashes(library), self._session.homes.keeps
        return await self._catalog.read(past.heaps, roots, text, place, self.PAGE, keeps)

    async def heap(self, library: Path | None, text: str) -> tuple[int, int]:
        return await self._catalog.read(held.heap, self._trashes(library), text)

    def _trashes(self, library: Path | None) -> Sequence[Path]:
        return self.roots if library is None else [library]

    async def note_left(self, server: Path) -> LeftTrash:
        return await self._session.homes.server(server).scanner.note_left()

    async def plan_emptying(self, library: Path | None, days: float | None) -> EmptyingPlan:
        roots = [each for each in self._trashes(library) if each in self.folders]
        if not roots:
            # To the journal, no library would mean all there ever were.
            raise ActionRefused("the trash", "only its server empties it", "see Trash in Immich")
        return await asyncio.to_thread(plan_emptying, self._catalog, roots, days_ago(days))

    async def empty(self, plan: EmptyingPlan) -> Emptied:
        assert isinstance(plan, Emptying)

        async def all_of_it() -> Emptied:
            files, size, kept = 0, 0, list[ActionRefused]()
            async for removed, refused in removing(self._catalog, plan.removals):
                files += sum(len(each.there) for each in removed)
                size += sum(each.size for each in removed)
                kept += refused
            return Emptied(files, size, tuple(kept))

        return await self._turns.take(all_of_it)

    # Ledgers

    async def book(self, since: str, months: bool) -> Book:
        found = await self._catalog.read(past.book, since, months)
        if months and not since:
            self.last_book = found
        return found

    async def relations(self) -> Mapping[RelationKind, int]:
        return await self._catalog.read(ledger.relations)

    @property
    def open_pairs(self) -> tuple[int, int]:
        return self._open_pairs(), self._rules.resolver.standings.count_ready()

    async def count_denied(self) -> int:
        return await self._catalog.read(rulebook.count_denials)

    async def arrivals(self) -> Mapping[str, int]:
        return await self._catalog.read(past.arrivals)
