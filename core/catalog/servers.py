"""Assets on servers: what a listing records of them, a thousand at a time."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from peewee import JOIN

from core.catalog.assets import MISSING, PRESENT
from core.catalog.prepared import Prepared, given, inserting
from core.catalog.recording import fact_columns, fingerprint_columns, set_state
from core.catalog.rows import listed, stored
from core.catalog.saying import dump_metadata, load_metadata
from core.catalog.schema import Asset, Content, Remote, database
from core.catalog.scope import Scope, below
from core.imaging import FACTS_VERSION
from core.model import Facts, Fingerprint, Listed, Metadata

_UNMEASURED = "the server has not measured it yet", "let its jobs end, and scan again"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a page of a listing came to."""

    assets: frozenset[int]
    """All that were listed."""
    arrived: frozenset[int]
    """Those that were not there before."""
    changed: frozenset[int]
    """Those that were, and are not what they were."""


def record(page: Sequence[Listed], first_seen_ns: int, renewed: bool) -> Recorded:
    """Store what a server has listed, in one transaction.

    An asset is known by the server's id, which its path names: one whose file has another name now
    stays what it was, with all that was decided about it.

    Args:
        page: some hundred assets of one server.
        first_seen_ns: now, ns since the epoch.
        renewed: the server was known before this listing, so that one may have another name now.
    """
    with database.atomic():
        contents = _contents(page)
        known = _known(page, renewed)
        fresh, changed, rows = [], set[int](), {}
        for each in page:
            columns = _columns(each, contents[each.digest])
            before = known.get(_folder(each.found.path))
            if before is None:
                fresh.append({**columns, "first_seen_ns": first_seen_ns})
                continue
            asset_id, was = before
            columns["sidecar_metadata"] = dump_metadata(_with_known(each, was))
            if any(was[name] != value for name, value in columns.items()):
                changed.add(asset_id)
                Asset.update(**columns).where(Asset.id == asset_id).execute()
            rows[asset_id] = each.remote
        _NEW_ASSETS.run_all(fresh)
        arrived = _ids_at(row["path"] for row in fresh)
        remotes = {each.found.path: each.remote for each in page}
        rows |= {asset_id: remotes[path] for path, asset_id in arrived.items()}
        changed |= _store_remotes(rows)
        new = frozenset(arrived.values())
        return Recorded(frozenset(rows), new, frozenset(changed) - new)


def _columns(each: Listed, content_id: int) -> dict[str, Any]:
    cause, remedy = (None, None) if each.facts else _UNMEASURED
    return {
        "path": each.found.path,
        "size": each.found.size,
        "modified_ns": each.found.modified_ns,
        "inode": each.found.inode,
        "content": content_id,
        "sidecar_metadata": dump_metadata(each.metadata),
        "problem": cause,
        "remedy": remedy,
        "state": PRESENT,
    }


def _with_known(each: Listed, was: Mapping[str, Any]) -> Metadata:
    """What is said of `each`, with the albums that were known, which are listed later, and the tags
    where this answer leaves them out."""
    before = load_metadata(was["sidecar_metadata"])
    if before is None:
        return each.metadata
    tags = each.metadata.tags if each.tagged else before.tags
    return replace(each.metadata, albums=before.albums, tags=tags)


def _contents(page: Sequence[Listed]) -> dict[bytes, int]:
    """The content of each digest; a server's word for one is renewed, but what has been read of
    its bytes stays."""
    wanted = {each.digest: each.facts for each in page}
    found = _known_contents(wanted)
    fresh = [
        {"digest": digest, **_said(facts), "metadata": "{}"}
        for digest, facts in wanted.items()
        if digest not in found
    ]
    if fresh:
        _NEW_CONTENTS.run_all(fresh)
        found |= _known_contents([row["digest"] for row in fresh])
    for digest, (content_id, was) in found.items():
        facts = wanted[digest]
        if facts is not None and was != (facts.size, facts.width, facts.height, facts.format, None):
            Content.update(**_said(facts)).where(
                Content.id == content_id,
                Content.format.is_null() | (Content.hearsay == True),  # noqa: E712
            ).execute()
    return {digest: content_id for digest, (content_id, _) in found.items()}


def _known_contents(digests: Iterable[bytes]) -> dict[bytes, tuple[int, tuple[Any, ...]]]:
    query = Content.select(
        Content.digest,
        Content.id,
        Content.size,
        Content.width,
        Content.height,
        Content.format,
        Content.problem,
    ).where(Content.digest.in_(list(digests)))
    return {bytes(digest): (content_id, tuple(rest)) for digest, content_id, *rest in stored(query)}


def _said(facts: Facts | None) -> dict[str, Any]:
    cause, remedy = (None, None) if facts else _UNMEASURED
    columns = fact_columns(facts)
    if facts is None:
        columns["size"] = 0
    return {**columns, "problem": cause, "remedy": remedy, "facts_version": FACTS_VERSION}


