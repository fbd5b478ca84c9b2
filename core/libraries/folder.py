"""Listing a folder library: which images are there, told apart without opening one.

Hidden names stay out (the trash is one), and so do symbolic links, to files and to folders: a
link is no second copy of a photo, and a linked folder would show one file under two names.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import BetterhalfError, UnavailableError, UsageError, explain_os_error
from core.libraries.companions import FolderNames, folder_names
from core.libraries.formats import (
    IMAGE_SUFFIXES,
    RAW_SUFFIXES,
    SIDECAR_SUFFIX,
    stem_of,
    suffix_of,
)
from core.metadata.takeout import TAKEOUT_SUFFIX, takeout_names
from core.model import FoundFile

TRASH = ".betterhalf-trash"
"""The folder at a library's root that takes what loses; hidden, so no listing enters it."""


@dataclass(slots=True)
class Listing:
    """What one walk over a library found."""

    files: list[FoundFile] = field(default_factory=list)
    problems: list[BetterhalfError] = field(default_factory=list)
    """Folders and entries that could not be read."""


def library_root(path: str | os.PathLike[str]) -> Path:
    """`path` as the root of a library: absolute, links resolved.

    Raises:
        UsageError: it is a file, or a trash.
        UnavailableError: it is not there, or cannot be entered.
    """
    given = os.fspath(path)
    if not given.strip():
        # A variable that is not set; realpath would take it for the current folder.
        raise UsageError("FOLDER", "the name is empty", "name the folder; . is this one")
    try:
        root = os.path.realpath(given)
        if not stat.S_ISDIR(os.stat(root).st_mode):
            raise UsageError(given, "this is a file", "name the folder that holds it")
        os.scandir(root).close()
    except OSError as error:
        cause, remedy = explain_os_error(error)
        if isinstance(error, FileNotFoundError):
            cause, remedy = "there is no such folder", "check the name, or mount it"
        raise UnavailableError(given, cause, remedy) from error
    if TRASH in Path(root).parts:
        raise UsageError(given, "this is betterhalf's trash", "name the library it belongs to")
    return Path(root)


def modified_ns(status: os.stat_result) -> int:
    """A file's modification time, kept to the years 1677..2262 that 64 bits of ns can name."""
    return max(-(1 << 63), min(status.st_mtime_ns, (1 << 63) - 1))


def outermost(roots: list[Path]) -> list[Path]:
    """`roots` without repeats and without those that lie inside another, in the given order."""
    unique = list(dict.fromkeys(roots))
    return [root for root in unique if not any(other in root.parents for other in unique)]


def list_folder(root: Path, stopped: Callable[[], bool] = lambda: False) -> Listing:
    """Every image below `root`, in path order per folder.

    Args:
        root: an absolute folder.
        stopped: asked once a folder; true ends the walk early.
    """
    listing = Listing()
    pending = [os.fspath(root)]
    while pending and not stopped():
        folder = pending.pop()
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            told = explain_os_error(error)
            if isinstance(error, FileNotFoundError) and folder == os.fspath(root):
                told = "the folder is gone", "mount it, or put it back, and scan again"
            listing.problems.append(BetterhalfError(folder, *told))
            continue
        _list_one(folder, found, listing, pending)
    return listing


def look_at_one(path: Path) -> FoundFile | None:
    """The image at `path` as it is listed now; None where it is none, or cannot be looked at."""
    try:
        status = os.lstat(path)
        if stat.S_ISREG(status.st_mode):
            beside = folder_names(path.parent, path.name)
            if beside.is_picture(path.name):
                return _found(os.fspath(path), status, beside)
    except OSError:
        pass
    return None


def look_at(paths: Iterable[str]) -> list[FoundFile]:
    """The images at `paths`, and those whose sidecar is or was there, as they are listed now."""
    wanted = set(paths)
    found = []
    for folder in {os.path.dirname(path) for path in wanted}:
        names = {os.path.basename(path) for path in wanted if os.path.dirname(path) == folder}
        listing = Listing()
        try:
            with os.scandir(folder) as entries:
                _list_one(folder, list(entries), listing, [], _about(names))
        except OSError:
            continue
        found += listing.files
    return found


def _about(names: Set[str]) -> Callable[[str], bool]:
    """Whether a picture is one of `names`, or one of them can be its sidecar."""
    sidecars = {stem_of(name) for name in names if suffix_of(name) == SIDECAR_SUFFIX}
    takeouts = {name.lower() for name in names if suffix_of(name) == TAKEOUT_SUFFIX}
    return lambda name: (
        name in names
        or not sidecars.isdisjoint((name.lower(), stem_of(name)))
        or bool(takeouts and not takeouts.isdisjoint(takeout_names(name)))
    )


def with_raws(paths: Iterable[str]) -> set[str]:
    """`paths`, and the RAWs that cease to stand alone or begin to, as images among them come and
    go."""
    wanted = set(paths)
    images: dict[str, set[str]] = {}
    for path in wanted:
        folder, name = os.path.split(path)
        if suffix_of(name) in IMAGE_SUFFIXES:
            images.setdefault(folder, set()).add(stem_of(name))
    for folder, stems in images.items():
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        wanted.update(
            os.path.join(folder, name)
            for name in names
            if suffix_of(name) in RAW_SUFFIXES and stem_of(name) in stems
        )
    return wanted


def _list_one(
    folder: str,
    entries: list[os.DirEntry[str]],
    listing: Listing,
    pending: list[str],
    wanted: Callable[[str], bool] = lambda name: True,
) -> None:
    files: list[os.DirEntry[str]] = []
    subfolders: list[str] = []
    for entry in entries:
        if entry.name.startswith("."):
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                subfolders.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                files.append(entry)
        except OSError as error:
            listing.problems.append(BetterhalfError(entry.path, *explain_os_error(error)))
    beside = FolderNames(folder, (entry.name for entry in files))
    for entry in files:
        if not (wanted(entry.name) and beside.is_picture(entry.name)):
            continue
        try:
            status = entry.stat(follow_symlinks=False)
            listing.files.append(_found(entry.path, status, beside))
        except OSError as error:
            listing.problems.append(BetterhalfError(entry.path, *explain_os_error(error)))
    pending.extend(reversed(subfolders))


def _found(path: str, status: os.stat_result, beside: FolderNames) -> FoundFile:
    folder, name = os.path.split(path)
    sidecars = [os.path.join(folder, sidecar) for sidecar in beside.sidecars(name)]
    if not sidecars:
        return FoundFile(path, status.st_size, modified_ns(status), status.st_ino)
    statuses = [os.stat(sidecar) for sidecar in sidecars]
    return FoundFile(
        path,
        status.st_size,
        modified_ns(status),
        status.st_ino,
        sidecars[0],
        max(map(modified_ns, statuses)),
        sum(each.st_size for each in statuses),
        tuple(sidecars[1:]),
    )
