"""Every path the catalog has ever seen, held against what is there now."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peewee import JOIN

from core.catalog.assets import PRESENT, in_chunks
from core.catalog.rows import rows, stored, unsigned
from core.catalog.schema import Asset as AssetRow
from core.catalog.schema import Content
from core.catalog.scope import Scope, below
from core.model import (
    FoundFile,
    KnownFile,
    Unreadable,
)

_PAGE = 20_000
"""Paths of a `KnownPage`."""


@dataclass(frozen=True, slots=True)
class KnownPage:
    """Some of the paths the catalog has ever seen, held against a listing."""

    as_listed: list[str]
    """Present, read without a problem, and as the listing has them: most of them, mostly."""
    others: list[KnownFile]


def known_pages(roots: Scope, listed: Mapping[str, FoundFile]) -> Iterator[KnownPage]:
    """Every path the catalog has ever seen below `roots`, whatever became of it.

    A page takes tens of milliseconds, so that others who need the catalog get their turn.

    Args:
        roots: the libraries.
        listed: what is there now, by path.
    """
    # Contents without a hash are those that are no picture we can read; elsewhere is no problem.
    query = Content.select(Content.id, Content.problem, Content.remedy).where(
        Content.hash.is_null(True), Content.problem.is_null(False)
    )
    unreadable = {row[0]: Unreadable(*row[1:]) for row in stored(query)}
    for scope in [[root] for root in roots] or [[]]:
        after = b""
        while page := list(stored(_page(scope, after))):
            yield _held_against(listed, page, unreadable)
            after = bytes(page[-1][0])


_PAGE_COLUMNS = (
    AssetRow.path,
    AssetRow.size,
    AssetRow.modified_ns,
    AssetRow.inode,
    AssetRow.sidecar,
    AssetRow.sidecar_modified_ns,
    AssetRow.sidecar_size,
    AssetRow.state,
    AssetRow.content,
    AssetRow.problem,
    AssetRow.remedy,
    AssetRow.id,
)


def _page(scope: Scope, after: bytes) -> Any:
    return (
        AssetRow.select(*_PAGE_COLUMNS)
        .where(below(scope), AssetRow.path > after)
        .order_by(AssetRow.path)
        .limit(_PAGE)
    )


def _held_against(
    listed: Mapping[str, FoundFile], page: list[Any], unreadable: Mapping[int, Unreadable]
) -> KnownPage:
    as_listed, others = [], []
    for raw, size, modified, inode, beside, beside_modified, beside_size, *state in page:
        path = os.fsdecode(raw)
        sidecar = None if beside is None else os.fsdecode(beside)
        status, content, cause, remedy, asset_id = state
        problem = Unreadable(cause, remedy) if cause else unreadable.get(content)
        now = listed.get(path)
        # Field by field, as a million of objects take longer to make than to compare.
        if (
            now is not None
            and status == PRESENT
            and problem is None
            and content is not None
            and now.size == size
            and now.modified_ns == modified
            and now.inode == unsigned(inode)
            and now.sidecar == sidecar
            and now.sidecar_modified_ns == beside_modified
            and now.sidecar_size == beside_size
        ):
            as_listed.append(path)
            continue
        found = FoundFile(
            path, size, modified, unsigned(inode), sidecar, beside_modified, beside_size
        )
        others.append(KnownFile(asset_id, found, status, problem, content is not None))
    return KnownPage(as_listed, others)


def known_at(files: Iterable[str], folders: Iterable[str]) -> list[KnownFile]:
    """Every path the catalog has ever seen among `files` or below one of `folders`."""
    found: dict[int, KnownFile] = {}
    for few in in_chunks(files):
        found.update((each.asset_id, each) for each in _known(AssetRow.path.in_(few)))
    for few in in_chunks(folders):
        found.update((each.asset_id, each) for each in _known(below(list(map(Path, few)))))
    return list(found.values())


def _known(condition: Any) -> list[KnownFile]:
    query = (
        AssetRow.select(AssetRow, Content.problem, Content.remedy)
        .join(Content, JOIN.LEFT_OUTER, on=(AssetRow.content == Content.id), attr="held")
        .where(condition)
    )
    columns = [field.name for field in AssetRow._meta.sorted_fields]
    known = []
    for values in rows(query):
        row = dict(zip(columns, values, strict=False))
        found = FoundFile(
            row["path"],
            row["size"],
            row["modified_ns"],
            unsigned(row["inode"]),
            row["sidecar"],
            row["sidecar_modified_ns"],
            row["sidecar_size"],
        )
        cause, remedy = (row["problem"], row["remedy"]) if row["problem"] else values[-2:]
        problem = Unreadable(cause, remedy) if cause else None
        was_read = row["content"] is not None
        known.append(KnownFile(row["id"], found, row["state"], problem, was_read))
    return known
