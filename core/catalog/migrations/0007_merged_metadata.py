"""Sidecars that a decision changed, before and after; and what no file has a place for."""

from __future__ import annotations

from peewee import BlobField, Database, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add the columns."""
    migrator.migrate(
        migrator.add_column("operation", "before", BlobField(null=True)),
        migrator.add_column("operation", "after", BlobField(null=True)),
        migrator.add_column("asset", "own_metadata", TextField(null=True)),
    )
