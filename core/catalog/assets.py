"""Assets as everyone asks for them: what was recorded of a file and of its content, as one."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import fields
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from peewee import fn

from core.catalog.prepared import Prepared, given
from core.catalog.rows import listed, rows, stored, without_collection
from core.catalog.saying import Words, load_metadata
from core.catalog.schema import Asset as AssetRow
from core.catalog.schema import Content, Decision
from core.catalog.schema import Remote as RemoteRow
from core.catalog.scope import Scope, below
from core.model import (
    Asset,
    DecisionState,
    Facts,
    Metadata,
    Remote,
)

T = TypeVar("T")

CHUNK = 500
"""Values of one IN or INSERT, well under every database's limit."""

PRESENT = "present"
MISSING = "missing"
TRASHED = "trashed"

_CHUNK = 200
"""Paths of one condition; databases limit how long one may be."""

_ASSETS_AT_ONCE = 5_000
"""Ids that one statement may list."""


def in_chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """`values` in lists that one condition can hold."""
    left = iter(values)
    while few := list(islice(left, _CHUNK)):
        yield few


_FACTS = tuple(field.name for field in fields(Facts))
_HEADERS = _FACTS.index("headers")
_TYPES = tuple(
    (_FACTS.index(name), kind)
    for kind, names in (
        (bytes, ("stream", "pixel_digest")),
        (bool, ("transparent", "progressive", "hearsay")),
        (sys.intern, ("format", "mode", "coding", "subsampling")),
    )
    for name in names
)
"""Places of the facts that the driver gives as another type, or many times over."""


def assets(asset_ids: Iterable[int], roots: Scope = ()) -> list[Asset]:
    """The assets of `asset_ids` that are present and readable, in no particular order.

    Args:
        asset_ids: may be all there are.
        roots: the libraries, to tell of each asset in which of them it lies.
    """
    wanted = list(asset_ids)
    maker = _Maker(roots)
    found: list[Asset] = []
    everyones = _seen() if len(wanted) > _ASSETS_AT_ONCE else None
    with without_collection():
        for start in range(0, len(wanted), _ASSETS_AT_ONCE):
            page = _asset_rows(wanted[start : start + _ASSETS_AT_ONCE])
            seen = _seen({row[0] for row in page}) if everyones is None else everyones
            remotes = _remotes(page)
            found.extend(maker.asset(row, seen, remotes) for row in page)
    return found


def sides(decision_id: int, roots: Scope = ()) -> tuple[Asset, ...]:
    """A and B of a decision, where the last scan has met them, with the contents that it is about;
    neither needs to be there any more."""
    maker = _Maker(roots)
    found = []
    for asset, content in (
        (Decision.asset_a, Decision.content_a),
        (Decision.asset_b, Decision.content_b),
    ):
        query = (
            Decision.select(*_ASSET)
            .join(AssetRow, on=(asset == AssetRow.id))
            .switch(Decision)
            .join(Content, on=(content == Content.id))
            .where(Decision.id == decision_id, Content.format.is_null(False))
        )
        for row in stored(query):
            found.append(maker.asset(row, _seen({row[0]}), _remotes([row])))
    return tuple(found)


def _remotes(page: Iterable[Sequence[Any]]) -> dict[int, Remote]:
    """What servers tell of the assets of some rows of `_ASSET`, by their ids."""
    ids = [row[_ID] for row in page if row[_PATH].startswith(_ON_A_SERVER)]
    if not ids:
        return {}
    columns = (getattr(RemoteRow, field.name) for field in fields(Remote))
    query = RemoteRow.select(RemoteRow.asset, *columns).where(RemoteRow.asset.in_(listed(ids)))
    return {
        asset_id: Remote(path, bool(external), group, bool(suggested), *rest)
        for asset_id, path, external, group, suggested, *rest in stored(query)
    }


def _asset_rows(asset_ids: Iterable[int]) -> list[tuple[Any, ...]]:
    return list(stored(_asset_query(AssetRow.id.in_(listed(asset_ids)))))


def _asset_query(condition: Any) -> Any:
    return (
        AssetRow.select(*_ASSET)
        .join(Content, on=(AssetRow.content == Content.id))
        .where(condition, AssetRow.state == PRESENT, Content.format.is_null(False))
    )


_ASSET = (
    Content.id,
    Content.digest,
    Content.metadata,
    AssetRow.id,
    AssetRow.path,
    AssetRow.modified_ns,
    AssetRow.first_seen_ns,
    AssetRow.sidecar_metadata,
    AssetRow.own_metadata,
    AssetRow.sidecar.is_null(False),
    *(getattr(Content, name) for name in _FACTS),
)
"""What `_Maker` takes; the columns of the facts come last."""
_ID, _PATH = 3, 4
"""Places in it."""
_ON_A_SERVER = b"immich+"
"""What no path of a file begins with; see `core.address`."""


def _seen(contents: Collection[int] | None = None) -> set[int]:
    """Contents that a standing decision of a person names: all of them, or those of `contents`."""
    found: set[int] = set()
    for side in (Decision.content_a, Decision.content_b):
        query = Decision.select(side, Decision.rule, Decision.state)
        if contents is not None:
            # The only condition, as beside another one the database might use that one's index.
            query = query.where(side.in_(listed(contents)))
        found.update(
            content
            for content, rule, state in stored(query)
            if rule is None and state == DecisionState.DONE
        )
    return found


