"""What is said of assets: metadata as the catalog keeps it, JSON of the fields that say something.

A file and its sidecars speak for themselves; what no file has a place for is the catalog's own
word, and goes first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from core.catalog.prepared import Prepared, given
from core.catalog.rows import rows
from core.catalog.schema import Asset as AssetRow
from core.catalog.schema import Content
from core.metadata.read import with_sidecar
from core.model import (
    Metadata,
)

_parse = json.JSONDecoder().raw_decode
"""`json.loads` spends more on asking what it was given than on reading so little."""


def dump_metadata(metadata: Metadata) -> str:
    """JSON of the fields that say something."""
    given = ((name, getattr(metadata, name)) for name in _SAYS)
    return json.dumps({name: value for name, value in given if value not in (None, ())})


_SAYS = [field.name for field in fields(Metadata)]


def load_metadata(text: str | None) -> Metadata | None:
    """The `Metadata` of `dump_metadata`'s JSON; None of None."""
    if text is None:
        return None
    given, _ = _parse(text)
    for name in ("tags", "location", "albums"):
        if name in given:
            given[name] = tuple(given[name])
    return Metadata(**given)


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of an asset but for what lies beside it."""

    embedded: Metadata
    own: str | None
    """What the catalog itself keeps, as JSON."""

    def together(self, beside: Metadata | None) -> Metadata:
        """All that is said where sidecars say `beside`; the catalog's own word goes first."""
        found = with_sidecar(self.embedded, beside)
        return found if self.own is None else replace(found, **own_fields(self.own))


def own_fields(text: str) -> dict[str, Any]:
    """The fields of `Metadata` that the catalog itself keeps, from their JSON."""
    found: dict[str, Any] = json.loads(text)
    if "albums" in found:
        found["albums"] = tuple(found["albums"])
    return found


def words(asset_id: int) -> Words | None:
    """What is said of an asset; None of one without a content."""
    for embedded, own in _WORDS.run(id=asset_id):
        return Words(load_metadata(embedded) or Metadata(), own)
    return None


_WORDS = Prepared(
    lambda: (
        AssetRow.select(Content.metadata, AssetRow.own_metadata)
        .join(Content, on=(AssetRow.content == Content.id))
        .where(AssetRow.id == given(AssetRow.id))
    )
)


def own_words(path: Path) -> str | None:
    """What the catalog itself keeps of the metadata of the asset at `path`, as JSON."""
    query = AssetRow.select(AssetRow.own_metadata).where(AssetRow.path == path)
    return next((own for (own,) in rows(query)), None)
