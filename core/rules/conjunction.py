"""What tests say together of a pair that passes all of them, or that none can.

Numbers are bounded (`core.rules.bounds`); of words, flags, verdicts and kinds of pairs there are
sets of what they may still be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from core.model import Judgement, PairKind, Role
from core.rules.bounds import Bound, bounds_of, feasible
from core.rules.fields import FIELDS
from core.rules.language import (
    OPPOSITE,
    Amount,
    BetterJpeg,
    Between,
    ChangeIs,
    Different,
    Distance,
    Equal,
    Flag,
    FolderOrder,
    HasTagOf,
    Is,
    Level,
    NoRoles,
    Of,
    OneLeaf,
    Op,
    PairLeaf,
    Plays,
    RanksAbove,
    Relative,
    Same,
    Side,
    VerdictAtLeast,
    VerdictIs,
    Within,
    Worse,
)
from core.rules.verdicts import LEVELS, SAME_PIXELS

_PRESENT = {
    "rating": "has a rating",
    "taken": "has a capture time",
    "camera": "has a camera",
    "title": "has a title",
}
"""Fields whose value a flag asks after: no value passes no test of it."""

_OF_PIXELS = ("width", "height", "pixels", "aspect")
_OF_BYTES = ("size", "frames", "duration", "frame rate", "EXIF count", "JPEG quality")

_ROLE_OF = {
    Role.LARGER: Judgement.VISUAL,
    Role.UPSCALE: Judgement.VISUAL,
    Role.REENCODED: Judgement.VISUAL,
    Role.WITHOUT_PROFILE: Judgement.VISUAL,
    Role.MARKED: Judgement.ALTERNATE,
    Role.CROPPED: Judgement.ALTERNATE,
}
"""What a verdict that names a side says of the pair."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A leaf that has to hold, or to fail knowingly."""

    leaf: PairLeaf
    negated: bool = False
    flipped: bool = False
    """Asked with A and B exchanged."""


