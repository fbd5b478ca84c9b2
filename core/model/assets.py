"""Images of libraries, in folders and on servers, with what lies beside them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.model.files import FoundFile
from core.model.pictures import Facts, Metadata


class CompanionKind(StrEnum):
    """What lies beside an image and belongs to it."""

    SIDECAR = "sidecar"
    EDIT = "edit"
    """What was done to it in a program that keeps that in a file of its own form."""
    RAW = "RAW"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Companion:
    """A file beside an image that belongs to it."""

    kind: CompanionKind
    path: Path
    shared: bool = False
    """Another image of the folder has the same claim to it, so it never moves with one."""


class Size(StrEnum):
    """How much of a server's picture is wanted."""

    THUMBNAIL = "thumbnail"
    """250 pixels a side: what a fingerprint needs."""
    PREVIEW = "preview"
    """1440 pixels a side: what a screen needs."""
    ORIGINAL = "original"
    """The file itself, byte by byte."""


@dataclass(frozen=True, slots=True)
class Remote:
    """What only its server tells of an asset."""

    original_path: str
    """Where the server has the file."""
    external: bool = False
    """The file is in a library that the server reads, and does not own."""
    group: str | None = None
    """The duplicates among which the server has it, by their id."""
    suggested: bool = False
    """It is the one of its group that the server would keep."""
    exif_count: int | None = None
    """As `Facts.exif_count`, by what the server says now."""
    thumbhash: bytes | None = None
    """A blurred picture of some 25 bytes."""
    live_video: str | None = None
    """The server's id of the video of a live photo."""
    exposure: str = ""
    """Lens and settings: ``RF 50mm · f/2.8 · 50 mm · ISO 200 · 1/250 s``."""
    town: str = ""
    """City, state and country of its location, as far as the server knows them."""
    people: int | None = None
    """How many people the server knows in it; None where it was not asked."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An asset as its server tells of it, without anybody having read its file."""

    found: FoundFile
    """By the path that `core.address` gives it; nothing lies beside it."""
    digest: bytes
    """What its content is known by, 32 bytes."""
    facts: Facts | None
    """None where the server has not measured it yet."""
    metadata: Metadata
    """Its albums, which servers tell of elsewhere, are added later."""
    remote: Remote
    tagged: bool = True
    """Whether its server has told its tags; else they are what they were."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One image in a library, as the catalog knows it."""

    id: int
    path: Path
    modified_ns: int
    digest: bytes
    content_id: int
    facts: Facts
    metadata: Metadata
    """Embedded and sidecar together, the sidecar's word first."""
    companions: tuple[Companion, ...] = ()
    first_seen_ns: int | None = None
    """When a scan first met it, ns since the epoch; None where that was before it was recorded."""
    library: Path | None = None
    """The opened library it lies in."""
    has_sidecar: bool = False
    seen: bool = False
    """Whether a person has decided about its content."""
    remote: Remote | None = None
    """Of an asset on a server."""

    @property
    def place(self) -> str:
        """The path that people know it by: that of its file, wherever that is."""
        return str(self.path) if self.remote is None else self.remote.original_path


@dataclass(frozen=True, slots=True)
class ListedAsset:
    """What lists, filters and sorts need of an asset: light enough to hold a hundred thousand."""

    path: str
    size: int
    """Bytes."""
    modified_ns: int
    format: str
    """As `Facts.format`."""
    content_id: int
    taken: str | None
    """The day, ``YYYY-MM-DD``."""
