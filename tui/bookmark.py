"""Where a person left off, kept in the cache folder: to lose it costs a look at the list."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

Key = tuple[int, int]

_KEPT = 50
"""Reviews that are remembered, the last ones."""


class Bookmark:
    """The pair at which one review of some libraries was left."""

    def __init__(self, file: Path, database: Path, roots: Sequence[Path]) -> None:
        """`file` may be shared by all reviews, and need not be there."""
        self._file = file
        self._name = "\n".join(map(os.fsdecode, (database.absolute(), *sorted(roots))))

    def read(self) -> Key | None:
        """The assets of the pair; None where nothing is known of this review."""
        pair = self._all().get(self._name)
        return (pair[0], pair[1]) if pair is not None else None

    def write(self, key: Key) -> None:
        """Remember the pair with these assets, as far as the disk allows."""
        marks = self._all()
        marks.pop(self._name, None)
        marks[self._name] = list(key)
        kept = dict(list(marks.items())[-_KEPT:])
        aside = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(json.dumps(kept), "utf-8")
            aside.replace(self._file)

    def _all(self) -> dict[str, list[int]]:
        """What is remembered of every review; nothing of a file that is not ours."""
        try:
            found = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        marks = found.items() if isinstance(found, dict) else ()
        return {name: pair for name, pair in marks if _is_pair(pair)}


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(e) is int for e in value)
