"""Two assets that may be one picture, and what such a pair is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from core.model.folders import ByFolder


class PairKind(StrEnum):
    """Why two assets form a potential pair, strongest first."""

    EXACT = "exact"
    """The same bytes."""
    PIXELS = "pixels"
    """The same shown pixels in different files."""
    SIMILAR = "similar"
    """Fingerprints within the distance, or a server takes them for duplicates."""


@dataclass(frozen=True, slots=True)
class PairRef:
    """A potential pair, light enough to hold a hundred thousand of them."""

    asset_a: int
    asset_b: int
    kind: PairKind
    distance: int | None
    """Hamming distance of the fingerprints, 0..64; None of two that a server takes for duplicates
    as long as nobody has looked at both."""
    correlation: float | None = 1.0
    """Of the two thumbs, -1..1: what tells pairs of one distance apart. None where the search has
    not met the two: one stands for another picture of its group, or a server groups them."""
    turn: int = 1
    """The EXIF orientation that lays one picture over the other; 1: they lie alike."""
    colour_distance: float | None = 0.0
    """Root mean square difference of the two chroma thumbs, in levels of 255. None where one was
    read before there were any, until the next scan reads it again; or as above."""
    aspect_difference: float | None = 0.0
    """By how much the wider shape is wider than the other, laid over it: 0.5 between 3:2 and 1:1.
    None as above."""

    @property
    def key(self) -> tuple[int, int]:
        """The two assets, in the order that names this pair."""
        return self.asset_a, self.asset_b

    @property
    def is_met(self) -> bool:
        """Whether the search has found the two near each other."""
        return self.correlation is not None


@dataclass(frozen=True, slots=True)
class Distances:
    """How far apart the fingerprints of a potential pair may be, in bits of 64."""

    usual: int
    libraries: tuple[tuple[Path, int], ...] = ()
    """Folders for which another one holds, and for all below them."""

    def at(self, path: Path) -> int:
        """The distance that holds for the file or folder `path`: the innermost library's."""
        return ByFolder(self.usual, self.libraries).at(path)

    def largest(self, roots: Sequence[Path]) -> int:
        """The largest one that holds anywhere below `roots`; none means everywhere."""
        if not roots:
            return max(self.usual, *(distance for _, distance in self.libraries), 0)
        inside = [
            distance
            for folder, distance in self.libraries
            if any(folder.is_relative_to(root) for root in roots)
        ]
        return max(*map(self.at, roots), *inside, 0)


class Identity(NamedTuple):
    """What a pair is, however its files are called and whichever copies stand for it."""

    content_a: int
    """The lower id."""
    content_b: int
    asset_a: int = 0
    """Of two copies of one content the lower asset id, else 0."""
    asset_b: int = 0
