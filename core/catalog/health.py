"""Whether the catalog itself is whole. What is said here is SQLite's own, and stays here."""

from __future__ import annotations

from collections.abc import Iterator

from core.catalog.schema import TABLES, database
from core.text import counted

_TOLD = 10
"""Faults that are named; a damaged file can have thousands."""


def faults() -> list[str]:
    """What is wrong with the file, with what hangs on what, and with the tables; mostly nothing.
    Reads all of it."""
    return [*_damage(), *_dangling(), *_lacking()]


def _damage() -> Iterator[str]:
    found = database.execute_sql(f"PRAGMA integrity_check({_TOLD})")  # type: ignore[no-untyped-call]
    yield from (f"it is damaged: {text}" for (text,) in found if text != "ok")


def _dangling() -> Iterator[str]:
    counts: dict[tuple[str, str], int] = {}
    found = database.execute_sql("PRAGMA foreign_key_check")  # type: ignore[no-untyped-call]
    for table, _, parent, _ in found:
        counts[table, parent] = counts.get((table, parent), 0) + 1
    for (table, parent), count in counts.items():
        yield f"{table}: {counted(count, 'row')} without the {parent} it belongs to"


def _lacking() -> Iterator[str]:
    """What a script that is marked as applied has not made."""
    for table in TABLES:
        meta = table._meta
        there = {column.name for column in database.get_columns(meta.table_name)}
        for field in meta.sorted_fields:
            if field.column_name not in there:
                yield f"{meta.table_name} has no column {field.column_name}"
