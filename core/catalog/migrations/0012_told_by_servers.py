"""What servers tell of exposure, towns and people; the next listing brings it."""

from __future__ import annotations

from peewee import Database, IntegerField, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add the columns."""
    migrator.migrate(
        migrator.add_column("remote", "exposure", TextField(default="")),
        migrator.add_column("remote", "town", TextField(default="")),
        migrator.add_column("remote", "people", IntegerField(null=True)),
    )
