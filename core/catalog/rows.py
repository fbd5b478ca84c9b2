"""Query results as the plain tuples that Peewee's type stubs take for models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def rows(query: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a select, column by column, without building a model for each."""
    return iter(query.tuples().iterator())
