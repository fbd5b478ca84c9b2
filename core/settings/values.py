"""What values of settings are, and how each is read from what a file says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.address import Address, is_remote
from core.errors import UsageError
from core.model import Fate, Writing

DISTANCES = {"exact": 0, "very similar": 2, "similar": 4, "speculative": 8}
"""Names for distances a person can choose (Hamming distance of the fingerprints)."""
MAX_DISTANCE = 16
"""Beyond it, unrelated pictures outnumber related ones."""


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


# Each of the following raises ValueError, with a message that says what is accepted.


def parse_distance(text: Any) -> int:
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


def text(value: Any) -> str:
    """A text."""
    if not isinstance(value, str):
        raise ValueError("this needs a text")
    return value


def truth(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("this needs true or false")
    return value


def worker_count(value: Any) -> int:
    """Processes; 0 is one a processor."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 64:
        raise ValueError("this needs a whole number from 0 to 64")
    return value


def names(value: Any) -> tuple[str, ...]:
    """Some texts."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError('this needs a list of texts, as in ["one", "two"]')
    return tuple(value)


def folders(value: Any) -> tuple[str, ...]:
    """Some folders or servers, ``~`` being the person's own."""
    return tuple(map(os.path.expanduser, names(value)))


def places(value: Any) -> tuple[str, ...]:
    """Some folders or servers that are the same wherever betterhalf is started."""
    found = folders(value)
    for each in found:
        refuse_relative(each)
    return found


def fate(value: Any) -> Fate:
    """What becomes of a copy."""
    return Fate(one_of(value, LOSERS))


def writing(value: Any) -> Writing:
    """Where metadata go."""
    return Writing(one_of(value, WRITINGS))


def images(value: Any) -> str:
    """How previews are drawn."""
    return one_of(text(value), IMAGES)


def one_of(value: Any, words: Mapping[str, str]) -> str:
    """One of some words."""
    if value not in tuple(words):
        raise ValueError(f"this is one of: {', '.join(words)}")
    return str(value)


def refuse_relative(name: str) -> None:
    """Raise ValueError where `name` is neither a folder's path from the root on nor an address."""
    if is_remote(name):
        try:
            Address.parse(name)
        except UsageError as error:
            raise ValueError(error.reason) from error
    elif not os.path.isabs(name):
        raise ValueError("name the folder from / or ~ on")


LOSERS: Mapping[str, str] = MappingProxyType(
    {
        Fate.TRASH: "it goes to the trash",
        Fate.HARD_LINK: "a further name of the kept file takes its place",
        Fate.REFLINK: "a file that shares the kept one's blocks takes its place",
        Fate.SYMLINK: "a symbolic link to the kept one takes its place",
    }
)
WRITINGS: Mapping[str, str] = MappingProxyType(
    {
        Writing.SIDECAR: "into a sidecar beside the picture",
        Writing.EMBEDDED: "into the picture itself, where that does no harm",
    }
)
IMAGES: Mapping[str, str] = MappingProxyType(
    {
        "auto": "as the terminal says it can",
        "kitty": "kitty's graphics protocol",
        "sixel": "sixels",
        "half": "half blocks, which every terminal has",
        "off": "no pictures",
    }
)
