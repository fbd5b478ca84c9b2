"""``--apply``: carrying out a plan that ``--dry-run --json`` printed and a person has read.

A line is carried out only as it stands there: where a file has changed, or something else would
be moved than the line says, it is refused and named.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.actions.effects import LINKS
from core.catalog.handing_on import is_handed_on
from core.catalog.known import known_at
from core.errors import ActionRefused, ContentChanged, PersonNeeded
from core.model import LEAVING, Asset, Choice, Fate, Operation, OperationKind, Plan, RelationKind
from core.process.given import given_lines
from core.process.narration import Narrator
from core.process.order import Order
from core.process.report import Reporter, changes_of
from core.text import joined_reasons
from core.workers.session import Session


@dataclass(frozen=True, slots=True)
class _Line:
    """One planned action as it was printed."""

    kind: RelationKind
    fate: Fate
    merge: str | None
    rule: str
    why: str
    paths: tuple[str, str]
    digests: tuple[bytes, bytes]
    moved: frozenset[str]
    """Paths that leave ..."""
    linked: frozenset[str]
    """... and those of them in whose place a link comes."""
    written: frozenset[str]
    """Paths of what metadata is written to, or recorded of."""
    changes: list[dict[str, str]]
    """Of metadata."""


async def apply_plan(order: Order, path: str) -> int:
    """Carry out the planned actions of the file at `path` (``-``: standard input).

    Raises:
        UsageError: it cannot be read, or a line is no planned action; nothing has been done then.
    """
    lines = given_lines(path, _read, _explained)
    narrator, reporter = Narrator(), Reporter(order.as_json)
    refused = 0
    async with order.session(order.roots(), repair=True) as (session, repaired):
        for text in repaired:
            narrator.line(text)
        run = None
        told: set[Path] = set()
        for line in lines:
            try:
                choice = await _choice(session, line)
                plan = await session.plan(choice)
                if not _is_what_it_says(line, plan, plan.keeper.path in told):
                    raise ActionRefused(
                        line.paths[1], "it would do something else than the plan says", "plan again"
                    )
                if run is None:
                    run = await session.start_run()
                reporter.decided(*await session.decide(choice, narrator, run))
                if plan.changes:
                    told.add(plan.keeper.path)
            except ActionRefused as error:
                refused += 1
                narrator.error(error)
                waits = isinstance(error, PersonNeeded)
                reporter.refused(line.rule, line.paths, error, waits)
    return 1 if refused else 0


def _is_what_it_says(line: _Line, plan: Plan, told: bool) -> bool:
    """Whether `plan` is what `line` was printed for.

    Where an earlier line has `told` the same keeper something, this one adds to that what is still
    to be added, and may have nothing to add any more.
    """
    moved = {os.fspath(each.source) for each in plan.operations if _moves(each)}
    written = {os.fspath(each.source) for each in plan.operations} - moved
    linked = {os.fspath(each.source) for each in plan.operations if each.kind in LINKS}
    if moved != line.moved or linked != line.linked:
        return False
    if not told:
        return written == line.written and changes_of(plan) == line.changes
    planned = {each["field"] for each in line.changes}
    return written <= line.written and all(each.field in planned for each in plan.changes)


def _moves(operation: Operation) -> bool:
    return operation.kind in LEAVING


async def _choice(session: Session, line: _Line) -> Choice:
    known = await session.catalog.call(known_at, line.paths, ())
    by_path = {each.found.path: each.asset_id for each in known}
    found = await session.assets(by_path[path] for path in line.paths if path in by_path)
    present = {os.fspath(asset.path): asset for asset in found}
    sides: list[Asset] = []
    for path, digest in zip(line.paths, line.digests, strict=True):
        if path not in present:
            raise ContentChanged(path, "it is no longer in the library", "plan again")
        now = present[path].digest
        if now != digest and not await session.catalog.call(is_handed_on, digest, now):
            raise ContentChanged(path, "it has changed since it was planned", "plan again")
        sides.append(present[path])
    a, b = sides
    return Choice(
        line.kind,
        a.id,
        b.id,
        line.why,
        rule=line.rule,
        approved=True,
        fate=line.fate,
        merge=line.merge,
        seen=line.digests,
    )


def _explained(error: Exception) -> tuple[str, str]:
    cause = f"this is no planned action ({type(error).__name__}: {error})"
    return cause, "give what --dry-run --json printed"


def _read(found: Any) -> Iterator[_Line]:
    if found["type"] == "decision" and found["state"] == "planned":
        yield _line(found)


def _line(found: dict[str, Any]) -> _Line:
    operations = [
        Operation(OperationKind(each["kind"]), Path(each["source"]), Path(each["target"]))
        for each in found["operations"]
    ]
    links = [each for each in operations if each.kind in LINKS]
    first, second = (bytes.fromhex(each) for each in found["digests"])
    for path in (found["a"], found["b"]):
        # What is no path at all is a mistake of the file, and raises one of `ValueError`.
        os.fsencode(path)
    return _Line(
        RelationKind(found["action"]),
        _fate(operations, links),
        found["merge"],
        str(found["rule"]),
        joined_reasons(map(str, found["reasons"])),
        (str(found["a"]), str(found["b"])),
        (first, second),
        frozenset(os.fspath(each.source) for each in operations if _moves(each)),
        frozenset(os.fspath(each.source) for each in links),
        frozenset(
            os.fspath(each.source)
            for each in operations
            if not _moves(each) and each.kind not in LINKS
        ),
        found["metadata"],
    )


def _fate(operations: Sequence[Operation], links: Sequence[Operation]) -> Fate:
    if links:
        # They are called alike.
        return Fate(links[0].kind)
    return Fate.TRASH if any(map(_moves, operations)) else Fate.KEEP
