"""What decisions about one server would do, and whether it would take them back: looked at, on the
server and in the catalog, and nothing is changed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from core.actions.holdings import Holdings
from core.actions.servers import operations as made
from core.actions.servers.effects import (
    Seen,
    acts,
    says,
    sources,
)
from core.actions.servers.now import Now, look
from core.actions.servers.planning import Situation, finished, make_plans
from core.actions.servers.resolving import leaves_it_to_server
from core.catalog import assets, history, ledger, servers
from core.catalog.database import Catalog
from core.catalog.relations import supposed
from core.errors import ActionRefused, AssetGone, ContentChanged, PersonNeeded
from core.libraries.immich.client import Rejected
from core.libraries.immich.listing import one
from core.libraries.immich.server import Server
from core.matching.open_pairs import open_pairs
from core.model import (
    Asset,
    Choice,
    Decision,
    DecisionState,
    Distances,
    Operation,
    OperationKind,
    Plan,
    RelationKind,
)

_CAN_GO_BACK = {DecisionState.DONE, DecisionState.UNDOING, DecisionState.DISSOLVED}


class Foresight:
    """What can be known beforehand of acts on one server."""

    def __init__(self, catalog: Catalog, holdings: Holdings, server: Server) -> None:
        self._catalog = catalog
        self._holdings = holdings
        self._server = server

    # Planning

    async def plan(self, choices: Sequence[Choice]) -> list[Plan]:
        """The plans of `choices`, made as one, against the catalog and the server as they are now.

        Raises:
            ActionRefused: they cannot be carried out; `AssetGone` where one of the assets is no
                longer there, `PersonNeeded` where a person has to be asked.
            ServerError: the server does not answer.
        """
        listed = await self._listed(choices)
        now = await look(self._server, [each.path for each in listed.values()])
        situation = Situation(
            self._server, self._holdings, listed, now, await self._videos(now.values())
        )
        plans = make_plans(choices, situation)
        for plan in plans:
            if plan.operations and plan.choice.rule is not None and not plan.choice.approved:
                await self._refuse_for_rules(plan, listed)
        return await self._with_groups(plans, now)

    async def _listed(self, choices: Sequence[Choice]) -> dict[int, Asset]:
        ids = list(dict.fromkeys(side for each in choices for side in (each.asset_a, each.asset_b)))
        found = await self._catalog.call(assets.assets, ids, self._holdings.roots)
        listed = {each.id: each for each in found}
        for gone in (asset_id for asset_id in ids if asset_id not in listed):
            path = await self._catalog.call(assets.path_of, gone)
            raise AssetGone(path or "", "it is no longer in the library", "scan again")
        for choice in choices:
            sides = (choice.asset_a, choice.asset_b)
            for side, digest in zip(sides, choice.seen or (), strict=False):
                if listed[side].digest != digest:
                    cause = "it has changed since this was chosen"
                    path = str(listed[side].path)
                    raise ContentChanged(path, cause, "look at the pair again")
        return listed

    async def _videos(self, now: Iterable[Now | None]) -> dict[str, bytes | None]:
        wanted = {
            each.shaped.listed.remote.live_video
            for each in now
            if each is not None and each.shaped.listed.remote.live_video is not None
        }

        async def content(asset_id: str) -> bytes | None:
            try:
                return (await one(self._server, asset_id)).listed.digest
            except Rejected:
                return None

        ids = [each for each in wanted if each is not None]
        found = await asyncio.gather(*map(content, ids))
        return dict(zip(ids, found, strict=True))

    async def _refuse_for_rules(self, plan: Plan, listed: Mapping[int, Asset]) -> None:
        for asset in (plan.keeper, plan.other):
            if asset.metadata != listed[asset.id].metadata:
                cause = "what is said of it on the server has changed since it was listed"
                raise ContentChanged(str(asset.path), cause, "scan again")
        keeper, other = plan.keeper, plan.other
        if not plan.moves or keeper.digest == other.digest:
            return
        stands = await self._catalog.call(ledger.stands_for, other.id)
        if stands - {keeper.content_id}:
            raise PersonNeeded(
                str(other.path),
                "it was kept in place of another picture",
                "approve it, or decide the pair yourself",
            )

    async def _with_groups(self, plans: list[Plan], now: Seen) -> list[Plan]:
        """`plans` that also end those of the server's groups in which nothing is left to ask."""
        shown = [each.shaped.listed.remote.group for each in now.values() if each is not None]
        groups = {group for group in shown if group is not None}
        if not groups:
            return plans
        leaving = {plan.other.id for plan in plans if plan.moves}
        by_server = self._are_left_to_server(plans)
        contents = {side.content_id for plan in plans for side in (plan.keeper, plan.other)}

        def settled() -> list[tuple[str, list[str]]]:
            standing = [supposed(plan, number) for number, plan in enumerate(plans)]
            found = []
            for group, members in servers.group_members(groups).items():
                staying = set(members) - leaving
                refs = (
                    open_pairs(
                        self._holdings.roots,
                        Distances(0),
                        without=leaving,
                        touching=contents,
                        supposed=standing,
                    )
                    if len(staying) > 1
                    else ()
                )
                if not any({*ref.key} <= staying for ref in refs):
                    paths = [assets.path_of(each) or "" for each in sorted(members)]
                    found.append((group, paths))
            return found

        decided = {side.path for plan in plans for side in (plan.keeper, plan.other)}
        gone = {plan.other.path for plan in plans if plan.moves}
        ended = []
        for group, names in await self._catalog.call(settled):
            paths = [Path(name) for name in names]
            resolved = by_server and set(paths) == decided
            ended.append(
                made.resolve_group(group, paths, gone) if resolved else made.end_group(group, paths)
            )
        if ended:
            first = plans[0]
            plans[0] = finished(
                replace(first, operations=(*ended, *first.operations)), self._server
            )
        return plans

    def _are_left_to_server(self, plans: Sequence[Plan]) -> bool:
        """Whether the server itself resolves the group of `plans`, where they decide all of it."""
        return (
            self._server.may(made.RESOLVING)
            and any(plan.moves for plan in plans)
            and not any(plan.choice.kind is RelationKind.STACKED for plan in plans)
            and all(leaves_it_to_server(plan, self._holdings) for plan in plans)
        )

    # Taking back

    async def check_undo(
        self,
        together: Sequence[Decision],
        leave_edited: bool = False,
        after: Collection[int] = (),
    ) -> Seen:
        """What is there of the assets of some decisions, made as one, that can be taken back once
        the decisions `after` were.

        Raises:
            ActionRefused: they cannot.
            ServerError: the server does not answer.
        """
        if not {each.state for each in together} <= _CAN_GO_BACK:
            raise ActionRefused(
                f"decision {together[0].id}",
                "it is not standing",
                "--list history shows which are",
            )
        begun = any(each.state is DecisionState.UNDOING for each in together)
        operations = [each for decision in together for each in decision.operations]
        for each in acts(operations):
            permission = made.PERMISSIONS[each.kind][1]
            if not self._server.may(permission):
                raise made.lacking(each.source, permission)
        seen = await look(self._server, sources(operations))
        if not begun:
            _refuse_lost(operations, seen, leave_edited)
        for decision in together:
            for each in acts(decision.operations):
                await self._check(decision, each, seen, leave_edited or begun, after)
        return seen

    async def _check(
        self,
        decision: Decision,
        operation: Operation,
        seen: Seen,
        leave: bool,
        after: Collection[int],
    ) -> None:
        now = seen[operation.source]
        subject = str(operation.source)
        if now is None:
            if operation.kind is not OperationKind.SERVER_TRASH and not leave:
                remedy = "--leave-edited brings the rest back"
                raise ActionRefused(subject, "it is gone from the server", remedy)
            return
        if operation.kind is not OperationKind.UPDATE or leave:
            return
        if says(now, made.fields(operation.after)) or says(now, made.fields(operation.before)):
            return
        later = await self._catalog.call(history.told_since, decision, operation)
        if later in after:
            return
        if later is not None:
            cause, remedy = f"decision {later} has added to it since", "undo that one first"
        else:
            cause, remedy = "it has been edited since", "--leave-edited brings the rest back"
        raise ActionRefused(subject, cause, remedy)


def _refuse_lost(operations: Iterable[Operation], seen: Seen, leave: bool) -> None:
    """Raise `ActionRefused` where something has left the server's trash for good, unless what is
    still there is to come back without it."""
    sent = [each.source for each in operations if each.kind is OperationKind.SERVER_TRASH]
    lost = [path for path in sent if seen[path] is None]
    some_left = len(lost) < len(sent)
    if lost and not (leave and some_left):
        backup, rest = "restore it from a backup", "--leave-edited brings the rest back"
        cause = "the server's trash no longer holds it"
        raise ActionRefused(str(lost[0]), cause, rest if some_left else backup)
