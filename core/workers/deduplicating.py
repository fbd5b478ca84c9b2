"""Every group's suggestion, worked out first and carried out then: each group as one.

What is suggested is checked as strictly as what a rule chooses: what only the copy says of the
picture, what was taken back before, and what stands for another picture, is left to a person.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

from core.actions.grouping import pairwise
from core.catalog import rulebook
from core.catalog.rulebook import identity
from core.errors import ActionRefused
from core.matching.potential import PotentialGroup
from core.model import Asset, Choice, Decision, Identity, Plan
from core.rules.group_suggestion import GroupSuggestion, KnownGroup
from core.rules.marks import Mark, group_choice
from core.rules.survey import Proposal, in_short
from core.workers.events import Listener, Progress
from core.workers.groups import known_group, settled
from core.workers.session import Session

NAME = "deduplicate all"
"""What stands in the journal where a rule's choice has its name."""

_TOGETHER = 16
"""Groups whose verdicts are waited for at once."""

_TAKEN_BACK = "this was taken back before"
_SHARED = "a group before it decides about one of its pictures"


class Deduplication:
    """One time of following all suggestions."""

    def __init__(self, session: Session, by_person: bool = False) -> None:
        """`by_person`: as in `Session.start_run`."""
        self._session = session
        self._by_person = by_person
        self._decided: set[int] = set()
        """Assets that a proposal says something of ..."""
        self._leaving: set[int] = set()
        """... and those of them that go."""
        self.run: int | None = None
        """The id to undo by what has been done; None where that is nothing."""

    async def proposals(
        self, groups: Sequence[PotentialGroup], listener: Listener
    ) -> AsyncIterator[Proposal]:
        """What to do with each of `groups` that is still there, none against one before it.

        Raises:
            UnavailableError: the catalog fails, or no worker can be started.
        """
        refused = await self._session.catalog.call(rulebook.refused, NAME)
        started = time.monotonic()
        for start in range(0, len(groups), _TOGETHER):
            listener(Progress("weighing", start, len(groups), time.monotonic() - started))
            some = groups[start : start + _TOGETHER]
            for found in await asyncio.gather(*map(self._settled, some)):
                if found is not None:
                    yield await self._proposal(*found, refused)

    async def _settled(self, group: PotentialGroup) -> tuple[KnownGroup, GroupSuggestion] | None:
        known = await known_group(self._session, group)
        return None if known is None else await settled(self._session, known)

    async def _proposal(
        self, known: KnownGroup, suggestion: GroupSuggestion, refused: set[Identity]
    ) -> Proposal:
        assets, best = known.assets, suggestion.best
        marks = suggestion.marks
        doubts: dict[int, str] = {
            each.asset: each.doubt for each in suggestion.advices if each.doubt is not None
        }
        for each in suggestion.advices:
            if each.doubt is None and identity(assets[best], assets[each.asset]) in refused:
                marks[each.asset], doubts[each.asset] = Mark.UNDECIDED, _TAKEN_BACK
        whys = {each.asset: each.why for each in suggestion.advices}
        while choices := _choices(best, marks, assets, whys):
            try:
                plans = await self._session.plan_group(choices)
                break
            except ActionRefused as error:
                objecting = _named(error, assets)
                if objecting is None or objecting == best:
                    return Proposal(best, marks, doubts=tuple(doubts.values()), objection=error)
                # The others of its group need not wait for it.
                marks[objecting], doubts[objecting] = Mark.UNDECIDED, in_short(error)
        proposal = Proposal(
            best,
            marks,
            tuple(choices),
            sum(each.freed for each in plans) if choices else 0,
            tuple(doubts.values()),
        )
        if proposal.decided & self._leaving or proposal.leaving & self._decided:
            shared = ActionRefused(os.fspath(assets[best].path), _SHARED, "deduplicate once more")
            return Proposal(best, marks, doubts=proposal.doubts, objection=shared)
        self._decided |= proposal.decided
        self._leaving |= proposal.leaving
        return proposal

    async def carry_out(
        self, proposal: Proposal, listener: Listener
    ) -> list[tuple[Plan, Decision]]:
        """Do what `proposal` says, as one.

        Raises:
            ActionRefused: nothing of this group has been done.
            UnavailableError: the catalog cannot be written.
        """
        if self.run is None:
            self.run = await self._session.start_run(self._by_person)
        return await self._session.decide_group(proposal.choices, listener, self.run)


def _choices(
    best: int, marks: Mapping[int, Mark], assets: Mapping[int, Asset], whys: Mapping[int, str]
) -> list[Choice]:
    group = group_choice(best, marks, assets.values(), NAME)
    if group is None:
        return []
    return [replace(each, rule=NAME, why=whys[each.asset_b]) for each in pairwise(group)]


def _named(error: ActionRefused, assets: Mapping[int, Asset]) -> int | None:
    """The asset that `error` is about, if it is one of these."""
    return next((each.id for each in assets.values() if str(each.path) == error.subject), None)
