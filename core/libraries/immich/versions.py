"""All in which servers of different versions differ, and which of them are understood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from core.errors import UnavailableError

_OLDEST = (2, 7)
"""The first that resolves groups and says which asset it would keep."""
_NEWEST = 3
"""The latest generation that was tried."""
_THIRD = 3
"""The generation that merges into one, and lists all albums together."""


class Version(NamedTuple):
    """A server's version."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, answer: Mapping[str, Any]) -> Version:
        """From what the server says of it."""
        return cls(int(answer["major"]), int(answer["minor"]), int(answer["patch"]))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def merging(self) -> str:
        """The preset of `core.metadata.policies` that says what it merges when it resolves groups:
        version 2 tells every one that is kept, version 3 the only one."""
        return "immich-2.7" if self.major < _THIRD else "immich-3"

    @property
    def album_lists(self) -> tuple[Mapping[str, str], ...]:
        """What to ask for to get all albums: version 2 lists one's own and shared ones apart."""
        return ({}, {"shared": "true"}) if self.major < _THIRD else ({},)

    def check(self, subject: str) -> str | None:
        """What a person should know of it, if anything.

        Raises:
            UnavailableError: it is too old to work with.
        """
        if self[:2] < _OLDEST:
            cause = f"it runs Immich {self}, too old for betterhalf"
            oldest = ".".join(map(str, _OLDEST))
            raise UnavailableError(subject, cause, f"upgrade the server to {oldest} or newer")
        if self.major > _NEWEST:
            return f"it runs Immich {self}, which betterhalf has not been tried with"
        return None


def explained(body: Any) -> str:
    """What an error's body says.

    Version 3 has a text, and one for each field that is wrong; version 2 a text or a list of them.
    """
    if not isinstance(body, Mapping):
        return ""
    said = body.get("message")
    texts = said if isinstance(said, list) else [said]
    details = [
        ": ".join(filter(None, (".".join(map(str, each.get("path", ()))), each.get("message"))))
        for each in body.get("errors") or ()
        if isinstance(each, Mapping)
    ]
    return "; ".join(str(each) for each in (details or texts) if each)


_MISSING = re.compile(r"Missing required permission: (\S+)")


def missing_permission(said: str) -> str | None:
    """The permission whose lack an error names."""
    found = _MISSING.search(said)
    return found[1] if found else None


_OLD_DURATION = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")


def milliseconds(duration: int | str | None) -> int | None:
    """How long a video or an animation takes: a number of ms in version 3, ``0:00:02.00000`` in
    version 2, which says so of still pictures, too. None of those."""
    if isinstance(duration, str):
        found = _OLD_DURATION.fullmatch(duration)
        if found is None:
            return None
        hours, minutes, seconds = found.groups()
        duration = round((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) * 1000)
    return duration or None


def stars(rating: int | None) -> int | None:
    """-1 (rejected) or 1..5. Version 2 may say 0 of what has none, and version 3 refuses it."""
    return rating or None