class _Maker:
    """Makes assets of rows of `_ASSET`; what is equal is made once and shared."""

    def __init__(self, roots: Scope) -> None:
        self._roots = [(os.fsencode(root).rstrip(b"/") + b"/", root) for root in roots]
        self._metadata: dict[tuple[str, str | None, str | None], Metadata] = {}
        self._headers: dict[str, tuple[str, ...]] = {}

    def asset(
        self, row: Sequence[Any], seen: Collection[int], remotes: Mapping[int, Remote]
    ) -> Asset:
        content, digest, embedded, asset_id, path, modified, first_seen, *more = row
        beside, own, has, *facts = more
        return Asset(
            id=asset_id,
            path=Path(os.fsdecode(path)),
            modified_ns=modified,
            digest=bytes(digest),
            content_id=content,
            facts=self._facts(facts),
            metadata=self._given(embedded, beside, own),
            first_seen_ns=first_seen,
            library=self._library(path),
            has_sidecar=bool(has),
            seen=content in seen,
            remote=remotes.get(asset_id) if remotes else None,
        )

    def _library(self, path: bytes) -> Path | None:
        for inside, root in self._roots:
            if path.startswith(inside):
                return root
        return None

    def _facts(self, values: list[Any]) -> Facts:
        for place, kind in _TYPES:
            if values[place] is not None:
                values[place] = kind(values[place])
        headers = values[_HEADERS]
        named = self._headers.get(headers)
        if named is None:
            named = self._headers[headers] = tuple(filter(None, headers.split(",")))
        values[_HEADERS] = named
        return Facts(*values)

    def _given(self, embedded: str, beside: str | None, own: str | None) -> Metadata:
        found = self._metadata.get((embedded, beside, own))
        if found is None:
            words = Words(load_metadata(embedded) or Metadata(), own)
            found = self._metadata[embedded, beside, own] = words.together(load_metadata(beside))
        return found


def spoken(asset_ids: Iterable[int], roots: Scope = ()) -> dict[int, tuple[Asset, Words]]:
    """As `assets`, by their ids and with their words; whether they were `seen` is left open."""
    maker = _Maker(roots)
    found = {}
    for wanted in asset_ids:
        page = list(_ASSET_ROW.run(id=wanted))
        remotes = _remotes(page)
        for row in page:
            _, _, embedded, asset_id, _, _, _, _, own, *_ = row
            told = Words(load_metadata(embedded) or Metadata(), own)
            found[asset_id] = maker.asset(row, (), remotes), told
    return found


_ASSET_ROW = Prepared(lambda: _asset_query(AssetRow.id == given(AssetRow.id)))


def contents_of(asset_ids: Iterable[int]) -> set[int]:
    """The contents of these assets, whatever has become of them."""
    query = AssetRow.select(AssetRow.content).where(
        AssetRow.id.in_(listed(asset_ids)), AssetRow.content.is_null(False)
    )
    return {content for (content,) in stored(query)}


def path_of(asset_id: int) -> str | None:
    """Where an asset is or was last; None where there never was one of this id."""
    query = AssetRow.select(AssetRow.path).where(AssetRow.id == asset_id)
    return next((path for (path,) in rows(query)), None)


def paths_of(asset_ids: Iterable[int]) -> dict[int, Path]:
    """Where assets are or were last, by their ids."""
    query = AssetRow.select(AssetRow.id, AssetRow.path).where(AssetRow.id.in_(listed(asset_ids)))
    return {asset_id: Path(os.fsdecode(path)) for asset_id, path in stored(query)}


def count_present() -> int:
    """How many pictures all libraries hold now."""
    return int(AssetRow.select().where(AssetRow.state == PRESENT).count())


def arrivals() -> dict[int | None, int]:
    """How many of these were first met on which day, counted from 1970 (UTC); under None those
    of before it was recorded."""
    day = AssetRow.first_seen_ns / 86_400_000_000_000
    query = AssetRow.select(day, fn.COUNT(AssetRow.id)).where(AssetRow.state == PRESENT)
    return dict(rows(query.group_by(day)))


def copied(
    roots: Scope, among: int | None = None, contents: Iterable[int] | None = None
) -> list[tuple[int, int]]:
    """(asset id, content id) of every present, readable asset below `roots` whose bytes are in
    another present file too, there or elsewhere; oldest first.

    Args:
        roots: the libraries.
        among: look at so many contents at most, whichever come to hand first.
        contents: only these; None: all.
    """
    several = (
        AssetRow.select(AssetRow.content)
        .where(AssetRow.state == PRESENT, AssetRow.content.is_null(False))
        .group_by(AssetRow.content)
        .having(fn.COUNT(AssetRow.id) > 1)
        .limit(among)
    )
    if contents is not None:
        several = several.where(AssetRow.content.in_(listed(contents)))
    query = (
        AssetRow.select(AssetRow.id, AssetRow.content)
        .join(Content, on=(AssetRow.content == Content.id))
        .where(AssetRow.content.in_(several), Content.format.is_null(False))
        .where(below(roots), AssetRow.state == PRESENT)
        .order_by(AssetRow.modified_ns, AssetRow.path)
    )
    return [(asset_id, content_id) for asset_id, content_id in stored(query)]


def oldest_present(
    contents: Any, roots: Scope, without: Set[int] = frozenset()
) -> dict[int, tuple[int, int, bytes]]:
    """The oldest present asset below `roots` of each of `contents`: (place by age, id, path).

    Args:
        contents: ids, as an IN takes them.
        roots: the libraries.
        without: assets to take as gone.
    """
    query = (
        AssetRow.select(AssetRow.id, AssetRow.content, AssetRow.path)
        .where(AssetRow.content.in_(contents), below(roots), AssetRow.state == PRESENT)
        .order_by(AssetRow.modified_ns, AssetRow.path)
    )
    oldest: dict[int, tuple[int, int, bytes]] = {}
    for age, (asset_id, content_id, path) in enumerate(stored(query)):
        if asset_id not in without:
            oldest.setdefault(content_id, (age, asset_id, path))
    return oldest
