"""The pictures that the catalog knows against those that are there."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from core.actions.doctor.findings import Check, Finding, Level, repaired
from core.actions.trash import is_away, trash_of
from core.address import is_remote
from core.catalog import assets, held, recording
from core.catalog.database import Catalog
from core.text import counted


def states(catalog: Catalog, roots: Sequence[Path], dry: bool) -> Iterator[Finding]:
    """Pictures of which the catalog says something else than journal and disk do together. The
    right to move files is held."""
    for each in catalog.call_now(held.said_present, roots):
        if os.path.lexists(each.target) and not os.path.lexists(each.path):
            yield _set(catalog, each, assets.TRASHED, dry)
    for each in catalog.call_now(held.said_trashed, roots):
        if is_away(trash_of(each.target).parent):
            continue
        yield _set(catalog, each, assets.PRESENT if _is_there(each) else assets.MISSING, dry)


def _is_there(each: held.Said) -> bool:
    try:
        status = each.path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size == each.size


def _set(catalog: Catalog, each: held.Said, state: str, dry: bool) -> Finding:
    if not dry:
        catalog.call_now(recording.set_state, [each.asset], state)
    cause = f"the catalog took it for {each.state}"
    return repaired(Check.FILES, dry, str(each.path), cause, f"it is {state}, and now it says so")


def changes(catalog: Catalog, roots: Sequence[Path], known: Collection[str]) -> Iterator[Finding]:
    """How many files are not as the last scan has seen them, but for libraries of which it is
    `known` that they are not there."""
    for scope in [[root] for root in roots] or [[]]:
        gone: list[Path] = []
        changed: list[Path] = []
        for copy in _present(catalog, scope):
            if is_remote(copy.path):
                # Its server knows; the next scan asks.
                continue
            try:
                status = os.lstat(copy.path)
            except OSError:
                gone.append(copy.path)
                continue
            seen = stat.S_ISREG(status.st_mode), status.st_size, status.st_mtime_ns
            if seen != (True, copy.size, copy.modified_ns):
                changed.append(copy.path)
        if not (gone or changed):
            continue
        if scope and is_away(scope[0]):
            if str(scope[0]) in known:
                continue
            cause = f"this library is not there, and {counted(len(gone), 'picture')} with it"
            remedy = "mount its disk; scan only if they are really gone"
            yield Finding(Check.LIBRARY, Level.PERSON, str(scope[0]), cause, remedy)
            continue
        folders = [each.parent for each in (*gone, *changed)]
        subject = scope[0] if scope else Path(os.path.commonpath(folders))
        first = (gone or changed)[0]
        cause = (
            f"{counted(len(gone), 'picture')} gone and {len(changed):,} changed since the last scan"
            f", as {first}"
        )
        remedy = f"scan again: betterhalf --process {subject}"
        yield Finding(Check.FILES, Level.NOTE, str(subject), cause, remedy)


def _present(catalog: Catalog, scope: Sequence[Path]) -> Iterator[held.Copy]:
    after = b""
    while page := catalog.call_now(held.present, scope, after):
        yield from page
        after = os.fsencode(page[-1].path)
