"""Whether tests can hold together at all: what can be proven of a rule before it meets a pair.

Everything here errs to one side: *impossible* is proven, *possible* only means that nothing proves
otherwise. Tests are taken apart into conjunctions, of which `core.rules.conjunction` knows whether
they hold together.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from core.model import PairKind
from core.rules.conjunction import Literal, State
from core.rules.language import (
    Alike,
    All,
    AnyOf,
    Different,
    Distance,
    Equal,
    Node,
    Not,
    Of,
    OneLeaf,
    PairLeaf,
    Same,
    Shares,
    SharesTagOf,
    Side,
    VerdictAtLeast,
    VerdictIs,
)
from core.rules.rule import Matching, Pixels, Search
from core.rules.verdicts import SAME_PIXELS

_MOST = 512
"""Alternatives that are looked at; what has more counts as possible."""

_SYMMETRIC = (
    *(Same, Different, Shares, SharesTagOf, Distance, Equal),
    *(VerdictAtLeast, VerdictIs, Alike),
)
"""Leaves that answer the same whichever side is A."""


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
    together = ((*one, *other) for one in forward for other in backward)
    return any(State.of(each) is not None for each in together)


def core_of(nodes: Sequence[Node]) -> list[Node]:
    """Of tests that cannot hold together, some that cannot and of which none is too many."""
    needed = list(nodes)
    for node in nodes:
        rest = [each for each in needed if each is not node]
        if not is_possible(rest):
            needed = rest
    return needed
