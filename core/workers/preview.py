"""What a rule would do, before anybody saves it: looked at, never done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.rules.rule import Rule
from core.workers.events import Listener
from core.workers.findings import Proposal
from core.workers.resolver import Resolver
from core.workers.session import Session
from core.workers.sieve import Pace
from core.workers.standings import Standing


@dataclass(frozen=True, slots=True)
class Preview:
    """What one rule makes of the open pairs, alone and as far as verdicts are known."""

    counts: Mapping[Standing, int]
    failures: Mapping[str, int]
    """Of the failed, how many at which comparator, by its text."""
    sample: tuple[Proposal, ...]
    """Of what it would do, the likeliest pairs first."""
    newly: tuple[Proposal, ...]
    """Of what it would do and its earlier self would not."""
    no_longer: tuple[Proposal, ...]
    """Of what its earlier self would do and it would not."""
    newly_count: int
    no_longer_count: int


async def preview(
    session: Session,
    rule: Rule,
    before: Rule | None,
    pace: Pace,
    listener: Listener = lambda _: None,
    sample: int = 250,
) -> Preview:
    """Test `rule` on all open pairs. Cancel it to stop.

    Args:
        session: the libraries.
        rule: as it would be saved; it is tested even where it is paused.
        before: the saved one that it would replace.
        pace: how much of the time it may take.
        listener: hears how far it is.
        sample: how many pairs of each list to give out.
    """
    now = await _tested(session, rule, pace, listener)
    wants = _wanted(now)
    newly, no_longer = set[tuple[int, int]](), set[tuple[int, int]]()
    gone: list[Proposal] = []
    if before is not None:
        earlier = await _tested(session, before, pace, listener)
        wanted = _wanted(earlier)
        newly, no_longer = wants - wanted, wanted - wants
        gone = await earlier.proposals(pairs=no_longer, count=sample)
    return Preview(
        counts=now.standings.counts()[0],
        failures={
            str(rule.comparison[at]): count for at, count in now.standings.failures(0).items()
        },
        sample=tuple(await now.proposals(count=sample)),
        newly=tuple(await now.proposals(pairs=newly, count=sample)),
        no_longer=tuple(gone),
        newly_count=len(newly),
        no_longer_count=len(no_longer),
    )


async def _tested(session: Session, rule: Rule, pace: Pace, listener: Listener) -> Resolver:
    resolver = Resolver(session, [rule], pace, even_paused=True)
    await resolver.refresh(listener)
    return resolver


def _wanted(resolver: Resolver) -> set[tuple[int, int]]:
    return {claim.ordered for claim in resolver.standings.ready()}
