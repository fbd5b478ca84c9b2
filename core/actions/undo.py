"""Taking decisions back, and finishing what a crash interrupted. Both read the journal backwards.

A name that has been taken meanwhile, or a sidecar that has been edited, is reported and never
overwritten: undo looks at every file first and starts only when all of them can go back.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.actions.carrying import beside_kept, put_back
from core.actions.effects import (
    LINKS,
    has_happened,
    in_turn,
    is_torn,
    make_durable,
    perform,
    written,
)
from core.actions.links import is_there
from core.catalog import assets, journal
from core.catalog.database import Catalog
from core.errors import ActionRefused, UnavailableError, explain_os_error
from core.libraries.folder import TRASH
from core.libraries.sidecars import remove_leftovers
from core.model import Decision, DecisionState, Operation, OperationKind

_CAN_GO_BACK = {DecisionState.DONE, DecisionState.UNDOING, DecisionState.DISSOLVED}


def undo(catalog: Catalog, decision: Decision, leave_edited: bool = False) -> list[Decision]:
    """Take `decision` back, and what was decided as one with it: files, their companions, what was
    merged, and relations. Returns all of these. Blocks; use a thread.

    Args:
        catalog: where the journal is.
        decision: what to take back.
        leave_edited: leave metadata alone that somebody has edited since.

    Raises:
        ActionRefused: it does not stand, its names are taken, a sidecar was edited since, or the
            trash no longer holds its files. Nothing has moved.
        UnavailableError: a file could not be put back half-way; the next start tries again.
    """
    with catalog.operations():
        together = catalog.call_now(journal.as_one, decision)
        states = {each.state for each in together}
        if not states <= _CAN_GO_BACK:
            raise ActionRefused(
                f"decision {decision.id}", "it is not standing", "--list history shows which are"
            )
        begun = DecisionState.UNDOING in states
        for each in together:
            _check(catalog, each, begun, leave_edited)
        _set_states(catalog, together, DecisionState.UNDOING)
        operations = [operation for each in together for operation in each.operations]
        standing = _standing(operations)
        try:
            put_back(standing)
        except UnavailableError as error:
            if len(_standing(operations)) < len(standing) or begun:
                raise
            # Nothing has moved: it stands as before, and stays the first to be undone.
            for each in together:
                catalog.call_now(journal.set_decision_state, each.id, each.state)
            raise ActionRefused(error.subject, error.cause, error.remedy) from error
        catalog.call_now(journal.finish_undo, together, beside_kept(catalog, together))
        return together


def _set_states(catalog: Catalog, decisions: Iterable[Decision], state: DecisionState) -> None:
    for each in decisions:
        catalog.call_now(journal.set_decision_state, each.id, state)


def _check(catalog: Catalog, decision: Decision, begun: bool, leave_edited: bool) -> None:
    """Raise `ActionRefused` where `decision` cannot be taken back."""
    replaced = {each.source for each in decision.operations if each.kind in LINKS}
    for operation in decision.operations:
        if operation.kind is OperationKind.TRASH:
            if not (begun and _is_back(operation)):
                _check_trashed(operation, operation.source in replaced)
        elif operation.kind in LINKS:
            if not begun:
                _check_link(operation)
        elif operation.kind is not OperationKind.DISSOLVE and not leave_edited:
            _check_edited(catalog, decision, operation)


def _check_link(operation: Operation) -> None:
    try:
        intact = not os.path.lexists(operation.source) or is_there(operation)
    except OSError as error:
        raise ActionRefused(str(operation.source), *explain_os_error(error)) from error
    if not intact:
        raise ActionRefused(
            str(operation.source),
            f"it is not the {operation.kind} any more that was put there",
            "rename that file, then undo again",
        )


def _is_back(operation: Operation) -> bool:
    return os.path.lexists(operation.source) and not os.path.lexists(operation.target)


def _check_edited(catalog: Catalog, decision: Decision, operation: Operation) -> None:
    """Raise `ActionRefused` where what `operation` wrote has been changed since."""
    try:
        if operation.kind is OperationKind.WRITE:
            now = written(operation.source)
        else:
            own = catalog.call_now(assets.own_words, operation.source)
            now = own.encode() if own else None
    except OSError as error:
        raise ActionRefused(str(operation.source), *explain_os_error(error)) from error
    if now in (operation.before, operation.after):
        return
    later = catalog.call_now(journal.told_since, decision, operation)
    if later is not None:
        cause, remedy = f"decision {later} has added to its metadata since", "undo that one first"
    elif now is None:
        cause, remedy = "it is gone", "--leave-edited brings the rest back"
    else:
        cause, remedy = "it has been edited since", "--leave-edited brings the rest back"
    raise ActionRefused(str(operation.source), cause, remedy)


def _check_trashed(operation: Operation, replaced: bool) -> None:
    """`replaced`: what stands under its name is a link that goes with it."""
    home = next(folder for folder in operation.target.parents if folder.name == TRASH).parent
    if not home.is_dir():
        raise ActionRefused(
            str(home), "this library is not there", "mount its disk, or move it back"
        )
    if os.path.lexists(operation.source) and not replaced:
        raise ActionRefused(
            str(operation.source),
            "another file has this name now",
            "rename that file, then undo again",
        )
    if not os.path.lexists(operation.target):
        raise ActionRefused(
            str(operation.target), "the trash no longer holds it", "restore it from a backup"
        )


def _standing(operations: Sequence[Operation]) -> list[Operation]:
    """Those of `operations` whose work on a file can be seen."""
    found = []
    for operation in operations:
        try:
            if has_happened(operation):
                found.append(operation)
        except OSError:
            # What cannot be read was not ours to write; whoever needs it finds out.
            continue
    return found


def recover(catalog: Catalog) -> list[str]:
    """Finish or roll back what an earlier process left half-way; returns what was done, in words.

    An apply whose files have all moved is finished; any other apply is rolled back; an undo is
    carried on. Where another process is moving files right now, its work is left to it.
    """
    if not catalog.call_now(journal.unfinished):
        return []
    try:
        with catalog.operations(wait=0):
            unfinished = catalog.call_now(journal.unfinished)
            # What was made as one falls or stands as one.
            first = {each.batch or each.id: each for each in reversed(unfinished)}
            return [_repair(catalog, first[key]) for key in sorted(first)]
    except UnavailableError:
        return []


def _repair(catalog: Catalog, decision: Decision) -> str:
    together = catalog.call_now(journal.as_one, decision)
    operations = in_turn(operation for each in together for operation in each.operations)
    trashes = [each for each in operations if each.kind is OperationKind.TRASH]
    links = [each for each in operations if each.kind in LINKS]
    name = f"decision {decision.id} ({decision.path_b})"
    for each in trashes:
        if not os.path.lexists(each.target) and not os.path.lexists(each.source):
            # Its disk may not be mounted; whatever is written now would be a guess.
            return f"{name}: interrupted, and {each.source} cannot be found; mount its disk"
    writes = [each for each in operations if each.kind is OperationKind.WRITE]
    try:
        _mend(writes, links)
        done = _standing(operations)
        if decision.state is DecisionState.APPLYING and _is_complete(
            together, trashes, links, done
        ):
            # Disks write in whatever order they like, so a power cut can forget the first step.
            _repeat(writes)
            make_durable(operations)
            catalog.call_now(journal.finish, together, beside_kept(catalog, together))
            return f"{name}: interrupted after its files had moved; completed"
        if any(each in done and _is_taken(each, done) for each in trashes):
            # The file is safe in the trash and its old name belongs to another: the decision
            # stands, with what it has moved.
            _repeat(writes)
            stayed = [each for each in (*trashes, *links) if each not in done]
            for moved in together:
                catalog.call_now(journal.forget, moved, stayed)
            together = catalog.call_now(journal.as_one, decision)
            catalog.call_now(journal.finish, together, beside_kept(catalog, together))
            return f"{name}: interrupted, and its name is taken; it stays in the trash"
        put_back(done)
    except UnavailableError as error:
        return f"{name}: interrupted, and {error}"
    edited = [each.source for each in writes if not _is_as_before(each)]
    left = f"; {edited[0]} was edited meanwhile and left alone" if edited else ""
    if decision.state is DecisionState.UNDOING:
        catalog.call_now(journal.finish_undo, together, beside_kept(catalog, together))
        return f"{name}: its interrupted undo was completed{left}"
    _set_states(catalog, together, DecisionState.FAILED)
    return f"{name}: interrupted; everything is back where it was{left}"


def _is_complete(
    together: Sequence[Decision],
    trashes: Sequence[Operation],
    links: Sequence[Operation],
    done: Sequence[Operation],
) -> bool:
    """Whether all that moves has moved, and all that was to stay stands."""
    leaving = {each.source for each in trashes}
    stand = all(os.path.lexists(each.path_a) for each in together if each.path_a not in leaving)
    return bool(trashes) and stand and all(each in done for each in (*trashes, *links))


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
