"""What is open, and what its owner allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.metadata.policies import Merging


@dataclass(frozen=True, slots=True)
class Holdings:
    """The libraries that decisions may touch, and how."""

    roots: Sequence[Path]
    protected: Sequence[Path] = ()
    """Folders that lose nothing, and are not written to."""
    merging: Merging = field(default_factory=Merging)
    """What becomes of metadata where a decision says nothing of it."""

    def shelter(self, path: Path) -> Path | None:
        """The protected folder that `path` lies in, if any."""
        return next((each for each in self.protected if path.is_relative_to(each)), None)
