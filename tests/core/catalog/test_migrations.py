from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from core.catalog import pairs
from core.model import RelationKind
from tests.core.desk import Desk

FIRST = Path(__file__).parents[2] / "data" / "catalogs" / "first.sql"
"""A catalog of the first schema: three photos, three pairs, one of them decided."""


@pytest.fixture
def first(tmp_path: Path) -> Path:
    path = tmp_path / "first.db"
    connection = sqlite3.connect(path)
    connection.executescript(FIRST.read_text("utf-8"))
    connection.close()
    return path


def structure(path: Path) -> dict[str, set[tuple[object, ...]]]:
    """Indexes by name, with their columns, and tables with theirs."""
    connection = sqlite3.connect(path)
    try:
        names = connection.execute("SELECT type, name FROM sqlite_master").fetchall()
        return {
            name: set(connection.execute(f"SELECT name FROM pragma_{kind}_info(?)", (name,)))
            for kind, name in names
            if kind in ("index", "table")
        }
    finally:
        connection.close()


def test_an_upgraded_catalog_is_made_as_a_new_one(first: Path, tmp_path: Path) -> None:
    with Desk(first, []), Desk(tmp_path / "new.db", []):
        pass
    assert structure(first) == structure(tmp_path / "new.db")


def test_what_was_found_and_decided_outlasts_an_upgrade(first: Path) -> None:
    with Desk(first, []) as desk:
        assert [pair[:2] for pair in desk.pairs()] == [("a.jpg", "c.jpg"), ("b.jpg", "c.jpg")]
        (decision,) = desk.history()
        assert decision.kind is RelationKind.NOT_RELATED
        assert desk.ask(pairs.unsearched, 4) == []
        desk.undo(decision)
        assert len(desk.pairs()) == 3
