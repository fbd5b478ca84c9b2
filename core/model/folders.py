"""What holds usually, and what holds instead in some folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ByFolder(Generic[T]):
    """What holds usually, and what holds instead in some folders, and in all below them."""

    usual: T
    others: tuple[tuple[Path, T], ...] = ()

    def at(self, path: Path) -> T:
        """What holds for the file or folder `path`: the innermost folder's."""
        around = [each for each in self.others if path.is_relative_to(each[0])]
        return max(around, key=lambda each: len(each[0].parts), default=(path, self.usual))[1]
