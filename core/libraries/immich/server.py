"""One server as it presents itself: its version, its trash, and what the key may do there."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.address import Address
from core.errors import UnavailableError
from core.libraries.immich.client import Client
from core.libraries.immich.versions import Version
from core.text import counted

_EVERYTHING = "all"

NEEDED: Mapping[str, str] = MappingProxyType(
    {
        "duplicate.read": "list groups of duplicates",
        "asset.read": "look at assets, and list them all",
        "asset.view": "show previews",
        "asset.download": "fetch originals, which rules judge by",
        "asset.delete": "move to the trash, and back",
        "asset.update": "write favorites, ratings, descriptions, places; end groups, and undo that",
        "album.read": "see which albums a picture is in",
        "albumAsset.create": "put pictures into albums",
        "albumAsset.delete": "take pictures out of albums again when that is undone",
        "tag.asset": "tag pictures, and undo that",
        "stack.create": "stack pictures",
        "stack.delete": "undo that",
    }
)
"""Each permission, and what goes with it."""

WALKING: Mapping[str, str] = MappingProxyType(
    {
        "user.read": "compare all pictures, as a partner's cannot be told from yours",
        "stack.read": "leave out what lies in stacks when all pictures are compared",
    }
)
"""What more it takes to compare all pictures."""

_FIRST_SECONDS = 5.0
"""How long an answer is waited for before anything has been: a name may be misspelled."""

_INDISPENSABLE = ("duplicate.read", "asset.read")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that has answered, with what it says of itself."""

    client: Client
    version: Version
    has_trash: bool
    """Whether what is deleted can come back."""
    trash_days: int
    """After which it no longer can."""
    permissions: frozenset[str]

    @property
    def address(self) -> Address:
        """Where it is."""
        return self.client.address

    @property
    def keeps_days(self) -> int:
        """After how many days it empties its trash of something, by itself; one that was switched
        off it empties each night."""
        return self.trash_days if self.has_trash else 0

    def may(self, permission: str) -> bool:
        """Whether the key has this permission."""
        return not {permission, _EVERYTHING}.isdisjoint(self.permissions)

    def notes(self, walk: bool = False) -> Iterator[str]:
        """What a person should know before anything is done.

        Args:
            walk: all its pictures are compared, not only those that it has grouped.
        """
        note = self.version.check(str(self.address))
        if note is not None:
            yield note
        if not self.address.secure and not _is_local(self.address.host):
            yield "the API key and the pictures travel unencrypted; immich+https:// protects them"
        needed = {**NEEDED, **WALKING} if walk else NEEDED
        lacking = [f"{what} ({name})" for name, what in needed.items() if not self.may(name)]
        if lacking:
            yield f"the API key may not: {'; '.join(lacking)}"
        if not self.has_trash:
            yield "its trash is off: nothing is sent away, as nothing could come back"
        else:
            days = counted(self.trash_days, "day")
            yield f"its trash keeps what loses for {days}; so long it can be taken back"


async def connect(client: Client) -> Server:
    """Who answers there.

    Raises:
        UnavailableError: nobody does, it is too old, it does not know the key, or the key may not
            even look.
    """
    try:
        first = min(_FIRST_SECONDS, client.patience)
        version = Version.parse(await client.get("/server/version", first))
        version.check(str(client.address))
        features, config, key = await asyncio.gather(
            client.get("/server/features"),
            client.get("/server/config"),
            client.get("/api-keys/me"),
        )
        server = Server(
            client,
            version,
            bool(features["trash"]),
            int(config["trashDays"]),
            frozenset(key["permissions"]),
        )
    except (KeyError, TypeError, ValueError):
        raise client.stranger() from None
    for name in _INDISPENSABLE:
        if not server.may(name):
            raise UnavailableError(
                str(client.address),
                f"the API key may not {NEEDED[name]}",
                f"give it the permission {name} in Immich: Account Settings, API Keys",
            )
    return server


def _is_local(host: str) -> bool:
    """Whether the way there does not leave this machine."""
    name = host.rpartition(":")[0] if host.count(":") == 1 else host.strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
