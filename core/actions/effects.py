"""One operation on one file: done, looked at, taken back. Each can be repeated without harm.

What several have done is made durable together (`make_durable`), before the journal says so.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from core.actions.embedding import is_put, put_new, take_new_away
from core.actions.links import is_there, lead_back, lead_on, put_link, take_link_away
from core.actions.trash import tidy
from core.catalog.journal import IN_THE_CATALOG
from core.errors import ContentChanged
from core.libraries.moves import move, sync
from core.libraries.sidecars import replace_file
from core.model import Operation, OperationKind

LINKS = frozenset({OperationKind.HARD_LINK, OperationKind.REFLINK, OperationKind.SYMLINK})


def in_turn(operations: Iterable[Operation]) -> list[Operation]:
    """`operations` in the order in which they are done: first what moves nothing, then what leaves,
    then what takes its place."""
    return sorted(
        operations, key=lambda each: (each.kind is OperationKind.TRASH) + 2 * (each.kind in LINKS)
    )


def perform(operation: Operation) -> None:
    """Do `operation`; what the catalog alone records is done with the decision's end.

    Raises:
        ContentChanged: the sidecar or picture is not what it was when the plan was made.
        ActionRefused: the file system knows no such thing; nothing has happened.
        OSError: nothing has happened.
    """
    if operation.kind is OperationKind.TRASH:
        move(operation.source, operation.target)
    elif operation.kind in LINKS:
        put_link(operation)
    elif operation.kind is OperationKind.RELINK:
        lead_on(operation)
    elif operation.kind is OperationKind.EMBED:
        put_new(operation)
    elif operation.kind is OperationKind.WRITE and operation.after is not None:
        if written(operation.source) != operation.before:
            raise ContentChanged(
                str(operation.source), "it has changed since this was planned", "try again"
            )
        replace_file(operation.source, operation.after, durable=False)


def has_happened(operation: Operation) -> bool:
    """Whether what `operation` does to a file has been done, as far as can be seen.

    Raises:
        OSError: the file cannot be looked at.
    """
    if operation.kind is OperationKind.TRASH:
        return os.path.lexists(operation.target)
    if operation.kind in LINKS or operation.kind is OperationKind.RELINK:
        return is_there(operation)
    if operation.kind is OperationKind.EMBED:
        return is_put(operation)
    return operation.kind is OperationKind.WRITE and written(operation.source) == operation.after


def done_of(operations: Sequence[Operation]) -> list[Operation]:
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


def take_back(operation: Operation) -> None:
    """Undo `operation`, which has happened.

    Raises:
        OSError: nothing has happened; also where a sidecar was edited since.
    """
    if operation.kind is OperationKind.TRASH:
        move(operation.target, operation.source)
        tidy(operation.target)
    elif operation.kind in LINKS:
        take_link_away(operation)
    elif operation.kind is OperationKind.RELINK:
        lead_back(operation)
    elif operation.kind is OperationKind.EMBED:
        take_new_away(operation)
    elif operation.kind is OperationKind.WRITE:
        now = written(operation.source)
        if now == operation.before:
            return
        if now != operation.after:
            raise OSError(errno.EBUSY, "it has been edited since", str(operation.source))
        if operation.before is None:
            # Made by us, and nothing but what was made: no word of anybody's is in it.
            operation.source.unlink()
        else:
            replace_file(operation.source, operation.before, durable=False)


def make_durable(operations: Iterable[Operation]) -> None:
    """Let no power cut forget what `operations` have done, or that it was taken back."""
    on_disk = [each for each in operations if each.kind not in IN_THE_CATALOG]
    sync(
        [
            *(each.source for each in on_disk if each.kind is OperationKind.WRITE),
            *(path.parent for each in on_disk for path in (each.source, each.target)),
        ]
    )


def is_torn(operation: Operation, now: bytes | None) -> bool:
    """Whether a power cut left `now` of what `operation` wrote or put back: nothing of it, or parts
    and zeros in the place of others."""
    if now is None or now in (operation.before, operation.after):
        return False
    return any(whole and _is_torn_of(now, whole) for whole in (operation.before, operation.after))


_SECTOR = 512
"""Bytes; what disks write is whole sectors."""


def _is_torn_of(now: bytes, whole: bytes) -> bool:
    return all(
        whole[start : start + _SECTOR].startswith(now[start : start + _SECTOR].rstrip(b"\0"))
        for start in range(0, len(now), _SECTOR)
    )


def written(path: Path) -> bytes | None:
    """What is in the file at `path`; None where there is none.

    Raises:
        OSError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
