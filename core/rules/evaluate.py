"""Tests made ready for many pairs: closures without parsing and without strings in their way.

Logic is Kleene's, with None for what hangs on a verdict that nobody has asked for yet, or on a
server's file that nobody has read. A negation is carried down to the leaves, since what an asset
does not have fails a leaf and its negation alike; so `Not` never makes a yes of ignorance.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from core.model import Asset, PairKind
from core.rules.fields import FIELDS, Field, Kind
from core.rules.jpegs import is_clearly_better
from core.rules.language import (
    OPPOSITE,
    All,
    Amount,
    AnyOf,
    BetterJpeg,
    Between,
    Different,
    Distance,
    Equal,
    Flag,
    FolderOrder,
    Has,
    HasTagOf,
    Is,
    IsIn,
    Leaf,
    Matches,
    Node,
    Not,
    Of,
    OneLeaf,
    Op,
    RanksAbove,
    Relative,
    Same,
    Scaled,
    Shares,
    SharesTagOf,
    Side,
    VerdictLeaf,
    Within,
    WithinPercent,
)
from core.rules.paths import expanded, folder_index, matcher, within
from core.rules.rule import Case, PairTest
from core.rules.scoring import Key
from core.rules.verdicts import verdict_test

T = TypeVar("T")

OneTest = Callable[[Asset], bool | None]

_COMPARE: dict[Op, Callable[[Any, Any], bool]] = {
    Op.LESS: operator.lt,
    Op.AT_MOST: operator.le,
    Op.EQUAL: operator.eq,
    Op.UNEQUAL: operator.ne,
    Op.AT_LEAST: operator.ge,
    Op.MORE: operator.gt,
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What tests need besides the assets."""

    now_ns: int
    rank: Key
    """The smaller, the better."""
    reads: bool = False
    """Whether that hangs on what only the files themselves tell."""


class Cost:
    """Classes of tests by what they cost, cheap ones first."""

    NUMBER = 0
    TEXT = 1
    VERDICT = 2


def cost_of(node: Node) -> int:
    """The class of the dearest leaf of `node`."""
    if isinstance(node, All | AnyOf):
        return max(map(cost_of, node.parts), default=Cost.NUMBER)
    if isinstance(node, Not):
        return cost_of(node.part)
    if isinstance(node, Of):
        return cost_of(node.test)
    if isinstance(node, VerdictLeaf):
        return Cost.VERDICT
    if isinstance(node, Flag | Amount | Between | Relative | Within | WithinPercent | Distance):
        return Cost.NUMBER
    return Cost.NUMBER if isinstance(node, Equal) else Cost.TEXT


def cheap_first(nodes: Iterable[Node]) -> list[Node]:
    """`nodes` by their cost; those of one class in the order they were given."""
    return sorted(nodes, key=cost_of)


def one_test(node: Node, now_ns: int, negated: bool = False) -> OneTest:
    """Whether one asset passes `node`, or its negation."""
    if isinstance(node, Not):
        return one_test(node.part, now_ns, not negated)
    if isinstance(node, All | AnyOf):
        tests = [one_test(part, now_ns, negated) for part in cheap_first(node.parts)]
        if len(tests) == 1:
            return tests[0]
        return every(tests) if isinstance(node, All) != negated else some(tests)
    assert isinstance(node, OneLeaf)
    return _one_leaf(node, now_ns, negated)


def _one_leaf(leaf: OneLeaf, now_ns: int, negated: bool) -> OneTest:
    if isinstance(leaf, Amount):
        field = FIELDS[leaf.field]
        read, limit = field.reader(now_ns), field.constant(leaf.value)
        compare = _COMPARE[OPPOSITE[leaf.op] if negated else leaf.op]

        def amount(asset: Asset) -> bool | None:
            value = read(asset)
            if value is None:
                return None if field.is_open(asset) else False
            return compare(value, limit)

        return amount
    get, holds = _question(leaf, now_ns)
    asked = FIELDS["tag" if isinstance(leaf, HasTagOf) else leaf.field]

    def test(asset: Asset) -> bool | None:
        value = get(asset)
        if value is None:
            return None if asked.is_open(asset) else False
        return holds(value) is not negated

    return test


