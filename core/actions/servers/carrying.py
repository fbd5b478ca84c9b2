"""Decisions about one server: carried out, taken back, and found out about after a crash.

The order is that of folders: everything is looked at, the journal is on disk before the first
request, what moves nothing comes before what leaves, and the keeper must still be there at the end.
Where a server stops answering in the middle, the journal says so: before anything else is done, and
else at the next start, it is asked what has happened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from core.actions.holdings import Holdings
from core.actions.servers import operations as made
from core.actions.servers.effects import (
    Seen,
    acts,
    has_happened,
    perform,
    put_into_group,
    refused,
    sources,
    take_back,
)
from core.actions.servers.foresight import Foresight
from core.actions.servers.hold import Hold
from core.actions.servers.now import look
from core.actions.servers.pushing import Pushed
from core.actions.unbroken import to_the_end
from core.address import root_of
from core.catalog import assets, history, journal, recording, servers
from core.catalog.database import Catalog
from core.errors import ActionRefused
from core.libraries.immich.client import Rejected, Unreachable
from core.libraries.immich.server import Server
from core.model import (
    Choice,
    Decision,
    DecisionState,
    Operation,
    OperationKind,
    Plan,
)


class ServerActions(Foresight):
    """What can be done on one server. Use it from one event loop."""

    def __init__(self, catalog: Catalog, holdings: Holdings, server: Server, hold: Hold) -> None:
        super().__init__(catalog, holdings, server)
        self._hold = hold
        self._half_way: set[int] = set()
        """Decisions that were left so, as the server stopped answering."""
        self._repairing = asyncio.Lock()

    # Carrying out

    async def carry_out(
        self, choices: Sequence[Choice], run: int | None = None
    ) -> list[tuple[Plan, Decision]]:
        """Plan `choices` and do them as one; returns what was planned and what was done of each.

        Raises:
            ActionRefused: as `plan`, or the server would not; everything is as it was.
            ServerError: the server stopped answering; the next start finds out what it has done.
        """
        return await to_the_end(self._carry_out(choices, run))

    async def _carry_out(
        self, choices: Sequence[Choice], run: int | None
    ) -> list[tuple[Plan, Decision]]:
        async with self._hold.operations():
            await self._repair_half_way()
            plans = await self.plan(choices)
            decisions = await self._catalog.call(journal.begin, plans, run)
            operations = [each for plan in plans for each in plan.operations]
            try:
                with self._noted(decisions):
                    await perform(self._server, operations)
                    seen = await self._look_once_more(plans)
            except (Rejected, ActionRefused) as error:
                with self._noted(decisions):
                    await self._put_back(operations)
                await self._failed(decisions)
                if isinstance(error, Rejected):
                    raise refused(plans[0].other.path, error) from error
                raise
            done = await self._finish(decisions, seen)
            return list(zip(plans, done, strict=True))

    @contextmanager
    def _noted(self, decisions: Iterable[Decision]) -> Iterator[None]:
        """`decisions` are left half-way where the server does not answer."""
        try:
            yield
        except Unreachable:
            self._half_way |= {each.id for each in decisions}
            raise

    async def _failed(self, decisions: Iterable[Decision]) -> None:
        for each in decisions:
            await self._catalog.call(journal.set_decision_state, each.id, DecisionState.FAILED)

    async def _look_once_more(self, plans: Sequence[Plan]) -> Seen:
        """The assets that stay and were told something, or were kept in place of another.

        Raises:
            ActionRefused: one that was kept is gone.
        """
        gone = {plan.other.path for plan in plans if plan.moves}
        kept = {plan.keeper.path for plan in plans if plan.moves} - gone
        told = {
            each.source
            for plan in plans
            for each in plan.operations
            if each.kind in made.REMOTE and each.kind not in _TELLS_NOTHING
        }
        seen = await look(self._server, sorted(kept | told))
        for path in kept:
            now = seen[path]
            if now is None or now.shaped.is_trashed:
                raise ActionRefused(str(path), "the keeper vanished with its copy", "keep both")
        return seen

    async def _put_back(self, operations: Sequence[Operation]) -> None:
        seen = await look(self._server, sources(operations))
        try:
            await take_back(self._server, operations, seen)
        except Rejected as error:
            # What cannot be taken back is looked into at the next start.
            cause = f"it could not be put back: {error.cause}"
            raise Unreachable(str(next(iter(seen))), cause, error.remedy) from error

    async def _finish(self, decisions: Sequence[Decision], seen: Seen) -> list[Decision]:
        beside = await self._beside(decisions, seen)

        def write() -> list[Decision]:
            done = journal.finish(decisions, beside)
            for each in _groups_of(decisions):
                servers.set_group(_members(each), None)
            return done

        return await self._catalog.call(write)

    async def _beside(self, decisions: Sequence[Decision], seen: Seen) -> dict[int, journal.Beside]:
        """What the server says now of the assets that stay, by asset."""
        sides = {
            path: asset_id
            for each in decisions
            for path, asset_id in (
                (each.path_a, each.choice.asset_a),
                (each.path_b, each.choice.asset_b),
            )
        }
        return {
            sides[path]: journal.Beside(now.shaped.listed.found, now.metadata)
            for path, now in seen.items()
            if now is not None and path in sides and not now.shaped.is_trashed
        }

    async def push(self, pushed: Pushed) -> None:
        """Have the server take `pushed` for duplicates; nothing of it is on record, as a group is a
        question and no decision.

        Raises:
            ActionRefused: the server will not, or the key may not ask it to.
            ServerError: it does not answer.
        """
        if not self._server.may(made.GROUPING):
            raise made.lacking(pushed.paths[0], made.GROUPING)
        async with self._hold.operations():
            try:
                await put_into_group(self._server, pushed.paths, pushed.group)
            except Rejected as error:
                raise refused(pushed.paths[0], error) from error
            paths = [str(path) for path in pushed.paths]
            await self._catalog.call(servers.set_group, paths, pushed.group)

    # Taking back

    async def undo(
        self, decision: Decision, leave_edited: bool = False, moment: str | None = None
    ) -> list[Decision]:
        """Take `decision` back, and what was decided as one with it; returns all of these.

        Args:
            decision: what to take back.
            leave_edited: leave metadata alone that somebody has edited since.
            moment: when the command began that this is a part of; None: now.

        Raises:
            ActionRefused: it does not stand, was edited since, or the server's trash no longer
                holds its assets. Nothing has been done.
            ServerError: the server stopped answering; the next start carries the undo on.
        """
        return await to_the_end(self._undo(decision, leave_edited, moment))

    async def _undo(
        self, decision: Decision, leave_edited: bool, moment: str | None
    ) -> list[Decision]:
        async with self._hold.operations():
            together = await self._catalog.call(history.as_one, decision)
            seen = await self.check_undo(together, leave_edited)
            await self._catalog.call(journal.begin_undo, together, moment or journal.now())
            operations = _wanted_back(together, seen, leave_edited)
            try:
                with self._noted(together):
                    await take_back(self._server, operations, seen)
            except Rejected as error:
                shown = await look(self._server, sources(operations))
                before, after = (
                    [has_happened(each, told) for each in operations] for told in (seen, shown)
                )
                if before != after:
                    raise
                # Nothing has been done: it stands as before.
                await self._catalog.call(journal.abandon_undo, together)
                raise refused(decision.path_b, error) from error
            await self._finish_undo(together)
            return together

    async def _finish_undo(self, together: Sequence[Decision]) -> None:
        paths = {path for each in together for path in (each.path_a, each.path_b)}
        beside = await self._beside(together, await look(self._server, sorted(paths)))

        def write() -> None:
            journal.finish_undo(together, beside)
            # A listing between may have taken them as missing, as their group was gone.
            recording.set_state(list(beside), assets.PRESENT)
            for each in _groups_of(together):
                servers.set_group(_members(each), made.target_id(each))

        await self._catalog.call(write)

    # After a crash

    async def recover(self) -> list[str]:
        """Finish or roll back what an earlier process left half-way on this server; returns what
        was done, in words.

        An apply of which everything that leaves has left is finished; any other is rolled back; an
        undo is carried on. The server is asked what it has done.

        Raises:
            ServerError: it does not answer; everything is left as it is.
        """
        if not await self._unfinished():
            return []
        async with self._hold.operations():
            # Another process may have seen to it.
            return await self._repair_all(await self._unfinished())

    async def settle(self, after: int) -> bool:
        """Where decisions with numbers above `after` were left half-way here, as the server stopped
        answering, finish them or roll them back; returns whether there were any.

        Raises:
            ServerError: it does not answer; everything is left as it is.
        """
        if max(self._half_way, default=0) <= after:
            return False
        async with self._hold.operations():
            await to_the_end(self._repair_half_way())
        return True

    async def _repair_half_way(self) -> None:
        async with self._repairing:
            if self._half_way:
                found = await self._unfinished()
                await self._repair_all([each for each in found if each.id in self._half_way])
                self._half_way.clear()

    async def _repair_all(self, unfinished: Sequence[Decision]) -> list[str]:
        # What was made as one falls or stands as one.
        first = {each.batch or each.id: each for each in reversed(unfinished)}
        return [await self._repair(first[key]) for key in sorted(first)]

    async def _unfinished(self) -> list[Decision]:
        root = self._server.address.root
        found = await self._catalog.call(history.unfinished)
        return [each for each in found if root in each.path_b.parents]

    async def _repair(self, decision: Decision) -> str:
        together = await self._catalog.call(history.as_one, decision)
        operations = acts(each for one_ in together for each in one_.operations)
        seen = await look(self._server, sources(operations))
        leaving = [each for each in operations if each.kind is OperationKind.SERVER_TRASH]
        left = [each for each in leaving if has_happened(each, seen)]
        name = f"decision {decision.id} ({decision.path_b.name})"
        if decision.state is DecisionState.APPLYING and len(left) == len(leaving) and leaving:
            # What moves nothing was done before; whatever is lacking of it comes to the same twice.
            missing = [each for each in operations if not has_happened(each, seen)]
            await perform(self._server, missing)
            kept = {each.path_a for each in together} - {each.source for each in leaving}
            shown = await look(self._server, sorted(kept))
            if all(now is not None and not now.shaped.is_trashed for now in shown.values()):
                await self._finish(together, shown)
                return f"{name}: interrupted after the server had done it; completed"
            seen = await look(self._server, sources(operations))
        await take_back(self._server, operations, seen)
        if decision.state is DecisionState.UNDOING:
            await self._finish_undo(together)
            return f"{name}: its interrupted undo was completed"
        await self._failed(together)
        return f"{name}: interrupted; everything is as it was on the server"


_TELLS_NOTHING = {OperationKind.SERVER_TRASH, OperationKind.GROUP}
"""What leaves the words of an asset as they were."""


def _wanted_back(together: Sequence[Decision], seen: Seen, leave_edited: bool) -> list[Operation]:
    """What to take back: without what somebody has edited since, where that is to be left."""
    operations = [each for decision in together for each in decision.operations]
    if not leave_edited:
        return operations
    return [
        each
        for each in operations
        if each.kind is not OperationKind.UPDATE or has_happened(each, seen)
    ]


def _groups_of(decisions: Iterable[Decision]) -> list[Operation]:
    return [
        each
        for decision in decisions
        for each in decision.operations
        if each.kind is OperationKind.GROUP
    ]


def _members(operation: Operation) -> list[str]:
    """The paths of what is in a group, but for their names, which may have changed."""
    root = root_of(operation.source)
    return [str(root / "assets" / each / "any") for each in made.together(operation)]
