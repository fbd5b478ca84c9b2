"""What lists, filters and sorts need of assets, without all the rest."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from core.catalog.rows import listed, stored
from core.catalog.schema import Asset, Content
from core.model import ListedAsset

_TAKEN = re.compile(r'"taken": "(\d{4}-\d\d-\d\d)')
"""The day in `core.model.Metadata` as JSON. A text that reads so has its quotes escaped there."""


def entries(asset_ids: Iterable[int]) -> dict[int, ListedAsset]:
    """The assets of these ids that have been read, by id."""
    query = (
        Asset.select(
            Asset.id,
            Asset.path,
            Content.size,
            Asset.modified_ns,
            Content.format,
            Asset.content,
            Asset.own_metadata,
            Asset.sidecar_metadata,
            Content.metadata,
        )
        .join(Content, on=(Asset.content == Content.id))
        .where(Asset.id.in_(listed(asset_ids)), Content.format.is_null(False))
    )
    return {
        asset_id: ListedAsset(os.fsdecode(path), size, modified, kind, content, _taken(*said))
        for asset_id, path, size, modified, kind, content, *said in stored(query)
    }


def _taken(*said: str | None) -> str | None:
    """By the first of these that says it."""
    for text in said:
        found = _TAKEN.search(text) if text else None
        if found is not None:
            return found[1]
    return None


def assets_with(contents: Iterable[int]) -> set[int]:
    """Ids of the assets that have these contents, wherever they are now."""
    query = Asset.select(Asset.id).where(Asset.content.in_(listed(contents)))
    return {asset_id for (asset_id,) in stored(query)}
