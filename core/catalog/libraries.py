"""What is known of whole libraries: how much, and what of it could not be read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from peewee import JOIN, fn

from core.catalog.assets import PRESENT, TRASHED
from core.catalog.rows import rows
from core.catalog.schema import Asset, Content
from core.catalog.scope import Scope, below
from core.errors import ImageError


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


def is_known(root: Path) -> bool:
    """Whether anything of the library `root` has ever been recorded."""
    return bool(Asset.select().where(below([root])).exists())


def stock(root: Path) -> Stock:
    """What the library `root` holds, as of its last scan."""
    broken = fn.COALESCE(Asset.problem, Content.problem).is_null(False)
    query = (
        Asset.select(Asset.state, broken, fn.COUNT(Asset.id), fn.SUM(Asset.size))
        .join(Content, JOIN.LEFT_OUTER)
        .where(below([root]), Asset.state.in_([PRESENT, TRASHED]))
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


def unreadable(roots: Scope) -> list[ImageError]:
    """Why files could not be read, in the order of their paths."""
    cause = fn.COALESCE(Asset.problem, Content.problem)
    query = (
        Asset.select(Asset.path, cause, fn.COALESCE(Asset.remedy, Content.remedy))
        .join(Content, JOIN.LEFT_OUTER)
        .where(below(roots), Asset.state == PRESENT, cause.is_null(False))
        .order_by(Asset.path)
    )
    return [
        ImageError(path if isinstance(path, str) else os.fsdecode(path), why, remedy or "")
        for path, why, remedy in rows(query)
    ]
