"""A link to the better one in the place of a copy: made, looked at, taken away.

The copy itself is in the trash by then, whole. What stands in its place is taken away only while it
is what was put there: it may be the last name of something that was written since.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import sys
from pathlib import Path

from core.libraries.moves import rename_exclusive
from core.libraries.reader import file_digest
from core.libraries.sidecars import temporary_beside
from core.model import Operation, OperationKind

_FICLONE = 0x40049409
"""linux/fs.h: the whole of another file's blocks, shared."""


def put_link(operation: Operation) -> None:
    """Put the link that `operation` describes at its source.

    Raises:
        OSError: nothing has happened; the file system knows no such links, or the name is taken.
    """
    match operation.kind:
        case OperationKind.HARD_LINK:
            os.link(operation.target, operation.source, follow_symlinks=False)
        case OperationKind.SYMLINK:
            os.symlink(_text(operation), operation.source)
        case _:
            _reflink(operation)


def is_there(operation: Operation) -> bool:
    """Whether what `operation` puts at its source is there, unchanged.

    Raises:
        OSError: it cannot be looked at.
    """
    source = operation.source
    if operation.kind is OperationKind.SYMLINK:
        return source.is_symlink() and os.readlink(source) == _text(operation)
    if not os.path.lexists(source) or source.is_symlink():
        return False
    if operation.kind is OperationKind.HARD_LINK and operation.target.exists():
        return os.path.samefile(source, operation.target)
    original = original_of(operation)
    return original.exists() and file_digest(source) == file_digest(original)


def take_link_away(operation: Operation) -> None:
    """Take away what `put_link` has put.

    Raises:
        OSError: nothing has happened; something else stands there now.
    """
    if not os.path.lexists(operation.source):
        return
    if not is_there(operation):
        raise OSError(errno.EBUSY, "another file has this name now", str(operation.source))
    operation.source.unlink()


def original_of(operation: Operation) -> Path:
    """Where in the trash the file is in whose place the link stands."""
    return Path(os.fsdecode(operation.before or b""))


def _text(operation: Operation) -> str:
    return os.path.relpath(operation.target, operation.source.parent)


def _reflink(operation: Operation) -> None:
    if sys.platform != "linux":
        raise OSError(errno.EOPNOTSUPP, "this system shares no blocks", str(operation.source))
    temporary = temporary_beside(operation.source)
    try:
        with open(temporary, "xb") as new, open(operation.target, "rb") as whole:
            fcntl.ioctl(new, _FICLONE, whole.fileno())
        shutil.copystat(original_of(operation), temporary)
        rename_exclusive(temporary, operation.source)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
