"""Files as a scan meets them, and what reading one yields."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.model.pictures import Facts, Fingerprint, Metadata


@dataclass(frozen=True, slots=True)
class FoundFile:
    """An image file as the file system describes it, with the sidecars to read."""

    path: str
    size: int
    """Bytes."""
    modified_ns: int
    inode: int
    sidecar: str | None = None
    """The most trusted one."""
    sidecar_modified_ns: int = 0
    """Of the one that was modified last."""
    sidecar_size: int = 0
    """Bytes of all together."""
    further_sidecars: tuple[str, ...] = field(default=(), compare=False)
    """The others, the most trusted first. Only a listing knows them; the catalog, to which their
    sizes and times tell of every change, does not."""

    @property
    def sidecars(self) -> tuple[str, ...]:
        """All, the most trusted first."""
        return () if self.sidecar is None else (self.sidecar, *self.further_sidecars)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a file is kept out of everything, and what a person can do about it."""

    cause: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one read of a file yields."""

    digest: bytes
    """BLAKE3 of the bytes, 32 bytes."""
    size: int
    """Bytes."""
    modified_ns: int
    """Modification time when it was read, ns since the epoch."""
    facts: Facts | None
    """None where the bytes are no picture we can read."""
    fingerprint: Fingerprint | None
    metadata: Metadata
    """Embedded."""
    sidecar: Metadata | None = None
    """The sidecar's, where there is one."""
    problem: Unreadable | None = None
    """Why `facts` is None, where it is."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What became of one file of a scan: a reading, or why there is none."""

    found: FoundFile
    reading: Reading | None
    problem: Unreadable | None = None
    """Why the file itself could not be read."""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A path of the catalog, as it was when it was last seen."""

    asset_id: int
    found: FoundFile
    state: str
    """``present``, ``missing`` or ``trashed``."""
    problem: Unreadable | None
    """Why its file or picture could not be read, where it could not."""
    read: bool = True
    """Whether its bytes have been read. Where they have not, only trying again can tell."""
