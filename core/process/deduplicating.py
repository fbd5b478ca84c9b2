"""``--deduplicate``: what is suggested for every group, told first and carried out then."""

from __future__ import annotations

import os
from collections.abc import Sequence

from core.errors import ActionRefused, PersonNeeded
from core.matching.potential import potential_groups
from core.process.narration import Narrator
from core.process.order import Order
from core.process.report import Reporter
from core.process.tally import Tally
from core.rules.survey import Proposal, Survey
from core.workers.deduplicating import NAME, Deduplication
from core.workers.session import Session


async def deduplicate(order: Order) -> int:
    """Scan, lay the open pairs together into groups, and follow what is suggested for them.

    Raises:
        UnavailableError: the catalog fails, or no worker can be started.
    """
    narrator, reporter = Narrator(), Reporter(order.as_json)
    tally = Tally(reporter, narrator)
    async with order.session(order.roots(), repair=not order.dry) as (session, repaired):
        for text in repaired:
            narrator.line(text)
        result = await session.scan(tally)
        groups = potential_groups(await session.open_pairs())
        work, survey = Deduplication(session), Survey()
        proposals: list[Proposal] = []
        async for proposal in work.proposals(groups, tally):
            survey.add(proposal)
            proposals.append(proposal)
        for line in survey.lines():
            narrator.line(line)
        refused = 0
        for proposal in proposals:
            try:
                if proposal.objection is not None:
                    raise proposal.objection
                await _carry_out(session, work, proposal, order.dry, tally, reporter)
            except ActionRefused as error:
                refused += not isinstance(error, PersonNeeded)
                narrator.error(error)
                await _say_refused(session, reporter, proposal.best, error)
        narrator.clear()
        _summarise(reporter, survey, refused, work.run, order.dry)
    return 1 if result.unreadable or refused else 0


async def _carry_out(
    session: Session,
    work: Deduplication,
    proposal: Proposal,
    dry: bool,
    tally: Tally,
    reporter: Reporter,
) -> None:
    if not proposal.choices:
        return
    if dry:
        for plan in await session.plan_group(proposal.choices):
            reporter.planned(plan)
        return
    for plan, decision in await work.carry_out(proposal, tally):
        reporter.decided(plan, decision)


async def _say_refused(
    session: Session, reporter: Reporter, best: int, error: ActionRefused
) -> None:
    kept: Sequence[str] = [os.fspath(each.path) for each in await session.assets([best])]
    paths = kept[0] if kept else "", error.subject
    reporter.refused(NAME, paths, error, isinstance(error, PersonNeeded))


def _summarise(
    reporter: Reporter, survey: Survey, refused: int, run: int | None, dry: bool
) -> None:
    if reporter.as_json:
        reporter.object(
            "summary",
            groups=survey.groups,
            decided=survey.acting,
            kept=survey.kept,
            trashed=survey.trashed,
            alternates=survey.alternates,
            undecided=survey.undecided,
            freed_bytes=survey.freed,
            undecided_because=dict(survey.doubts),
            left_because=dict(survey.objections),
            refused=refused,
            run=run,
            dry_run=dry,
        )
        return
    for line in survey.lines(done=not dry):
        reporter.line(line)
    if run is not None:
        reporter.line("betterhalf --undo last takes all of it back")
