"""Whether what is about to be decided can hold beside all that was decided before."""

from __future__ import annotations

from collections.abc import Sequence

from core.catalog import relations
from core.catalog.database import Catalog
from core.catalog.relations import supposed
from core.errors import Contradiction
from core.matching.contradictions import contradictions
from core.matching.current import current_relations
from core.model import Plan


def refuse_contradictions(catalog: Catalog, plans: Sequence[Plan]) -> None:
    """Raise `Contradiction` where `plans`, made as one, contradict what holds, or one another;
    what they overrule holds no longer."""
    contents = {side.content_id for plan in plans for side in (plan.keeper, plan.other)}
    # Most were never named, which is cheaper to find out than what follows from all that were.
    if len(plans) == 1 and not catalog.call_now(relations.any_named, contents):
        return
    holding = catalog.call_now(current_relations)
    overruled = {decision for plan in plans for decision in plan.choice.overrules} & holding.ids
    # Without need nothing is made anew: a copy is as long as all that was ever decided.
    if overruled:
        holding = holding.changed(overruled, ())
    for number, plan in enumerate(plans, start=1):
        a, b = plan.keeper.content_id, plan.other.content_id
        found = contradictions(holding, plan.choice.kind, a, b)
        if found:
            decisions = dict.fromkeys(each for one in found for each in one.decisions)
            raise Contradiction(
                str(plan.other.path),
                "; ".join(each.sentence for each in found),
                tuple(decisions),
            )
        if number < len(plans):
            holding = holding.changed((), [supposed(plan, number)])