_COMPARED = (
    Asset.path,
    Asset.size,
    Asset.modified_ns,
    Asset.inode,
    Asset.content,
    Asset.sidecar_metadata,
    Asset.problem,
    Asset.remedy,
    Asset.state,
)


def _known(page: Sequence[Listed], renewed: bool) -> dict[str, tuple[int, dict[str, Any]]]:
    """Assets of these ids that the catalog has, by the folder that names the id."""
    paths = [each.found.path for each in page]
    found = _rows(Asset.path.in_(paths))
    missing = {_folder(path) for path in paths} - found.keys()
    for folder in missing if renewed else ():
        found |= _rows(below([Path(folder)]))
    return found


def _rows(condition: Any) -> dict[str, tuple[int, dict[str, Any]]]:
    found = {}
    for asset_id, *values in stored(Asset.select(Asset.id, *_COMPARED).where(condition)):
        row = dict(zip((field.name for field in _COMPARED), values, strict=True))
        row["path"] = os.fsdecode(row["path"])
        found[_folder(row["path"])] = asset_id, row
    return found


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _ids_at(paths: Iterable[str]) -> dict[str, int]:
    query = Asset.select(Asset.path, Asset.id).where(Asset.path.in_(list(paths)))
    return {os.fsdecode(path): asset_id for path, asset_id in stored(query)}


_NEW_ASSETS = inserting(
    Asset,
    (
        *("path", "size", "modified_ns", "inode", "content", "sidecar_metadata"),
        *("problem", "remedy", "state", "first_seen_ns"),
    ),
)
_NEW_CONTENTS = inserting(
    Content, ("digest", *fact_columns(None), "metadata", "problem", "remedy", "facts_version")
)
_OWN = [field for field in Remote._meta.sorted_fields if field is not Remote.asset]


_NAMES = [field.name for field in _OWN]
_REMOTES = Prepared(
    lambda: Remote.insert({field: given(field) for field in (Remote.asset, *_OWN)}).on_conflict(
        conflict_target=[Remote.asset], preserve=_OWN
    )
)


def _store_remotes(rows: Mapping[int, Any]) -> set[int]:
    """Keep what servers tell, by asset; returns those of whom they told something else before."""
    query = Remote.select(Remote.asset, *_OWN).where(Remote.asset.in_(listed(rows)))
    before = {asset_id: values for asset_id, *values in stored(query)}
    changed = {}
    for asset_id, remote in rows.items():
        columns = {name: getattr(remote, name) for name in _NAMES}
        if remote.people is None and asset_id in before:
            # Lists of groups do not tell of people.
            columns["people"] = before[asset_id][_NAMES.index("people")]
        if before.get(asset_id) != list(columns.values()):
            changed[asset_id] = {"asset": asset_id, **columns}
    _REMOTES.run_all(changed.values())
    return changed.keys() & before.keys()


def leave(root: Path, listed_ids: Collection[int]) -> list[int]:
    """Take as missing all of the server `root` but those that were listed; returns them."""
    query = Asset.select(Asset.id).where(below([root]), Asset.state == PRESENT)
    gone = [asset_id for (asset_id,) in stored(query) if asset_id not in listed_ids]
    set_state(gone, MISSING)
    return gone


def ungroup(root: Path, listed_ids: Collection[int]) -> list[int]:
    """Take those of the server `root` as being in no group that were not listed in one; returns
    them."""
    query = (
        Remote.select(Remote.asset)
        .join(Asset, on=(Remote.asset == Asset.id))
        .where(below([root]), Remote.group.is_null(False))
    )
    left = [asset_id for (asset_id,) in stored(query) if asset_id not in listed_ids]
    Remote.update(group=None, suggested=False).where(Remote.asset.in_(listed(left))).execute()
    return left


def record_albums(albums: Mapping[int, Sequence[str]], asset_ids: Iterable[int]) -> set[int]:
    """Keep which albums assets are in; returns those that were in others.

    Args:
        albums: names by asset; who is not named is in none.
        asset_ids: the assets that were looked for in them.
    """
    changed = set()
    with database.atomic():
        those = Asset.id.in_(listed(asset_ids))
        query = Asset.select(Asset.id, Asset.sidecar_metadata).where(those)
        for asset_id, text in list(stored(query)):
            before = load_metadata(text) or Metadata()
            names = tuple(sorted({*albums.get(asset_id, ())}))
            if names != before.albums:
                changed.add(asset_id)
                Asset.update(sidecar_metadata=dump_metadata(replace(before, albums=names))).where(
                    Asset.id == asset_id
                ).execute()
    return changed


