"""``--list history``: every decision, who made it, when, why, and what was freed; as lines, JSON or
CSV."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import re
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.catalog import history
from core.catalog.database import Catalog
from core.model import (
    LEAVING,
    Decision,
    DecisionFilter,
    DecisionState,
    Fate,
    Operation,
    OperationKind,
)
from core.process.narration import Narrator
from core.process.order import Order
from core.process.report import Writer, write_line
from core.process.selection import known_rules, parse_since
from core.text import counted, human_size, local_time, parted_reasons

_LATEST = 1000
"""Decisions that are listed where nobody asks for all."""
_PAGE = 500
"""Decisions that are loaded at once."""

_STANDS = (DecisionState.DONE, DecisionState.DISSOLVED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which decisions are listed, and how."""

    rules: Sequence[str] = ()
    """As they were typed; none: of whomever."""
    run: int | None = None
    since: str | None = None
    """As it was typed."""
    everything: bool = False
    as_csv: bool = False


async def list_history(order: Order, wanted: Wanted) -> int:
    """Print decisions of all libraries, newest first, and in the end what they freed.

    Raises:
        UsageError: there is no such rule, or no such time.
    """
    since = None if wanted.since is None else parse_since("--since", wanted.since)
    narrator, totals = Narrator(), _Totals()
    catalog = await asyncio.to_thread(Catalog.open, order.database)
    try:
        which = DecisionFilter(wanted.run, await known_rules(catalog, wanted.rules), since)
        out = _Csv() if wanted.as_csv else _Lines(order.as_json)
        async for decision in _pages(catalog, which, None if wanted.everything else _LATEST):
            totals.add(decision)
            out.decision(decision)
        total = await catalog.call(history.count, which)
    finally:
        await asyncio.to_thread(catalog.close)
    if totals.decisions < total:
        narrator.line(
            f"the latest {totals.decisions:,} of {counted(total, 'decision')}; --all lists all"
        )
    for text in totals.lines():
        narrator.line(text)
    return 0


async def _pages(
    catalog: Catalog, which: DecisionFilter, limit: int | None
) -> AsyncIterator[Decision]:
    """The latest decisions, so few at a time that any number fits into memory."""
    left, before = limit, None
    while left is None or left > 0:
        size = _PAGE if left is None else min(left, _PAGE)
        page = await catalog.call(history.latest, size, which, before)
        for decision in page:
            yield decision
        if len(page) < size:
            return
        before = page[-1].id
        left = None if left is None else left - size


class _Totals:
    """What was freed, and by whom."""

    def __init__(self) -> None:
        self.decisions = 0
        self._freed: defaultdict[str, int] = defaultdict(int)
        self._standing: defaultdict[str, int] = defaultdict(int)
        self._undone = 0

    def add(self, decision: Decision) -> None:
        self.decisions += 1
        self._undone += decision.state is DecisionState.UNDONE
        if decision.state in _STANDS:
            who = decision.choice.rule or "people"
            self._freed[who] += decision.freed
            self._standing[who] += 1

    def lines(self) -> list[str]:
        """In all, then by whom, who freed most first."""
        standing = sum(self._standing.values())
        undone = f", {self._undone:,} taken back" if self._undone else ""
        found = [
            f"{counted(standing, 'decision')} standing{undone}: "
            f"{human_size(sum(self._freed.values()))} freed"
        ]
        for who in sorted(self._standing, key=lambda each: (-self._freed[each], each)):
            by = who if who == "people" else f"rule {who}"
            count = counted(self._standing[who], "decision")
            found.append(f"  {human_size(self._freed[who])} by {by}, {count}")
        return found


def _who(decision: Decision) -> str:
    return "person" if decision.choice.rule is None else "rule"


def _freed(decision: Decision) -> int:
    return decision.freed if decision.state in _STANDS else 0


class _Lines(Writer):
    """Lines for people, or JSON objects."""

    def decision(self, decision: Decision) -> None:
        if self.as_json:
            self.object("decision", **_fields(decision))
            return
        choice = decision.choice
        by = f"rule {choice.rule}" if choice.rule else "person"
        by += ", approved" if choice.approved else ""
        ties = (
            f", as one with #{decision.batch}" if decision.batch not in (None, decision.id) else ""
        )
        ties += f", #{choice.redo_of} again" if choice.redo_of else ""
        when = local_time(decision.decided_at)
        what = str(choice.kind)
        if choice.outcome not in (Fate.KEEP, Fate.TRASH):
            what += f", {choice.outcome}"
        self.line(f"#{decision.id:<6} {when}  {decision.state:<8} {by}: {what}{ties}")
        self.line(f"    A {decision.path_a}")
        self.line(f"    B {decision.path_b}")


def _fields(decision: Decision) -> dict[str, Any]:
    """All there is to a decision, as JSON has it."""
    choice = decision.choice
    return {
        "id": decision.id,
        "state": decision.state,
        "who": _who(decision),
        "rule": choice.rule,
        "approved": choice.approved,
        "run": decision.run,
        "batch": decision.batch,
        "redo_of": choice.redo_of,
        "decided_at": decision.decided_at,
        "undone_at": decision.undone_at,
        "action": choice.kind,
        "fate": choice.outcome,
        "label": choice.label,
        "set": choice.set_name,
        "merge": choice.merge,
        "settled": dict(choice.settled),
        "leave_companions": choice.leave_companions,
        "a": os.fspath(decision.path_a),
        "b": os.fspath(decision.path_b),
        "reasons": parted_reasons(choice.why),
        "freed_bytes": _freed(decision),
        "operations": [
            {
                "kind": each.kind,
                "source": os.fspath(each.source),
                "target": os.fspath(each.target),
                "before": _before(each),
                "after": _text(each.after),
                "emptied_at": each.emptied_at,
            }
            for each in decision.operations
        ],
    }


def _before(operation: Operation) -> str | None:
    if operation.kind is OperationKind.EMBED and operation.before is not None:
        return operation.before.hex()
    return _text(operation.before)


def _text(data: bytes | None) -> str | None:
    """What was written, as text: XMP is UTF-8, and what is not travels as paths do."""
    return None if data is None else data.decode(errors="surrogateescape")


_COLUMNS = (
    "id state who rule approved run batch redo_of decided_at undone_at action fate label set a b "
    "why freed_bytes trashed written emptied_at"
).split()


class _Csv:
    """One row a decision, for spreadsheets."""

    def __init__(self) -> None:
        self._row(_COLUMNS)

    def decision(self, decision: Decision) -> None:
        fields = _fields(decision)
        operations = decision.operations
        fields["why"] = decision.choice.why
        for name, kinds in (("trashed", LEAVING), ("written", {OperationKind.WRITE})):
            fields[name] = sum(each.kind in kinds for each in operations)
        fields["emptied_at"] = max((each.emptied_at or "" for each in operations), default="")
        self._row([_cell(fields[name]) for name in _COLUMNS])

    def _row(self, cells: Sequence[str | int]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow(cells)
        write_line(sys.stdout, text.getvalue())


_NOT_SHOWN = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_FORMULA = ("=", "+", "-", "@")


def _cell(value: Any) -> str | int:
    """`value` for a cell: what is no text is escaped as JSON does it, and what a spreadsheet would
    take for a formula is preceded by an apostrophe, which tells it that this is text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return value
    text = _NOT_SHOWN.sub(lambda found: f"\\u{ord(found[0]):04x}", str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text
