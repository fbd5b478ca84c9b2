"""Hearing of changes below a folder: from the system where it tells, by looking where it does not.

What is said here is a hint and never a fact: a path may have changed, and whoever hears of it
looks. So one path too many costs a look, and only one too few would be a mistake.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from watchfiles import Change, watch
from watchfiles._rust_notify import WatchfilesRustInternalError

from core.errors import BetterhalfError
from core.libraries.folder import list_folder
from core.libraries.formats import IMAGE_SUFFIXES, RAW_SUFFIXES, SIDECAR_SUFFIX, suffix_of
from core.metadata.takeout import TAKEOUT_SUFFIX

MOUNTS = Path("/proc/mounts")
POLL_SECONDS = 1.0
"""Pause between two looks at a folder whose changes nobody tells."""
_POLL_SHARE = 4
"""A pause is at least this many times as long as the look before it."""
_STEP_MS = 50
"""How long changes are gathered for, and how soon a stop is noticed."""
_GATHER_MS = 400
"""Longest gathering while changes never end."""

_OURS = {*IMAGE_SUFFIXES, *RAW_SUFFIXES, SIDECAR_SUFFIX, TAKEOUT_SUFFIX}

_NETWORK = frozenset(
    "9p afs ceph cifs davfs drvfs fuse glusterfs lustre ncpfs nfs nfs4 prl_fs smb3 smbfs vboxsf"
    " virtiofs vmhgfs".split()
)
"""File systems that others write to without our system's knowing. ``fuse.*`` belong to them,
``fuseblk`` (a local NTFS disk) does not."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to watch."""

    folder: Path
    polled: bool
    """The system would not tell of what others change there."""


def places(roots: Sequence[Path], mounts: Path = MOUNTS) -> list[Place]:
    """`roots` with how to watch each, and the network folders mounted below them."""
    kinds = _mounted(mounts)
    found = []
    for root in roots:
        home = next((each for each in (root, *root.parents) if each in kinds), None)
        polled = home is not None and _is_network(kinds[home])
        found.append(Place(root, polled))
        if not polled:
            below = [point for point in kinds if root in point.parents and not _hidden(root, point)]
            found += [Place(point, True) for point in below if _is_network(kinds[point])]
    return found


def _mounted(mounts: Path) -> dict[Path, str]:
    """File system type by mount point; what is mounted over another hides it."""
    try:
        lines = mounts.read_bytes().splitlines()
    except OSError:
        # Not Linux: everything is taken for local.
        return {}
    kinds = {}
    for line in lines:
        _, point, kind, *_ = line.split(b" ")
        # Blanks and backslashes of a mount point are written in octal.
        plain = re.sub(rb"\\([0-7]{3})", lambda found: bytes([int(found[1], 8)]), point)
        kinds[Path(os.fsdecode(plain))] = kind.decode("ascii", "replace")
    return kinds


def _is_network(kind: str) -> bool:
    return kind in _NETWORK or kind.startswith("fuse.")


def changes(
    place: Place, stop: threading.Event, notice: Callable[[BetterhalfError], None]
) -> Iterator[set[str]]:
    """Paths below `place` that may have changed: images, sidecars, folders, and what is gone.

    Blocks, so it wants a thread of its own. No change after the first yield is missed; the sets
    may be empty.

    Args:
        place: where to look.
        stop: once set, the iterator ends in a fraction of a second.
        notice: called, on this thread, when the system refuses to tell and looking begins.
    """
    begun = False
    if not place.polled:
        try:
            for paths in _told(place.folder, stop):
                begun = True
                yield paths
            return
        except (OSError, UnicodeEncodeError, WatchfilesRustInternalError) as error:
            # No watch is left, a name is no text, a folder is closed to us, or this one is gone.
            notice(_refused(place.folder, error))
    yield from _looked_for(place.folder, stop, missed=begun)


def _refused(folder: Path, error: Exception) -> BetterhalfError:
    remedy = "it is looked through again and again instead"
    # watchfiles gives its errors a class and a text, and no number.
    if isinstance(error, FileNotFoundError):
        cause = "it is gone"
    elif isinstance(error, PermissionError):
        cause = "a folder in it cannot be entered"
    elif "limit" in str(error):
        cause = "the system watches no more folders"
        remedy += "; fs.inotify.max_user_watches sets how many"
    else:
        cause = f"the system does not tell of every change ({error})"
    return BetterhalfError(os.fspath(folder), cause, remedy)


def _told(folder: Path, stop: threading.Event) -> Iterator[set[str]]:
    name = os.fspath(folder)
    for told in watch(
        name,
        watch_filter=None,
        debounce=_GATHER_MS,
        step=_STEP_MS,
        stop_event=stop,
        rust_timeout=2 * _STEP_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
        force_polling=False,
        # True would let every other error pass as well, the limit of watches too.
        ignore_permission_denied=False,
    ):
        found: set[str] = set()
        for change, path in told:
            if path == name and change is Change.deleted:
                # Nothing would tell of its return.
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
            if change is Change.added:
                _ensure_watched(path)
            found |= _concerned(folder, path)
        yield found


def _ensure_watched(path: str) -> None:
    """Raise OSError where no watch was left for a new folder at `path`, of which nothing is said.

    The folder has had its chance, so if there is no room for another watch now, it got none.
    """
    if os.path.isdir(path) and not os.path.islink(path):
        with suppress(FileNotFoundError):
            probe = watch(
                path,
                recursive=False,
                step=1,
                rust_timeout=1,
                yield_on_timeout=True,
                force_polling=False,
                ignore_permission_denied=False,
            )
            with closing(probe):
                next(probe)


def _concerned(root: Path, path: str) -> set[str]:
    """`path`, and where it is a folder the images in it: they came before anybody listened."""
    at = Path(path)
    if _hidden(root, at) or os.path.realpath(at.parent) != os.fspath(at.parent):
        # The system follows links, a library does not.
        return set()
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return {path}
    if stat.S_ISDIR(mode):
        return {path, *(found.path for found in list_folder(at).files)}
    return {path} if suffix_of(at.name) in _OURS else set()


def _hidden(root: Path, path: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def _looked_for(folder: Path, stop: threading.Event, missed: bool) -> Iterator[set[str]]:
    """List `folder` again and again; `missed` where something may have changed before the first.

    Not with watchfiles' own polling: links that run in a circle and names that are no text, which
    libraries have, end it.
    """
    before = set(list_folder(folder, stop.is_set).files)
    yield {os.fspath(folder), *(found.path for found in before)} if missed else set()
    pause = POLL_SECONDS
    while not stop.wait(pause):
        started = time.monotonic()
        now = set(list_folder(folder, stop.is_set).files)
        if stop.is_set():
            # Half a listing would say that the other half is gone.
            return
        yield {found.path for found in now ^ before}
        before = now
        pause = max(POLL_SECONDS, _POLL_SHARE * (time.monotonic() - started))
