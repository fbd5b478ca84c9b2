"""Query results as the plain tuples that Peewee's type stubs take for models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.catalog.schema import database


def rows(query: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a select, column by column, without building a model for each."""
    return iter(query.tuples().iterator())


def stored(query: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a select as the driver gives them, paths in bytes: for millions of them."""
    return iter(database.execute(query))  # type: ignore[no-untyped-call]
