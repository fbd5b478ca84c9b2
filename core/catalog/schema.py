"""The tables. Models stay in this room: everything that leaves it is a frozen dataclass.

What hangs on what: a *content* is a run of bytes, known by its digest; an *asset* is a path where
a content was found. Pairs join contents, so copies, moves and renames change nothing about them;
which assets stand for a pair follows from who is present. Decisions name both the assets and the
contents they were made of.
"""

from __future__ import annotations

import os
from typing import Any

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    FloatField,
    ForeignKeyField,
    IntegerField,
    Model,
    SqliteDatabase,
    TextField,
)

database = SqliteDatabase(None, lock_type="IMMEDIATE")


class PathField(BlobField):
    """A path as its bytes: file names need not be text, and sort the same everywhere."""

    def db_value(self, value: str | os.PathLike[str] | bytes | None) -> Any:
        return None if value is None else os.fsencode(value)

    def python_value(self, value: Any) -> str | None:
        return None if value is None else os.fsdecode(bytes(value))


class _Table(Model):
    class Meta:
        database = database
        legacy_table_names = False


class Content(_Table):
    """A run of bytes."""

    id = AutoField()
    digest = BlobField(unique=True)
    size = BigIntegerField()
    format = TextField(null=True)
    width = IntegerField(null=True)
    height = IntegerField(null=True)
    orientation = IntegerField(null=True)
    mode = TextField(null=True)
    frames = IntegerField(null=True)
    coding = TextField(null=True)
    stream = BlobField(null=True)
    headers = TextField(default="")
    """Comma-separated."""
    hash = BigIntegerField(null=True)
    """The fingerprint's 64 bits as a signed number, as databases have no unsigned one."""
    thumb = BlobField(null=True)
    detail = FloatField(null=True)
    chroma = BlobField(null=True)
    metadata = TextField(default="{}")
    """`core.model.Metadata` as JSON without its empty fields."""
    problem = TextField(null=True)
    """Why it is no picture we can read ..."""
    remedy = TextField(null=True)
    """... and what to do about it."""
    pixel_digest = BlobField(null=True)
    duration = BigIntegerField(null=True)
    transparent = BooleanField(null=True)
    exif_count = IntegerField(null=True)
    quality = IntegerField(null=True)
    subsampling = TextField(null=True)
    progressive = BooleanField(null=True)
    hearsay = BooleanField(default=False)
    facts_version = IntegerField(null=True)
    """`core.imaging.FACTS_VERSION` when it was read; null before there was one."""
    searched = IntegerField(default=-1, index=True)
    """The radius up to which its neighbours have been looked for; -1: not yet."""
    searched_turns = IntegerField(default=0, index=True)
    """Bit n: its neighbours turned as EXIF orientation n says have been looked for, too."""

    class Meta:
        # All that the search loads, without a page of the thumbs beside it.
        indexes = ((("hash", "detail"), False),)


class Asset(_Table):
    """A path where a content was found."""

    id = AutoField()
    path = PathField(unique=True)
    size = BigIntegerField()
    modified_ns = BigIntegerField()
    inode = BigIntegerField()
    content = ForeignKeyField(Content, null=True, lazy_load=False)
    sidecar = PathField(null=True)
    sidecar_size = BigIntegerField(default=0)
    sidecar_modified_ns = BigIntegerField(default=0)
    sidecar_metadata = TextField(null=True)
    own_metadata = TextField(null=True)
    """What was decided of it and no file has a place for, as JSON; it goes before all else."""
    state = TextField(default="present")
    """present, missing or trashed."""
    problem = TextField(null=True)
    """Why the file could not be read, where it could not ..."""
    remedy = TextField(null=True)
    """... and what to do about it."""
    first_seen_ns = BigIntegerField(null=True)
    """When the row was made; null where that was before it was recorded."""

    class Meta:
        indexes = ((("content", "state"), False),)


class Remote(_Table):
    """What only its server tells of an asset; by the names of `core.model.Remote`."""

    asset = ForeignKeyField(Asset, primary_key=True, lazy_load=False, on_delete="CASCADE")
    original_path = TextField()
    external = BooleanField()
    group = TextField(null=True, column_name="duplicates", index=True)
    suggested = BooleanField()
    exif_count = IntegerField(null=True)
    thumbhash = BlobField(null=True)
    live_video = TextField(null=True)
    exposure = TextField(default="")
    town = TextField(default="")
    people = IntegerField(null=True)


class Pair(_Table):
    """Two contents that the search found near each other; `content_a` has the lower id."""

    id = AutoField()
    content_a = ForeignKeyField(Content, lazy_load=False, on_delete="CASCADE")
    content_b = ForeignKeyField(Content, lazy_load=False, on_delete="CASCADE")
    distance = IntegerField()
    correlation = FloatField()
    """Of the thumbs, -1..1."""
    turn = IntegerField(default=1)
    """The EXIF orientation that, applied to `content_b`, lays it over `content_a`."""
    colour_distance = FloatField(null=True)
    """As `core.model.PairRef.colour_distance`; null while one of the two has no chroma thumb."""
    aspect_difference = FloatField(null=True)
    """As `core.model.PairRef.aspect_difference`; null just as long."""
    pixels_equal = BooleanField(null=True)
    """Null: their pixels may be equal and have not been compared yet."""

    class Meta:
        indexes = ((("content_a", "content_b"), True),)


