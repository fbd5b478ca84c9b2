"""Assets on servers, and facts that are known by a server's word only."""

from __future__ import annotations

from peewee import (
    AutoField,
    BlobField,
    BooleanField,
    Database,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)
from playhouse.migrate import SchemaMigrator


class Asset(Model):
    id = AutoField()

    class Meta:
        table_name = "asset"


class Remote(Model):
    asset = ForeignKeyField(Asset, primary_key=True, on_delete="CASCADE")
    original_path = TextField()
    external = BooleanField()
    group = TextField(null=True, column_name="duplicates", index=True)
    suggested = BooleanField()
    exif_count = IntegerField(null=True)
    thumbhash = BlobField(null=True)
    live_video = TextField(null=True)

    class Meta:
        table_name = "remote"


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Make the table and the column."""
    with db.bind_ctx([Asset, Remote]):
        db.create_tables([Remote])
    migrator.migrate(migrator.add_column("content", "hearsay", BooleanField(default=False)))
