"""Addresses of Immich servers, and the names that their assets have among paths.

A person names a server ``immich+https://photos.example.org``. Everything inside betterhalf names
what it holds by a path, so an asset of a server has one, too:
``immich+https:/photos.example.org/assets/ID/IMG_0001.JPG``. It is no place on any disk; as it does
not begin with a slash, no file has it. The id makes it last, the file's name makes it readable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import UsageError

_SCHEMES = ("immich+https", "immich+http")
_BEGINNING = re.compile(rf"({'|'.join(map(re.escape, _SCHEMES))}):/+", re.IGNORECASE)
_ASSETS = "assets"
_PORTS = {"https": 443, "http": 80}
_EXAMPLE = "write immich+https://photos.example.org"


@dataclass(frozen=True, slots=True)
class Address:
    """A server: where it answers."""

    secure: bool
    host: str
    """With the port, unless it is the usual one."""
    base: str = ""
    """The path below which it answers, without a slash at its end."""

    @classmethod
    def parse(cls, text: str) -> Address:
        """The server that `text` names; also in the form that paths have.

        Raises:
            UsageError: it names none, or says more than where one is.
        """
        found = urlsplit(_BEGINNING.sub(r"\1://", text, count=1))
        if found.username is not None or found.password is not None:
            raise UsageError(
                f"{found.scheme}://…@{found.hostname}",
                "an address is seen by everybody on this machine",
                "give the API key as IMMICH_API_KEY, or in the settings",
            )
        try:
            port = found.port
        except ValueError as error:
            raise UsageError(text, f"this is no address ({error})", _EXAMPLE) from error
        if found.scheme not in _SCHEMES or not found.hostname or found.query or found.fragment:
            raise UsageError(text, "this is no address of an Immich server", _EXAMPLE)
        scheme = found.scheme.removeprefix("immich+")
        host = f"[{found.hostname}]" if ":" in found.hostname else found.hostname
        if port not in (None, _PORTS[scheme]):
            host += f":{port}"
        base = re.sub("/+", "/", found.path).rstrip("/").removesuffix("/api")
        return cls(scheme == "https", host, base)

    def __str__(self) -> str:
        return f"{_SCHEMES[not self.secure]}://{self.host}{self.base}"

    @property
    def url(self) -> str:
        """Where the server's own API is."""
        return f"http{'s' * self.secure}://{self.host}{self.base}/api"

    @property
    def root(self) -> Path:
        """The path that stands for the server; those of its assets lie below it."""
        return Path(str(self))

    def asset(self, asset_id: str, name: str) -> Path:
        """The path of an asset.

        Args:
            asset_id: the server's.
            name: its file's.
        """
        harmless = name.replace("/", "_").replace("\0", "_").strip()
        return Path(f"{self}/{_ASSETS}/{asset_id}/{harmless if harmless.strip('.') else asset_id}")


def is_remote(path: str | Path) -> bool:
    """Whether `path` names a server, or something on one."""
    return _BEGINNING.match(str(path)) is not None


def root_of(path: Path) -> Path:
    """The path that stands for the server of the asset at `path`."""
    return path.parents[2]


def id_of(path: Path) -> str:
    """The server's id of the asset at `path`."""
    return path.parent.name


def shown(path: str | Path) -> str:
    """`path` as a person writes it."""
    return _BEGINNING.sub(r"\1://", str(path), count=1)