class Verdict(_Table):
    """What a close look at two contents came to; `content_a` has the lower id, and is side A."""

    id = AutoField()
    content_a = ForeignKeyField(Content, lazy_load=False, on_delete="CASCADE")
    content_b = ForeignKeyField(Content, lazy_load=False, on_delete="CASCADE")
    method = IntegerField()
    """`core.imaging.verdict.METHOD` when it was given; of an older one it is as good as none."""
    judgement = TextField()
    confidence = TextField(null=True)
    change = TextField(null=True)
    score = FloatField()
    evidence = TextField()
    """What else there is to it, as JSON; by `core.catalog.verdicts`."""

    class Meta:
        indexes = ((("content_a", "content_b"), True),)


class Run(_Table):
    """One headless run, so that it can be undone as a whole."""

    id = AutoField()
    started_at = TextField()


class Decision(_Table):
    """A choice and how far it got. While it is done and not undone it is the pair's relation."""

    id = AutoField()
    kind = TextField()
    asset_a = ForeignKeyField(Asset, lazy_load=False)
    asset_b = ForeignKeyField(Asset, lazy_load=False)
    content_a = ForeignKeyField(Content, lazy_load=False)
    content_b = ForeignKeyField(Content, lazy_load=False)
    path_a = PathField()
    path_b = PathField()
    """Where they were when it was decided; the assets may move on."""
    why = TextField()
    rule = TextField(null=True)
    """The rule's name when it chose; null for a person."""
    approved = BooleanField(default=False)
    """A person agreed before the rule acted."""
    run = ForeignKeyField(Run, null=True, lazy_load=False)
    decided_at = TextField()
    state = TextField(index=True)
    """`core.model.DecisionState`."""
    freed = BigIntegerField(default=0)
    """Bytes of B where its file left the library; kept, as ledgers add up a hundred thousand."""
    batch = IntegerField(null=True, index=True)
    """The first decision of those that were made as one; null: it stands alone."""
    fate = TextField(null=True)
    """`core.model.Fate`; this and what follows as in `core.model.Choice`."""
    merge = TextField(null=True)
    settled = TextField(default="{}")
    """JSON."""
    leave_companions = BooleanField(default=False)
    label = TextField(null=True)
    set_name = TextField(null=True)
    undone_at = TextField(null=True)
    """When somebody began to take it back; the same moment for all of one command."""
    redo_of = IntegerField(null=True, index=True)
    """The decision that was taken back, and that this one makes again."""

    class Meta:
        indexes = (
            (("rule", "run"), False),
            # All that ledgers are made of.
            (("rule", "decided_at", "approved", "state", "freed"), False),
        )


class Rule(_Table):
    """A rule as its owner wrote it."""

    id = AutoField()
    name = TextField(unique=True)
    position = IntegerField()
    """The lower one acts first."""
    definition = TextField()
    """TOML, by `core.rules.toml_form`."""


class Denial(_Table):
    """A person said no to what a rule wants with a pair; the contents in order, the lower first.

    It hangs on the rule's name and on contents, so that it outlives edits, merges and rescans.
    Copies of one content are told apart by their assets, which are 0 for any other pair.
    """

    id = AutoField()
    rule = TextField()
    content_a = ForeignKeyField(Content, lazy_load=False, on_delete="CASCADE")
    content_b = ForeignKeyField(Content, lazy_load=False, on_delete="CASCADE")
    asset_a = IntegerField(default=0)
    asset_b = IntegerField(default=0)
    denied_at = TextField()

    class Meta:
        indexes = ((("rule", "content_a", "content_b", "asset_a", "asset_b"), True),)


class Operation(_Table):
    """The journal: one reversible step, written before it happens."""

    id = AutoField()
    decision = ForeignKeyField(Decision, lazy_load=False)
    sequence = IntegerField()
    kind = TextField()
    source = PathField()
    target = PathField()
    before = BlobField(null=True)
    """What was written at the source; null where nothing was."""
    after = BlobField(null=True)
    """What is written there instead."""
    emptied_at = TextField(null=True)
    """When a person had the trash emptied of it; of what went into a server's trash, when it was
    seen to lie there no longer."""

    class Meta:
        indexes = ((("kind", "decision"), False),)


class Leaving(_Table):
    """An operation whose file is just being removed from the trash; mostly there are none."""

    id = AutoField()
    operation = ForeignKeyField(Operation, lazy_load=False, unique=True)


TABLES = (Content, Asset, Remote, Pair, Verdict, Run, Decision, Rule, Denial, Operation, Leaving)
