"""What histories, trashes and ledgers come to, for screens: no service and no catalog behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.model import Decision, FieldChange, LedgerDay, Operation, Verdict


@dataclass(frozen=True, slots=True)
class Particulars:
    """All there is to one decision."""

    decision: Decision
    together: tuple[Decision, ...]
    """What was decided as one with it, without it."""
    verdict: Verdict | None
    """Of its two contents, its A being A; None where none was given."""
    distance: int | None
    """Bits between the fingerprints, where the search has met the two."""
    operations: tuple[tuple[Operation, tuple[FieldChange, ...]], ...]
    """Each with the fields that it changed, as they were and as they became."""
    ended_by: int | None
    """The decision that says otherwise since."""
    again: int | None
    """The decision that makes it again."""


@dataclass(frozen=True, slots=True)
class Heap:
    """What one decision has in a trash."""

    decision: Decision
    files: tuple[tuple[Path, Path], ...]
    """Where they were, and where they are."""
    library: Path
    """The folder, or the server, whose trash it is."""
    ends: datetime | None = None
    """When the server empties its trash of it, where it has said how long it keeps anything."""


@dataclass(frozen=True, slots=True)
class LeftTrash:
    """What was seen to lie in a server's trash no longer."""

    removed: int = 0
    """Assets that the server has no more."""
    restored: int = 0
    """Assets that somebody has brought back there."""
    alone: frozenset[int] = frozenset()
    """Decisions of what is still there, while somebody has put there what was kept instead, too."""


@dataclass(frozen=True, slots=True)
class Book:
    """What was done in all libraries, month by month or day by day."""

    days: tuple[LedgerDay, ...]
    """The oldest first."""
    files: int
    """Pictures in the libraries now."""
