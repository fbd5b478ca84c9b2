"""Where things go that leave a library: a folder at its root, on the same file system.

Inside it a day's folder repeats the library's own folders, so that a person can find and put back
a photo with nothing but a file manager.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from core.errors import ActionRefused
from core.libraries.folder import TRASH
from core.libraries.moves import remove_empty_folders
from core.model import Operation, OperationKind


def home_of(path: Path, roots: Sequence[Path]) -> Path:
    """The folder whose trash takes `path`: its library's root.

    Where another file system is mounted below the root, it is the top of that one, because a
    rename cannot leave it.
    """
    above = [root for root in roots if root in path.parents]
    root = above[0] if above else path.parent
    home = path.parent
    while home != root and os.stat(home.parent).st_dev == os.stat(path.parent).st_dev:
        home = home.parent
    return home


def trash_operations(sources: Iterable[Path], roots: Sequence[Path]) -> tuple[Operation, ...]:
    """One trash operation a source, all into one day's folder where none of the names is taken.

    Raises:
        ActionRefused: something else has the name of the trash.
        OSError: a folder above a source cannot be looked at.
    """
    listed = list(sources)
    homes = [home_of(source, roots) for source in listed]
    for trash in {home / TRASH for home in homes}:
        # Through a link it would go where scans find it, and where no emptying follows.
        if os.path.lexists(trash) and (trash.is_symlink() or not trash.is_dir()):
            cause = "this is a link or a file, and the trash has to be a folder"
            raise ActionRefused(str(trash), cause, "move it away")
    today = date.today().isoformat()
    attempt = 1
    while True:
        day = today if attempt == 1 else f"{today}.{attempt}"
        targets = [
            home / TRASH / day / source.relative_to(home)
            for source, home in zip(listed, homes, strict=True)
        ]
        if not any(os.path.lexists(target) for target in targets):
            break
        attempt += 1
    return tuple(
        Operation(OperationKind.TRASH, source, target)
        for source, target in zip(listed, targets, strict=True)
    )


def trash_of(target: Path) -> Path:
    """The trash that `target` lies in."""
    return next(folder for folder in target.parents if folder.name == TRASH)


AWAY = "this library is not there", "mount its disk, or move it back"
"""Cause and remedy of what lies in a library that `is_away`."""


def is_away(home: Path) -> bool:
    """Whether the library or disk with its top at `home` is not there: there is no such folder, or
    it is the empty one on which a disk is mounted else."""
    try:
        with os.scandir(home) as entries:
            return next(entries, None) is None
    except OSError:
        return True


@contextmanager
def opened_in_trash(target: Path) -> Iterator[int]:
    """The folder of `target`, which lies in a trash, opened without following any link on the way
    down from the library: whoever put one there meant another place.

    Raises:
        OSError: it is not there, or lies behind a link.
    """
    trash = trash_of(target)
    folder = os.open(trash.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in target.parent.relative_to(trash.parent).parts:
            try:
                inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            except OSError as error:
                if error.errno not in (errno.ENOTDIR, errno.ELOOP):
                    raise
                cause = "what should be a folder above it is a link or a file"
                raise OSError(errno.EBUSY, cause, str(target)) from error
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def tidy(target: Path) -> None:
    """Remove the folders of the trash that are empty now that nothing is at `target`."""
    remove_empty_folders(target.parent, trash_of(target))
