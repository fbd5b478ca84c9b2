"""Symbolic links that earlier decisions have put, when what they lead to goes: they lead on to what
is kept instead, as part of the same plan, so that nothing is left that leads nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from core.actions.holdings import Holdings
from core.actions.links import leading_on
from core.actions.planning import refusal
from core.catalog import traces
from core.catalog.database import Catalog
from core.errors import ActionRefused
from core.model import Operation, OperationKind, Plan

_STAY = frozenset({OperationKind.HARD_LINK, OperationKind.REFLINK, OperationKind.SYMLINK})
"""What leaves something under the name that a link leads to."""


def with_links_led_on(catalog: Catalog, plans: Sequence[Plan], holdings: Holdings) -> list[Plan]:
    """`plans`, made as one, with the links that lead to what they send away.

    Raises:
        ActionRefused: one of them lies in a protected folder or cannot be looked at, or nothing is
            kept that it could lead to.
    """
    gone = {each.other.path for each in plans if _leaves(each)}
    return [_led_on(catalog, each, holdings, gone) for each in plans]


def _leaves(plan: Plan) -> bool:
    return plan.moves and _STAY.isdisjoint(each.kind for each in plan.operations)


def _led_on(catalog: Catalog, plan: Plan, holdings: Holdings, gone: Collection[Path]) -> Plan:
    found = list(_found(catalog, plan, holdings, gone)) if plan.other.path in gone else []
    if not found:
        return plan
    notes = (
        f"{each.source}, a symbolic link that decision {decision} put there, leads to "
        f"{plan.keeper.path} from now on"
        for decision, each in found
    )
    operations = (*(each for _, each in found), *plan.operations)
    return replace(plan, operations=operations, notes=(*plan.notes, *notes))


def _found(
    catalog: Catalog, plan: Plan, holdings: Holdings, gone: Collection[Path]
) -> Iterator[tuple[int, Operation]]:
    old, new = plan.other.path, plan.keeper.path
    for decision, link in catalog.call_now(traces.links_to, plan.other.id, old):
        try:
            operation = leading_on(link, old, new)
        except OSError as error:
            raise refusal(error, plan.other) from error
        if operation is None:
            continue
        if new in gone:
            cause = f"{link} leads to it, a symbolic link that decision {decision} put there"
            remedy = f"--undo {decision} puts the copy back there"
            raise ActionRefused(str(old), cause, remedy)
        shelter = holdings.shelter(link)
        if shelter is not None:
            cause = f"the symbolic link {link} leads to it, and {shelter} is protected"
            raise ActionRefused(str(old), cause, "keep this one")
        yield decision, operation
