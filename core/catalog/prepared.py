"""Statements that every decision asks, written once.

Measured: Peewee takes several times as long to write one as SQLite takes to run it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from peewee import Field, Value

from core.catalog.schema import database


@dataclass(frozen=True, slots=True)
class _Given:
    """Where a value goes."""

    name: str
    field: Field

    def stored(self, value: Any) -> Any:
        """`value` as the driver takes it."""
        return self.field.db_value(value)  # type: ignore[no-untyped-call]


def given(field: Any, name: str = "") -> Value:
    """The place of a value for `field` in a `Prepared`, by the name of the field or its own."""
    return Value(_Given(name or field.name, field), converter=False, unpack=False)


class Prepared:
    """A query with some of its values left open."""

    def __init__(self, make: Callable[[], Any]) -> None:
        """`make` gives the query, with `given` for the open values."""
        self._make = make
        self._sql = ""
        self._values: list[Any] = []

    def run(self, **values: Any) -> Iterable[Any]:
        """Ask with these values; rows are as the driver gives them, paths in bytes."""
        sql = self._written()
        found: Iterable[Any] = database.execute_sql(sql, self._filled(values))  # type: ignore[no-untyped-call]
        return found

    def run_all(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Ask once for each of `rows`, for what changes something and answers nothing."""
        sql = self._written()
        database.connection().executemany(sql, map(self._filled, rows))  # type: ignore[no-untyped-call]

    def _written(self) -> str:
        if not self._sql:
            self._sql, self._values = self._make().sql()
        return self._sql

    def _filled(self, values: Mapping[str, Any]) -> list[Any]:
        return [
            each.stored(values[each.name]) if isinstance(each, _Given) else each
            for each in self._values
        ]


def inserting(model: Any, names: Iterable[str]) -> Prepared:
    """New rows of `model` with values for these fields; the others are as declared."""
    fields = [model._meta.fields[name] for name in names]
    return Prepared(lambda: model.insert({field: given(field) for field in fields}))