def ids_of(asset_ids: Iterable[int]) -> dict[str, int]:
    """Assets by the ids that their server has for them."""
    query = Asset.select(Asset.id, Asset.path).where(Asset.id.in_(listed(asset_ids)))
    return {os.fsdecode(path).split("/")[-2]: asset_id for asset_id, path in stored(query)}


def in_groups(root: Path) -> set[int]:
    """The present assets that the server `root` has in groups."""
    query = (
        Remote.select(Remote.asset)
        .join(Asset, on=(Remote.asset == Asset.id))
        .where(below([root]), Asset.state == PRESENT, Remote.group.is_null(False))
    )
    return {asset_id for (asset_id,) in stored(query)}


def outside_groups(asset_ids: Iterable[int]) -> list[Path]:
    """The paths of those of these assets that are in no group of their server."""
    query = (
        Asset.select(Asset.path)
        .join(Remote, on=(Remote.asset == Asset.id))
        .where(Asset.id.in_(listed(asset_ids)), Remote.group.is_null(True))
    )
    return [Path(os.fsdecode(path)) for (path,) in stored(query)]


def without_fingerprint(root: Path) -> list[tuple[int, int, str]]:
    """(asset, content, path) of the present assets of the server `root` that nobody has looked at;
    those in a group first."""
    query = (
        Asset.select(Asset.id, Asset.content, Asset.path)
        .join(Content, on=(Asset.content == Content.id))
        .join(Remote, JOIN.LEFT_OUTER, on=(Remote.asset == Asset.id))
        .where(below([root]), Asset.state == PRESENT)
        .where(Content.hash.is_null(), Content.format.is_null(False))
        .order_by(Remote.group.is_null(), Remote.group, Asset.id)
    )
    return [(asset_id, content, os.fsdecode(path)) for asset_id, content, path in stored(query)]


def store_fingerprints(found: Iterable[tuple[int, Fingerprint]]) -> None:
    """(content, its fingerprint), where it has none yet."""
    with database.atomic():
        for content_id, fingerprint in found:
            Content.update(**fingerprint_columns(fingerprint)).where(
                Content.id == content_id, Content.hash.is_null()
            ).execute()


_ALL_OF = 12
"""Members of a group up to which each is a pair with each other: 66 pairs. Of more, each is one
with that which the server would keep."""


class _Member(NamedTuple):
    """An asset of a group, the server's own choice last."""

    suggested: int
    content_id: int


def grouped_pairs(
    roots: Scope, without: Set[int], touching: Collection[int] | None
) -> set[tuple[int, int]]:
    """Contents that a server takes for duplicates, the lower one first.

    Args:
        roots: the libraries.
        without: assets to take as gone.
        touching: only of groups with one of these contents; None: all.
    """
    query = (
        Remote.select(Remote.group, Asset.id, Remote.suggested, Asset.content)
        .join(Asset, on=(Remote.asset == Asset.id))
        .join(Content, on=(Asset.content == Content.id))
        .where(Remote.group.is_null(False), below(roots), Asset.state == PRESENT)
        .where(Content.format.is_null(False))
    )
    if touching is not None:
        touched = (
            Remote.select(Remote.group)
            .join(Asset, on=(Remote.asset == Asset.id))
            .where(Asset.content.in_(listed(touching)), Remote.group.is_null(False))
        )
        query = query.where(Remote.group.in_(touched))
    groups: dict[str, list[_Member]] = {}
    for group, asset_id, *member in stored(query):
        if asset_id not in without:
            groups.setdefault(group, []).append(_Member(*member))
    return {pair for group in groups.values() for pair in _within(sorted(group))}


def _within(group: Sequence[_Member]) -> Iterator[tuple[int, int]]:
    contents = [each.content_id for each in group]
    several = len(group) > _ALL_OF
    found = ((contents[-1], each) for each in contents) if several else combinations(contents, 2)
    for one, other in found:
        # Equal ones stand among the exact copies.
        if one != other:
            yield (one, other) if one < other else (other, one)


def group_members(groups: Iterable[str]) -> dict[str, list[int]]:
    """The present assets of these groups."""
    query = (
        Remote.select(Remote.group, Remote.asset)
        .join(Asset, on=(Remote.asset == Asset.id))
        .where(Remote.group.in_(list(groups)), Asset.state == PRESENT)
    )
    found: dict[str, list[int]] = {}
    for group, asset_id in stored(query):
        found.setdefault(group, []).append(asset_id)
    return found


def set_people(asset_id: int, people: int) -> None:
    """The server knows so many people in an asset."""
    Remote.update(people=people).where(Remote.asset == asset_id).execute()


def set_group(paths: Iterable[str], group: str | None) -> None:
    """The server has put the assets at `paths` into `group`, or out of theirs."""
    with database.atomic():
        for folder in map(_folder, paths):
            there = Asset.select(Asset.id).where(below([Path(folder)]))
            Remote.update(group=group).where(Remote.asset.in_(there)).execute()
