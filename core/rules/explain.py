"""Why a rule says what it says of a pair, in sentences with the values that were compared.

Answers come from the same tests that decide; only their words are made here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from core.model import Asset
from core.rules.evaluate import Terms, one_test, pair_test
from core.rules.fields import FIELDS, Field
from core.rules.language import (
    All,
    AnyOf,
    BetterJpeg,
    Different,
    Distance,
    Equal,
    FolderOrder,
    Leaf,
    Node,
    Not,
    Of,
    OneLeaf,
    RanksAbove,
    Relative,
    Same,
    Shares,
    SharesTagOf,
    Side,
    VerdictLeaf,
    Within,
    WithinPercent,
)
from core.rules.rule import Case, Matching, Search
from core.rules.scoring import Criterion, rank
from core.rules.told import KINDS, field_of, lacking, said, says_all, told
from core.rules.verdicts import SAME_PIXELS
from core.rules.wording import bits_apart, shown
from core.text import printable


@dataclass(frozen=True, slots=True)
class _Question:
    """How to ask of one asset or of a pair."""

    ask: Callable[[Node, bool], bool | None]
    """What is said to a node, or to its negation."""
    facts: Callable[[Leaf], str]
    """The values that a leaf looks at."""


def why_fits(
    nodes: Iterable[Node], case: Case, names: Case, terms: Terms, keep: tuple[Criterion, ...]
) -> list[str]:
    """What makes `nodes` hold of `case`, in a few sentences that call the two as `names` does."""
    question = _of_pair(case, terms, keep)
    leaves = [leaf for node in nodes for leaf, _ in _leaves(node, question, True, False)]
    return told(leaves, case, names, terms.now_ns, keep)


def why_fails(node: Node, case: Case, terms: Terms, keep: tuple[Criterion, ...]) -> list[str]:
    """What keeps `node` from holding of `case`."""
    return _failures(node, _of_pair(case, terms, keep))


def why_not_found(search: Search, case: Case, now_ns: int) -> list[str]:
    """What keeps two assets from matching `search`, where it is something of the two."""
    if search.matching is Matching.ONE_EACH:
        return ["they do not match the two searches, one each"]
    if search.first is None:
        return []
    test = one_test(search.first, now_ns)
    misses = [asset for asset in (case.a, case.b) if not test(asset)]
    if search.matching is Matching.AT_LEAST_ONE and len(misses) == 1:
        return []
    return [
        f"{printable(asset.path.name)}: {sentence}"
        for asset in misses
        for sentence in _failures(search.first, _of_one(asset, now_ns))
    ]


def _failures(node: Node, question: _Question) -> list[str]:
    return [
        printable(f'"{"not " if negated else ""}{leaf}" fails: {question.facts(leaf)}')
        for leaf, negated in _leaves(node, question, False, False)
    ]


def _leaves(
    node: Node, question: _Question, wanted: bool, negated: bool
) -> Iterator[tuple[Leaf, bool]]:
    """The leaves that make the answer to `node` what it is, and whether they stand negated."""
    if isinstance(node, Not):
        yield from _leaves(node.part, question, wanted, not negated)
    elif isinstance(node, All | AnyOf):
        parts = [part for part in node.parts if bool(question.ask(part, negated)) is wanted]
        all_needed = (isinstance(node, All) != negated) is wanted
        for part in parts if all_needed else parts[:1]:
            yield from _leaves(part, question, wanted, negated)
    else:
        yield node, negated


def _of_pair(case: Case, terms: Terms, keep: tuple[Criterion, ...]) -> _Question:
    return _Question(
        lambda node, negated: pair_test(node, terms, False, negated)(case),
        lambda leaf: _pair_facts(leaf, case, terms.now_ns, keep),
    )


def _of_one(asset: Asset, now_ns: int) -> _Question:
    return _Question(
        lambda node, negated: one_test(node, now_ns, negated)(asset),
        lambda leaf: _one_value(leaf, asset, now_ns),
    )


def _one_value(leaf: Leaf, asset: Asset, now_ns: int) -> str:
    assert isinstance(leaf, OneLeaf)
    return _value(leaf, asset, now_ns, "it")


def _pair_facts(leaf: Leaf, case: Case, now_ns: int, keep: tuple[Criterion, ...]) -> str:
    if isinstance(leaf, VerdictLeaf):
        if case.ref.kind in SAME_PIXELS:
            return KINDS[case.ref.kind]
        return "nobody has looked yet" if case.verdict is None else said(case.verdict)
    if isinstance(leaf, Distance):
        return f"they are {bits_apart(case.ref)}"
    if isinstance(leaf, Equal):
        return KINDS[case.ref.kind]
    if isinstance(leaf, RanksAbove):
        ranking = rank((case.a, case.b), keep)
        best = "A" if ranking.king is case.a else "B"
        named = [str(criterion) for criterion in keep]
        if ranking.settled_by not in named:
            return f"{best} is the first by {ranking.settled_by}"
        place = named.index(ranking.settled_by)
        first, second = (standing.scores[place] for standing in ranking.standings)
        return f"{best} is the first by {ranking.settled_by} ({first} against {second})"
    if isinstance(leaf, FolderOrder):
        return _each(FIELDS["folder"], case, now_ns)
    if isinstance(leaf, BetterJpeg):
        quality, chroma = (_each(FIELDS[w], case, now_ns) for w in ("JPEG quality", "subsampling"))
        return f"{quality}, colours {chroma}"
    if isinstance(leaf, Of):
        if leaf.side is Side.EITHER:
            sides = (_value(leaf.test, asset, now_ns, who) for asset, who in _named(case))
            return " and ".join(sides)
        asset = case.a if leaf.side is Side.A else case.b
        return _value(leaf.test, asset, now_ns, leaf.side)
    if isinstance(leaf, Relative | Within | WithinPercent):
        return _each(FIELDS[leaf.other.field], case, now_ns)
    assert isinstance(leaf, Same | Different | Shares | SharesTagOf), leaf
    return _each(field_of(leaf), case, now_ns)


def _named(case: Case) -> tuple[tuple[Asset, str], tuple[Asset, str]]:
    return (case.a, "A"), (case.b, "B")


def _value(leaf: OneLeaf, asset: Asset, now_ns: int, who: str) -> str:
    field = field_of(leaf)
    value = shown(field, asset, now_ns)
    if value is None:
        return f"{who} {field.absent}"
    if not says_all(leaf):
        return value
    return f"{who} {leaf if one_test(leaf, now_ns)(asset) else lacking(str(leaf))}"


def _each(field: Field, case: Case, now_ns: int) -> str:
    a, b = (shown(field, asset, now_ns) for asset in (case.a, case.b))
    absent = [side for side, value in (("A", a), ("B", b)) if value is None]
    if absent:
        return " and ".join(f"{side} {field.absent}" for side in absent)
    return f"{a} and {b}"
