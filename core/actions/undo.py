"""Taking decisions back: the journal is read backwards.

A name that has been taken meanwhile, or a sidecar that has been edited, is reported and never
overwritten: undo looks at every file first and starts only when all of them can go back.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import replace

from core.actions.carrying import beside_kept, put_back
from core.actions.effects import LINKS, done_of, make_durable, written
from core.actions.embedding import clear_embedded, is_as_before, stands
from core.actions.links import is_there, said_by
from core.actions.trash import AWAY, is_away, trash_of
from core.catalog import history, journal, saying
from core.catalog.database import Catalog
from core.errors import ActionRefused, UnavailableError, explain_os_error
from core.model import Decision, DecisionState, Operation, OperationKind
from core.text import local_time

_CAN_GO_BACK = {DecisionState.DONE, DecisionState.UNDOING, DecisionState.DISSOLVED}


def undo(
    catalog: Catalog, decision: Decision, leave_edited: bool = False, moment: str | None = None
) -> list[Decision]:
    """Take `decision` back, and what was decided as one with it: files, their companions, what was
    merged, and relations. Returns all of these. Blocks; use a thread.

    Args:
        catalog: where the journal is.
        decision: what to take back.
        leave_edited: leave metadata alone that somebody has edited since.
        moment: when the command began that this is a part of; None: now. What has one moment is
            made again by one redo.

    Raises:
        ActionRefused: it does not stand, its names are taken, a sidecar was edited since, or the
            trash no longer holds its files. Nothing has moved.
        UnavailableError: a file could not be put back half-way; the next start tries again.
    """
    with catalog.operations():
        together = check_undo(catalog, decision, leave_edited)
        catalog.call_now(journal.begin_undo, together, moment or journal.now())
        operations = [operation for each in together for operation in each.operations]
        standing = done_of(operations)
        clear_embedded(operations, standing)
        try:
            put_back(standing)
        except UnavailableError as error:
            if len(done_of(operations)) < len(standing) or _has_begun(together):
                raise
            # Nothing has moved: it stands as before, and stays the first to be undone.
            catalog.call_now(journal.abandon_undo, together)
            raise ActionRefused(error.subject, error.cause, error.remedy) from error
        if _has_begun(together):
            # Also what an earlier attempt has put back.
            make_durable(operations)
        catalog.call_now(journal.finish_undo, together, beside_kept(catalog, together))
        return together


def check_undo(
    catalog: Catalog,
    decision: Decision,
    leave_edited: bool = False,
    after: Collection[int] = (),
) -> list[Decision]:
    """What `undo` would take back, once the decisions `after` were. Nothing is done.

    Raises:
        ActionRefused: as `undo`.
    """
    together = catalog.call_now(history.as_one, decision)
    if not {each.state for each in together} <= _CAN_GO_BACK:
        raise ActionRefused(
            f"decision {decision.id}", "it is not standing", "--list history shows which are"
        )
    begun = _has_begun(together)
    for each in together:
        _check(catalog, each, begun, leave_edited, after)
    return together


def _has_begun(together: Iterable[Decision]) -> bool:
    return any(each.state is DecisionState.UNDOING for each in together)


def _check(
    catalog: Catalog, decision: Decision, begun: bool, leave_edited: bool, after: Collection[int]
) -> None:
    """Raise `ActionRefused` where `decision` cannot be taken back."""
    replaced = {each.source for each in decision.operations if each.kind in LINKS}
    for operation in decision.operations:
        if operation.kind is OperationKind.EMBED:
            if not leave_edited and not (begun and is_as_before(operation)):
                _check_embedded(catalog, decision, operation, after)
        elif operation.kind is OperationKind.TRASH:
            if not (begun and _is_back(operation)):
                _check_trashed(operation, operation.source in replaced)
        elif operation.kind in LINKS:
            if not begun:
                _check_link(catalog, decision, operation, after)
        elif operation.kind is OperationKind.RELINK:
            if not leave_edited:
                _check_led_on(catalog, decision, operation, after)
        elif operation.kind is not OperationKind.DISSOLVE and not leave_edited:
            _check_edited(catalog, decision, operation, after)


def _check_link(
    catalog: Catalog, decision: Decision, operation: Operation, after: Collection[int]
) -> None:
    try:
        intact = not os.path.lexists(operation.source) or is_there(operation)
    except OSError as error:
        raise ActionRefused(str(operation.source), *explain_os_error(error)) from error
    if not intact and not _is_led_on(catalog, decision, operation, after):
        raise ActionRefused(
            str(operation.source),
            f"it is not the {operation.kind} any more that was put there",
            "rename that file, then undo again",
        )


def _check_led_on(
    catalog: Catalog, decision: Decision, operation: Operation, after: Collection[int]
) -> None:
    try:
        now = said_by(operation.source)
    except OSError as error:
        raise ActionRefused(str(operation.source), *explain_os_error(error)) from error
    if now in (None, operation.before, operation.after):
        return
    if not _is_led_on(catalog, decision, operation, after):
        raise ActionRefused(
            str(operation.source),
            "somebody has led this symbolic link elsewhere since",
            "--leave-edited brings the rest back",
        )


def _is_led_on(
    catalog: Catalog, decision: Decision, operation: Operation, after: Collection[int]
) -> bool:
    """Whether one of the decisions `after` has led the symbolic link of `operation` elsewhere.

    Raises:
        ActionRefused: another one has.
    """
    led_on = replace(operation, kind=OperationKind.RELINK)
    later = catalog.call_now(history.told_since, decision, led_on)
    if later is not None and later not in after:
        cause = f"decision {later} has led this symbolic link elsewhere since"
        raise ActionRefused(str(operation.source), cause, "undo that one first")
    return later is not None


def _check_embedded(
    catalog: Catalog, decision: Decision, operation: Operation, after: Collection[int]
) -> None:
    _check_trashed(operation, replaced=True)
    gone = not os.path.lexists(operation.source)
    try:
        edited = not gone and not stands(operation)
    except OSError as error:
        raise ActionRefused(str(operation.source), *explain_os_error(error)) from error
    sent_away = replace(operation, kind=OperationKind.TRASH)
    later = catalog.call_now(history.told_since, decision, sent_away) if gone else None
    if later is not None and later not in after:
        cause = f"decision {later} has sent it away since"
        raise ActionRefused(str(operation.source), cause, "undo that one first")
    if edited:
        _refuse_edited(catalog, decision, operation, after)


def _is_back(operation: Operation) -> bool:
    return os.path.lexists(operation.source) and not os.path.lexists(operation.target)


def _check_edited(
    catalog: Catalog, decision: Decision, operation: Operation, after: Collection[int]
) -> None:
    """Raise `ActionRefused` where what `operation` wrote has been changed since."""
    try:
        if operation.kind is OperationKind.WRITE:
            now = written(operation.source)
        else:
            own = catalog.call_now(saying.own_words, operation.source)
            now = own.encode() if own else None
    except OSError as error:
        raise ActionRefused(str(operation.source), *explain_os_error(error)) from error
    if now in (operation.before, operation.after):
        return
    _refuse_edited(catalog, decision, operation, after, is_gone=now is None)


def _refuse_edited(
    catalog: Catalog,
    decision: Decision,
    operation: Operation,
    after: Collection[int],
    is_gone: bool = False,
) -> None:
    later = catalog.call_now(history.told_since, decision, operation)
    if later in after:
        return
    if later is not None:
        cause, remedy = f"decision {later} has added to its metadata since", "undo that one first"
    else:
        cause = "it is gone" if is_gone else "it has been edited since"
        remedy = "--leave-edited brings the rest back"
    raise ActionRefused(str(operation.source), cause, remedy)


def _check_trashed(operation: Operation, replaced: bool) -> None:
    """`replaced`: what stands under its name is a link that goes with it."""
    if operation.emptied_at is not None:
        day = local_time(operation.emptied_at)[:10]
        raise ActionRefused(
            str(operation.source),
            f"it left the trash on {day}, when that was emptied",
            "restore it from a backup",
        )
    home = trash_of(operation.target).parent
    if is_away(home):
        raise ActionRefused(str(home), *AWAY)
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
