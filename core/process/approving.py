"""``--approve`` and ``--deny``: a person's answer to what rules propose."""

from __future__ import annotations

import os
from collections.abc import Sequence

from core.errors import ActionRefused, PersonNeeded, UsageError
from core.process.narration import Narrator
from core.process.order import Order
from core.process.report import Reporter
from core.workers.findings import Proposal
from core.workers.resolver import Resolver

ALL = "all"


async def approve(order: Order, which: Sequence[str]) -> int:
    """Carry out the proposals of these ids, or all of the named rules and folders."""
    narrator, reporter = Narrator(), Reporter(order.as_json)
    refused = 0
    async with order.session(order.roots(), repair=True) as (session, repaired):
        for text in repaired:
            narrator.line(text)
        resolver = Resolver(session, await order.asked_rules(session.catalog, narrator.error))
        await resolver.refresh(narrator)
        for proposal in resolver.settled_by(await _named(resolver, which)):
            paths = os.fspath(proposal.a.path), os.fspath(proposal.b.path)
            try:
                reporter.decided(*await resolver.approve(proposal, narrator))
            except ActionRefused as error:
                waits = isinstance(error, PersonNeeded)
                refused += not waits
                narrator.error(error)
                reporter.refused(proposal.rule.name, paths, error, waits)
    return 1 if refused else 0


async def deny(order: Order, which: Sequence[str]) -> int:
    """Have the rules never ask again for the proposals of these ids, or for all."""
    narrator, reporter = Narrator(), Reporter(order.as_json)
    async with order.session(order.roots(), repair=False, connect=False) as (session, _):
        resolver = Resolver(session, await order.asked_rules(session.catalog, narrator.error))
        await resolver.refresh()
        proposals = await _named(resolver, which)
        await resolver.deny(proposals)
        for proposal in proposals:
            a, b = os.fspath(proposal.a.path), os.fspath(proposal.b.path)
            reporter.denied(proposal.rule.name, a, b)
    return 0


async def _named(resolver: Resolver, which: Sequence[str]) -> list[Proposal]:
    """The proposals of these ids.

    Raises:
        UsageError: an id is none, or no longer one.
    """
    proposals = await resolver.proposals()
    if list(which) == [ALL]:
        return proposals
    by_id = {proposal.id: proposal for proposal in proposals}
    unknown = [each for each in which if each not in by_id]
    if unknown:
        raise UsageError(
            unknown[0],
            "nothing with this id waits, or not any more",
            "--list pending shows what does",
        )
    return [by_id[each] for each in dict.fromkeys(which)]
