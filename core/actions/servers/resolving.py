"""Groups that a server resolves by its own hand, for whoever wants just what Immich does.

What it will do is worked out beforehand, so that it can be shown and taken back. It differs from
our own merging in two points: lines of a description come in the order of the pictures' times, the
keeper's own not first, and all of them are trimmed; and a location is told only where all that have
one say the same to the last digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.actions.holdings import Holdings
from core.actions.planning import policy_of
from core.actions.servers.now import Now
from core.libraries.immich.server import Server
from core.metadata.fields import MEANINGS, Value, lines
from core.metadata.merge import Kept, Outcome
from core.metadata.places import Place
from core.metadata.policies import SERVER, Field, Policy
from core.model import Plan

_AS_IMMICH = "as Immich does it"


def leaves_it_to_server(plan: Plan, holdings: Holdings) -> bool:
    """Whether the server itself is to merge what is said of the two."""
    return policy_of(plan.choice, plan.keeper, holdings).preset == SERVER


def as_its_version_does(policy: Policy, server: Server) -> Policy:
    """`policy` in terms of what this server does, where it is to do it."""
    return replace(policy, preset=server.version.merging) if policy.preset == SERVER else policy


def corrected(kept: Kept, keeper: Now, group: Sequence[Now]) -> Kept:
    """`kept`, which has come to what our own merging makes of it, as a server makes it.

    Args:
        kept: one that receives.
        keeper: the same, as it is now.
        group: all of its group as they are now, itself included.
    """
    said = keeper.metadata
    outcomes = [each for each in kept.outcomes if each.field not in (_TEXT, _PLACE)]
    for field, after in ((_TEXT, _description(group)), (_PLACE, _location(group))):
        before: Value = getattr(said, field)
        told: Value = before if after is None else after
        lost = _lost(field, told, group)
        if told != before or lost:
            outcomes.append(Outcome(field, before, told, _AS_IMMICH, lost))
    outcomes.sort(key=lambda each: list(Field).index(each.field))
    metadata: dict[str, Any] = {each.field: each.after for each in outcomes}
    return Kept(replace(said, **metadata), tuple(outcomes))


_TEXT, _PLACE = Field.DESCRIPTION, Field.LOCATION


def _description(group: Sequence[Now]) -> str | None:
    ordered = sorted(group, key=lambda each: each.shaped.local)
    found = (line for each in ordered for line in lines(each.metadata.description))
    return "\n".join(dict.fromkeys(found)) or None


def _location(group: Sequence[Now]) -> Place | None:
    places = [each.metadata.location for each in group if each.metadata.location is not None]
    sides = [{place[side] for place in places} for side in (0, 1)]
    if all(len(values) == 1 for values in sides):
        return next(iter(sides[0])), next(iter(sides[1]))
    return None


def _lost(field: Field, after: Value, group: Sequence[Now]) -> tuple[Value, ...]:
    """Places that nobody will know any more; of texts nothing is lost."""
    if field is _TEXT:
        return ()
    places = (each.metadata.location for each in group)
    holds = MEANINGS[field].holds
    left = (place for place in places if place and not (after and holds(after, place)))
    return tuple(dict.fromkeys(left))
