"""The whole examination, one thing after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.actions.doctor import files, remains
from core.actions.doctor.decisions import Decisions
from core.actions.doctor.findings import Check, Finding, Level, repaired
from core.actions.recovery import recover
from core.actions.trashes import trashes
from core.catalog import health, held, history
from core.catalog.database import Catalog
from core.text import human_size

_LITTLE = 1_000_000
"""Bytes of free space below which not even a sidecar and the journal of a decision may fit."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What is looked at, and how."""

    roots: Sequence[Path] = ()
    """Libraries; none means all that the catalog knows."""
    thorough: bool = False
    """Read again what is in the trash and what stands for it."""
    dry: bool = False
    """Repair nothing."""


def examine(catalog: Catalog, what: Examination) -> Iterator[Finding]:
    """Everything that is not as it should be, or was not until now. Blocks; use a thread.

    Raises:
        UnavailableError: the catalog fails, or another process keeps moving files.
    """
    yield from _catalog(catalog)
    yield from _disk(catalog.path.parent, is_library=False)
    # Of libraries that nobody names those are known from which anything ever went.
    for folder in what.roots or [trash.parent for trash in trashes(catalog, ())]:
        yield from _disk(folder, is_library=True)
    yield from _unfinished(catalog, what.dry)
    found = Decisions(catalog, what.roots, what.thorough, what.dry).findings()
    yield from found
    with catalog.operations():
        known = {each.subject for each in found}
        for each in catalog.call_now(held.leaving):
            known.update(str(file.target) for file in each.files)
        yield from remains.beside_sidecars(catalog, what.roots, what.dry)
        yield from remains.in_trashes(catalog, what.roots, known, what.dry)
        yield from files.states(catalog, what.roots, what.dry)
    yield from files.changes(catalog, what.roots, known)


def _catalog(catalog: Catalog) -> Iterator[Finding]:
    if catalog.is_copy:
        cause = "an older betterhalf wrote it, and the next command upgrades it"
        remedy = "the file as it is now is kept beside it"
        yield Finding(Check.CATALOG, Level.NOTE, str(catalog.path), cause, remedy)
    for fault in catalog.call_now(health.faults):
        remedy = "restore the copy beside it, or scan into a new one with --database"
        yield Finding(Check.CATALOG, Level.PERSON, str(catalog.path), fault, remedy)


def _disk(folder: Path, is_library: bool) -> Iterator[Finding]:
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    if is_library and disk.f_flag & os.ST_RDONLY:
        cause = "the file system is read-only: nothing can be decided or taken back here"
        yield Finding(Check.LIBRARY, Level.NOTE, str(folder), cause, "remount it writable")
    elif free < _LITTLE:
        cause = f"the disk is full: {human_size(free)} free"
        check = Check.LIBRARY if is_library else Check.CATALOG
        yield Finding(check, Level.PERSON, str(folder), cause, "free some space")


def _unfinished(catalog: Catalog, dry: bool) -> Iterator[Finding]:
    said = {} if dry else dict(_parted(text) for text in recover(catalog))
    waiting = {
        f"decision {each.decision}": each.decision for each in catalog.call_now(held.leaving)
    }
    for each in catalog.call_now(history.unfinished):
        waiting[f"decision {each.id} ({each.path_b})"] = each.id
    for name, cause in said.items():
        if name in waiting:
            remedy = "then run --doctor again"
            yield Finding(Check.JOURNAL, Level.PERSON, name, cause, remedy, waiting[name])
        else:
            yield Finding(Check.JOURNAL, Level.REPAIRED, name, cause)
    for name in waiting.keys() - said.keys():
        if dry:
            yield repaired(Check.JOURNAL, dry, name, "it was interrupted", "")
        else:
            cause, remedy = (
                "another betterhalf is at work on it",
                "run --doctor again when it is done",
            )
            yield Finding(Check.JOURNAL, Level.PERSON, name, cause, remedy, waiting[name])


def _parted(text: str) -> tuple[str, str]:
    name, _, cause = text.partition(": ")
    return name, cause
