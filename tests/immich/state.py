"""What the server holds: assets, albums, tags, stacks, keys; and what it knows of a group."""

from __future__ import annotations

import base64
import hashlib
import itertools
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

EXIF = (
    "make model exifImageWidth exifImageHeight fileSizeInByte orientation dateTimeOriginal"
    " modifyDate timeZone lensModel fNumber focalLength iso exposureTime latitude longitude city"
    " state country description projectionType rating"
).split()
"""The fields of `exifInfo`, in the server's order."""

_BEGIN = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)


class Refused(Exception):
    """An answer that is an error: its status and what it says."""

    def __init__(self, status: int, message: Any, **more: Any) -> None:
        super().__init__(status, message)
        self.status, self.message, self.more = status, message, more


@dataclass
class Tag:
    """A tag; `value` is its whole path."""

    id: str
    value: str
    parent: str | None
    created: datetime
    updated: datetime
    color: str | None = None


@dataclass
class Album:
    """An album and what is in it."""

    id: str
    name: str
    created: datetime
    updated: datetime
    description: str = ""
    thumbnail: str | None = None
    assets: list[str] = field(default_factory=list)
    shared: bool = False
    """By somebody else, with the one user."""


@dataclass
class Stack:
    """Assets shown as one, the primary first."""

    id: str
    assets: list[str]

    @property
    def primary(self) -> str:
        return self.assets[0]


@dataclass
class Asset:
    """One asset. Times are aware; `local` is the wall time, kept as if it were UTC."""

    id: str
    name: str
    path: str
    checksum: str
    created: datetime
    updated: datetime
    local: datetime
    file_created: datetime
    file_modified: datetime
    exif: dict[str, Any]
    thumbhash: str | None = None
    width: int | None = None
    height: int | None = None
    mime: str = "image/jpeg"
    type: str = "IMAGE"
    duration_ms: int | None = None
    library: str | None = None
    owner: str | None = None
    """A partner, where it is not the server's one user."""
    live_video: str | None = None
    favorite: bool = False
    visibility: str = "timeline"
    group: str | None = None
    tags: list[str] = field(default_factory=list)
    stack: str | None = None
    trashed: datetime | None = None
    offline: bool = False
    people: list[str] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    original: Callable[[], bytes] = bytes
    """Its file."""
    small: Callable[[str], bytes] = lambda size: b""
    """Its picture in the size ``thumbnail`` or ``preview``."""


@dataclass
class Key:
    """An API key and what it may do."""

    id: str
    name: str
    permissions: list[str]
    created: datetime = _BEGIN


class State:
    """Everything of one server with one user."""

    def __init__(self, version: tuple[int, int, int] = (3, 1, 0), owner: str | None = None) -> None:
        self.version = version
        self.owner = owner or str(uuid.UUID(int=1))
        self.assets: dict[str, Asset] = {}
        self.albums: dict[str, Album] = {}
        self.tags: dict[str, Tag] = {}
        self.stacks: dict[str, Stack] = {}
        self.keys: dict[str, Key] = {}
        self.trash_is_on = True
        self.tie_order: dict[str, int] = {}
        """Of assets of one local time, as a database orders them: by no rule."""
        self._numbers = itertools.count(1)

    def now(self) -> datetime:
        """Later with each call."""
        return _BEGIN + timedelta(milliseconds=next(self._numbers))

    def new_id(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, str(next(self._numbers))))

    def add_key(self, *permissions: str, secret: str = "secret") -> str:
        """A key with these permissions, or all; returns its secret."""
        self.keys[secret] = Key(self.new_id(), "tui", list(permissions) or ["all"])
        return secret

    def seen(self, asset: Asset) -> bool:
        """Whether duplicates may have it: on the timeline or archived, alone, not in the trash."""
        shown = asset.visibility in ("timeline", "archive")
        return shown and asset.trashed is None and asset.stack is None

    def groups(self) -> dict[str, list[Asset]]:
        """The duplicate groups as they are served, each by local time; singletons are cleared."""
        found: dict[str, list[Asset]] = {}
        for asset in self.assets.values():
            if asset.group is not None and self.seen(asset):
                found.setdefault(asset.group, []).append(asset)
        for group, members in list(found.items()):
            if len(members) == 1:
                members[0].group = None
                del found[group]
            members.sort(key=lambda each: (each.local, self.tie_order.get(each.id, 0)))
        return found

    def named(self, name: str) -> Asset:
        """The one whose file is called `name`."""
        (found,) = [each for each in self.assets.values() if each.name == name]
        return found

    def trashed(self) -> set[str]:
        """What the files in the trash are called."""
        return {each.name for each in self.assets.values() if each.trashed is not None}

    def of_ids(self, ids: Iterable[str], permission: str) -> list[Asset]:
        """These assets.

        Raises:
            Refused: one is not there, as the server says it: nothing is done for any of them.
        """
        found = [self.assets.get(each) for each in ids]
        if not all(found):
            raise Refused(400, f"Not found or no {permission} access")
        return [each for each in found if each is not None]

    def albums_of(self, asset_id: str) -> list[Album]:
        return [album for album in self.albums.values() if asset_id in album.assets]

    def upsert_tag(self, value: str) -> Tag:
        """The tag of this path, with those above it."""
        for tag in self.tags.values():
            if tag.value == value:
                return tag
        above, _, _ = value.rpartition("/")
        parent = self.upsert_tag(above).id if above else None
        now = self.now()
        tag = Tag(self.new_id(), value, parent, now, now)
        self.tags[tag.id] = tag
        return tag

    def add_to_album(self, album: Album, asset_id: str) -> bool:
        """Whether it was not in it yet."""
        if asset_id in album.assets:
            return False
        album.assets.append(asset_id)
        album.thumbnail = album.thumbnail or asset_id
        album.updated = self.now()
        return True

    def leave_stack(self, asset: Asset) -> None:
        """Out of its stack, which ends with the last but one."""
        stack = self.stacks.get(asset.stack or "")
        asset.stack = None
        if stack is not None:
            stack.assets.remove(asset.id)
            if len(stack.assets) < 2:
                self.unstack(stack)

    def unstack(self, stack: Stack) -> None:
        for each in stack.assets:
            self.assets[each].stack = None
        del self.stacks[stack.id]

    def touch(self, asset: Asset) -> None:
        asset.updated = self.now()

    def remove(self, asset: Asset) -> None:
        """For ever, wherever it is named."""
        self.leave_stack(asset)
        for album in self.albums_of(asset.id):
            album.assets.remove(asset.id)
        del self.assets[asset.id]


def sha1(data: bytes) -> str:
    """As the server has it: base64."""
    return base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def no_exif(**given: Any) -> dict[str, Any]:
    """`exifInfo` with nothing but what is `given`."""
    return {**dict.fromkeys(EXIF), "description": "", **given}
