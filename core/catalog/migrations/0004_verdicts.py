"""Verdicts are kept, one for a pair of contents."""

from __future__ import annotations

from peewee import AutoField, Database, FloatField, ForeignKeyField, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


class Content(Model):
    id = AutoField()

    class Meta:
        table_name = "content"


class Verdict(Model):
    id = AutoField()
    content_a = ForeignKeyField(Content, on_delete="CASCADE")
    content_b = ForeignKeyField(Content, on_delete="CASCADE", backref="+")
    method = IntegerField()
    judgement = TextField()
    confidence = TextField(null=True)
    change = TextField(null=True)
    score = FloatField()
    evidence = TextField()

    class Meta:
        table_name = "verdict"
        indexes = ((("content_a", "content_b"), True),)


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Make the table."""
    with db.bind_ctx([Content, Verdict]):
        db.create_tables([Verdict])
