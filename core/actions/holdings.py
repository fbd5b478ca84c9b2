"""What is open, and what its owner wants and allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.metadata.policies import Merging
from core.model import ByFolder, Fate, Writing
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Wishes:
    """What holds for every decision that says nothing else."""

    protected: Sequence[Path] = ()
    """Folders that lose nothing, and are not written to."""
    merging: Merging = field(default_factory=Merging)
    """What becomes of metadata."""
    losers: ByFolder[Fate] = field(default=ByFolder(Fate.TRASH))
    """What becomes of an exact copy of what a person keeps; anything else goes to the trash."""

    writing: ByFolder[Writing] = field(default=ByFolder(Writing.SIDECAR))
    """Where merged metadata go."""

    @classmethod
    def of(cls, settings: Settings) -> Wishes:
        """As the settings say it.

        Raises:
            UsageError: a merge policy is none.
        """
        return cls(
            settings.protected_folders,
            Merging.parse(settings.merge, settings.merges),
            settings.losers,
            settings.writing,
        )


@dataclass(slots=True)
class Holdings:
    """The libraries that decisions may touch, and how."""

    roots: Sequence[Path]
    wishes: Wishes = field(default_factory=Wishes)
    """May become others while the libraries are open."""

    def shelter(self, path: Path) -> Path | None:
        """The protected folder that `path` lies in, if any."""
        protected = self.wishes.protected
        return next((each for each in protected if path.is_relative_to(each)), None)
