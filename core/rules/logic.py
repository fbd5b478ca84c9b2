"""Whether tests can hold together at all: what can be proven of a rule before it meets a pair.

Everything here errs to one side: *impossible* is proven, *possible* only means that nothing proves
otherwise. Numbers are decided by elimination (Fourier and Motzkin) of A's and B's value of a field,
words and flags by sets.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from core.model import Judgement, PairKind, Role
from core.rules.evaluate import LEVELS, OPPOSITE, SAME_PIXELS
from core.rules.fields import FIELDS
from core.rules.language import (
    Alike,
    All,
    Amount,
    AnyOf,
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
    Node,
    NoRoles,
    Not,
    Of,
    OneLeaf,
    Op,
    PairLeaf,
    Plays,
    RanksAbove,
    Relative,
    Same,
    Shares,
    SharesTagOf,
    Side,
    VerdictAtLeast,
    VerdictIs,
    Within,
    Worse,
)
from core.rules.rule import Matching, Pixels, Search

_MOST = 512
"""Alternatives that are looked at; what has more counts as possible."""

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


_SYMMETRIC = (
    *(Same, Different, Shares, SharesTagOf, Distance, Equal),
    *(VerdictAtLeast, VerdictIs, Alike),
)
"""Leaves that answer the same whichever side is A."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A leaf that has to hold, or to fail knowingly."""

    leaf: PairLeaf
    negated: bool = False
    flipped: bool = False
    """Asked with A and B exchanged."""


def on_side(node: Node, side: Side) -> Node:
    """A test of one asset, asked of a side."""
    if isinstance(node, All):
        return All(tuple(on_side(part, side) for part in node.parts))
    if isinstance(node, AnyOf):
        return AnyOf(tuple(on_side(part, side) for part in node.parts))
    if isinstance(node, Not):
        return Not(on_side(node.part, side))
    assert isinstance(node, OneLeaf)
    return Of(side, node)


def of_search(search: Search) -> list[Node]:
    """What a search asks of a pair, as tests of the pair."""
    found: list[Node] = []
    first, second = search.first, search.second
    a, b = Side.A, Side.B
    if search.matching is Matching.ONE_EACH and first is not None and second is not None:
        there = All((on_side(first, a), on_side(second, b)))
        back = All((on_side(first, b), on_side(second, a)))
        found.append(AnyOf((there, back)))
    elif first is not None:
        sides = (on_side(first, a), on_side(first, b))
        found.append(All(sides) if search.matching is Matching.BOTH else AnyOf(sides))
    kinds = set(search.kinds)
    if search.pixels is not Pixels.ALLOWED:
        wanted = search.pixels is Pixels.REQUIRED
        kinds = {kind for kind in kinds if (kind in SAME_PIXELS) is wanted}
    if kinds == {PairKind.EXACT}:
        found.append(Equal(PairKind.EXACT))
    elif PairKind.SIMILAR not in kinds:
        found.append(Equal(PairKind.PIXELS))
    elif kinds == {PairKind.SIMILAR}:
        found.append(Not(Equal(PairKind.PIXELS)))
    if search.verdict is not None:
        found.append(VerdictAtLeast(search.verdict))
    return found


def alternatives(nodes: Iterable[Node], flipped: bool = False) -> list[tuple[Literal, ...]] | None:
    """The ways in which all of `nodes` can hold, each a conjunction; None where there are many."""
    found = list(itertools.islice(_expand(All(tuple(nodes)), False, flipped), _MOST + 1))
    return None if len(found) > _MOST else found


def _expand(node: Node, negated: bool, flipped: bool) -> Iterator[tuple[Literal, ...]]:
    if isinstance(node, Not):
        yield from _expand(node.part, not negated, flipped)
    elif isinstance(node, All | AnyOf):
        if isinstance(node, All) is negated:
            for part in node.parts:
                yield from _expand(part, negated, flipped)
            return
        parts = [
            list(itertools.islice(_expand(part, negated, flipped), _MOST + 1))
            for part in node.parts
        ]
        for combination in itertools.product(*parts):
            yield tuple(itertools.chain.from_iterable(combination))
    elif isinstance(node, Of) and node.side is Side.EITHER:
        sides = (Of(Side.A, node.test), Of(Side.B, node.test))
        yield from _expand(AnyOf(sides), negated, flipped)
    else:
        assert isinstance(node, PairLeaf)
        yield (Literal(node, negated, flipped and not isinstance(node, _SYMMETRIC)),)


