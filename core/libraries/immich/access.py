"""What it takes to open a server: its key, whom to trust, how much of it to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from core.address import Address, is_remote
from core.libraries.immich.keys import key_of
from core.settings import Secret, Settings


@dataclass(frozen=True, slots=True)
class Access:
    """How to open one server."""

    key: Secret
    authority: Path | None = None
    """A PEM file of certificates to trust besides the system's."""
    walk: bool = False
    """Whether all its pictures are compared, not only those that it has grouped."""


def accesses(
    roots: Iterable[Path], settings: Settings, ask: Callable[[str], str] | None = None
) -> dict[Path, Access]:
    """How to open those of the libraries `roots` that are servers.

    Args:
        roots: the libraries.
        settings: of this run.
        ask: asks a person for a key; None: there is nobody.

    Raises:
        UsageError: there is no key for one of them.
    """
    servers = [root for root in roots if is_remote(root)]
    found = {}
    for root in servers:
        own = settings.of(root)
        key = key_of(Address.parse(str(root)), own.key, len(servers) == 1, ask)
        found[root] = Access(key, Path(own.ca) if own.ca else None, own.walk)
    return found
