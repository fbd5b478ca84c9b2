"""Which side of a pair to keep, by all that speaks for either; neither where that is in doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from core.metadata.compare import FieldComparison, Standing
from core.model import Confidence, Judgement, PairKind
from core.rules.fields import FIELDS
from core.rules.rule import Case
from core.rules.statements import LITTLE, Statement, Topic, statements
from core.rules.verdicts import SAME_PIXELS

_LEAST = 5
"""Score below which little tells two different files apart. Of byte-identical ones any will do."""
_OPPOSED = 0.5
"""Share of what speaks for one side that may speak for the other."""


class Doubt(StrEnum):
    """Why neither side is suggested, in words."""

    RAW = "one is a RAW"
    FRAMES = "one has several frames"
    NO_VERDICT = "there is no verdict"
    DIFFERENT = "they are different pictures"
    CHANGED = "one is a changed picture"
    UNSURE = "not sure to be one picture"
    OPPOSED = "something speaks for each"
    LITTLE = "little tells them apart"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a person may accept with one key."""

    statements: tuple[Statement, ...]
    """The strongest first."""
    doubt: Doubt | None
    """Why neither side is suggested; None where one is."""

    @property
    def score(self) -> int:
        """Above 0 for A, below for B."""
        return sum(each.score for each in self.statements)

    @property
    def side(self) -> str | None:
        """``A`` or ``B``; None where it is in doubt."""
        return None if self.doubt else "A" if self.score > 0 else "B"

    @property
    def parts(self) -> tuple[tuple[Topic, int], ...]:
        """The score by topic, without those that say nothing, the strongest first."""
        sums = Counter[Topic]()
        for each in self.statements:
            sums[each.topic] += each.score
        parts = [(topic, score) for topic, score in sums.items() if score]
        return tuple(sorted(parts, key=lambda part: -abs(part[1])))


def weighed(rows: Iterable[FieldComparison], suggestion: Suggestion) -> tuple[FieldComparison, ...]:
    """The fields of a pair with the side that each speaks for, and why."""
    return tuple(_weighed(row, suggestion) for row in rows)


def _weighed(row: FieldComparison, suggestion: Suggestion) -> FieldComparison:
    about = [each for each in suggestion.statements if each.row == row.name]
    if row.standing is not Standing.DIFFERS or not about:
        return row
    score = sum(each.score for each in about)
    if abs(score) <= LITTLE:
        return replace(row, note=about[0].says)
    better = Standing.LEFT_BETTER if score > 0 else Standing.RIGHT_BETTER
    return replace(row, standing=better, note=about[0].says)


def suggest(case: Case) -> Suggestion:
    """What to do with a pair as far as facts and its verdict tell.

    It is the same whichever of the two is A.
    """
    found = statements(case)
    return Suggestion(found, _doubt_of_kind(case) or _doubt_of_score(case, found))


def _doubt_of_kind(case: Case) -> Doubt | None:
    """Why it is not even sure that one of the two may go; None where it is."""
    if (FIELDS["type"].get(case.a) == "RAW") != (FIELDS["type"].get(case.b) == "RAW"):
        return Doubt.RAW
    if (case.a.facts.frames > 1) != (case.b.facts.frames > 1):
        return Doubt.FRAMES
    if case.ref.kind in SAME_PIXELS:
        return None
    if case.verdict is None:
        return Doubt.NO_VERDICT
    match case.verdict.judgement, case.verdict.confidence:
        case Judgement.DIFFERENT, _:
            return Doubt.DIFFERENT
        case Judgement.ALTERNATE, _:
            return Doubt.CHANGED
        case _, Confidence.VERY_PROBABLE:
            return Doubt.UNSURE
    return None


def _doubt_of_score(case: Case, found: tuple[Statement, ...]) -> Doubt | None:
    for_a = sum(max(0, each.score) for each in found)
    for_b = sum(max(0, -each.score) for each in found)
    if min(for_a, for_b) > _OPPOSED * max(for_a, for_b):
        return Doubt.OPPOSED
    least = 1 if case.ref.kind is PairKind.EXACT else _LEAST
    return Doubt.LITTLE if abs(for_a - for_b) < least else None
