"""Assets and their contents: what a scan records, and what everyone else asks for by id."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, fields, replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from peewee import JOIN, fn

from core.catalog.prepared import Prepared, given
from core.catalog.rows import listed, rows, stored, without_collection
from core.catalog.schema import Asset as AssetRow
from core.catalog.schema import Content, Decision, Pair, database
from core.catalog.schema import Remote as RemoteRow
from core.catalog.scope import Scope, below
from core.imaging import FACTS_VERSION
from core.metadata.read import with_sidecar
from core.model import (
    Asset,
    DecisionState,
    Examined,
    Facts,
    Fingerprint,
    FoundFile,
    KnownFile,
    Metadata,
    Reading,
    Remote,
    Unreadable,
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


def in_chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """`values` in lists that one condition can hold."""
    left = iter(values)
    while few := list(islice(left, _CHUNK)):
        yield few


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
_FINGERPRINT = ("thumb", "detail", "chroma")
"""Columns that are called what their fields are called."""


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
    columns = {name: getattr(facts, name, None) for name in _FACTS}
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


def signed(value: int) -> int:
    """An unsigned 64-bit number as the signed one with the same bits."""
    return value - (1 << 64) if value >= 1 << 63 else value


def unsigned(value: int) -> int:
    """The inverse of `signed`."""
    return value % (1 << 64)


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
