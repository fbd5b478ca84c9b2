"""Every setting, declared once: the file is read, the screen filled and the README made by it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from core.address import is_remote
from core.settings import values
from core.settings.values import DISTANCES, LibrarySettings, Secret


class Shape(StrEnum):
    """What sort of value a setting has."""

    TEXT = "text"
    FLAG = "flag"
    WORD = "word"
    """One of its words."""
    NUMBER = "number"
    DISTANCE = "distance"
    """A number of bits, or one of its words."""
    POLICY = "policy"
    """For metadata, as `core.metadata.policies` reads it."""
    THEME = "theme"
    NAMES = "names"
    """Some texts."""
    FOLDERS = "folders"
    """Some folders, or servers."""
    SECRET = "secret"
    TABLE = "table"
    """Settings of its own below it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set."""

    name: str
    """As in the file."""
    shape: Shape
    means: str
    """For whoever reads the file, or fills in the form."""
    read: Callable[[Any], Any]
    """What the file says, checked; raises ValueError that says what is accepted."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Those that there are, each with what it means."""
    at_once: bool = False
    """It holds as soon as it is written, and not only from the next start on."""

    def problem(self, value: Any) -> str:
        """Why `value` cannot be it; empty where it can."""
        try:
            self.read(value)
        except ValueError as error:
            return str(error)
        return ""

    def said(self, value: Any) -> Any:
        """A value that was read, as a file says it."""
        if self.shape is Shape.DISTANCE:
            return next((name for name, bits in DISTANCES.items() if bits == value), value)
        if isinstance(value, tuple):
            return list(value)
        return str(value) if isinstance(value, StrEnum) else value


_DISTANCES = MappingProxyType(
    {name: f"up to {bits} bits apart" if bits else "equal" for name, bits in DISTANCES.items()}
)

_ALL = (
    Setting(
        "folders",
        Shape.FOLDERS,
        "opened when the command line names none",
        values.folders,
    ),
    Setting(
        "distance",
        Shape.DISTANCE,
        "how far apart fingerprints may be; or a number from 0 to 16",
        values.parse_distance,
        _DISTANCES,
    ),
    Setting(
        "merge",
        Shape.POLICY,
        "what becomes of metadata when a copy goes",
        values.text,
        at_once=True,
    ),
    Setting(
        "write",
        Shape.WORD,
        "where merged metadata go; embedded: into the picture, where that does no harm",
        values.writing,
        values.WRITINGS,
        at_once=True,
    ),
    Setting(
        "loser",
        Shape.WORD,
        "of exact copies that you let go; or hard link, reflink, symbolic link",
        values.fate,
        values.LOSERS,
        at_once=True,
    ),
    Setting("rotated", Shape.FLAG, "look for copies turned by a quarter or a half", values.truth),
    Setting("mirrored", Shape.FLAG, "look for mirrored copies", values.truth),
    Setting(
        "rules",
        Shape.NAMES,
        "applied by --process without --rule; none: all that are saved",
        values.names,
    ),
    Setting(
        "protected",
        Shape.FOLDERS,
        "folders that lose nothing, and are not written to",
        values.places,
        at_once=True,
    ),
    Setting(
        "preferred",
        Shape.FOLDERS,
        "folders, the best first, for rules that go by folders when they are added",
        values.places,
        at_once=True,
    ),
    Setting("workers", Shape.NUMBER, "processes; 0 is one a processor", values.worker_count),
    Setting(
        "images",
        Shape.WORD,
        "how pictures are drawn: kitty, sixel, half, off",
        values.images,
        values.IMAGES,
    ),
    Setting(
        "theme",
        Shape.THEME,
        "colours; betterhalf-light, betterhalf-contrast, betterhalf-ansi, or your own",
        values.text,
        at_once=True,
    ),
)

SETTINGS: Mapping[str, Setting] = MappingProxyType({each.name: each for each in _ALL})
"""Those that have one value, in the order in which they are shown."""

OF_FOLDERS: Mapping[str, Setting] = MappingProxyType(
    {name: SETTINGS[name] for name in ("distance", "merge", "loser", "write")}
)
"""What a folder can have of its own."""

OF_SERVERS: Mapping[str, Setting] = MappingProxyType(
    {
        "distance": SETTINGS["distance"],
        "merge": SETTINGS["merge"],
        "key": Setting("key", Shape.SECRET, "an API key", lambda value: Secret(values.text(value))),
        "ca": Setting(
            "ca",
            Shape.TEXT,
            "a PEM file of authorities to trust besides the system's",
            lambda value: os.path.expanduser(values.text(value)),
        ),
        "walk": Setting(
            "walk",
            Shape.FLAG,
            "compare all its pictures, not only those that it has grouped",
            values.truth,
        ),
    }
)
"""What a server can have."""


def of_library(name: str) -> Mapping[str, Setting]:
    """What the library called `name` can have of its own."""
    return OF_SERVERS if is_remote(name) else OF_FOLDERS


def libraries(value: Any) -> tuple[LibrarySettings, ...]:
    """What some libraries have of their own; raises ValueError."""
    if not isinstance(value, dict) or not all(isinstance(each, dict) for each in value.values()):
        raise ValueError('this needs a table for each folder, as in [libraries."~/Scans"]')
    return tuple(_library(name, table) for name, table in value.items() if table)


def _library(name: str, table: dict[str, Any]) -> LibrarySettings:
    known = of_library(name)
    path = os.path.expanduser(name)
    try:
        values.refuse_relative(path)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    own = {}
    for key, given in table.items():
        if key not in known:
            raise ValueError(f"{name}: there is no setting {key}; known are {', '.join(known)}")
        try:
            own[key] = known[key].read(given)
        except ValueError as error:
            raise ValueError(f"{name}: {key}: {error}") from error
    return LibrarySettings(path, **own)


def keys(value: Any, of: str = "") -> dict[str, tuple[str, ...]]:
    """The keys that a person wants for commands, by the commands' ids; raises ValueError."""
    if not isinstance(value, dict):
        raise ValueError('this needs a table, as in [keys] and below it skip = ["s", "down"]')
    found: dict[str, tuple[str, ...]] = {}
    for command, wanted in value.items():
        if isinstance(wanted, dict) and not of:
            found |= keys(wanted, f"{command}.")
            continue
        listed = [wanted] if isinstance(wanted, str) else wanted
        if not isinstance(listed, list) or not all(isinstance(e, str) and e for e in listed):
            raise ValueError(f'{of}{command} needs a list of keys, as in ["s", "down"]')
        found[of + command] = tuple(listed)
    return found


TABLES: Mapping[str, Setting] = MappingProxyType(
    {
        each.name: each
        for each in (
            Setting("libraries", Shape.TABLE, "what holds for some libraries only", libraries),
            Setting(
                "keys",
                Shape.TABLE,
                "keys of commands, where they are not as usual",
                keys,
                at_once=True,
            ),
        )
    }
)
"""Those that have others below them."""
