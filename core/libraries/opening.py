"""What a person names as a library: a folder, or a server."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from core.address import Address, is_remote
from core.libraries.folder import library_root, outermost


def library_roots(names: Iterable[str]) -> list[Path]:
    """The roots of the libraries called `names`, without those that lie inside another.

    Raises:
        UsageError: one is a file, a trash, or no address.
        UnavailableError: a folder is not there; servers are not asked yet.
    """
    return outermost(
        [Address.parse(name).root if is_remote(name) else library_root(name) for name in names]
    )
