"""Finishing what a crash interrupted, or rolling it back: the journal is read backwards.

Nothing is guessed: what cannot be looked at is left until it can.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from core.actions.carrying import beside_kept, put_back
from core.actions.effects import (
    LINKS,
    done_of,
    in_turn,
    is_torn,
    make_durable,
    perform,
    written,
)
from core.actions.embedding import clear_embedded, is_as_before
from core.actions.emptying import complete_emptying
from core.actions.trash import trash_of
from core.address import is_remote
from core.catalog import history, journal
from core.catalog.database import Catalog
from core.errors import ActionRefused, UnavailableError, explain_os_error
from core.libraries.sidecars import remove_leftovers
from core.model import Decision, DecisionState, Operation, OperationKind


def recover(catalog: Catalog) -> list[str]:
    """Finish or roll back what an earlier process left half-way; returns what was done, in words.

    An apply whose files have all moved is finished, and so is one that moves none and has written
    what it had to; any other apply is rolled back; an undo is carried on, and so is an emptying of
    the trash. Where another process is moving files right now,
    its work is left to it.
    """
    if not catalog.call_now(history.is_interrupted):
        return []
    try:
        with catalog.operations(wait=0):
            unfinished = _unfinished(catalog)
            # What was made as one falls or stands as one.
            first = {each.batch or each.id: each for each in reversed(unfinished)}
            repaired = [_repair(catalog, first[key]) for key in sorted(first)]
            return repaired + complete_emptying(catalog)
    except UnavailableError:
        return []


def _unfinished(catalog: Catalog) -> list[Decision]:
    """Without those about servers, which have to be asked (`core.actions.servers`)."""
    return [each for each in catalog.call_now(history.unfinished) if not is_remote(each.path_b)]


def _repair(catalog: Catalog, decision: Decision) -> str:
    together = catalog.call_now(history.as_one, decision)
    operations = in_turn(operation for each in together for operation in each.operations)
    trashes = [each for each in operations if each.kind is OperationKind.TRASH]
    links = [each for each in operations if each.kind in LINKS]
    led_on = [each for each in operations if each.kind is OperationKind.RELINK]
    embeds = [each for each in operations if each.kind is OperationKind.EMBED]
    name = f"decision {decision.id} ({decision.path_b})"
    lost = [each for each in (*trashes, *embeds) if not any(map(os.path.lexists, _names(each)))]
    for each in lost:
        if not _is_home(each, together):
            # Its disk may not be mounted; whatever is written now would be a guess.
            return f"{name}: interrupted, and {each.source} cannot be found; mount its disk"
    writes = [each for each in operations if each.kind is OperationKind.WRITE]
    try:
        _mend(writes, [*links, *led_on])
        done = done_of(operations)
        clear_embedded(operations, done)
        others = [*links, *led_on, *embeds] if trashes else [*embeds, *writes]
        if decision.state is DecisionState.APPLYING and _is_complete(
            together, trashes, others, done
        ):
            # Disks write in whatever order they like, so a power cut can forget the first step.
            _repeat(writes)
            make_durable(operations)
            catalog.call_now(journal.finish, together, beside_kept(catalog, together))
            begun = "its files had moved" if trashes else "it was decided"
            return f"{name}: interrupted after {begun}; completed"
        if any(each in done and _is_taken(each, done) for each in trashes):
            # The file is safe in the trash and its old name belongs to another: the decision
            # stands, with what it has moved.
            _repeat(writes)
            moving = (*trashes, *links, *led_on, *embeds)
            stayed = [each for each in moving if each not in done]
            for moved in together:
                catalog.call_now(journal.forget, moved, stayed)
            together = catalog.call_now(history.as_one, decision)
            make_durable(operations)
            catalog.call_now(journal.finish, together, beside_kept(catalog, together))
            return f"{name}: interrupted, and its name is taken; it stays in the trash"
        put_back(done)
        # Also what was put back by who was interrupted, and may not be on the disk yet.
        make_durable(operations)
    except UnavailableError as error:
        return f"{name}: interrupted, and {error}"
    edited = [each.source for each in writes if not _is_as_before(each)]
    edited += [each.source for each in embeds if not is_as_before(each)]
    left = f"; {edited[0]} was edited meanwhile and left alone" if edited else ""
    left += f"; {lost[0].source} is gone" if lost else ""
    if decision.state is DecisionState.UNDOING:
        catalog.call_now(journal.finish_undo, together, beside_kept(catalog, together))
        return f"{name}: its interrupted undo was completed{left}"
    for failed in together:
        catalog.call_now(journal.set_decision_state, failed.id, DecisionState.FAILED)
    return f"{name}: interrupted; everything is back where it was{left}"


def _is_complete(
    together: Sequence[Decision],
    trashes: Sequence[Operation],
    others: Sequence[Operation],
    done: Sequence[Operation],
) -> bool:
    """Whether all that moves has moved, `others` have happened, and all that was to stay stands."""
    leaving = {each.source for each in trashes}
    stand = all(os.path.lexists(each.path_a) for each in together if each.path_a not in leaving)
    return stand and all(each in done for each in (*trashes, *others))


def _names(operation: Operation) -> tuple[Path, Path]:
    return operation.source, operation.target


def _is_home(lost: Operation, together: Iterable[Decision]) -> bool:
    """Whether the library that had what is `lost` is there: another file is that the journal names
    in it. Then somebody has moved or removed the one that is not."""
    home = trash_of(lost.target).parent
    named = {
        path
        for decision in together
        for path in (decision.path_a, *(name for o in decision.operations for name in _names(o)))
    }
    return any(
        path.is_relative_to(home) and os.path.lexists(path) for path in named - {*_names(lost)}
    )


def _is_taken(operation: Operation, done: Iterable[Operation]) -> bool:
    """Whether another file has the name of what was trashed; a link of ours does not count."""
    ours = any(each.source == operation.source and each.kind in LINKS for each in done)
    return os.path.lexists(operation.source) and not ours


def _mend(writes: Iterable[Operation], links: Iterable[Operation]) -> None:
    """Make whole what a power cut tore, and remove what a crash left beside it."""
    for each in links:
        remove_leftovers(each.source.parent)
    for each in writes:
        remove_leftovers(each.source.parent)
        try:
            now = written(each.source)
        except OSError:
            # What cannot be read is not what we wrote.
            continue
        if is_torn(each, now):
            _perform(replace(each, before=now))


def _repeat(writes: Iterable[Operation]) -> None:
    """Write again what is not written."""
    for each in writes:
        if _is_as_before(each):
            _perform(each)


def _perform(operation: Operation) -> None:
    """As `perform`.

    Raises:
        UnavailableError: that cannot be done now.
    """
    try:
        perform(operation)
    except ActionRefused as error:
        raise UnavailableError(error.subject, error.cause, error.remedy) from error
    except OSError as error:
        raise UnavailableError(str(operation.source), *explain_os_error(error)) from error


def _is_as_before(operation: Operation) -> bool:
    try:
        return written(operation.source) == operation.before
    except OSError:
        return False
