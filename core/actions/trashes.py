"""The trashes as they are on the disk, whoever put what there. No link in them is ever followed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.actions.trash import trash_of
from core.catalog import traces
from core.catalog.database import Catalog
from core.libraries.folder import TRASH

UNKNOWN = (
    "this catalog knows nothing of it: put there by hand, or by another catalog",
    "move it out, remove it by hand, or name that catalog with --database",
)
"""Cause and remedy of what lies in a trash and is nobody's."""


def trashes(catalog: Catalog, roots: Sequence[Path]) -> list[Path]:
    """The trashes below `roots` that are there: those of the libraries, and of the disks mounted
    in them that ever had something in theirs."""
    known = catalog.call_now(lambda: {trash_of(target) for target in traces.targets(roots)})
    wanted = dict.fromkeys([*(root / TRASH for root in roots), *sorted(known)])
    return [each for each in wanted if each.is_dir() and not each.is_symlink()]


def strangers(catalog: Catalog, roots: Sequence[Path]) -> list[Path]:
    """What lies in the trashes below `roots` and belongs to no decision, in path order."""
    owned = catalog.call_now(traces.owned, roots)
    return sorted(
        path
        for trash in trashes(catalog, roots)
        for path in entries(trash)
        if os.fsencode(path) not in owned
    )


def entries(trash: Path) -> Iterator[Path]:
    """Everything below `trash` that is no folder. What cannot be listed is left out."""
    for folder, folders, files in os.walk(trash):
        yield from (Path(folder, name) for name in files)
        # Links to folders are listed among these, and not walked into.
        yield from (path for path in (Path(folder, name) for name in folders) if path.is_symlink())


def empty_folders(trash: Path) -> list[Path]:
    """The folders of `trash` in which there is no file, the innermost first; the trash itself may
    be the last of them."""
    found: list[Path] = []
    for folder, folders, files in os.walk(trash, topdown=False):
        inside = {Path(folder, name) for name in folders}
        if not files and inside <= set(found):
            found.append(Path(folder))
    return found
