"""What is known of whole libraries: how much, and what of it could not be read.

Of a large library that takes a second, so it is asked a part at a time, and decisions that come in
between need not wait.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peewee import JOIN, fn

from core.catalog.assets import PRESENT, TRASHED
from core.catalog.rows import rows
from core.catalog.schema import Asset, Content
from core.catalog.scope import Scope, below
from core.errors import ImageError

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Stock:
    """What one library holds."""

    files: int = 0
    """Pictures that are there, and those that could not be read."""
    size: int = 0
    """Their bytes."""
    unreadable: int = 0
    """Of the files."""
    trashed: int = 0
    """Files that are in its trash."""

    def __add__(self, other: Stock) -> Stock:
        return Stock(
            self.files + other.files,
            self.size + other.size,
            self.unreadable + other.unreadable,
            self.trashed + other.trashed,
        )


def parts() -> list[range]:
    """The ids of all assets, so few at a time that nobody waits for a question about them."""
    last = int(Asset.select(fn.COALESCE(fn.MAX(Asset.id), 0)).scalar())
    return [range(start, start + _AT_ONCE) for start in range(0, last + 1, _AT_ONCE)]


def is_known(root: Path) -> bool:
    """Whether anything of the library `root` has ever been recorded."""
    return bool(Asset.select().where(below([root])).exists())


def stock(root: Path, part: range) -> Stock:
    """What the library `root` holds of a part of all assets, as of its last scan."""
    broken = fn.COALESCE(Asset.problem, Content.problem).is_null(False)
    query = (
        Asset.select(Asset.state, broken, fn.COUNT(Asset.id), fn.SUM(Asset.size))
        .join(Content, JOIN.LEFT_OUTER)
        .where(_in(part), below([root]), Asset.state.in_([PRESENT, TRASHED]))
        .group_by(Asset.state, broken)
    )
    files = size = unreadable = trashed = 0
    for state, is_broken, count, total in rows(query):
        if state == TRASHED:
            trashed += count
            continue
        files += count
        size += int(total or 0)
        unreadable += count if is_broken else 0
    return Stock(files, size, unreadable, trashed)


def unreadable(roots: Scope, part: range) -> list[ImageError]:
    """Why files of a part of all assets could not be read."""
    cause = fn.COALESCE(Asset.problem, Content.problem)
    query = (
        Asset.select(Asset.path, cause, fn.COALESCE(Asset.remedy, Content.remedy))
        .join(Content, JOIN.LEFT_OUTER)
        .where(_in(part), below(roots), Asset.state == PRESENT, cause.is_null(False))
    )
    return [
        ImageError(path if isinstance(path, str) else os.fsdecode(path), why, remedy or "")
        for path, why, remedy in rows(query)
    ]


def _in(part: range) -> Any:
    return (Asset.id >= part.start) & (Asset.id < part.stop)
