"""What rules ask for beyond the first facts, and when an asset was first seen.

What was read before lacks all of it. `facts_version` tells these contents from those read since,
and, as in 0001, an inode that no file has makes the next scan read their files again.
"""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, Database, IntegerField, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add the columns; mark what has to be read again."""
    migrator.migrate(
        migrator.add_column("content", "duration", BigIntegerField(null=True)),
        migrator.add_column("content", "transparent", BooleanField(null=True)),
        migrator.add_column("content", "exif_count", IntegerField(null=True)),
        migrator.add_column("content", "quality", IntegerField(null=True)),
        migrator.add_column("content", "subsampling", TextField(null=True)),
        migrator.add_column("content", "progressive", BooleanField(null=True)),
        migrator.add_column("content", "facts_version", IntegerField(null=True)),
        migrator.add_column("asset", "first_seen_ns", BigIntegerField(null=True)),
    )
    read = "SELECT id FROM content WHERE hash IS NOT NULL"
    db.execute_sql(  # type: ignore[no-untyped-call]
        f"UPDATE asset SET inode = 0 WHERE content_id IN ({read})"
    )
