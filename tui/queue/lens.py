"""What a person wants to see of the queue, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.text import human_size


class Sort(StrEnum):
    """Which pair comes first."""

    LIKELIHOOD = "likelihood"
    """As the search gives them: exact copies, equal pixels, then the most alike."""
    FREED = "bytes freed"
    """The pair of which the smaller file is the largest: so much is freed at least."""
    NEWEST = "newest"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Lens:
    """What has to hold of a pair; whatever is empty lets everything through.

    What is of one file (library, folder, type, date) is enough of either.
    """

    library: str = ""
    folder: str = ""
    """A part of the folder's path, in any case."""
    verdict: str = ""
    """One of `tui.queue.table.VERDICTS`."""
    distance: int | None = None
    """At most so many bits."""
    rule: str = ""
    """The rule that wants it."""
    type: str = ""
    """As `core.model.Facts.format`."""
    date: str = ""
    """The day it was taken, or that of the file: ``2019``, ``2019-07`` or ``2019-07-14``."""
    frees: int = 0
    """At least so many bytes are freed."""
    sort: Sort = Sort.LIKELIHOOD

    @property
    def is_plain(self) -> bool:
        """Whether everything is shown as it came."""
        return self == Lens()

    def __str__(self) -> str:
        """``HEIC · ≤ 2 bits · by bytes freed``."""
        words = [
            *(each for each in (self.library.rpartition("/")[2], self.folder) if each),
            *(each for each in (self.verdict, self.type, self.date) if each),
            *([f"≤ {self.distance} bits"] if self.distance is not None else []),
            *([f"◆ {self.rule}"] if self.rule else []),
            *([f"≥ {human_size(self.frees)}"] if self.frees else []),
            *([f"by {self.sort}"] if self.sort is not Sort.LIKELIHOOD else []),
        ]
        return " · ".join(words)
