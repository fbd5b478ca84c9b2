"""What lies in trashes and beside sidecars without being anybody's: strangers, empty folders, and
what an interrupted write left."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from core.actions.doctor.findings import Check, Finding, Level, repaired
from core.actions.trashes import UNKNOWN, empty_folders, strangers, trashes
from core.catalog import traces
from core.catalog.database import Catalog
from core.errors import explain_os_error
from core.libraries.sidecars import leftovers
from core.text import counted


def in_trashes(
    catalog: Catalog, roots: Sequence[Path], known: Collection[str], dry: bool
) -> Iterator[Finding]:
    """Strangers but for those that are `known` already, and empty folders. The right to move files
    is held."""
    unknown = [each for each in strangers(catalog, roots) if os.fspath(each) not in known]
    for trash in trashes(catalog, roots):
        of_nobody = [each for each in unknown if trash in each.parents]
        if of_nobody:
            cause, remedy = UNKNOWN
            more = len(of_nobody) - 1
            said = f"{cause}; and {counted(more, 'file')} more in {trash}" if more else cause
            yield Finding(Check.TRASH, Level.PERSON, str(of_nobody[0]), said, remedy)
        empty = empty_folders(trash)
        if not empty:
            continue
        cause = f"{counted(len(empty), 'folder')} of it {'is' if len(empty) == 1 else 'are'} empty"
        try:
            if not dry:
                for folder in empty:
                    folder.rmdir()
        except OSError as error:
            yield Finding(Check.TRASH, Level.PERSON, str(trash), *explain_os_error(error))
        else:
            yield repaired(Check.TRASH, dry, str(trash), cause, "removed")


def beside_sidecars(catalog: Catalog, roots: Sequence[Path], dry: bool) -> Iterator[Finding]:
    """What interrupted writes left. The right to move files is held, so none is being written."""
    for folder in catalog.call_now(traces.folders_written_to, roots):
        try:
            for path in leftovers(folder):
                if not dry:
                    path.unlink()
                cause = "an interrupted write has left this"
                yield repaired(Check.TRASH, dry, str(path), cause, "removed")
        except FileNotFoundError:
            continue
        except OSError as error:
            yield Finding(Check.TRASH, Level.PERSON, str(folder), *explain_os_error(error))
