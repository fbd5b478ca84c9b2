"""What would become of a pair, asked of the core before anybody decides."""

from __future__ import annotations

from core.errors import ActionRefused
from core.model import Choice, FieldChange, PairRef, RelationKind
from core.workers.background import RulesAtWork
from core.workers.session import Session
from tui.known import Outlook, RuleWish


async def outlook(session: Session, rules: RulesAtWork, ref: PairRef) -> Outlook:
    """What either side would receive if it were kept, and what the first rule wants.

    Raises:
        UnavailableError: the catalog fails.
    """
    a, b = ref.key
    gains = {a: await _gains(session, a, b), b: await _gains(session, b, a)}
    proposal = await rules.proposal_for(ref)
    if proposal is None:
        return Outlook(gains, None)
    choice = proposal.choice
    wish = RuleWish(proposal.rule.name, choice.kind, choice.asset_a, choice.why, proposal.held)
    return Outlook(gains, wish)


async def _gains(session: Session, keeper: int, other: int) -> tuple[FieldChange, ...]:
    choice = Choice(RelationKind.BETTER, keeper, other, "what would be", leave_companions=True)
    try:
        return (await session.plan(choice)).changes
    except ActionRefused:
        # Said when it is decided.
        return ()
