"""Catalogs as earlier versions of betterhalf left them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

FIRST = Path(__file__).parents[2] / "data" / "catalogs" / "first.sql"
"""A catalog of the first schema: three photos, three pairs, one of them decided."""


def restore_first(path: Path) -> None:
    """Make the catalog of `FIRST` at `path`."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST.read_text("utf-8"))


def without_facts_for_rules(path: Path) -> None:
    """Take from the closed catalog at `path` all that migration 0005 added."""
    with closing(sqlite3.connect(path)) as connection:
        for table, columns in (
            (
                "content",
                "duration transparent exif_count quality subsampling progressive facts_version",
            ),
            ("asset", "first_seen_ns"),
        ):
            for column in columns.split():
                connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.execute("DELETE FROM schema_migration WHERE name = '0005_facts_for_rules'")
        connection.commit()


def without_merged_metadata(path: Path) -> None:
    """Take from the closed catalog at `path` all that migration 0007 added."""
    with closing(sqlite3.connect(path)) as connection:
        for table, column in (
            ("operation", "before"),
            ("operation", "after"),
            ("asset", "own_metadata"),
        ):
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.execute("DELETE FROM schema_migration WHERE name = '0007_merged_metadata'")
        connection.commit()


def without_decisions_as_one(path: Path) -> None:
    """Take from the closed catalog at `path` all that migration 0008 added."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP INDEX decision_batch")
        connection.execute("DROP INDEX operation_kind_decision_id")
        for column in "batch fate merge settled leave_companions label set_name".split():
            connection.execute(f"ALTER TABLE decision DROP COLUMN {column}")
        connection.execute("ALTER TABLE operation DROP COLUMN emptied_at")
        connection.execute("DELETE FROM schema_migration WHERE name = '0008_decisions_as_one'")
        connection.commit()


def without_ledger(path: Path) -> None:
    """Take from the closed catalog at `path` all that migration 0010 added."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP INDEX decision_rule_decided_at_approved_state_freed")
        connection.execute("ALTER TABLE decision DROP COLUMN freed")
        connection.execute("DELETE FROM schema_migration WHERE name = '0010_ledger'")
        connection.commit()


def without_redo(path: Path) -> None:
    """Take from the closed catalog at `path` all that migration 0009 added."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE leaving")
        connection.execute("DROP INDEX decision_redo_of")
        for column in "undone_at redo_of".split():
            connection.execute(f"ALTER TABLE decision DROP COLUMN {column}")
        connection.execute("DELETE FROM schema_migration WHERE name = '0009_taken_back_and_redone'")
        connection.commit()


def without_told_by_servers(path: Path) -> None:
    """Take from the closed catalog at `path` all that migration 0012 added."""
    with closing(sqlite3.connect(path)) as connection:
        for column in "exposure town people".split():
            connection.execute(f"ALTER TABLE remote DROP COLUMN {column}")
        connection.execute("DELETE FROM schema_migration WHERE name = '0012_told_by_servers'")
        connection.commit()


def make_older(path: Path) -> None:
    """Replace the closed catalog at `path` by what the first version would have there."""
    today = path.rename(path.with_name("today.db"))
    with closing(sqlite3.connect(path)) as connection:
        for line in FIRST.read_text("utf-8").splitlines():
            if line.startswith("CREATE "):
                connection.execute(line)
        connection.execute("ATTACH ? AS today", (str(today),))
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name != "schema_migration"
        ]
        for table in tables:
            columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))
            connection.execute(
                f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM today.{table}"
            )
        connection.commit()
    today.unlink()
