"""A rule: which pairs it looks for, how it tells A from B, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from core.model import Asset, Fate, PairKind, PairRef, RelationKind, Verdict
from core.rules.language import Level, Node
from core.rules.scoring import Criterion
from core.sides import swapped


class Mode(StrEnum):
    """Who has the last word."""

    SEMI = "semi-automatic"
    """A person approves each pair."""
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Action:
    """What a rule does with a pair that fits."""

    kind: RelationKind
    a: Fate = Fate.KEEP
    b: Fate = Fate.KEEP
    merge: str | None = None
    """Name of a policy for metadata; None: the library's default."""

    @property
    def a_goes(self) -> bool:
        """Whether it is A that goes, whatever takes its place."""
        return self.a is not Fate.KEEP

    @property
    def fate(self) -> Fate:
        """What becomes of the one that goes; *keep* where both stay."""
        return self.a if self.a_goes else self.b

    @property
    def tells_sides_apart(self) -> bool:
        """Whether it matters which one is A."""
        return self.kind is RelationKind.BETTER or self.a is not self.b


class Matching(StrEnum):
    """How two searches are asked of two assets, whichever is A."""

    BOTH = "both"
    """Both match the one search."""
    ONE_EACH = "one each"
    """One matches the first, the other the second."""
    AT_LEAST_ONE = "at least one"
    """At least one matches the one search."""


class Pixels(StrEnum):
    """Whether pairs that show the same pixels are looked for."""

    REQUIRED = "required"
    ALLOWED = "allowed"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Search:
    """Which pairs a rule looks at; never says which one is A."""

    first: Node | None = None
    """Of one asset; None: any."""
    second: Node | None = None
    """For `Matching.ONE_EACH` only."""
    matching: Matching = Matching.BOTH
    kinds: tuple[PairKind, ...] = tuple(PairKind)
    pixels: Pixels = Pixels.ALLOWED
    distance: int | None = None
    """The largest, in bits, that a similar pair may have; None: whatever was searched for."""
    verdict: Level | None = None
    """The least."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; which comes first is said by its place among the others."""

    name: str
    search: Search
    comparison: tuple[Node, ...]
    """All of them must hold of the ordered pair."""
    action: Action
    mode: Mode = Mode.SEMI
    paused: bool = False
    waiting_at_most: int | None = 500
    """Pairs that wait for approval before the rule rests."""
    keep: tuple[Criterion, ...] = ()
    """What it would keep of a whole group, the most important first."""
    note: str = ""
    acts_at_most_per_run: int | None = 1000
    acts_at_most_per_day: int | None = 5000
    audit: int = 50
    """One in so many is held back for a person; 0: none."""


@dataclass(frozen=True, slots=True)
class Case:
    """An ordered pair under test."""

    a: Asset
    b: Asset
    ref: PairRef
    verdict: Verdict | None = None
    """From the side of `a`; None where nobody has asked for it yet."""

    def exchanged(self) -> Case:
        """The same two files in the other order."""
        verdict = None if self.verdict is None else swapped(self.verdict)
        return Case(self.b, self.a, self.ref, verdict)


PairTest = Callable[[Case], bool | None]
"""What a pair answers to a test; None: it is not known yet."""


class Stage(StrEnum):
    """How far a pair got with a rule."""

    NO_MATCH = "no match"
    FAILED = "failed"
    EITHER_WAY = "either way round"
    """It fits in both orders, so that nothing says which one is A."""
    UNKNOWN = "needs a verdict"
    FITS = "fits"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule says of a pair."""

    stage: Stage
    swapped: bool = False
    """B and A of the case change places."""
    failed: int | None = None
    """Place of the comparator that failed, in the order that got farther."""
