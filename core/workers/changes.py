"""A listing held against the catalog: what to read, and what only went, came back or moved.

A file that has the inode, size and time of one that is gone has moved, and is not read again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.catalog.assets import MISSING, PRESENT, TRASHED
from core.errors import BetterhalfError, ImageError
from core.libraries.formats import stem_of
from core.model import FoundFile, KnownFile, Unreadable


@dataclass(slots=True)
class Changes:
    """A listing held against the catalog."""

    to_read: list[FoundFile]
    returned: list[int]
    """Assets that are where they were, and had been missing."""
    moved: list[tuple[int, FoundFile]]
    missing: list[int]
    still_unreadable: list[BetterhalfError]


def changes_of(listed: Mapping[str, FoundFile], known: Sequence[KnownFile]) -> Changes:
    """What is `listed` against what is `known`, neither with what both agree on entirely."""
    by_path = {each.found.path: each for each in known}
    gone = [each for each in known if each.state == PRESENT and each.found.path not in listed]
    lost = [each for each in known if each.state == MISSING and each.found.path not in listed]
    left = {_identity(each.found): each for each in [*lost, *gone] if each.read}
    changes = Changes([], [], [], [], [])
    for found in listed.values():
        before = by_path.get(found.path)
        if before is not None and _unchanged(before, found):
            if before.state == MISSING:
                changes.returned.append(before.asset_id)
            if before.problem is not None:
                changes.still_unreadable.append(unreadable(found.path, before.problem))
            continue
        old = left.pop(_identity(found), None) if before is None else None
        if old is not None and old.found.sidecar is None and found.sidecar is None:
            changes.moved.append((old.asset_id, found))
        else:
            changes.to_read.append(found)
    moved = {asset_id for asset_id, _ in changes.moved}
    changes.missing = [each.asset_id for each in gone if each.asset_id not in moved]
    return changes


def _unchanged(before: KnownFile, found: FoundFile) -> bool:
    return before.read and before.state != TRASHED and before.found == found


def promising_first(files: Sequence[FoundFile]) -> list[FoundFile]:
    """`files` with those first, side by side, that share their size or else their stem.

    They are likely copies, so the first pair can be looked at seconds after a scan has begun,
    wherever in the library its halves lie.
    """
    by_size: dict[object, list[FoundFile]] = {}
    by_stem: dict[object, list[FoundFile]] = {}
    for found in files:
        by_size.setdefault(found.size, []).append(found)
        by_stem.setdefault(stem_of(os.path.basename(found.path)), []).append(found)
    ordered: dict[str, FoundFile] = {}
    for groups in (by_size, by_stem):
        for group in groups.values():
            if len(group) > 1:
                ordered.update((found.path, found) for found in group if found.path not in ordered)
    ordered.update((found.path, found) for found in files if found.path not in ordered)
    return list(ordered.values())


def _identity(found: FoundFile) -> tuple[int, int, int]:
    """What a rename leaves as it was."""
    return found.inode, found.size, found.modified_ns


def unreadable(path: str, problem: Unreadable) -> ImageError:
    """Why the file at `path` is kept out of everything."""
    return ImageError(path, problem.cause, problem.remedy)
