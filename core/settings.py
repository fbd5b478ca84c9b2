"""Settings: one TOML file of the person's, each key with its default and what it means.

The file is read with the standard library; nothing here opens a catalog or a folder.
"""

from __future__ import annotations

import difflib
import os
import stat
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.address import Address, is_remote
from core.errors import UsageError, explain_os_error
from core.model import ByFolder, Distances, Fate, Writing

APP = "betterhalf"
DISTANCES = {"exact": 0, "very similar": 2, "similar": 4, "speculative": 8}
"""Names for distances a person can choose (Hamming distance of the fingerprints)."""
MAX_DISTANCE = 16
"""Beyond it, unrelated pictures outnumber related ones."""
IMAGES = ("auto", "kitty", "sixel", "half", "off")


class Secret:
    """A text that is shown to nobody: not in a log, not in a traceback, not by accident."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def reveal(self) -> str:
        """The text."""
        return self._text


@dataclass(frozen=True, slots=True)
class LibrarySettings:
    """What can be set for one folder, and holds for all below it, or for one Immich server."""

    folder: str
    """Or a server's address."""
    distance: int | None = None
    merge: str | None = None
    loser: Fate | None = None
    write: Writing | None = None
    key: Secret | None = None
    """Of a server: an API key."""
    ca: str | None = None
    """Of a server: a PEM file of authorities to trust besides the system's."""
    walk: bool = False
    """Of a server: whether all its pictures are compared, not only those that it has grouped."""

    @property
    def path(self) -> Path:
        """The folder's real path; that of an absent one is as good as its name. Or the path that
        stands for the server."""
        return real_path(self.folder)


def real_path(name: str) -> Path:
    """The real path of the folder called `name`, or the path that stands for a server.

    Raises:
        UsageError: it begins like an address and is none.
    """
    return Address.parse(name).root if is_remote(name) else Path(os.path.realpath(name))


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
    workers: int = 0
    """Worker processes; 0 takes one a processor."""
    images: str = "auto"
    """How previews are drawn, one of `IMAGES`."""
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
    settings = _from_table(table, path)
    if any(each.key is not None for each in settings.libraries):
        _refuse_open(path)
    return settings


def _refuse_open(path: Path) -> None:
    """Raise UsageError where others may read the file at `path`."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise UsageError(str(path), "others may read the API key in it", f"chmod 600 {path}")


def parse_distance(text: str | int) -> int:
    """A distance as a number 0..16 or one of the names in `DISTANCES`.

    Raises:
        ValueError: with a message that says what is accepted.
    """
    if isinstance(text, str) and text.replace("-", " ") in DISTANCES:
        return DISTANCES[text.replace("-", " ")]
    if not isinstance(text, bool) and str(text).isdecimal() and int(text) <= MAX_DISTANCE:
        return int(text)
    names = ", ".join(DISTANCES)
    raise ValueError(f"a distance is a number from 0 to {MAX_DISTANCE} or one of: {names}")


def _from_table(table: dict[str, Any], path: Path) -> Settings:
    settings = Settings()
    known = {each.name for each in fields(Settings)}
    for key, value in table.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            remedy = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
            raise UsageError(f"{path}: {key}", "there is no such setting", remedy)
        try:
            settings = replace(settings, **{key: _checked(key, value)})
        except ValueError as error:
            raise UsageError(f"{path}: {key}", str(error)) from error
    return settings


def _checked(key: str, value: Any) -> Any:
    if key in ("folders", "rules", "protected"):
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ValueError('this needs a list of texts, as in ["one", "two"]')
        if key == "rules":
            return tuple(value)
        paths = tuple(map(os.path.expanduser, value))
        if key == "protected":
            for each in paths:
                _refuse_relative(each)
        return paths
    if key == "distance":
        return parse_distance(value)
    if key == "loser":
        return _loser(value)
    if key == "write":
        return _writing(value)
    if key == "libraries":
        return _libraries(value)
    if key == "keys":
        return _keys(value)
    if key == "workers":
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 64:
            raise ValueError("this needs a whole number from 0 to 64")
        return value
    if key in ("rotated", "mirrored"):
        return _truth(value)
    text = _text(value)
    if key == "images" and text not in IMAGES:
        raise ValueError(f"this is one of: {', '.join(IMAGES)}")
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("this needs a text")
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("this needs true or false")
    return value


_LOSERS = tuple(fate for fate in Fate if fate is not Fate.KEEP)


def _loser(value: Any) -> Fate:
    if value not in _LOSERS:
        raise ValueError(f"this is one of: {', '.join(_LOSERS)}")
    return Fate(value)


def _writing(value: Any) -> Writing:
    if value not in tuple(Writing):
        raise ValueError(f"this is one of: {', '.join(Writing)}")
    return Writing(value)


def _keys(value: Any, of: str = "") -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise ValueError('this needs a table, as in [keys] and below it skip = ["s", "down"]')
    found: dict[str, tuple[str, ...]] = {}
    for command, keys in value.items():
        if isinstance(keys, dict) and not of:
            found |= _keys(keys, f"{command}.")
            continue
        listed = [keys] if isinstance(keys, str) else keys
        if not isinstance(listed, list) or not all(isinstance(e, str) and e for e in listed):
            raise ValueError(f'{of}{command} needs a list of keys, as in ["s", "down"]')
        found[of + command] = tuple(listed)
    return found


_OF_FOLDERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {"distance": parse_distance, "merge": _text, "loser": _loser, "write": _writing}
)
_OF_SERVERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "distance": parse_distance,
        "merge": _text,
        "key": lambda value: Secret(_text(value)),
        "ca": lambda value: os.path.expanduser(_text(value)),
        "walk": _truth,
    }
)


def _libraries(value: Any) -> tuple[LibrarySettings, ...]:
    if not isinstance(value, dict) or not all(isinstance(each, dict) for each in value.values()):
        raise ValueError('this needs a table for each folder, as in [libraries."~/Scans"]')
    return tuple(_library(name, table) for name, table in value.items() if table)


def _library(name: str, table: dict[str, Any]) -> LibrarySettings:
    known = _OF_SERVERS if is_remote(name) else _OF_FOLDERS
    path = os.path.expanduser(name)
    try:
        _refuse_relative(path)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    own = {}
    for key, given in table.items():
        if key not in known:
            raise ValueError(f"{name}: there is no setting {key}; known are {', '.join(known)}")
        try:
            own[key] = known[key](given)
        except ValueError as error:
            raise ValueError(f"{name}: {key}: {error}") from error
    return LibrarySettings(path, **own)


def _refuse_relative(name: str) -> None:
    """Raise ValueError where `name` is neither a folder's path from the root on nor an address."""
    if is_remote(name):
        try:
            Address.parse(name)
        except UsageError as error:
            raise ValueError(error.reason) from error
    elif not os.path.isabs(name):
        raise ValueError("name the folder from / or ~ on")
