"""Decisions made as one, all that a choice said, and what has left the trash for good."""

from __future__ import annotations

from peewee import BooleanField, Database, IntegerField, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add the columns."""
    migrator.migrate(
        migrator.add_column("decision", "batch", IntegerField(null=True, index=True)),
        migrator.add_column("decision", "fate", TextField(null=True)),
        migrator.add_column("decision", "merge", TextField(null=True)),
        migrator.add_column("decision", "settled", TextField(default="{}")),
        migrator.add_column("decision", "leave_companions", BooleanField(default=False)),
        migrator.add_column("decision", "label", TextField(null=True)),
        migrator.add_column("decision", "set_name", TextField(null=True)),
        migrator.add_column("operation", "emptied_at", TextField(null=True)),
        migrator.add_index("operation", ("kind", "decision_id")),
    )
