"""The rules that come with betterhalf, by the name ``--rule`` takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from core.model import Asset, Choice
from core.rules import exact_copies

CopiesRule = Callable[[Sequence[Asset]], Iterator[Choice]]
"""Byte-identical assets in, choices out."""

COPIES_RULES: dict[str, CopiesRule] = {exact_copies.NAME: exact_copies.choose}
