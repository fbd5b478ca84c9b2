"""What the screens about libraries and settings may ask of whoever owns the services."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from core.errors import BetterhalfError
from core.settings import Settings
from core.workers.events import Progress

Place = tuple[str, ...]
"""Where in the settings: a setting's name, or ``libraries``, the library and the name."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One library at one moment."""

    root: Path
    files: int
    """Pictures, and what could not be read."""
    size: int
    """Bytes of these."""
    unreadable: int
    """Pictures, and folders."""
    trashed: int
    """Files in its trash."""
    protected: tuple[Path, ...]
    """Folders in it, or around it, that lose nothing."""
    absent: frozenset[Path] = frozenset()
    """Those of them that are not there."""
    trouble: BetterhalfError | None = None
    """Why it could not be looked through at all."""


class LibraryServices(Protocol):
    """Each method raises `core.errors.BetterhalfError` where it cannot do what it says."""

    file: Path
    """The settings."""
    settings: Settings
    """What they say now."""
    themes: Sequence[str]
    """Names of those that there are."""

    version: int
    """Another one whenever a scan has gone on."""

    @property
    def scanning(self) -> bool: ...

    @property
    def progress(self) -> Progress | None:
        """Of the scan that is going on."""
        ...

    async def shelves(self) -> Sequence[Shelf]:
        """The libraries that are open."""
        ...

    async def problems(self) -> Sequence[BetterhalfError]:
        """Why files, folders and servers could not be read."""
        ...

    async def retry(self, names: Sequence[str]) -> str:
        """Read again what could not be read; returns what goes on after that, if anything."""
        ...

    def scan_again(self) -> str:
        """Look at all libraries again; returns why that is not done, or nothing."""
        ...

    def said(self) -> Mapping[str, Any]:
        """The settings file, as it is."""
        ...

    def is_there(self, name: str) -> bool:
        """Whether there is a folder that settings call so; a server is not asked."""
        ...

    async def lacking_rules(self) -> Callable[[str], str]:
        """What says why no rule can be called so, or nothing where one is."""
        ...

    def take_in(self) -> None:
        """Have what somebody has written into the settings file meanwhile hold, where it can."""
        ...

    def name_of(self, root: Path) -> str:
        """What the settings call a library, or would."""
        ...

    async def change(self, place: Place, value: Any) -> bool:
        """Have the settings say this; None: nothing is said of it any more. Returns whether that
        can be taken back."""
        ...

    async def undo_change(self) -> Place | None:
        """Take the last change back; returns what was changed, or nothing where there is none."""
        ...
