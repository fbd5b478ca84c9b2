"""What the screens about rules may ask of whoever owns the services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.errors import BetterhalfError
from core.metadata.compare import PairView
from core.metadata.policies import Policy
from core.model import Choice, PairRef, Plan, Verdict
from core.rules.rule import Rule
from core.workers.events import Listener, Progress
from core.workers.findings import Proposal, RuleSummary, SavedRule, TrialCounts, TrialRow
from tui.known import Outlook


@dataclass(frozen=True, slots=True)
class Overview:
    """All rules at one moment."""

    rules: tuple[RuleSummary, ...]
    working: bool
    """They are at work just now."""
    scanning: bool
    """Libraries are being read."""
    pairs: int
    """Open pairs."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for approval at one moment."""

    keys: Sequence[tuple[int, int]]
    """The assets of the pairs, the likeliest pair first."""
    rules: Mapping[str, int]
    """How many each rule proposes, in the order of the rules; also those that are not listed."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of some answers."""

    done: int
    """Carried out, or denied."""
    moot: int = 0
    """Settled by the others."""
    refused: tuple[tuple[Proposal, BetterhalfError], ...] = ()


class Tried(Protocol):
    """A rule that is being tried: `core.workers.trial.Trial`."""

    acts: list[TrialRow]
    others: list[TrialRow]
    newly: list[TrialRow]
    no_longer: list[TrialRow]

    @property
    def counts(self) -> TrialCounts: ...

    async def run(self, listener: Listener) -> None: ...


class RuleServices(Protocol):
    """Each method raises `core.errors.BetterhalfError` where it cannot do what it says."""

    PLOTTED: int
    """Days that plots are of."""
    roots: Sequence[Path]
    """Of the libraries."""

    @property
    def usual(self) -> Policy | None:
        """What becomes of metadata where a rule says nothing; None: that hangs on the library."""
        ...

    @property
    def scanning(self) -> bool:
        """Libraries are being read."""
        ...

    @property
    def progress(self) -> Progress | None:
        """How far that is."""
        ...

    @property
    def pairs(self) -> int:
        """Open ones, so far."""
        ...

    last_overview: Overview | None
    """The latest that was asked for: what can be shown at once."""

    async def overview(self) -> Overview: ...

    @property
    def version(self) -> object:
        """Stays the same as long as nothing has changed that the pages about rules show."""
        ...

    async def saved(self, name: str) -> SavedRule | None: ...

    def templates(self) -> Sequence[Rule]: ...

    async def save(self, rule: Rule, instead_of: Rule | None) -> None:
        """Save a rule, in place of the one that was seen to be `instead_of`, or as a new one;
        refused where that one is no longer so."""
        ...

    async def duplicate(self, name: str) -> str:
        """Returns the name of the copy."""
        ...

    async def place(self, name: str, place: int) -> None: ...

    async def remove(self, name: str) -> None: ...

    async def reset_denied(self, name: str) -> int: ...

    async def undo_change(self) -> str:
        """Take back the last change of the rules that was made here; says what that was, or
        nothing where there is none."""
        ...

    def look_again(self) -> None: ...

    async def export(self, path: str, name: str | None) -> tuple[int, int]:
        """Write one rule, or all that can be read; returns how many, and how many cannot."""
        ...

    async def load(self, path: str) -> list[Rule]:
        """The rules of a file, not saved yet."""
        ...

    async def add(self, rules: Sequence[Rule]) -> None:
        """Save rules, each in place of one of its name."""
        ...

    # A rule that is being made

    def try_rule(self, rule: Rule, instead_of: Rule | None) -> Tried:
        """Begin to try a rule on what is open, beside the saved one that it would replace."""
        ...

    async def plan(self, choice: Choice) -> Plan: ...

    # What waits for approval

    async def waiting(self, rule: str, text: str) -> Waiting:
        """What one rule proposes, or all do, of the files with `text` in their paths."""
        ...

    async def proposals(self, keys: Iterable[tuple[int, int]]) -> list[Proposal]:
        """What is proposed for the pairs of these assets."""
        ...

    def refs(self, keys: Iterable[tuple[int, int]]) -> list[PairRef]:
        """The pairs of these assets, as far as they are open."""
        ...

    async def approve(self, proposals: Sequence[Proposal]) -> Answered: ...

    async def deny(self, proposals: Sequence[Proposal]) -> Answered: ...

    async def undo_answer(self) -> str:
        """Take the last answer back; says what that was, or nothing where there is none."""
        ...

    # Pairs

    async def view(self, ref: PairRef) -> PairView | None: ...

    async def verdict(self, ref: PairRef) -> Verdict | None: ...

    async def outlook(self, ref: PairRef) -> Outlook: ...
