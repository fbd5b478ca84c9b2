"""Taking decisions back, and finishing what a crash interrupted. Both read the journal backwards.

A name that has been taken meanwhile is reported and never overwritten: undo looks at every file
first and starts only when all of them can go back.
"""

from __future__ import annotations

import os

from core.actions.carrying import put_back
from core.catalog import journal
from core.catalog.database import Catalog
from core.errors import ActionRefused, UnavailableError
from core.libraries.folder import TRASH
from core.model import Decision, DecisionState, Operation


def undo(catalog: Catalog, decision: Decision) -> None:
    """Take `decision` back: files, their companions and the relation. Blocks; use a thread.

    Raises:
        ActionRefused: it does not stand, its names are taken or the trash no longer holds its
            files. Nothing has moved.
        UnavailableError: a file could not be put back half-way; the next start tries again.
    """
    with catalog.operations():
        current = catalog.call_now(journal.decisions, [decision.id])[0]
        if current.state not in (DecisionState.DONE, DecisionState.UNDOING):
            raise ActionRefused(
                f"decision {decision.id}", "it is not standing", "--list history shows which are"
            )
        begun = current.state is DecisionState.UNDOING
        for operation in current.operations:
            if not (begun and _is_back(operation)):
                _check(operation)
        catalog.call_now(journal.set_decision_state, decision.id, DecisionState.UNDOING)
        try:
            put_back(_in_trash(current))
        except UnavailableError as error:
            if len(_in_trash(current)) < len(current.operations):
                raise
            # Nothing has moved: it stands as before, and stays the first to be undone.
            catalog.call_now(journal.set_decision_state, decision.id, DecisionState.DONE)
            raise ActionRefused(error.subject, error.cause, error.remedy) from error
        catalog.call_now(journal.finish_undo, current)


def _is_back(operation: Operation) -> bool:
    return os.path.lexists(operation.source) and not os.path.lexists(operation.target)


def _check(operation: Operation) -> None:
    home = next(folder for folder in operation.target.parents if folder.name == TRASH).parent
    if not home.is_dir():
        raise ActionRefused(
            str(home), "this library is not there", "mount its disk, or move it back"
        )
    if os.path.lexists(operation.source):
        raise ActionRefused(
            str(operation.source),
            "another file has this name now",
            "rename that file, then undo again",
        )
    if not os.path.lexists(operation.target):
        raise ActionRefused(
            str(operation.target), "the trash no longer holds it", "restore it from a backup"
        )


def _in_trash(decision: Decision) -> list[Operation]:
    return [each for each in decision.operations if os.path.lexists(each.target)]


def recover(catalog: Catalog) -> list[str]:
    """Finish or roll back what an earlier process left half-way; returns what was done, in words.

    An apply whose files have all moved is finished; any other apply is rolled back; an undo is
    carried on. Where another process is moving files right now, its work is left to it.
    """
    if not catalog.call_now(journal.unfinished):
        return []
    try:
        with catalog.operations(wait=0):
            return [_repair(catalog, each) for each in catalog.call_now(journal.unfinished)]
    except UnavailableError:
        return []


def _repair(catalog: Catalog, decision: Decision) -> str:
    moved = _in_trash(decision)
    name = f"decision {decision.id} ({decision.path_b})"
    for each in decision.operations:
        if each not in moved and not os.path.lexists(each.source):
            # Its disk may not be mounted; whatever is written now would be a guess.
            return f"{name}: interrupted, and {each.source} cannot be found; mount its disk"
    complete = len(moved) == len(decision.operations) and os.path.lexists(decision.path_a)
    if decision.state is DecisionState.APPLYING and complete:
        catalog.call_now(journal.finish, decision)
        return f"{name}: interrupted after its files had moved; completed"
    taken = [each for each in moved if os.path.lexists(each.source)]
    if taken:
        # The file is safe in the trash and its old name belongs to another: the decision stands,
        # with what it has moved.
        catalog.call_now(journal.forget_all_but, decision, moved)
        catalog.call_now(journal.finish, decision)
        return f"{name}: interrupted, and its name is taken; it stays in the trash"
    try:
        put_back(moved)
    except UnavailableError as error:
        return f"{name}: interrupted, and {error}"
    if decision.state is DecisionState.UNDOING:
        catalog.call_now(journal.finish_undo, decision)
        return f"{name}: its interrupted undo was completed"
    catalog.call_now(journal.set_decision_state, decision.id, DecisionState.FAILED)
    return f"{name}: interrupted; everything is back where it was"
