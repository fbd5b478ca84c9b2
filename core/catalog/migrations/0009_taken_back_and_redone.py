"""When a decision was taken back and which one makes it again; and what is leaving the trash."""

from __future__ import annotations

from peewee import AutoField, Database, ForeignKeyField, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


class Operation(Model):
    id = AutoField()

    class Meta:
        table_name = "operation"


class Leaving(Model):
    id = AutoField()
    operation = ForeignKeyField(Operation, unique=True)

    class Meta:
        table_name = "leaving"


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Make the table and the columns."""
    with db.bind_ctx([Operation, Leaving]):
        db.create_tables([Leaving])
    migrator.migrate(
        migrator.add_column("decision", "undone_at", TextField(null=True)),
        migrator.add_column("decision", "redo_of", IntegerField(null=True, index=True)),
    )
