"""Making decisions again that were taken back, by the same words, planned and checked anew.

What was made as one is made again as one. Nothing is done that would be refused today: the files
have to be what they were when it was decided, and all that a new decision has to pass, this has to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from core.actions.trash import trash_of
from core.catalog import assets, history, relations
from core.catalog.database import Catalog
from core.errors import ActionRefused, Contradiction
from core.matching import contradictions
from core.matching.current import current_relations
from core.model import Choice, Decision, DecisionState, OperationKind
from core.text import joined_reasons


def choices_again(catalog: Catalog, decision: Decision) -> list[Choice]:
    """What makes `decision` again, and what was decided as one with it."""
    together = catalog.call_now(history.as_one, decision)
    digests = catalog.call_now(history.digests, [each.id for each in together])
    ended = [number for each in together for number in _ended_by(each)]
    holding = {
        each.id
        for each in catalog.call_now(history.decisions, ended)
        if each.state is DecisionState.DONE
    }
    return [
        replace(
            each.choice,
            redo_of=each.id,
            # Not what its owner may wish for by now.
            fate=each.choice.outcome,
            seen=digests[each.id],
            overrules=tuple(number for number in _ended_by(each) if number in holding),
        )
        for each in together
    ]


def _ended_by(decision: Decision) -> Iterator[int]:
    """The decisions that `decision` overruled."""
    for each in decision.operations:
        if each.kind is OperationKind.DISSOLVE:
            yield int(each.before or 0)


def roots_of(catalog: Catalog, choices: Sequence[Choice], named: Sequence[Path]) -> list[Path]:
    """The libraries of decisions that are made again: what is `named`, and what they were in."""
    made = [each.redo_of for each in choices if each.redo_of is not None]
    homes = [
        trash_of(operation.target).parent
        for decision in catalog.call_now(history.decisions, made)
        for operation in decision.operations
        if operation.kind is OperationKind.TRASH
    ]
    roots = [*named, *dict.fromkeys(homes)]
    staying = [each.asset_a for each in choices]
    if not homes:
        # Nothing needs a trash, so that any folder around them will do.
        staying += [each.asset_b for each in choices]
    for asset_id in staying:
        path = Path(catalog.call_now(assets.path_of, asset_id) or "")
        if not any(root in path.parents for root in roots):
            roots.append(path.parent)
    return roots


def reinstate(catalog: Catalog, decision: Decision) -> Decision:
    """Let the relation of `decision` hold again, which is dissolved; its files stay where they are.

    Raises:
        ActionRefused: it is not dissolved, or other decisions say otherwise.
    """
    with catalog.operations():
        check_reinstate(catalog, decision)
        catalog.call_now(relations.reinstate, decision.id)
    return replace(decision, state=DecisionState.DONE)


def check_reinstate(catalog: Catalog, decision: Decision) -> None:
    """Whether `reinstate` would do it, without doing anything.

    Raises:
        ActionRefused: as `reinstate`.
    """
    name = f"decision {decision.id}"
    (now,) = catalog.call_now(history.decisions, [decision.id])
    if now.state is not DecisionState.DISSOLVED:
        raise ActionRefused(name, "it is not dissolved", "--list history shows which are")
    overruler = catalog.call_now(history.overruler, now)
    if overruler is not None:
        cause, remedy = f"decision {overruler} says otherwise", f"--undo {overruler} takes it back"
        raise ActionRefused(name, cause, remedy)
    against = catalog.call_now(_against, now)
    if against:
        sentences = joined_reasons(each.sentence for each in against)
        raise Contradiction(
            name, sentences, tuple(each for said in against for each in said.decisions)
        )


def _against(decision: Decision) -> tuple[contradictions.Contradiction, ...]:
    a, b = history.contents(decision.id)
    return contradictions.contradictions(current_relations(), decision.choice.kind, a, b)
