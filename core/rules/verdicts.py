"""What tests ask of verdicts.

A pair that shows the same pixels needs none, and answers at once; of any other what was not
measured, or cannot be told, is neither a yes nor a no.
"""

from __future__ import annotations

from collections.abc import Callable

from core.model import Confidence, Judgement, PairKind, Role, Verdict
from core.rules.language import (
    Alike,
    ChangeIs,
    Level,
    NoRoles,
    Plays,
    Side,
    Trait,
    VerdictAtLeast,
    VerdictIs,
    VerdictLeaf,
    Worse,
)
from core.rules.rule import Case, PairTest

LEVELS = tuple(Level)
"""Weakest first: the place in it is what is compared."""

_LEVEL_OF = {
    Confidence.VERY_PROBABLE: LEVELS.index(Level.VERY_PROBABLE),
    Confidence.ALMOST_CERTAIN: LEVELS.index(Level.ALMOST_CERTAIN),
    Confidence.NEAR_PERFECT: LEVELS.index(Level.NEAR_PERFECT),
}
SAME_PIXELS = (PairKind.EXACT, PairKind.PIXELS)
"""Pairs that no verdict has to say more of."""

_IN_QUESTION = (Role.LARGER, Role.UPSCALE), (Role.REENCODED,)
"""Roles that a verdict often cannot tell, by the question that they answer. The others it gives
wherever they are."""


def verdict_test(leaf: VerdictLeaf, flipped: bool, negated: bool) -> PairTest:
    """What an ordered pair answers to `leaf`, or to its negation; `flipped` as in `pair_test`."""
    of_same_pixels, ask = _of_verdict(leaf, flipped)
    same = of_same_pixels is not negated

    def test(case: Case) -> bool | None:
        if case.ref.kind in SAME_PIXELS:
            return same
        if case.verdict is None:
            return None
        found = ask(case.verdict)
        return found is not None and found is not negated

    return test


def _of_verdict(leaf: VerdictLeaf, flipped: bool) -> tuple[bool, Callable[[Verdict], bool | None]]:
    """The answer of a pair that shows the same pixels, and what to ask of any other's verdict."""
    if isinstance(leaf, VerdictAtLeast):
        least = LEVELS.index(leaf.level)
        return True, lambda verdict: _level_of(verdict) >= least
    if isinstance(leaf, VerdictIs):
        judgements = leaf.judgements
        return Judgement.PIXELS in judgements, lambda verdict: verdict.judgement in judgements
    if isinstance(leaf, NoRoles):
        return True, lambda verdict: not verdict.directions
    if isinstance(leaf, ChangeIs):
        changes = leaf.changes
        return False, lambda verdict: verdict.change in changes
    if isinstance(leaf, Alike):
        return True, _alike(leaf)
    if isinstance(leaf, Worse):
        return False, _worse(leaf, flipped)
    return False, _role(leaf, flipped)


def _alike(leaf: Alike) -> Callable[[Verdict], bool | None]:
    def ask(verdict: Verdict) -> bool | None:
        found = _measured(verdict, leaf.trait)
        return None if found is None else abs(found) <= leaf.limit

    return ask


def _worse(leaf: Worse, flipped: bool) -> Callable[[Verdict], bool | None]:
    signs = {Side.A: (1,), Side.B: (-1,), Side.EITHER: (1, -1)}[leaf.side]

    def ask(verdict: Verdict) -> bool | None:
        found = _measured(verdict, leaf.trait)
        if found is None:
            return None
        more_in_a = -found if flipped else found
        return any(sign * more_in_a >= leaf.least for sign in signs)

    return ask


def _measured(verdict: Verdict, trait: Trait) -> float | None:
    """How much more of it A has than B; None where that was not measured."""
    return verdict.blur if trait is Trait.BLUR else verdict.noise


def _level_of(verdict: Verdict) -> int:
    """The place in `LEVELS`; -1 of what is no duplicate."""
    if verdict.judgement is Judgement.PIXELS:
        return LEVELS.index(Level.PIXELS)
    return -1 if verdict.confidence is None else _LEVEL_OF[verdict.confidence]


def _role(leaf: Plays, flipped: bool) -> Callable[[Verdict], bool | None]:
    role, side = leaf.role, leaf.side
    sides = {"a", "b"} if side is Side.EITHER else {"a" if (side is Side.A) != flipped else "b"}
    question = next((roles for roles in _IN_QUESTION if role in roles), ())

    def ask(verdict: Verdict) -> bool | None:
        told = False
        for each in verdict.directions:
            if each.role is role and each.side in sides:
                return True
            told = told or each.role in question
        # None: this cannot be told, which is neither a yes nor a no.
        return False if told or not question else None

    return ask
