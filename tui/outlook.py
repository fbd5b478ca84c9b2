"""What would become of a pair, asked of the core before anybody decides."""

from __future__ import annotations

from core.errors import ActionRefused
from core.model import Choice, PairRef, Plan, RelationKind
from core.workers.background import RulesAtWork
from core.workers.look import Look
from tui.known import Outlook, RuleWish


async def outlook(look: Look, rules: RulesAtWork, ref: PairRef) -> Outlook:
    """What either side would receive if it were kept, and what the first rule wants.

    Raises:
        UnavailableError: the catalog fails.
    """
    a, b = ref.key
    plans = {a: await _plan(look, a, b), b: await _plan(look, b, a)}
    gains = {kept: plan.changes if plan else () for kept, plan in plans.items()}
    warnings = {kept: plan.notes for kept, plan in plans.items() if plan and plan.notes}
    proposal = await rules.proposal_for(ref)
    if proposal is None:
        return Outlook(gains, None, warnings)
    return Outlook(gains, RuleWish.of(proposal.choice, proposal.held), warnings)


async def _plan(look: Look, keeper: int, other: int) -> Plan | None:
    choice = Choice(RelationKind.BETTER, keeper, other, "what would be", leave_companions=True)
    try:
        return await look.plan(choice)
    except ActionRefused:
        # Said when it is decided.
        return None
