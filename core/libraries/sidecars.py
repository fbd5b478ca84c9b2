"""Writing one small file so that it is at any moment the old one or the new one, whole."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.libraries.moves import rename_exclusive

_PREFIX = ".betterhalf-"
"""Of the file beside, which a crash may leave; hidden, so that no scan takes it for anything."""
_RANDOM_BYTES = 8
_TEMPORARY = re.compile(rf"{re.escape(_PREFIX)}[0-9a-f]{{{2 * _RANDOM_BYTES}}}")

_ANY_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def replace_file(path: Path, data: bytes, durable: bool = True) -> None:
    """Make `data` the content of `path`, which may be new. The new name is durable once the folder
    is synced.

    Args:
        path: what to replace.
        data: its new content.
        durable: have the content on disk before it gets its name. Without, a power cut before
            `core.libraries.moves.sync` can tear it: only for who has `data` elsewhere, and looks.

    What is replaced leaves its mode, owner, times and extended attributes to the new file. Times
    stay, as rules go by a picture's age; who looks for changes by size and time alone does not see
    one of equal size. A further hard link keeps the old content.

    Raises:
        FileExistsError: a new one would have replaced what came there meanwhile.
        PermissionError: the file is read-only, which a rename would not mind, or belongs to
            someone whom the new file could not be given to.
        OSError: it is no regular file, the disk is full ... The old file is as it was.
    """
    old = _status(path)
    # What is replaced may be private, and the new one is so until it has its mode.
    with _beside(path, 0o600 if old else 0o666) as (handle, temporary):
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            if old is not None:
                dress(temporary, path, old)
            if durable:
                os.fsync(file.fileno())
        if old is None:
            rename_exclusive(temporary, path)
        else:
            os.replace(temporary, path)


def write_like(path: Path, data: bytes, model: Path) -> None:
    """Make a new file at `path` with the owner, mode, times and extended attributes of `model`. Its
    content is durable before it gets its name.

    Raises:
        FileExistsError: the name is taken.
        OSError: nothing has happened.
    """
    with _beside(path, 0o600) as (handle, temporary):
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            dress(temporary, model, model.stat())
            os.fsync(file.fileno())
        rename_exclusive(temporary, path)


@contextmanager
def _beside(path: Path, mode: int) -> Iterator[tuple[int, Path]]:
    """A new file, open for writing, for what is to stand at `path`; removed where that fails."""
    temporary = temporary_beside(path)
    with named_in_errors(path):
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            yield handle, temporary
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise


@contextmanager
def named_in_errors(path: Path) -> Iterator[None]:
    """Errors in here name `path`, and not the file beside that nobody knows."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = os.fspath(path), None
        raise


def temporary_beside(path: Path) -> Path:
    """A name for what is to stand at `path` once it is whole; `remove_leftovers` knows it."""
    return path.parent / f"{_PREFIX}{secrets.token_hex(_RANDOM_BYTES)}"


def leftovers(folder: Path) -> list[Path]:
    """What a crash in the middle of `replace_file` left in `folder`; nobody else uses such names.

    Raises:
        OSError: the folder cannot be listed.
    """
    return [folder / name for name in os.listdir(folder) if _TEMPORARY.fullmatch(name)]


def remove_leftovers(folder: Path) -> None:
    """Remove the `leftovers` of `folder`, as far as that can be done."""
    with contextlib.suppress(OSError):
        for path in leftovers(folder):
            path.unlink()


def _status(path: Path) -> os.stat_result | None:
    """What is to be replaced, if anything is."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    if not status.st_mode & _ANY_WRITE:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    return status


def dress(new: Path, path: Path, old: os.stat_result) -> None:
    """Give the file `new` the owner, mode, times and extended attributes of `path`, whose status
    is `old`.

    Raises:
        PermissionError: it cannot be given to that owner.
    """
    status = new.stat()
    # Owner first, as changing it clears mode bits.
    if (status.st_uid, status.st_gid) != (old.st_uid, old.st_gid):
        os.chown(new, old.st_uid, old.st_gid)
    shutil.copystat(path, new)
