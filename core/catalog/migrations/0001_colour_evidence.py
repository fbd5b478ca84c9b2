"""Chroma thumbs, and what they and the shapes say of a pair.

What was read before has no chroma thumb. An inode that no file has makes the next scan take each
of these files for a changed one and read it again; nothing but such a scan looks at inodes.
"""

from __future__ import annotations

from peewee import BlobField, Database, FloatField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add the columns; mark what has to be read again."""
    migrator.migrate(
        migrator.add_column("content", "chroma", BlobField(null=True)),
        migrator.add_column("pair", "colour_distance", FloatField(null=True)),
        migrator.add_column("pair", "aspect_difference", FloatField(null=True)),
    )
    read = "SELECT id FROM content WHERE hash IS NOT NULL"
    db.execute_sql(  # type: ignore[no-untyped-call]
        f"UPDATE asset SET inode = 0 WHERE content_id IN ({read})"
    )
