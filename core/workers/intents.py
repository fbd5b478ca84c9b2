"""What a rule wants with a pair, once its two files and its verdict are at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.model import Asset, Choice, Fate, Judgement, PairKind
from core.rules.order import Edge
from core.rules.prepared import Prepared
from core.rules.rule import Case, Rule
from core.text import joined_reasons

Held = Mapping[int, Asset]
"""Assets at hand, by their ids."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What the first rule that fits a pair wants with it."""

    number: int
    """The place of the rule."""
    prepared: Prepared
    case: Case
    """The pair as the rule means it."""

    @property
    def rule(self) -> Rule:
        return self.prepared.rule

    @property
    def key(self) -> tuple[int, int]:
        """The pair's assets."""
        return self.case.ref.key

    @property
    def sides(self) -> tuple[Asset, Asset]:
        """The one that stays and the other."""
        return sides_of(self.rule, self.case)

    @property
    def choice(self) -> Choice:
        """The same, with its reasons."""
        return choice_of(self.prepared, self.case)

    @property
    def moves(self) -> bool:
        """Whether a file goes."""
        return self.rule.action.fate is not Fate.KEEP

    @property
    def edge(self) -> Edge:
        """As `core.rules.order` takes it."""
        a, b = self.sides
        verdict = self.case.verdict
        same = self.case.ref.kind is not PairKind.SIMILAR or (
            verdict is not None and verdict.judgement is Judgement.PIXELS
        )
        return Edge(a.id, b.id, lossless=same)

    @property
    def is_compared(self) -> bool:
        """Whether the search has found the two near each other, or else a verdict bears out what
        the rule wants: near and near again is no longer near."""
        verdict = self.case.verdict
        if self.case.ref.is_met or verdict is None:
            return self.case.ref.is_met
        return not self.moves or verdict.is_sure


def sides_of(rule: Rule, case: Case) -> tuple[Asset, Asset]:
    """The one that stays and the other: the rule's A and B, unless it is A that goes."""
    return (case.b, case.a) if rule.action.a_goes else (case.a, case.b)


def choice_of(prepared: Prepared, case: Case) -> Choice:
    """What a rule wants of a pair that fits, in the order in which it fits."""
    rule = prepared.rule
    a, b = sides_of(rule, case)
    return Choice(
        rule.action.kind,
        a.id,
        b.id,
        joined_reasons(prepared.explain(case)),
        rule=rule.name,
        fate=rule.action.fate,
        merge=rule.action.merge,
        seen=(a.digest, b.digest),
    )
