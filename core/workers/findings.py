"""What rules come to, for reports and screens: no service and no catalog behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.errors import UsageError
from core.model import Asset, Choice, Ledger, LedgerDay
from core.rules.order import Edge
from core.rules.rule import Mode, Rule
from core.workers.standings import Standing


@dataclass(frozen=True, slots=True)
class SavedRule:
    """A rule of the catalog, or why it cannot be used."""

    name: str
    rule: Rule | None
    problem: UsageError | None = None
    """Why there is no `rule`, where there is none."""

    def read(self) -> Rule:
        """The rule.

        Raises:
            UsageError: it cannot be used.
        """
        if self.rule is None:
            raise self.problem or UsageError(f"rule {self.name}", "it cannot be read")
        return self.rule


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a rule would do with a pair."""

    id: str
    """Names the rule, the two files and their bytes; the same in every process."""
    rule: Rule
    choice: Choice
    a: Asset
    b: Asset
    lossless: bool
    """Both show the same pixels."""
    held: str
    """Why an automatic rule has not acted; empty where that is not known or it is none."""

    @property
    def edge(self) -> Edge:
        """As `core.rules.order` takes it."""
        return Edge(self.a.id, self.b.id, self.lossless)


class RuleState(StrEnum):
    """What a rule is at, for people."""

    UNREADABLE = "cannot be read"
    PAUSED = "paused"
    SEARCHING = "searching"
    """A scan goes on, which may find more."""
    TESTING = "testing"
    WORKING = "working"
    """Pairs are being compared for it, or it acts."""
    WAITING = "waiting for you"
    QUEUED = "queued"
    """There is more, and it rests: enough waits for a person."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class RuleSummary:
    """One rule among all."""

    place: int
    """1 for the first to act."""
    saved: SavedRule
    counts: Mapping[Standing, int]
    """Open pairs by where they stand with it; empty where it is not at work."""
    failures: Mapping[str, int]
    """Of the failed, how many at which comparator, by its text."""
    ledger: Ledger
    files_an_act: float | None
    """Files in the libraries for each time it has acted or was approved; None before the first."""
    days: tuple[LedgerDay, ...]
    """Each day with anything, the oldest first."""

    def state(self, working: bool, scanning: bool) -> RuleState:
        """What it is at.

        Args:
            working: the rules are at work just now.
            scanning: libraries are being read.
        """
        rule = self.saved.rule
        if rule is None:
            return RuleState.UNREADABLE
        if rule.paused:
            return RuleState.PAUSED
        if self.counts.get(Standing.UNTESTED):
            return RuleState.TESTING
        ready, unknown = (self.counts.get(each, 0) for each in (Standing.READY, Standing.UNKNOWN))
        acts = rule.mode is Mode.AUTOMATIC
        full = not acts and rule.waiting_at_most is not None and ready >= rule.waiting_at_most
        if working and ((unknown and not full) or (acts and ready)):
            return RuleState.WORKING
        if scanning:
            return RuleState.SEARCHING
        if unknown:
            return RuleState.QUEUED
        return RuleState.WAITING if ready else RuleState.DONE