def _question(leaf: OneLeaf, now_ns: int) -> tuple[Callable[[Asset], Any], Callable[[Any], bool]]:
    """What to read of an asset, and what to ask of it if it is there."""
    if isinstance(leaf, HasTagOf):
        starts = (f"{leaf.namespace}/", f"{leaf.namespace}:")
        return FIELDS["tag"].get, lambda tags: any(tag.startswith(starts) for tag in tags)
    field = FIELDS[leaf.field]
    get = field.reader(now_ns)
    if isinstance(leaf, Between):
        low, high = field.constant(leaf.low), field.constant(leaf.high)
        return get, lambda value: low <= value <= high
    if isinstance(leaf, Is):
        words = frozenset(map(expanded, leaf.words) if field.kind is Kind.PATH else leaf.words)
        return get, lambda value: value in words
    if isinstance(leaf, IsIn):
        return get, within(leaf.folders)
    if isinstance(leaf, Matches):
        matches = matcher(leaf.pattern, field.kind is Kind.PATH)
        if field.kind is Kind.WORDS:
            return get, lambda words: any(map(matches, words))
        return get, matches
    if isinstance(leaf, Has):
        word = leaf.word
        return get, lambda values: word in values
    return get, bool


def pair_test(node: Node, terms: Terms, flipped: bool, negated: bool = False) -> PairTest:
    """What an ordered pair answers to `node`, or to its negation.

    Args:
        flipped: the pair's B is asked as A, and its A as B.
    """
    if isinstance(node, Not):
        return pair_test(node.part, terms, flipped, not negated)
    if isinstance(node, All | AnyOf):
        tests = [pair_test(part, terms, flipped, negated) for part in cheap_first(node.parts)]
        if len(tests) == 1:
            return tests[0]
        return every(tests) if isinstance(node, All) != negated else some(tests)
    if isinstance(node, VerdictLeaf):
        return verdict_test(node, flipped, negated)
    if isinstance(node, Of):
        return _of_side(node, terms, flipped, negated)
    assert not isinstance(node, OneLeaf), f"{node}: of which side?"
    return _pair_leaf(node, terms, flipped, negated)


def every(tests: Sequence[Callable[[T], bool | None]]) -> Callable[[T], bool | None]:
    """Whether all of `tests` hold."""

    def test(case: T) -> bool | None:
        answer: bool | None = True
        for each in tests:
            found = each(case)
            if found is None:
                answer = None
            elif not found:
                return False
        return answer

    return test


def some(tests: Sequence[Callable[[T], bool | None]]) -> Callable[[T], bool | None]:
    """Whether one of `tests` holds."""

    def test(case: T) -> bool | None:
        answer: bool | None = False
        for each in tests:
            found = each(case)
            if found:
                return True
            if found is None:
                answer = None
        return answer

    return test


def _of_side(leaf: Of, terms: Terms, flipped: bool, negated: bool) -> PairTest:
    one = one_test(leaf.test, terms.now_ns, negated)

    def of_a(case: Case) -> bool | None:
        return one(case.a)

    def of_b(case: Case) -> bool | None:
        return one(case.b)

    if leaf.side is Side.EITHER:
        return every([of_a, of_b]) if negated else some([of_a, of_b])
    return of_a if (leaf.side is Side.A) != flipped else of_b


