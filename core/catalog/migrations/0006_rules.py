"""Rules, what a person denied them, and which of their choices a person approved."""

from __future__ import annotations

from peewee import (
    AutoField,
    BooleanField,
    Database,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)
from playhouse.migrate import SchemaMigrator


class Content(Model):
    id = AutoField()

    class Meta:
        table_name = "content"


class Rule(Model):
    id = AutoField()
    name = TextField(unique=True)
    position = IntegerField()
    definition = TextField()

    class Meta:
        table_name = "rule"


class Denial(Model):
    id = AutoField()
    rule = TextField()
    content_a = ForeignKeyField(Content, on_delete="CASCADE")
    content_b = ForeignKeyField(Content, on_delete="CASCADE", backref="+")
    asset_a = IntegerField(default=0)
    asset_b = IntegerField(default=0)
    denied_at = TextField()

    class Meta:
        table_name = "denial"
        indexes = ((("rule", "content_a", "content_b", "asset_a", "asset_b"), True),)


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Make the tables and the column."""
    with db.bind_ctx([Content, Rule, Denial]):
        db.create_tables([Rule, Denial])
    migrator.migrate(
        migrator.add_column("decision", "approved", BooleanField(default=False)),
        migrator.add_index("decision", ("rule", "run_id")),
    )
