"""The tests of a rule in plain words: of one file as predicates, of a pair as clauses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.rules.fields import FIELDS, Kind
from core.rules.language import (
    OPPOSITE,
    SHARES,
    UNIT_OF,
    WORSE_IN,
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
    Has,
    HasTagOf,
    Is,
    IsIn,
    Level,
    Matches,
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
    Scaled,
    Shares,
    SharesTagOf,
    Side,
    VerdictAtLeast,
    VerdictIs,
    Within,
    WithinPercent,
    Worse,
)
from core.rules.quantities import Unit, span_of, write, write_number
from core.rules.scoring import Criterion
from core.rules.told import KINDS, lacking

GAP = "…"
"""Stands for what is not finished yet."""

HOW_MUCH = {
    Op.LESS: "less than",
    Op.AT_MOST: "at most",
    Op.EQUAL: "exactly",
    Op.UNEQUAL: "other than",
    Op.AT_LEAST: "at least",
    Op.MORE: "more than",
}
WHEN = {
    Op.LESS: "before",
    Op.AT_MOST: "until",
    Op.EQUAL: "at",
    Op.UNEQUAL: "not at",
    Op.AT_LEAST: "since",
    Op.MORE: "after",
}
SURE = {
    Level.VERY_PROBABLE: "at least very probably the same picture",
    Level.ALMOST_CERTAIN: "at least almost certainly the same picture",
    Level.NEAR_PERFECT: "at least near perfectly the same picture",
    Level.PIXELS: "the same picture dot for dot",
}
_THAN = {
    Op.LESS: "less than",
    Op.AT_MOST: "at most",
    Op.EQUAL: "equal to",
    Op.UNEQUAL: "other than",
    Op.AT_LEAST: "at least",
    Op.MORE: "more than",
}
WHO = {Side.A: "A", Side.B: "B", Side.EITHER: "one of the two"}


# One file: predicates without their subject.


def predicates(nodes: Sequence[Node], negated: bool) -> list[str]:
    """What is said of one file, one after the other; as wide as high is said at once."""
    found: list[str] = []
    before: Node | None = None
    for node in nodes:
        square = isinstance(before, Amount) and replace(before, field="height") == node
        if square and isinstance(before, Amount) and before.field == "width":
            found[-1] += " and high"
        else:
            found.append(_one(node, negated))
        before = node
    return found


def _one(node: Node, negated: bool) -> str:
    if isinstance(node, Not):
        return _one(node.part, not negated)
    if isinstance(node, All | AnyOf):
        parts = predicates(node.parts, negated)
        both = isinstance(node, All) != negated
        return together(parts) if both else _alternatives(parts)
    assert isinstance(node, OneLeaf), node
    return predicate_of(node, negated)


def predicate_of(leaf: OneLeaf, negated: bool) -> str:
    """What a test says of one file, or its negation: ``is a JPEG``, ``has the tag holiday``."""
    if isinstance(leaf, Amount):
        op = OPPOSITE[leaf.op] if negated else leaf.op
        unit = FIELDS[leaf.field].unit
        how = (WHEN if unit is Unit.MOMENT else HOW_MUCH)[op]
        return FIELDS[leaf.field].phrase.format(f"{how} {write(unit, leaf.value)}")
    if isinstance(leaf, Between):
        unit = FIELDS[leaf.field].unit
        between = f"between {write(unit, leaf.low)} and {write(unit, leaf.high)}"
        said = FIELDS[leaf.field].phrase.format(between)
        return said.replace("between", "not between", 1) if negated else said
    if isinstance(leaf, Is):
        words = joined(leaf.words, "or")
        if leaf.field == "type":
            return f"is {'no' if negated else _article(words)} {words}"
        return f"has {'not ' if negated else ''}the {leaf.field} {words}"
    if isinstance(leaf, IsIn):
        folders = joined(leaf.folders, "or")
        return f"does not lie in {folders}" if negated else f"lies in {folders}"
    if isinstance(leaf, Matches):
        verb = "has no" if negated else f"has {_article(leaf.field)}"
        return f"{verb} {leaf.field} like {leaf.pattern}"
    if isinstance(leaf, Has):
        if leaf.field == "album":
            return f"is {'not ' if negated else ''}in the album {leaf.word}"
        return f"has {'not ' if negated else ''}the {leaf.field} {leaf.word}"
    assert isinstance(leaf, Flag | HasTagOf), leaf
    return lacking(str(leaf)) if negated else str(leaf)


def _article(word: str) -> str:
    # HEIC is spelt, as are WEBP and its like spoken.
    return "an" if word[:1].upper() in "AEIO" else "a"


# A pair: clauses.


def clause_of(node: Node, negated: bool, keep: Sequence[Criterion]) -> str:
    """What a test says of a pair, or its negation; `keep` is what the rule ranks files by."""
    if isinstance(node, Not):
        return clause_of(node.part, not negated, keep)
    if isinstance(node, All | AnyOf):
        parts = [clause_of(part, negated, keep) for part in node.parts]
        both = isinstance(node, All) != negated
        return f"({joined(parts)})" if both and parts[1:] else _alternatives(parts)
    assert isinstance(node, PairLeaf), node
    if isinstance(node, Of):
        if node.side is Side.EITHER and negated:
            return f"neither {predicate_of(node.test, False)}"
        return f"{WHO[node.side]} {predicate_of(node.test, negated)}"
    if isinstance(node, Relative):
        op = OPPOSITE[node.op] if negated else node.op
        words = WHEN if FIELDS[node.other.field].unit is Unit.MOMENT else _THAN
        return f"A's {_noun(node.other)} is {words[op]} {_scaled(node.other)}"
    clause = _clause(node, keep)
    return f"not ({clause})" if negated else clause


def _clause(leaf: PairLeaf, keep: Sequence[Criterion]) -> str:
    if isinstance(leaf, WithinPercent):
        share = f"{write_number(leaf.percent)}%"
        return f"A's {_noun(leaf.other)} is within {share} of {_scaled(leaf.other)}"
    if isinstance(leaf, Within):
        span = write(span_of(FIELDS[leaf.other.field].unit), leaf.distance)
        return f"A's {_noun(leaf.other)} is within {span} of {_scaled(leaf.other)}"
    if isinstance(leaf, Same | Different):
        alike = isinstance(leaf, Same)
        if FIELDS[leaf.field].kind is Kind.FLAG:
            both = re.sub("^is ", "are ", re.sub("^has ", "have ", leaf.field))
            return f"both {both} or neither" if alike else f"only one of them {leaf.field}"
        what = str(leaf).split(" ", 1)[1]
        return f"both have {'the same' if alike else 'a different'} {what}"
    if isinstance(leaf, Shares):
        return f"the two {SHARES[leaf.field].replace('shares', 'share', 1)}"
    if isinstance(leaf, SharesTagOf):
        return f"the two share a tag of {leaf.namespace}"
    if isinstance(leaf, RanksAbove):
        return f"A ranks above B ({', then '.join([*map(str, keep), 'the older file'])})"
    if isinstance(leaf, FolderOrder):
        return f"A comes before B in the folders {', then '.join(leaf.folders)}"
    if isinstance(leaf, Distance):
        return f"they are {HOW_MUCH[leaf.op]} {leaf.bits} bits apart"
    if isinstance(leaf, Equal):
        return KINDS[leaf.kind]
    if isinstance(leaf, VerdictAtLeast):
        return f"they are {SURE[leaf.level]}"
    if isinstance(leaf, VerdictIs):
        return f"the verdict is {joined(leaf.judgements, 'or')}"
    if isinstance(leaf, ChangeIs):
        return f"the change is {joined(leaf.changes, 'or')}"
    if isinstance(leaf, Plays):
        return f"{WHO[leaf.side]} is the {leaf.role}"
    if isinstance(leaf, NoRoles):
        return "the verdict calls neither the worse"
    if isinstance(leaf, Alike):
        return f"their {leaf.trait} is within {leaf.limit!r} {UNIT_OF[leaf.trait]}"
    if isinstance(leaf, Worse):
        least = f"{leaf.least!r} {UNIT_OF[leaf.trait]}"
        return f"{WHO[leaf.side]} is {WORSE_IN[leaf.trait]} by at least {least}"
    assert isinstance(leaf, BetterJpeg), leaf
    return str(leaf)


def _noun(other: Scaled) -> str:
    return FIELDS[other.field].noun or other.field


def _scaled(other: Scaled) -> str:
    text = "B's" if other.factor == 1 else f"{write_number(other.factor)} × B's"
    if other.delta:
        sign = "-" if other.delta < 0 else "+"
        text += f" {sign} {write(span_of(FIELDS[other.field].unit), abs(other.delta))}"
    return text


# Words.


def together(predicates: Sequence[str]) -> str:
    """Predicates of one subject; a verb is said once for those that follow each other."""
    groups: list[list[str]] = []
    last = ""
    for each in predicates:
        verb, _, rest = each.partition(" ")
        if verb == last and verb in ("is", "has") and rest:
            groups[-1].append(rest)
        else:
            groups.append([each])
        last = verb
    return joined([joined(group) for group in groups]) if groups else ""


def _alternatives(parts: Sequence[str]) -> str:
    return f"({joined(parts, 'or')})" if len(parts) > 1 else "".join(parts)


def joined(parts: Iterable[str], word: str = "and") -> str:
    """``a, b and c``; of nothing, `GAP`."""
    *first, last = [str(part) for part in parts] or [GAP]
    return f"{', '.join(first)} {word} {last}" if first else last
