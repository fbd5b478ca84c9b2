"""Query results as the plain tuples that Peewee's type stubs take for models."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.catalog.schema import database


def rows(query: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a select, column by column, without building a model for each."""
    return iter(query.tuples().iterator())


def stored(query: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a select as the driver gives them, paths in bytes: for millions of them."""
    return iter(database.execute(query))  # type: ignore[no-untyped-call]


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
