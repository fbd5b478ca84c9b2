"""Why a rule says what it says of a pair, in sentences with the values that were compared.

Answers come from the same tests that decide; only their words are made here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.model import Asset, PairKind, Verdict
from core.rules.evaluate import SAME_PIXELS, Terms, one_test, pair_test
from core.rules.fields import FIELDS, Field, Kind
from core.rules.language import (
    All,
    AnyOf,
    BetterJpeg,
    Different,
    Distance,
    Equal,
    FolderOrder,
    HasTagOf,
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
from core.rules.wording import shown
from core.text import printable

KINDS = {
    PairKind.EXACT: "they have the same bytes",
    PairKind.PIXELS: "they show the same pixels",
    PairKind.SIMILAR: "they are similar",
}


@dataclass(frozen=True, slots=True)
class _Question:
    """How to ask of one asset or of a pair."""

    ask: Callable[[Node, bool], bool | None]
    """What is said to a node, or to its negation."""
    facts: Callable[[Leaf], str]
    """The values that a leaf looks at; empty where it says all itself."""


def why_fits(node: Node, case: Case, terms: Terms, keep: tuple[Criterion, ...]) -> list[str]:
    """What makes `node` hold of `case`."""
    return _why(node, _of_pair(case, terms, keep), True, False)


def why_fails(node: Node, case: Case, terms: Terms, keep: tuple[Criterion, ...]) -> list[str]:
    """What keeps `node` from holding of `case`."""
    return _why(node, _of_pair(case, terms, keep), False, False)


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
        for sentence in _why(search.first, _of_one(asset, now_ns), False, False)
    ]


def _why(node: Node, question: _Question, wanted: bool, negated: bool) -> list[str]:
    if isinstance(node, Not):
        return _why(node.part, question, wanted, not negated)
    if isinstance(node, All | AnyOf):
        parts = [part for part in node.parts if bool(question.ask(part, negated)) is wanted]
        all_needed = (isinstance(node, All) != negated) is wanted
        return [
            sentence
            for part in (parts if all_needed else parts[:1])
            for sentence in _why(part, question, wanted, negated)
        ]
    text = f"{'not ' if negated else ''}{node}{'' if wanted else ' fails'}"
    facts = question.facts(node)
    return [f"{printable(text)}: {facts}" if facts else printable(text)]


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


def _field_of(leaf: OneLeaf | Same | Different | Shares | SharesTagOf) -> Field:
    return FIELDS["tag" if isinstance(leaf, HasTagOf | SharesTagOf) else leaf.field]


def _one_value(leaf: Leaf, asset: Asset, now_ns: int) -> str:
    assert isinstance(leaf, OneLeaf)
    field = _field_of(leaf)
    return _or_absent(field, asset, now_ns, "it")


def _pair_facts(leaf: Leaf, case: Case, now_ns: int, keep: tuple[Criterion, ...]) -> str:
    if isinstance(leaf, VerdictLeaf):
        return KINDS[case.ref.kind] if case.ref.kind in SAME_PIXELS else said(case.verdict)
    if isinstance(leaf, Distance):
        return f"they are {case.ref.distance} bits apart"
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
        field = _field_of(leaf.test)
        if leaf.side is Side.EITHER:
            return _each(field, case, now_ns)
        asset = case.a if leaf.side is Side.A else case.b
        return _or_absent(field, asset, now_ns, leaf.side)
    if isinstance(leaf, Relative | Within | WithinPercent):
        return _each(FIELDS[leaf.other.field], case, now_ns)
    assert isinstance(leaf, Same | Different | Shares | SharesTagOf), leaf
    return _each(_field_of(leaf), case, now_ns)


def _or_absent(field: Field, asset: Asset, now_ns: int, who: str) -> str:
    value = shown(field, asset, now_ns)
    if value is None:
        return f"{who} {field.absent}"
    return "" if field.kind is Kind.FLAG else value


def _each(field: Field, case: Case, now_ns: int) -> str:
    a, b = (shown(field, asset, now_ns) for asset in (case.a, case.b))
    lacking = [side for side, value in (("A", a), ("B", b)) if value is None]
    if lacking:
        return " and ".join(f"{side} {field.absent}" for side in lacking)
    return f"{a} and {b}"


def said(verdict: Verdict | None) -> str:
    """A verdict in few words."""
    if verdict is None:
        return "nobody has looked yet"
    parts = (verdict.judgement, verdict.confidence, verdict.change)
    roles = [f"{each.side.upper()} is the {each.role}" for each in verdict.directions]
    return ", ".join([str(part) for part in parts if part] + roles)
