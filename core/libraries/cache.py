"""A folder of things that can be made again: kept while there is room, and missed by nobody.

Several processes share it without a word to each other. An entry appears whole or not at all, is
believed only where its checksum fits its key and version, and what was used longest ago goes
first. Whatever goes wrong with the folder (no right to write, a full disk), things are made again.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from blake3 import blake3

_SURVEYED = 16
"""One write in so many looks whether there is room. Which one, its key says: so no process has to
count, and many short ones keep the bound as a long one does."""

_AFTERWARDS = 0.9
"""Share of the room that is filled after some has been made."""


class Cache:
    """Bytes by key, in files of one folder."""

    def __init__(self, folder: str, version: bytes, limit: int) -> None:
        """Nothing is touched yet.

        Args:
            folder: made when something is to be kept.
            version: of what is kept; entries of another one are not found.
            limit: bytes that all entries together may have, give or take some dozens of them.
        """
        self._folder = Path(folder)
        self._version = version
        self._limit = limit

    def get(self, key: bytes) -> bytes | None:
        """What was kept as `key`; None where that is gone, broken or of another version."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        kept = data[blake3.digest_size :]
        if data[: blake3.digest_size] != self._checksum(key, kept):
            return None
        with suppress(OSError):
            os.utime(path)
        return kept

    def put(self, key: bytes, data: bytes) -> None:
        """Keep `data` as `key`, in place of what is there, if that is possible."""
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(self._path(key), self._checksum(key, data) + data)
            if key[-1] % _SURVEYED == 0:
                self._make_room()

    def _path(self, key: bytes) -> Path:
        return self._folder / key.hex()

    def _checksum(self, key: bytes, data: bytes) -> bytes:
        return blake3(b"%b %b " % (self._version, key) + data).digest()

    def _write(self, path: Path, data: bytes) -> None:
        # Whoever dies here leaves a file that nobody uses and that goes as all others do.
        descriptor, name = tempfile.mkstemp(prefix="new-", dir=self._folder)
        try:
            with open(descriptor, "wb") as file:
                file.write(data)
            os.replace(name, path)
        except OSError:
            os.unlink(name)
            raise

    def _make_room(self) -> None:
        found = []
        with os.scandir(self._folder) as entries:
            for entry in entries:
                # Another process may be making room, too.
                with suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    found.append((status.st_mtime_ns, status.st_size, entry.path))
        size = sum(each[1] for each in found)
        if size <= self._limit:
            return
        for _, bytes_, path in sorted(found):
            if size <= _AFTERWARDS * self._limit:
                break
            with suppress(FileNotFoundError):
                os.unlink(path)
            size -= bytes_
