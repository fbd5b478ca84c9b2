"""What the pages about the past may ask of whoever owns the services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from core.errors import ActionRefused
from core.model import Asset, Decision, DecisionFilter, DeniedPair, RelationKind
from core.workers.records import Book, Heap, LeftTrash, Particulars


@dataclass(frozen=True, slots=True)
class Conflict:
    """A decision that cannot be taken back as it is."""

    decision: Decision
    error: ActionRefused
    edited: bool
    """It can be, if what somebody has edited since is left alone."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What taking some decisions back would come to."""

    going: tuple[Decision, ...]
    """What would be taken back."""
    pictures: int
    """That would come back ..."""
    size: int
    """... and their bytes."""
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of some decisions that were to be taken back, or made again."""

    done: tuple[Decision, ...]
    """Those that are otherwise now."""
    refused: tuple[tuple[Decision, ActionRefused], ...] = ()


class EmptyingPlan(Protocol):
    """What an emptying comes to: `core.actions.emptying.Emptying`."""

    @property
    def staying(self) -> Sequence[ActionRefused]:
        """What does not go, and why."""
        ...

    @property
    def ended(self) -> int:
        """Decisions that can be taken back now, and not after."""
        ...

    @property
    def files(self) -> int: ...

    @property
    def size(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Emptied:
    """What an emptying came to."""

    files: int
    size: int
    kept: tuple[ActionRefused, ...]


class PastServices(Protocol):
    """Each method raises `core.errors.BetterhalfError` where it cannot do what it says."""

    PAGE: int
    """Rows that are asked for at once."""
    roots: Sequence[Path]
    """Of the libraries."""
    folders: Sequence[Path]
    """Those whose trash can be emptied here ..."""
    servers: Sequence[Path]
    """... and those that empty theirs themselves."""

    @property
    def version(self) -> object:
        """Stays the same as long as nothing was decided, taken back or denied."""
        ...

    def now(self) -> datetime:
        """This moment, in UTC."""
        ...

    # Decisions, of all libraries, the newest first

    async def page(self, which: DecisionFilter, place: int) -> list[Decision]:
        """A page of the decisions that are meant, from a place on."""
        ...

    async def count(self, which: DecisionFilter) -> int: ...

    async def place_of(self, which: DecisionFilter, number: int) -> int:
        """How many of those that are meant are newer than the decision of this number."""
        ...

    async def deciders(self) -> tuple[Sequence[str], Mapping[int, int]]:
        """The rules that ever decided anything, and how many decisions each headless run made, the
        latest first."""
        ...

    def moment(self, text: str, end: bool = False) -> str:
        """A date or a time that a person types, as the journal has it; of a date that is an `end`,
        its end."""
        ...

    async def particulars(self, number: int) -> Particulars | None: ...

    async def sides(self, number: int) -> tuple[Asset, Asset] | None:
        """A and B of a decision, at the paths where their pictures are to be found by now; None
        where nothing is known of them."""
        ...

    async def standing(self, which: DecisionFilter) -> Sequence[int]:
        """Numbers of those that can be taken back."""
        ...

    async def foresee(self, numbers: Sequence[int]) -> Foreseen:
        """What it would come to to take these back; nothing is done."""
        ...

    async def take_back(self, numbers: Sequence[int], leave_edited: bool) -> Outcome: ...

    async def make_again(self, numbers: Sequence[int]) -> Outcome: ...

    # Pairs that rules were denied

    async def denied(self, rule: str) -> Sequence[DeniedPair]:
        """By one rule or any, without paths; the latest first."""
        ...

    async def with_paths(self, denied: Sequence[DeniedPair]) -> Sequence[DeniedPair]: ...

    async def reopen(self, denied: Sequence[DeniedPair]) -> None:
        """Rules may ask for these again."""
        ...

    async def deny_again(self, denied: Sequence[DeniedPair]) -> None:
        """Takes `reopen` back."""
        ...

    # Trashes

    async def heaps(self, library: Path | None, text: str, place: int) -> list[Heap]:
        """A page of what decisions have in one trash, or in all, from a place on."""
        ...

    async def heap(self, library: Path | None, text: str) -> tuple[int, int]:
        """How many decisions that are, and the bytes of their pictures."""
        ...

    async def note_left(self, server: Path) -> LeftTrash:
        """Ask a server what it has in its trash no longer; that is in none from then on."""
        ...

    async def plan_emptying(self, library: Path | None, days: float | None) -> EmptyingPlan:
        """What could go of what was decided more than so many days ago, or ever, in folders. All of
        it is read."""
        ...

    async def empty(self, plan: EmptyingPlan) -> Emptied: ...

    # Ledgers

    last_book: Book | None
    """The latest of all months that was asked for: what can be shown at once."""

    async def book(self, since: str, months: bool) -> Book: ...

    async def relations(self) -> Mapping[RelationKind, int]:
        """Standing decisions, by what they say."""
        ...

    @property
    def open_pairs(self) -> tuple[int, int]:
        """Pairs nobody has decided, and those of them that wait for approval, at this moment."""
        ...

    async def count_denied(self) -> int:
        """Pairs that rules were denied."""
        ...

    async def arrivals(self) -> Mapping[str, int]:
        """How many of the pictures that are there were first met on which day; under nothing those
        of before it was recorded."""
        ...
