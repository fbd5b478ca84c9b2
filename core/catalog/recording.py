"""What was found of files and read from them, written down."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from core.catalog.assets import MISSING, PRESENT
from core.catalog.prepared import Prepared, given
from core.catalog.rows import signed
from core.catalog.saying import dump_metadata
from core.catalog.schema import Asset as AssetRow
from core.catalog.schema import Content, Pair, database
from core.imaging import FACTS_VERSION
from core.model import (
    Examined,
    Facts,
    Fingerprint,
    FoundFile,
    Metadata,
    Reading,
    Unreadable,
)

_FINGERPRINT = ("thumb", "detail", "chroma")
"""Columns that are called what their fields are called."""


def set_state(asset_ids: Iterable[int], state: str) -> None:
    """Mark assets as `PRESENT`, `MISSING` or `TRASHED`."""
    with database.atomic():
        for asset_id in asset_ids:
            AssetRow.update(state=state).where(AssetRow.id == asset_id).execute()


def move_assets(moves: Iterable[tuple[int, FoundFile]]) -> None:
    """Files found under a path new to the catalog with the inode, size and time of an old one."""
    with database.atomic():
        for asset_id, found in moves:
            AssetRow.update(**_file_columns(found), state=PRESENT).where(
                AssetRow.id == asset_id
            ).execute()


def record(batch: Iterable[Examined]) -> bool:
    """Store what a scan found, in one transaction.

    A path seen before keeps its asset. A new path whose content belongs to an asset that is
    missing takes that asset over: the file has moved.

    Returns:
        Whether anything left the search: a picture for an older version, and none for this one.
    """
    anything_left = False
    with database.atomic():
        for examined in batch:
            reading = examined.reading
            content_id, left = _content_id(reading) if reading else (None, False)
            anything_left |= left
            columns = _file_columns(examined.found)
            if reading is not None:
                # What was read counts, not what the listing saw a moment before.
                columns["size"] = reading.size
                columns["modified_ns"] = reading.modified_ns
            columns |= {
                "content": content_id,
                **_problem_columns(examined.problem),
                "state": PRESENT,
                "sidecar_metadata": dump_metadata(reading.sidecar)
                if reading and reading.sidecar
                else None,
            }
            asset_id = _asset_at(examined.found.path) or _moved_asset(content_id)
            if asset_id is None:
                AssetRow.insert(**columns, first_seen_ns=time.time_ns()).execute()
            else:
                AssetRow.update(**columns).where(AssetRow.id == asset_id).execute()
    return anything_left


def _file_columns(found: FoundFile) -> dict[str, Any]:
    return {
        "path": found.path,
        "size": found.size,
        "modified_ns": found.modified_ns,
        "inode": signed(found.inode),
        "sidecar": found.sidecar,
        "sidecar_modified_ns": found.sidecar_modified_ns,
        "sidecar_size": found.sidecar_size,
    }


def _problem_columns(problem: Unreadable | None) -> dict[str, str | None]:
    return {
        "problem": problem.cause if problem else None,
        "remedy": problem.remedy if problem else None,
    }


def _asset_at(path: str) -> int | None:
    row = AssetRow.select(AssetRow.id).where(AssetRow.path == path).tuples().first()
    return row[0] if row else None


def _moved_asset(content_id: int | None) -> int | None:
    if content_id is None:
        return None
    row = (
        AssetRow.select(AssetRow.id)
        .where(AssetRow.content == content_id, AssetRow.state == MISSING)
        .order_by(AssetRow.id)
        .tuples()
        .first()
    )
    return row[0] if row else None


def _content_id(reading: Reading) -> tuple[int, bool]:
    """The content of these bytes, and whether it is no picture any more."""
    row = (
        Content.select(Content.id, Content.facts_version, Content.hash.is_null(False))
        .where(Content.digest == reading.digest)
        .tuples()
        .first()
    )
    if row and row[1] == FACTS_VERSION:
        return int(row[0]), False
    columns: dict[str, Any] = {
        "digest": reading.digest,
        **fact_columns(reading.facts),
        "size": reading.size,
        "metadata": dump_metadata(reading.metadata),
        **_problem_columns(reading.problem),
        **fingerprint_columns(reading.fingerprint),
        "facts_version": FACTS_VERSION,
    }
    if row:
        if columns["pixel_digest"] is None:
            # A search may have found it since, at the price of a decode.
            del columns["pixel_digest"]
        Content.update(**columns).where(Content.id == row[0]).execute()
        left = bool(row[2]) and reading.fingerprint is None
        if left:
            Pair.delete().where((Pair.content_a == row[0]) | (Pair.content_b == row[0])).execute()
        return int(row[0]), left
    return int(Content.insert(**columns).execute()), False


def fact_columns(facts: Facts | None) -> dict[str, Any]:
    """The columns of a content that say `facts`."""
    columns = {each.name: getattr(facts, each.name, None) for each in fields(Facts)}
    headers = ",".join(facts.headers) if facts else ""
    return {**columns, "headers": headers, "hearsay": facts is not None and facts.hearsay}


def fingerprint_columns(fingerprint: Fingerprint | None) -> dict[str, Any]:
    """The columns of a content that say `fingerprint`."""
    columns = {name: getattr(fingerprint, name, None) for name in _FINGERPRINT}
    return {**columns, "hash": signed(fingerprint.hash) if fingerprint else None}


def confirm(content_id: int, facts: Facts) -> None:
    """The bytes of a content have been read, which was known by hearsay."""
    Content.update(**fact_columns(facts)).where(
        Content.id == content_id,
        Content.hearsay == True,  # noqa: E712
    ).execute()


def has_met(digest: bytes) -> bool:
    """Whether a scan has read these bytes, in whatever file, with this version's eyes."""
    query = Content.select(1).where(
        Content.digest == digest, Content.facts_version == FACTS_VERSION
    )
    return query.exists()


def learn(reading: Reading) -> None:
    """Keep what reading a file told, apart from the file."""
    _content_id(reading)


def record_beside(
    asset_id: int, found: FoundFile, sidecar: Metadata | None, digest: bytes | None = None
) -> None:
    """What lies beside an asset is not what it was, or another file with its bytes stands in its
    place. An asset that has moved on, or says something else now, is left to the next scan.

    Args:
        asset_id: which one.
        found: as it is listed now.
        sidecar: what its sidecars say.
        digest: of its bytes, where they have been read; None: its size and time tell whether they
            are what they were.
    """
    columns = _file_columns(found)
    columns["sidecar_metadata"] = dump_metadata(sidecar) if sidecar else None
    if digest is None:
        _RECORD_BESIDE.run(id=asset_id, **columns)
        return
    content = Content.select(Content.id).where(Content.digest == digest).tuples().first()
    if content is not None:
        AssetRow.update(**columns, content=content[0]).where(
            AssetRow.id == asset_id, AssetRow.path == found.path
        ).execute()


def _recording_beside() -> Any:
    fields = [
        *(AssetRow.inode, AssetRow.sidecar, AssetRow.sidecar_size),
        *(AssetRow.sidecar_modified_ns, AssetRow.sidecar_metadata),
    ]
    same = (AssetRow.id, AssetRow.path, AssetRow.size, AssetRow.modified_ns)
    return AssetRow.update({field: given(field) for field in fields}).where(
        *(field == given(field) for field in same)
    )


_RECORD_BESIDE = Prepared(_recording_beside)
