"""Catalogs as earlier versions of betterhalf left them.

`schema_0000.sql` is the schema before there were migrations, as SQLite kept it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

SCHEMA = Path(__file__).with_name("schema_0000.sql")


def make_older(path: Path) -> None:
    """Replace the closed catalog at `path` by what the first version would have there."""
    today = path.rename(path.with_name("today.db"))
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA.read_text())
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
