"""What rules come to, for reports and screens: no service and no catalog behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.errors import UsageError
from core.model import Asset, Choice, Ledger, LedgerDay, PairRef
from core.rules.order import Edge
from core.rules.rule import Mode, Rule
from core.workers.claims import Standing


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


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One pair of a trial."""

    ref: PairRef
    a: Asset
    """The one that would stay; of a pair that nothing would be done with, the first."""
    b: Asset
    standing: Standing
    why: str
    """What makes it fit, or keeps it from that."""
    choice: Choice | None = None
    """What would be done."""


@dataclass(frozen=True, slots=True)
class TrialCounts:
    """What a trial has come to so far."""

    pairs: int
    """All open ones."""
    meant: int
    """Those that the rule may mean, by what the search found them for."""
    tested: int
    """Of these, so far."""
    counts: Mapping[Standing, int]
    """Of those that were tested."""
    failures: Mapping[str, int]
    """Of the failed, how many at which comparator, by its text."""
    freed: int
    """Bytes that would leave the libraries, by the pairs that were tested; of each file once."""
    newly: int
    """Pairs that its earlier self would leave alone."""
    no_longer: int
    """Pairs that only its earlier self would act on."""
    done: bool
    """Whether all are tested."""

    def estimated(self, count: int) -> int:
        """What a count so far comes to for all pairs that are meant."""
        return count if self.done or not self.tested else round(count * self.meant / self.tested)

    @property
    def matched(self) -> int:
        """So far, those that the search finds."""
        return sum(self.counts.values()) - self.counts.get(Standing.NO_MATCH, 0)

    @property
    def acts(self) -> int:
        """So far, those that something would be done with."""
        return self.counts.get(Standing.READY, 0)


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
