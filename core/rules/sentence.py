"""A rule as one plain sentence, for whoever makes it or has to trust it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from core.metadata.policies import Field as Merged
from core.metadata.policies import Policy, Way
from core.model import Fate, PairKind, RelationKind
from core.rules.clauses import (
    GAP,
    SURE,
    WHO,
    clause_of,
    joined,
    predicate_of,
    predicates,
    together,
)
from core.rules.keys import SEARCHES
from core.rules.language import (
    All,
    AnyOf,
    Flag,
    Node,
    Not,
    Of,
    Same,
    Side,
)
from core.rules.rule import Action, Matching, Mode, Pixels, Rule, Search
from core.rules.verdicts import SAME_PIXELS
from core.text import printable

_ONE = re.compile(r"(?<![\d.,])1 (pixel|frame|tag|album|bit|(?:EXIF )?field)s\b")


def sentence(rule: Rule, unfinished: Collection[str] = (), usual: Policy | None = None) -> str:
    """What `rule` does.

    Args:
        rule: as far as it goes.
        unfinished: the keys with something that is not right yet.
        usual: the policy for metadata where the rule names none; None: it is not known.
    """
    found = _found(rule.search, unfinished)
    where = _where(rule, "comparison" in unfinished)
    fates = [_fate(rule.action), *_merged(rule.action, usual)]
    last = "A person approves each pair." if rule.mode is Mode.SEMI else "It acts by itself."
    paused = " It is paused." if rule.paused else ""
    said = f"Among {found}, {_relation(rule.action)}{where}: {joined(fates)}. {last}{paused}"
    return printable(_ONE.sub(r"1 \1", said))


def searched(search: Search) -> str:
    """What a rule looks for."""
    return printable(_ONE.sub(r"1 \1", _found(search, ())))


# The search.


def _found(search: Search, unfinished: Collection[str]) -> str:
    parts = [_pairs(search)]
    if search.distance is not None and PairKind.SIMILAR in _kinds(search):
        far = f"at most {search.distance} bits apart" if search.distance else "no bit apart"
        parts.append(far)
    if search.verdict is not None:
        parts.append(SURE[search.verdict])
    nodes = [search.first, search.second]
    asked = [
        _predicate(node, name in unfinished)
        for name, node in zip(SEARCHES[search.matching], nodes, strict=False)
    ]
    if search.matching is Matching.ONE_EACH:
        parts.append(f"of which one file {asked[0] or GAP} and the other {asked[1] or GAP}")
    elif asked[0]:
        which = "each file" if search.matching is Matching.BOTH else "at least one file"
        parts.append(f"of which {which} {asked[0]}")
    return ", ".join(parts)


def _pairs(search: Search) -> str:
    kinds = _kinds(search)
    if kinds == {PairKind.EXACT}:
        return "exact copies"
    if kinds == {PairKind.PIXELS}:
        return "different files that show the same pixels"
    if kinds == {PairKind.SIMILAR}:
        return "similar pairs that do not show the same pixels"
    if kinds == set(SAME_PIXELS):
        return "pairs that show the same pixels"
    if kinds == {PairKind.EXACT, PairKind.SIMILAR}:
        return "exact copies and similar pairs"
    if kinds == {PairKind.PIXELS, PairKind.SIMILAR}:
        return "pairs that are no exact copies"
    return "all pairs" if kinds else GAP


def _kinds(search: Search) -> set[PairKind]:
    kinds = set(search.kinds)
    if search.pixels is Pixels.ALLOWED:
        return kinds
    required = search.pixels is Pixels.REQUIRED
    return {kind for kind in kinds if (kind in SAME_PIXELS) is required}


def _predicate(node: Node | None, gap: bool) -> str:
    """What is said of one file, as in *is a JPEG and has EXIF*."""
    nodes = () if node is None else node.parts if isinstance(node, All) else (node,)
    return together([*predicates(nodes, False), *([GAP] if gap else [])])


# A pair: clauses.


def _where(rule: Rule, gap: bool) -> str:
    # What is said of one side alone comes together, where it is said first.
    clauses: dict[str, list[str]] = {}
    for place, node in enumerate(rule.comparison):
        subject, said = _subject(node)
        if subject:
            clauses.setdefault(subject, []).append(said)
        else:
            clauses[f"{place}"] = [clause_of(node, False, rule.keep)]
    said_all = [
        " ".join(parts) if subject.isdecimal() else _of_subject(subject, parts)
        for subject, parts in clauses.items()
    ]
    said_all += [GAP] if gap else []
    return f" where {joined(said_all)}" if said_all else ""


_IF_B_DOES = "A, if B does,"


def _subject(node: Node) -> tuple[str, str]:
    """Of whom alone a test speaks, and what it says; two empty texts where it is of both."""
    flag = _carried(node)
    if flag:
        return _IF_B_DOES, flag
    negated = isinstance(node, Not)
    leaf = node.part if isinstance(node, Not) else node
    if isinstance(leaf, Of) and (leaf.side is not Side.EITHER or not negated):
        return WHO[leaf.side], predicate_of(leaf.test, negated)
    return "", ""


def _carried(node: Node) -> str:
    """The flag that A has wherever B has it, if that is what a test asks for."""
    if not isinstance(node, AnyOf) or len(node.parts) != 2:
        return ""
    for lacks, has in (node.parts, node.parts[::-1]):
        part = lacks.part if isinstance(lacks, Not) else None
        if isinstance(part, Of) and part.side is Side.B and isinstance(part.test, Flag):
            word = part.test.field
            if has in (Of(Side.A, part.test), Same(word)):
                return word
    return ""


def _of_subject(subject: str, parts: Sequence[str]) -> str:
    if subject == _IF_B_DOES:
        return f"A {together(parts)} if B does"
    return f"{subject} {together(parts)}"


# The action.

_RELATIONS = {
    RelationKind.BETTER: "A is better than B",
    RelationKind.SAME_QUALITY: "the two are equally good",
    RelationKind.ALTERNATES: "the two are alternates",
    RelationKind.NOT_RELATED: "the two are no duplicates",
}


def _relation(action: Action) -> str:
    return _RELATIONS.get(action.kind, str(action.kind))


def _fate(action: Action) -> str:
    if action.a is Fate.KEEP and action.b is Fate.KEEP:
        return "both stay"
    goes, stays, fate = ("A", "B", action.a) if action.b is Fate.KEEP else ("B", "A", action.b)
    if fate is Fate.TRASH:
        return f"{goes} goes to the trash"
    return f"a {fate} to {stays} takes the place of {goes}"


def _merged(action: Action, usual: Policy | None) -> list[str]:
    """What becomes of metadata, where anything does."""
    if action.kind not in (RelationKind.BETTER, RelationKind.SAME_QUALITY):
        return []
    policy = usual
    if action.merge is not None:
        policy = Policy.parse(action.merge)
    if policy is None:
        return ["metadata are merged as the library says"]
    fields = [field for field in Merged if policy.way(field) is not Way.KEEP]
    if not fields:
        return ["metadata stay as they are"]
    if action.a is action.b:
        return [f"each receives the other's {joined(fields)}"]
    stays, goes = ("A", "B") if action.a is Fate.KEEP else ("B", "A")
    return [f"{stays} receives {goes}'s {joined(fields)}"]