def is_possible(there: Sequence[Node], back: Sequence[Node] = ()) -> bool:
    """Whether some pair may pass all of `there`, and all of `back` with its sides exchanged."""
    forward, backward = alternatives(there), alternatives(back, flipped=True)
    if forward is None or backward is None or len(forward) * len(backward) > _MOST * 8:
        return True
    return any(holds_together((*one, *other)) for one in forward for other in backward)


def core_of(nodes: Sequence[Node]) -> list[Node]:
    """Of tests that cannot hold together, some that cannot and of which none is too many."""
    needed = list(nodes)
    for node in nodes:
        rest = [each for each in needed if each is not node]
        if not is_possible(rest):
            needed = rest
    return needed


def holds_together(literals: Sequence[Literal]) -> bool:
    """Whether nothing proves that `literals` exclude each other."""
    return State.of(literals) is not None


class Bound(NamedTuple):
    """``a * A + b * B <= limit``, or ``<`` where it is strict."""

    a: Fraction
    b: Fraction
    limit: Fraction
    strict: bool


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
        return any(_feasible([*self._all_bounds(name), bound]) for name, bound in bounds)

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
        self.bounds.setdefault(name, []).extend(_bounds(op, *one, limit))

    def _compare(self, name: str, op: Op, a: Side, factor: Fraction, delta: Fraction) -> None:
        one, other = Fraction(1), -factor
        if a is not Side.A:
            one, other = other, one
        self.bounds.setdefault(name, []).extend(_bounds(op, one, other, delta))

    def _agrees(self) -> bool:
        return (
            self._verdict_agrees()
            and self._words_agree()
            and self._flags_agree()
            and all(_feasible(self._all_bounds(name)) for name in self.bounds)
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
                found += _bounds(Op.AT_LEAST, *one, Fraction(least))
        alike = name in _OF_PIXELS and self.kinds <= set(SAME_PIXELS)
        alike = alike or (name in (*_OF_BYTES, *_OF_PIXELS) and self.kinds == {PairKind.EXACT})
        if alike or (name, True) in self.same:
            found += _bounds(Op.EQUAL, Fraction(1), Fraction(-1), Fraction(0))
        return found


def _of_both(name: str) -> str:
    """What a comparison of two reads; with zones that is not what a test of one reads."""
    return name if FIELDS[name].of_both is None else f"{name} of both"


def _bounds(op: Op, a: Fraction, b: Fraction, limit: Fraction) -> list[Bound]:
    if op is Op.UNEQUAL:
        return []
    if op is Op.EQUAL:
        return _bounds(Op.AT_MOST, a, b, limit) + _bounds(Op.AT_LEAST, a, b, limit)
    strict = op in (Op.LESS, Op.MORE)
    if op in (Op.LESS, Op.AT_MOST):
        return [Bound(a, b, limit, strict)]
    return [Bound(-a, -b, -limit, strict)]


def _feasible(bounds: Sequence[Bound]) -> bool:
    """Whether some A and B satisfy all of `bounds`: exact, by eliminating one after the other."""
    return _solvable([(each.a, each.b, each.limit, each.strict) for each in bounds], 0)


_Row = tuple[Fraction, Fraction, Fraction, bool]


def _solvable(rows: Sequence[_Row], variable: int) -> bool:
    if variable == 2:
        return all(limit > 0 or (limit == 0 and not strict) for _, _, limit, strict in rows)
    kept = [row for row in rows if row[variable] == 0]
    above = [row for row in rows if row[variable] > 0]
    below = [row for row in rows if row[variable] < 0]
    for up in above:
        for down in below:
            by, of = Fraction(1) / up[variable], Fraction(-1) / down[variable]
            kept.append(
                (
                    up[0] * by + down[0] * of,
                    up[1] * by + down[1] * of,
                    up[2] * by + down[2] * of,
                    up[3] or down[3],
                )
            )
    return _solvable(kept, variable + 1)


B_HAS_MORE = Bound(Fraction(1), Fraction(-1), Fraction(0), True)
"""B's value is larger than A's."""
