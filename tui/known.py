"""What has been loaded of the pairs around the current one, the way round the person has them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from core.errors import ImageError
from core.metadata.compare import FieldComparison, PairView
from core.model import Choice, Fate, FieldChange, PairRef, RelationKind, Verdict
from core.rules.rule import Case
from core.rules.suggestion import Suggestion, suggest, weighed
from core.sides import swapped

_KEPT = 64
"""Pairs of which anything is kept."""

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class RuleWish:
    """What a rule would do with a pair, and why."""

    rule: str
    kind: RelationKind
    keeps: int
    """The asset that is A to the rule."""
    outcome: Fate
    """What becomes of the other one."""
    why: str
    held: str
    """Why it waits for a person all the same; empty where it does not."""

    @classmethod
    def of(cls, choice: Choice, held: str = "") -> RuleWish:
        """What is wanted by the rule that made this choice."""
        outcome = choice.outcome
        return cls(choice.rule or "", choice.kind, choice.asset_a, outcome, choice.why, held)

    def is_as(self, other: RuleWish) -> bool:
        """Whether both come to the same, whatever their reasons."""
        return (self.rule, self.kind, self.keeps, self.outcome) == (
            other.rule,
            other.kind,
            other.keeps,
            other.outcome,
        )


@dataclass(frozen=True, slots=True)
class Look:
    """A pair to be looked at, and what a rule would do with it, if anything."""

    ref: PairRef
    wish: RuleWish | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would become of a pair."""

    gains: Mapping[int, tuple[FieldChange, ...]]
    """What an asset would be told of the picture if it were kept and the other went, by its id."""
    wish: RuleWish | None
    """Of the first rule that wants it."""
    warnings: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """What to know before an asset is kept, by its id: what undo could not bring back."""


@dataclass(frozen=True)
class KnownPair:
    """A pair with all that is known of it so far, as it is shown."""

    view: PairView
    verdict: Verdict | ImageError | None
    """Or why there is none; None: nobody has said yet."""
    outlook: Outlook | None
    """None: nobody has said yet."""

    @cached_property
    def suggestion(self) -> Suggestion:
        """Which side to keep."""
        verdict = self.verdict if isinstance(self.verdict, Verdict) else None
        view = self.view
        return suggest(Case(view.left, view.right, view.ref, verdict))

    @cached_property
    def fields(self) -> tuple[FieldComparison, ...]:
        """The comparison, with the better side of each field where that can be meant."""
        return weighed(self.view.fields, self.suggestion)


class KnownPairs:
    """Views, verdicts and outlooks by pair; the oldest are dropped."""

    def __init__(self) -> None:
        self._views: dict[Key, PairView] = {}
        self._verdicts: dict[Key, Verdict | ImageError] = {}
        """As the pair is stored, or why there is none."""
        self._outlooks: dict[Key, Outlook] = {}
        self._swapped: set[Key] = set()

    def pair(self, ref: PairRef) -> KnownPair | None:
        """The pair as it is shown; None until it is loaded."""
        view = self._views.get(ref.key)
        if view is None:
            return None
        if view.ref != ref:
            # Their pixels have been compared since.
            view = replace(view, ref=ref)
        verdict, outlook = self._verdicts.get(ref.key), self._outlooks.get(ref.key)
        if ref.key not in self._swapped:
            return KnownPair(view, verdict, outlook)
        if isinstance(verdict, Verdict):
            verdict = swapped(verdict)
        return KnownPair(view.swapped(), verdict, outlook)

    def has_view(self, ref: PairRef) -> bool:
        """Whether it has been loaded."""
        return ref.key in self._views

    def has_verdict(self, ref: PairRef) -> bool:
        """Whether its verdict has been given, or cannot be."""
        return ref.key in self._verdicts

    def has_outlook(self, ref: PairRef) -> bool:
        """Whether it has been worked out what would become of it."""
        return ref.key in self._outlooks

    def swap(self, ref: PairRef) -> None:
        """From now on its sides are shown the other way round."""
        self._swapped ^= {ref.key}

    def learn_view(self, ref: PairRef, view: PairView | None) -> None:
        """A pair has been loaded; None where it is gone."""
        self._views.pop(ref.key, None)
        if view is not None:
            self._views[ref.key] = view
        _trim(self._views)

    def learn_verdict(self, ref: PairRef, verdict: Verdict | ImageError) -> None:
        """A pair's verdict has been given, or cannot be."""
        self._verdicts[ref.key] = verdict
        _trim(self._verdicts)

    def learn_outlook(self, ref: PairRef, outlook: Outlook) -> None:
        """It has been worked out what would become of a pair."""
        self._outlooks[ref.key] = outlook
        _trim(self._outlooks)

    def forget(self, ref: PairRef) -> None:
        """What is known of a pair may no longer be true."""
        for known in self._all:
            known.pop(ref.key, None)

    def assets_changed(self, asset_ids: Set[int]) -> None:
        """The files of these assets are not what they were."""
        for known in self._all:
            for key in [key for key in known if not asset_ids.isdisjoint(key)]:
                known.pop(key)

    @property
    def _all(self) -> tuple[dict[Key, Any], ...]:
        return self._views, self._verdicts, self._outlooks


def _trim(known: dict[Key, Any]) -> None:
    while len(known) > _KEPT:
        del known[next(iter(known))]