@dataclass(slots=True)
class State:
    """What is known of a pair that passes some tests."""

    bounds: dict[str, list[Bound]] = field(default_factory=dict)
    words: dict[tuple[Side, str], set[str]] = field(default_factory=dict)
    """The words that a field may still be."""
    barred: dict[tuple[Side, str], set[str]] = field(default_factory=dict)
    flags: dict[tuple[Side, str], bool] = field(default_factory=dict)
    judgements: set[Judgement] = field(default_factory=lambda: set(Judgement))
    least: int = -1
    """Place of the least level of the verdict."""
    most: int = len(LEVELS) - 1
    kinds: set[PairKind] = field(default_factory=lambda: set(PairKind))
    roles: set[tuple[Side, Role]] = field(default_factory=set)
    ranks: bool = False
    """Whether A is the one that ranks above the other."""
    same: set[tuple[str, bool]] = field(default_factory=set)
    """Words that A and B have the same of, or knowingly not."""

    @classmethod
    def of(cls, literals: Sequence[Literal]) -> State | None:
        """What `literals` say together; None where they exclude each other."""
        state = cls()
        said = {(each.leaf, each.negated, each.flipped) for each in literals}
        for literal in literals:
            leaf, negated, flipped = literal.leaf, literal.negated, literal.flipped
            if (leaf, not negated, flipped) in said:
                return None
            ordered = isinstance(leaf, FolderOrder | BetterJpeg | RanksAbove)
            # Of two files one ranks above the other, so that both cannot fail to.
            total = isinstance(leaf, RanksAbove)
            if ordered and (total or not negated) and (leaf, negated, not flipped) in said:
                return None
            if not state._add(literal):
                return None
        return state if state._agrees() else None

    def could_be(self, *bounds: tuple[str, Bound]) -> bool:
        """Whether one of `bounds`, each of a field, may hold besides."""
        return any(feasible([*self._all_bounds(name), bound]) for name, bound in bounds)

    def _add(self, literal: Literal) -> bool:
        leaf, negated = literal.leaf, literal.negated
        a, b = (Side.B, Side.A) if literal.flipped else (Side.A, Side.B)
        if isinstance(leaf, Of):
            side = a if leaf.side is Side.A else b
            return self._add_of_one(leaf.test, side, negated)
        if isinstance(leaf, Relative):
            self._present(leaf.other.field, a, b)
            factor, delta = Fraction(leaf.other.factor), Fraction(leaf.other.delta)
            op = OPPOSITE[leaf.op] if negated else leaf.op
            self._compare(_of_both(leaf.other.field), op, a, factor, delta)
        elif isinstance(leaf, Within):
            self._present(leaf.other.field, a, b)
            if not negated:
                factor, delta = Fraction(leaf.other.factor), Fraction(leaf.other.delta)
                apart = Fraction(leaf.distance)
                name = _of_both(leaf.other.field)
                self._compare(name, Op.AT_MOST, a, factor, delta + apart)
                self._compare(name, Op.AT_LEAST, a, factor, delta - apart)
        elif isinstance(leaf, Same | Different):
            self._present(leaf.field, a, b)
            self.same.add((_of_both(leaf.field), isinstance(leaf, Same) is not negated))
        elif isinstance(leaf, RanksAbove):
            self.ranks = self.ranks or literal.flipped is negated
        elif isinstance(leaf, BetterJpeg):
            self._present("JPEG quality", a, b)
        elif isinstance(leaf, Equal):
            kinds = {PairKind.EXACT, leaf.kind}
            self.kinds &= set(PairKind) - kinds if negated else kinds
        elif isinstance(leaf, Distance):
            op = OPPOSITE[leaf.op] if negated else leaf.op
            self._limit("distance", op, Side.A, Fraction(leaf.bits))
        else:
            self._add_of_verdict(literal, a, b)
        return True

    def _add_of_verdict(self, literal: Literal, a: Side, b: Side) -> None:
        leaf, negated = literal.leaf, literal.negated
        if isinstance(leaf, VerdictAtLeast):
            place = LEVELS.index(leaf.level)
            if negated:
                self.most = min(self.most, place - 1)
            else:
                self.least = max(self.least, place)
        elif isinstance(leaf, VerdictIs):
            named = set(leaf.judgements)
            self.judgements &= set(Judgement) - named if negated else named
        elif isinstance(leaf, ChangeIs) and not negated:
            self.judgements &= {Judgement.ALTERNATE}
        elif isinstance(leaf, Plays) and not negated:
            self.judgements &= {_ROLE_OF[leaf.role]}
            side = {Side.A: a, Side.B: b}.get(leaf.side)
            if side is None:
                return
            self.roles.add((side, leaf.role))
            if leaf.role in (Role.LARGER, Role.UPSCALE):
                self._compare("pixels", Op.MORE, side, Fraction(1), Fraction(0))
        elif isinstance(leaf, Worse) and not negated:
            self.judgements &= {Judgement.VISUAL}
        elif isinstance(leaf, NoRoles) and not negated:
            self.judgements -= {Judgement.DIFFERENT}

    def _add_of_one(self, leaf: OneLeaf, side: Side, negated: bool) -> bool:
        if isinstance(leaf, Flag):
            return self.flags.setdefault((side, leaf.field), not negated) is not negated
        if isinstance(leaf, HasTagOf):
            return True
        self._present(leaf.field, side)
        known = FIELDS[leaf.field]
        if isinstance(leaf, Amount):
            op = OPPOSITE[leaf.op] if negated else leaf.op
            self._limit(leaf.field, op, side, Fraction(known.constant(leaf.value)))
        elif isinstance(leaf, Between) and not negated:
            low, high = known.constant(leaf.low), known.constant(leaf.high)
            self._limit(leaf.field, Op.AT_LEAST, side, Fraction(low))
            self._limit(leaf.field, Op.AT_MOST, side, Fraction(high))
        elif isinstance(leaf, Is):
            words = set(leaf.words)
            if negated:
                self.barred.setdefault((side, leaf.field), set()).update(words)
            else:
                self._only(side, leaf.field, words)
        return True

    def _only(self, side: Side, name: str, words: set[str]) -> None:
        self.words[side, name] = self.words.get((side, name), words) & words

    def _present(self, name: str, *sides: Side) -> None:
        for side in sides:
            only_of = FIELDS[name].only_of
            if only_of is not None:
                self._only(side, "type", {only_of})
            if name in _PRESENT:
                self.flags.setdefault((side, _PRESENT[name]), True)

    def _limit(self, name: str, op: Op, side: Side, limit: Fraction) -> None:
        one = (Fraction(1), Fraction(0)) if side is Side.A else (Fraction(0), Fraction(1))
        self.bounds.setdefault(name, []).extend(bounds_of(op, *one, limit))

    def _compare(self, name: str, op: Op, a: Side, factor: Fraction, delta: Fraction) -> None:
        one, other = Fraction(1), -factor
        if a is not Side.A:
            one, other = other, one
        self.bounds.setdefault(name, []).extend(bounds_of(op, one, other, delta))

    def _agrees(self) -> bool:
        return (
            self._verdict_agrees()
            and self._words_agree()
            and self._flags_agree()
            and all(feasible(self._all_bounds(name)) for name in self.bounds)
        )

    def _verdict_agrees(self) -> bool:
        if self.least >= 0:
            self.judgements &= {Judgement.PIXELS, Judgement.VISUAL}
        if self.least == LEVELS.index(Level.PIXELS):
            self.judgements &= {Judgement.PIXELS}
        if self.most < LEVELS.index(Level.PIXELS):
            self.judgements -= {Judgement.PIXELS}
        if self.most < 0:
            self.judgements -= {Judgement.VISUAL}
        if self.kinds <= set(SAME_PIXELS):
            self.judgements &= {Judgement.PIXELS}
        if Judgement.PIXELS not in self.judgements:
            self.kinds -= set(SAME_PIXELS)
        roles = {role for _, role in self.roles}
        return (
            bool(self.judgements and self.kinds)
            and self.least <= self.most
            and len(roles) == len(self.roles)
            and not {Role.LARGER, Role.UPSCALE} <= roles
        )

    def _words_agree(self) -> bool:
        left = {key: words - self.barred.get(key, set()) for key, words in self.words.items()}
        if not all(left.values()):
            return False
        for name, alike in self.same:
            a, b = left.get((Side.A, name)), left.get((Side.B, name))
            if a is not None and b is not None:
                if alike and not a & b:
                    return False
                if not alike and len(a | b) == 1:
                    return False
        return True

    def _flags_agree(self) -> bool:
        for name, alike in self.same:
            a, b = self.flags.get((Side.A, name)), self.flags.get((Side.B, name))
            if a is not None and b is not None and (a is b) is not alike:
                return False
        return True

    def _all_bounds(self, name: str) -> list[Bound]:
        """What is known of a field: what was said of it, its nature, and the kind of the pair."""
        found = list(self.bounds.get(name, ()))
        least = FIELDS[name].least if name in FIELDS else None
        if least is not None:
            for one in ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))):
                found += bounds_of(Op.AT_LEAST, *one, Fraction(least))
        alike = name in _OF_PIXELS and self.kinds <= set(SAME_PIXELS)
        alike = alike or (name in (*_OF_BYTES, *_OF_PIXELS) and self.kinds == {PairKind.EXACT})
        if alike or (name, True) in self.same:
            found += bounds_of(Op.EQUAL, Fraction(1), Fraction(-1), Fraction(0))
        return found


def _of_both(name: str) -> str:
    """What a comparison of two reads; with zones that is not what a test of one reads."""
    return name if FIELDS[name].of_both is None else f"{name} of both"
