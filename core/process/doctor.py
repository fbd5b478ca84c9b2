"""``--doctor``: catalog, journal, trash and files against each other, told line by line."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from core.actions.doctor.examine import Examination, examine
from core.actions.doctor.findings import Check, Finding, Level
from core.actions.unbroken import to_the_end
from core.address import is_remote
from core.catalog.database import Catalog
from core.errors import UnavailableError
from core.libraries.folder import library_root, outermost
from core.process.order import Order
from core.process.report import Writer
from core.text import counted


async def doctor(order: Order, thorough: bool) -> int:
    """Look at everything, repair what is safe unless the order is dry, and say what is left.

    Returns 0 where nothing is left for a person.

    Raises:
        UnavailableError: there is no catalog, or it cannot be used.
    """
    if not order.database.exists():
        raise UnavailableError(
            str(order.database), "there is no catalog here yet", "betterhalf --process FOLDER"
        )
    writer, levels = Writer(order.as_json), Counter[Level]()
    roots: list[Path] = []
    for folder in order.folders:
        if is_remote(folder):
            # What it has, it knows; a scan asks.
            continue
        try:
            roots.append(library_root(folder))
        except UnavailableError as error:
            finding = Finding(Check.LIBRARY, Level.PERSON, error.subject, error.cause, error.remedy)
            _tell(writer, finding)
            levels[finding.level] += 1
    with tempfile.TemporaryDirectory() as folder:
        # Whoever only looks may want to go on with the older betterhalf that wrote the catalog.
        scratch = Path(folder) if order.dry else None
        catalog = await asyncio.to_thread(Catalog.open, order.database, scratch)
        try:
            if roots or all(map(is_remote, order.folders)):
                what = Examination(outermost(roots), thorough, order.dry)
                findings = examine(catalog, what)
                while (found := await to_the_end(asyncio.to_thread(_next, findings))) is not None:
                    _tell(writer, found)
                    levels[found.level] += 1
        finally:
            await asyncio.to_thread(catalog.close)
    _tell_end(writer, levels)
    return 1 if levels[Level.PERSON] or levels[Level.REPAIRABLE] else 0


def _next(findings: Iterator[Finding]) -> Finding | None:
    return next(findings, None)


_SIGNS = {
    Level.REPAIRED: "repaired ",
    Level.REPAIRABLE: "to repair",
    Level.PERSON: "!!       ",
    Level.NOTE: "note     ",
}


def _tell(writer: Writer, finding: Finding) -> None:
    if writer.as_json:
        writer.object(
            "finding",
            check=finding.check,
            level=finding.level,
            subject=finding.subject,
            cause=finding.cause,
            remedy=finding.remedy,
            decision=finding.decision,
        )
        return
    remedy = f"; {finding.remedy}" if finding.remedy else ""
    writer.line(f"{_SIGNS[finding.level]} {finding.subject}: {finding.cause}{remedy}")


def _tell_end(writer: Writer, levels: Counter[Level]) -> None:
    if writer.as_json:
        writer.object("summary", **{str(level): levels[level] for level in Level})
        return
    left = levels[Level.PERSON]
    said = [
        f"{counted(count, what, what)}"
        for count, what in (
            (levels[Level.REPAIRED], "repaired"),
            (levels[Level.REPAIRABLE], "to be repaired"),
            (left, "for you to see to"),
        )
        if count
    ]
    writer.line(", ".join(said) if said else "all is well")
