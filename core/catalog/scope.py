"""Which part of the catalog a command is about: the assets below some folders."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.catalog.schema import Asset

Scope = Sequence[Path]
"""Roots of libraries; an empty one means everything."""


def below(roots: Scope, path: Any = Asset.path) -> Any:
    """A condition for rows whose `path` column lies below one of `roots`."""
    condition: Any = None
    for root in roots:
        first = os.fsencode(root).rstrip(b"/") + b"/"
        # Everything below shares the prefix; "0" is the byte after "/".
        inside = (path >= first) & (path < first[:-1] + b"0")
        condition = inside if condition is None else condition | inside
    return path.is_null(False) if condition is None else condition
