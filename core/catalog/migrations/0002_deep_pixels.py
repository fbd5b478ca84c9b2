"""Samples of more than 8 bits are compared as they are, and no longer as Pillow cuts them.

Digests of formats that can hold such samples are forgotten, and so are the answers they gave:
the next scan compares those pairs anew.
"""

from __future__ import annotations

from peewee import Database
from playhouse.migrate import SchemaMigrator

_DEEP = "('PNG', 'TIFF', 'HEIF', 'AVIF', 'JXL')"


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Forget what may be wrong."""
    for statement in (
        f"UPDATE content SET pixel_digest = NULL WHERE format IN {_DEEP}",
        # Pictures of different sizes differ, whatever their samples.
        "UPDATE pair SET pixels_equal = NULL WHERE EXISTS ("
        " SELECT 1 FROM content AS a, content AS b"
        " WHERE a.id = pair.content_a_id AND b.id = pair.content_b_id"
        f" AND a.width = b.width AND a.height = b.height AND pair.turn = 1"
        f" AND (a.format IN {_DEEP} AND b.format IN {_DEEP}"
        f" OR pair.pixels_equal AND (a.format IN {_DEEP} OR b.format IN {_DEEP})))",
    ):
        db.execute_sql(statement)  # type: ignore[no-untyped-call]
