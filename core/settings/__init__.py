"""Settings: one TOML file of the person's, each key with its default and what it means.

The file is read with the standard library; nothing here opens a catalog or a folder.
"""

from __future__ import annotations

import difflib
import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.errors import UsageError, explain_os_error
from core.model import ByFolder, Distances, Fate, Writing
from core.settings.schema import SETTINGS, TABLES
from core.settings.values import (
    DISTANCES,
    MAX_DISTANCE,
    LibrarySettings,
    Secret,
    parse_distance,
    real_path,
)

__all__ = [
    "APP",
    "DISTANCES",
    "MAX_DISTANCE",
    "LibrarySettings",
    "Secret",
    "Settings",
    "parse_distance",
]

APP = "betterhalf"


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set in ``settings.toml``."""

    folders: tuple[str, ...] = ()
    """Libraries to open when the command line names none."""
    distance: int = DISTANCES["similar"]
    """Largest distance of a potential pair: a number, or one of `DISTANCES` by name."""
    merge: str = "immich-3"
    """What becomes of metadata when copies go, as `core.metadata.policies` reads it."""
    loser: Fate = Fate.TRASH
    """What becomes of exact copies of what a person keeps."""
    write: Writing = Writing.SIDECAR
    """Where merged metadata are written."""
    libraries: tuple[LibrarySettings, ...] = ()
    """Folders for which something else holds."""
    rotated: bool = True
    """Whether copies turned by a quarter or a half are looked for."""
    mirrored: bool = False
    """Whether mirrored copies are looked for."""
    rules: tuple[str, ...] = ()
    """Rules that ``--process`` applies without ``--rule``; none means the saved ones."""
    protected: tuple[str, ...] = ()
    """Folders that lose nothing: what lies in them can win, and never leaves."""
    preferred: tuple[str, ...] = ()
    """Folders, the best first, as new rules prefer them."""
    workers: int = 0
    """Worker processes; 0 takes one a processor."""
    images: str = "auto"
    """How previews are drawn, one of `core.settings.values.IMAGES`."""
    theme: str = "betterhalf-dark"
    """Colour theme of the screens."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of commands by their ids the keys that a person wants for them."""

    @property
    def turns(self) -> tuple[int, ...]:
        """The EXIF orientations in which copies are looked for, besides upright."""
        rotations = (3, 6, 8) if self.rotated else ()
        mirrorings = (2, 4, 5, 7) if self.mirrored else ()
        return rotations + mirrorings

    def distances(self, run: int | None = None) -> Distances:
        """The distance of every library, or the one that was given for this `run`."""
        if run is not None:
            return Distances(run)
        return Distances(self.distance, tuple(self._own("distance")))

    @property
    def merges(self) -> list[tuple[Path, str]]:
        """The folders with a merge policy of their own, and what it is."""
        return self._own("merge")

    @property
    def losers(self) -> ByFolder[Fate]:
        """`loser` of every library."""
        return ByFolder(self.loser, tuple(self._own("loser")))

    @property
    def writing(self) -> ByFolder[Writing]:
        """`write` of every library."""
        return ByFolder(self.write, tuple(self._own("write")))

    def _own(self, key: str) -> list[tuple[Path, Any]]:
        """What the libraries say that have a setting of their own for `key`."""
        own = [(each.path, getattr(each, key)) for each in self.libraries]
        return [(path, value) for path, value in own if value is not None]

    @property
    def protected_folders(self) -> tuple[Path, ...]:
        """`protected` as real paths."""
        return tuple(map(real_path, self.protected))

    def of(self, root: Path) -> LibrarySettings:
        """What is set for the library `root` itself."""
        found = (each for each in self.libraries if each.path == root)
        return next(found, LibrarySettings(os.fspath(root)))

    @property
    def worker_count(self) -> int:
        """`workers`, or the number of processors this process may use."""
        if self.workers:
            return self.workers
        if hasattr(os, "sched_getaffinity"):
            return len(os.sched_getaffinity(0))
        return os.cpu_count() or 1


def config_path() -> Path:
    """The settings file in the platform's config folder."""
    from platformdirs import user_config_path

    return user_config_path(APP) / "settings.toml"


def themes_path() -> Path:
    """The folder of a person's own themes, beside the settings."""
    return config_path().with_name("themes")


def database_path() -> Path:
    """The catalog in the platform's data folder."""
    from platformdirs import user_data_path

    return user_data_path(APP) / "catalog.db"


def looks_path() -> Path:
    """The folder of what verdicts saw of pictures, in the platform's cache folder."""
    from platformdirs import user_cache_path

    return user_cache_path(APP) / "looks"


def bookmarks_path() -> Path:
    """The file of the pairs at which reviews were left, in the platform's cache folder."""
    from platformdirs import user_cache_path

    return user_cache_path(APP) / "bookmarks.json"


def pictures_path() -> Path:
    """The folder of what was fetched from servers, in the platform's cache folder."""
    from platformdirs import user_cache_path

    return user_cache_path(APP) / "pictures"


def load(path: Path | None) -> Settings:
    """The settings of the file at `path`; of the default file, which may be absent, for None.

    Raises:
        UsageError: it is missing, no TOML, or has a wrong key or value; names file and key.
    """
    given = path is not None
    path = path or config_path()
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        if not given:
            return Settings()
        raise UsageError(str(path), "there is no such settings file", "check --config") from error
    except OSError as error:
        raise UsageError(str(path), *explain_os_error(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(str(path), f"this is no TOML ({error})", "correct the line") from error
    settings = from_table(table, path)
    if any(each.key is not None for each in settings.libraries):
        _refuse_open(path)
    return settings


def _refuse_open(path: Path) -> None:
    """Raise UsageError where others may read the file at `path`."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise UsageError(str(path), "others may read the API key in it", f"chmod 600 {path}")


def from_table(table: Mapping[str, Any], path: Path) -> Settings:
    """The settings that the file at `path` says; raises as `load`."""
    settings = Settings()
    for key, value in table.items():
        if key not in _KNOWN:
            raise UsageError(f"{path}: {key}", NO_SUCH, meant(key))
        try:
            settings = replace(settings, **{key: _KNOWN[key].read(value)})
        except ValueError as error:
            raise UsageError(f"{path}: {key}", str(error)) from error
    return settings


NO_SUCH = "there is no such setting"

_KNOWN = {**SETTINGS, **TABLES}


def meant(key: str) -> str:
    """What somebody may mean who names a setting that there is not."""
    near = difflib.get_close_matches(key, _KNOWN, 1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(_KNOWN))}"
