"""Pictures that were fetched, as files: kept while there is room, and missed by nobody.

Beside each lies what the server calls this version of it (its ETag), so that it can be asked
whether there is a newer one without sending it. Several processes may use the folder.
"""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

_SURVEYED = 16
"""One picture in so many looks whether there is room, by its key."""
_AFTERWARDS = 0.9
"""Share of the room that is filled after some has been made."""
_IN_USE_SECONDS = 600
"""What was asked for so recently may be being looked at."""
_TAG = ".etag"


class Shelf:
    """Files by key, in one folder."""

    def __init__(self, folder: Path, limit: int) -> None:
        """Nothing is touched yet.

        Args:
            folder: made when something is to be kept.
            limit: bytes that all files together may have, give or take some dozens of them.
        """
        self._folder = folder
        self._limit = limit

    def find(self, key: str) -> tuple[Path, str] | None:
        """What is kept as `key`, and its tag; None where it is not, or not whole."""
        path = self._folder / key
        try:
            tag = path.with_name(key + _TAG).read_text("utf-8")
            status = path.stat()
            # Its time of change is the file's own; the other one says when it was last wanted.
            os.utime(path, (time.time(), status.st_mtime))
        except (OSError, UnicodeDecodeError):
            return None
        return path, tag

    async def keep(self, key: str, tag: str, pieces: AsyncIterator[bytes]) -> Path:
        """Take `pieces` as `key`, in place of what is there; it appears whole or not at all.

        Raises:
            OSError: it cannot be kept; whatever `pieces` raises.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / key
        partial = self._folder / f"new-{token_hex(8)}"
        try:
            with open(partial, "xb") as file:
                async for piece in pieces:
                    file.write(piece)
            label = path.with_name(key + _TAG)
            # Without a tag it is not found: nobody takes the new picture for the old one's.
            label.unlink(missing_ok=True)
            os.replace(partial, path)
            label.write_text(tag, "utf-8")
        except BaseException:
            with suppress(OSError):
                partial.unlink()
            raise
        if int(key[-2:], 16) % _SURVEYED == 0:
            self._make_room()
        return path

    def _make_room(self) -> None:
        found = []
        with suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                # Another process may be making room, too.
                with suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    found.append((status.st_atime, status.st_size, entry.path))
        size = sum(each[1] for each in found)
        if size <= self._limit:
            return
        recent = time.time() - _IN_USE_SECONDS
        for wanted_at, bytes_, path in sorted(found):
            if size <= _AFTERWARDS * self._limit or wanted_at > recent:
                return
            if not path.endswith(_TAG):
                for each in (path + _TAG, path):
                    with suppress(FileNotFoundError):
                        os.unlink(each)
                size -= bytes_
