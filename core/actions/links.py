"""A link to the better one in the place of a copy: made, looked at, taken away.

The copy itself is in the trash by then, whole. What stands in its place is taken away only while it
is what was put there: it may be the last name of something that was written since.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import sys
from pathlib import Path

from core.errors import ActionRefused, ContentChanged
from core.libraries.moves import rename_exclusive
from core.libraries.reader import file_digest
from core.libraries.sidecars import dress, named_in_errors, temporary_beside
from core.model import Operation, OperationKind

_FICLONE = 0x40049409
"""linux/fs.h: the whole of another file's blocks, shared."""

_UNKNOWN = frozenset(
    {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.ENOTTY, errno.EINVAL}
)
"""What file systems say of links that they have none of: link(2), symlink(2), ioctl_ficlone(2)."""

_CANNOT = {
    OperationKind.HARD_LINK: "this file system knows no hard links",
    OperationKind.REFLINK: "this file system lets no two files share blocks",
    OperationKind.SYMLINK: "this file system knows no symbolic links",
}

TOO_FAR = "the better one lies on another file system"
_TRASH_INSTEAD = "let it go to the trash instead"
SYMLINK_INSTEAD = f"{_TRASH_INSTEAD}, or put a symbolic link in its place"


def put_link(operation: Operation) -> None:
    """Put the link that `operation` describes at its source.

    Raises:
        ActionRefused: no such link can be made there; nothing has happened.
        OSError: nothing has happened; the name is taken, the disk is full ...
    """
    source, target = operation.source, operation.target
    try:
        match operation.kind:
            case OperationKind.HARD_LINK:
                os.link(target, source, follow_symlinks=False)
            case OperationKind.SYMLINK:
                os.symlink(_text(operation), source)
            case _:
                _reflink(target, source, original_of(operation))
    except OSError as error:
        if error.errno == errno.EXDEV:
            raise ActionRefused(str(source), TOO_FAR, SYMLINK_INSTEAD) from error
        if error.errno == errno.EMLINK:
            cause = "the better one has as many hard links as its file system allows"
            raise ActionRefused(str(source), cause, _TRASH_INSTEAD) from error
        if error.errno in _UNKNOWN:
            cause = _CANNOT[operation.kind]
            if operation.kind is OperationKind.HARD_LINK and not _may_link(target):
                cause = "only its owner may make hard links to the better one"
            raise ActionRefused(str(source), cause, _TRASH_INSTEAD) from error
        raise


def is_there(operation: Operation) -> bool:
    """Whether what `operation` puts at its source is there, and nothing would be lost with it: the
    copy is in the trash, and has the same bytes, unless the better one is the very same file.

    Raises:
        OSError: it cannot be looked at.
    """
    source = operation.source
    if operation.kind is OperationKind.RELINK:
        return said_by(source) == operation.after
    original = original_of(operation)
    if operation.kind is OperationKind.SYMLINK:
        return source.is_symlink() and os.readlink(source) == _text(operation)
    status, left = _status(source), _status(original)
    if status is None or left is None or not stat.S_ISREG(status.st_mode):
        return False
    if operation.kind is OperationKind.HARD_LINK and are_hard_links(source, operation.target):
        return True
    return status.st_size == left.st_size and file_digest(source) == file_digest(original)


def take_link_away(operation: Operation) -> None:
    """Take away what `put_link` has put.

    Raises:
        OSError: nothing has happened; something else stands there now.
    """
    source = operation.source
    before = _status(source)
    if before is None:
        return
    # To compare takes a while, in which somebody may save another file under this name.
    if not is_there(operation) or _changed(before, _status(source)):
        raise OSError(errno.EBUSY, "another file has this name now", str(source))
    source.unlink()


def lead_on(operation: Operation) -> None:
    """Have the symbolic link at the source say what `operation` wants; at any moment it leads to
    one or the other.

    Raises:
        ContentChanged: it is not the link any more that it was; nothing has happened.
        OSError: nothing has happened.
    """
    source = operation.source
    if said_by(source) != operation.before:
        raise ContentChanged(str(source), "it has changed since this was planned", "try again")
    _replace_link(source, operation.after or b"")


def lead_back(operation: Operation) -> None:
    """The inverse of `lead_on`; a link that somebody took away stays away.

    Raises:
        OSError: nothing has happened; also where somebody has led it elsewhere since.
    """
    now = said_by(operation.source)
    if now in (None, operation.before):
        return
    if now != operation.after:
        raise OSError(errno.EBUSY, "it leads elsewhere by now", str(operation.source))
    _replace_link(operation.source, operation.before or b"")


def said_by(link: Path) -> bytes | None:
    """What a symbolic link says; None where there is none.

    Raises:
        OSError: it cannot be looked at.
    """
    try:
        return os.readlink(os.fsencode(link))
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EINVAL):
            return None
        raise


def _replace_link(source: Path, text: bytes) -> None:
    temporary = temporary_beside(source)
    with named_in_errors(source):
        os.symlink(os.fsdecode(text), temporary)
        try:
            os.replace(temporary, source)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def leading_on(link: Path, old: Path, new: Path) -> Operation | None:
    """What has the symbolic link `link`, which was put there to lead to `old`, lead to `new`; None
    where it does not lead there (any more).

    Raises:
        OSError: it cannot be looked at.
    """
    before = os.fsencode(_leading(link, old))
    if said_by(link) != before:
        return None
    return Operation(OperationKind.RELINK, link, new, before, os.fsencode(_leading(link, new)))


def original_of(operation: Operation) -> Path:
    """Where in the trash the file is in whose place the link stands."""
    return Path(os.fsdecode(operation.before or b""))


def are_hard_links(one: Path, other: Path) -> bool:
    """Whether these are two of several names of one file; a symbolic link is none.

    Raises:
        OSError: they cannot be looked at.
    """
    first, second = _status(one), _status(other)
    if first is None or second is None:
        return False
    # Through two mounts of a folder one name is seen twice.
    return os.path.samestat(first, second) and first.st_nlink > 1


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def _changed(before: os.stat_result, after: os.stat_result | None) -> bool:
    if after is None or not os.path.samestat(before, after):
        return True
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)


def _may_link(target: Path) -> bool:
    """As Linux allows it by default (proc_sys_fs(5), protected_hardlinks)."""
    owner = target.stat().st_uid
    return os.geteuid() in (0, owner) or os.access(target, os.R_OK | os.W_OK)


def _text(operation: Operation) -> str:
    return _leading(operation.source, operation.target)


def _leading(link: Path, target: Path) -> str:
    return os.path.relpath(target, link.parent)


def _reflink(target: Path, source: Path, original: Path) -> None:
    if sys.platform != "linux":
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP), str(source))
    temporary = temporary_beside(source)
    with named_in_errors(source):
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(handle, "wb") as new, open(target, "rb") as whole:
                fcntl.ioctl(new, _FICLONE, whole.fileno())
                dress(temporary, original, original.stat())
                # A power cut must not leave a half of it under this name.
                os.fsync(new.fileno())
            rename_exclusive(temporary, source)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