def _pair_leaf(leaf: Leaf, terms: Terms, flipped: bool, negated: bool) -> PairTest:
    if isinstance(leaf, Distance):
        bits, compare = leaf.bits, _COMPARE[OPPOSITE[leaf.op] if negated else leaf.op]

        def distance(case: Case) -> bool:
            between = case.ref.distance
            return between is not None and compare(between, bits)

        return distance
    if isinstance(leaf, Equal):
        kinds = (PairKind.EXACT, leaf.kind)
        return lambda case: (case.ref.kind in kinds) is not negated
    if isinstance(leaf, RanksAbove):
        rank = terms.rank

        def ranks(case: Case) -> bool | None:
            if terms.reads and (case.a.facts.hearsay or case.b.facts.hearsay):
                return None
            a, b = (case.b, case.a) if flipped else (case.a, case.b)
            return (rank(a) < rank(b)) is not negated

        return ranks
    read, holds = _relation(leaf, terms, negated)
    asked = _field_of(leaf)

    def related(case: Case) -> bool | None:
        both = read(case.b, case.a) if flipped else read(case.a, case.b)
        if both is None:
            is_open = asked is not None and (asked.is_open(case.a) or asked.is_open(case.b))
            return None if is_open else False
        return holds(*both)

    return related


def _field_of(leaf: Leaf) -> Field | None:
    """What `leaf` asks of both sides."""
    if isinstance(leaf, Relative | Within | WithinPercent):
        return FIELDS[leaf.other.field]
    if isinstance(leaf, Same | Different | Shares):
        return FIELDS[leaf.field]
    return FIELDS["JPEG quality"] if isinstance(leaf, BetterJpeg) else None


Both = Callable[[Asset, Asset], tuple[Any, Any] | None]


def _relation(leaf: Leaf, terms: Terms, negated: bool) -> tuple[Both, Callable[[Any, Any], bool]]:
    """What to read of A and B, and what to ask of the two if both are there."""
    if isinstance(leaf, Relative):
        compare = _COMPARE[OPPOSITE[leaf.op] if negated else leaf.op]
        if leaf.other.is_plain:
            return _both(leaf.other.field, terms), compare
        scale = _scale(leaf.other)
        return _both(leaf.other.field, terms), lambda a, b: compare(a, scale(b))
    read, question = _question_of_both(leaf, terms)
    if not negated:
        return read, question
    return read, lambda a, b: not question(a, b)


def _question_of_both(leaf: Leaf, terms: Terms) -> tuple[Both, Callable[[Any, Any], bool]]:
    if isinstance(leaf, Within):
        scale, apart = _scale(leaf.other), leaf.distance
        return _both(leaf.other.field, terms), lambda a, b: abs(a - scale(b)) <= apart
    if isinstance(leaf, WithinPercent):
        scale, share = _scale(leaf.other), leaf.percent / 100

        def near(a: Any, b: Any) -> bool:
            other = scale(b)
            return bool(abs(a - other) <= share * max(abs(a), abs(other)))

        return _both(leaf.other.field, terms), near
    if isinstance(leaf, Same):
        return _both(leaf.field, terms), operator.eq
    if isinstance(leaf, Different):
        return _both(leaf.field, terms), operator.ne
    if isinstance(leaf, Shares):
        return _both(leaf.field, terms), lambda a, b: not set(a).isdisjoint(b)
    if isinstance(leaf, SharesTagOf):
        starts = (f"{leaf.namespace}/", f"{leaf.namespace}:")
        return _both("tag", terms), lambda a, b: any(tag.startswith(starts) for tag in {*a} & {*b})
    if isinstance(leaf, FolderOrder):
        place = folder_index(leaf.folders)
        return (lambda a, b: (place(str(a.path)), place(str(b.path)))), operator.lt
    assert isinstance(leaf, BetterJpeg)
    return _jpegs, is_clearly_better


def _both(word: str, terms: Terms) -> Both:
    field = FIELDS[word]
    if field.of_both is not None:
        return field.of_both
    get = field.reader(terms.now_ns)

    def read(a: Asset, b: Asset) -> tuple[Any, Any] | None:
        one, other = get(a), get(b)
        return None if one is None or other is None else (one, other)

    return read


def _scale(other: Scaled) -> Callable[[Any], Any]:
    factor, delta = other.factor, other.delta
    if factor == 1:
        return lambda value: value + delta
    return lambda value: factor * value + delta


def _jpegs(a: Asset, b: Asset) -> tuple[Asset, Asset] | None:
    return None if a.facts.quality is None or b.facts.quality is None else (a, b)
