"""Query results as the plain tuples that Peewee's type stubs take for models."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from peewee import SQL

from core.catalog.schema import database


def rows(query: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a select, column by column, without building a model for each."""
    return iter(query.tuples().iterator())


def stored(query: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a select as the driver gives them, paths in bytes: for millions of them."""
    return iter(database.execute(query))  # type: ignore[no-untyped-call]


def listed(ids: Iterable[int]) -> SQL:
    """`ids` for an IN, in the statement itself: over many values Peewee takes longer than the
    database over their rows, and every database limits how many there may be."""
    return SQL(f"({','.join(map(str, ids))})")


def signed(value: int) -> int:
    """An unsigned 64-bit number as the signed one with the same bits."""
    return value - (1 << 64) if value >= 1 << 63 else value


def unsigned(value: int) -> int:
    """The inverse of `signed`."""
    return value % (1 << 64)


@contextmanager
def without_collection() -> Iterator[None]:
    """While many objects are made that stay: the collector would walk over all of them, again and
    again, and finds nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
