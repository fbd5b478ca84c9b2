"""What is wrong with a rule before it meets a pair, and what a person should know of a valid one.

Errors keep a rule from being used; warnings are shown when it is saved. Only what can be proven is
an error, and a warning says what to add.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from core.errors import UsageError
from core.metadata.policies import Policy
from core.model import Fate, Judgement, PairKind, RelationKind, Role
from core.rules.bounds import B_HAS_MORE
from core.rules.conjunction import State
from core.rules.keys import SEARCHES
from core.rules.language import All, AnyOf, Level, Node, Not, Side
from core.rules.logic import (
    alternatives,
    core_of,
    is_possible,
    of_search,
    on_side,
)
from core.rules.rule import Matching, Pixels, Rule, Search
from core.rules.verdicts import LEVELS, SAME_PIXELS


class Problem(NamedTuple):
    """What is wrong with one key of a rule."""

    key: str
    """As it is called in a rules file."""
    message: str


def errors(rule: Rule) -> list[Problem]:
    """Why `rule` cannot be used."""
    found = [*_empty(rule), *_action_errors(rule), *_search_errors(rule)]
    if found:
        return found
    nodes = [*of_search(rule.search), *rule.comparison]
    if is_possible(nodes):
        return []
    core = core_of(nodes)
    texts = [str(node) for node in core if node in rule.comparison]
    others = "" if len(texts) == len(core) else " of what the search finds"
    return [Problem("comparison", f"no pair{others} can pass {_listed(texts)}")]


def warnings(rule: Rule) -> tuple[str, ...]:
    """What the person who saves `rule` should know, the most dangerous first."""
    return (*_of_what_goes(rule), *_too_wide(rule.search), *_either_way(rule))


def warnings_between(rules: Sequence[Rule]) -> tuple[str, ...]:
    """Where two rules are proven to call opposite sides of the same pairs the better one."""
    better = [rule for rule in rules if rule.action.kind is RelationKind.BETTER]
    return tuple(
        f'"{one.name}" and "{other.name}" call opposite sides better of the same pairs;'
        " what they disagree on is left to you"
        for one, other in combinations(better, 2)
        if _reverses(one, other) or _reverses(other, one)
    )


def _listed(texts: Sequence[str]) -> str:
    return " together with ".join(f'"{text}"' for text in texts) or "it"


def _empty(rule: Rule) -> Iterator[Problem]:
    search = rule.search
    keys = SEARCHES[search.matching]
    for key, node in zip(keys, (search.first, search.second), strict=False):
        if node is None and search.matching is not Matching.BOTH:
            yield Problem(key, "it names no test; say what to look for")
        elif node is not None and _has_empty(node):
            yield Problem(key, "an all or any names no test; fill it or leave it out")
    if any(map(_has_empty, rule.comparison)):
        yield Problem("comparison", "an all or any names no test; fill it or leave it out")
    if not search.kinds:
        yield Problem("search.kinds", "it names no kind; leave it out for all of them")


def _has_empty(node: Node) -> bool:
    if isinstance(node, All | AnyOf):
        return not node.parts or any(map(_has_empty, node.parts))
    return isinstance(node, Not) and _has_empty(node.part)


def _action_errors(rule: Rule) -> Iterator[Problem]:
    action = rule.action
    if Fate.KEEP not in (action.a, action.b):
        yield Problem("b", "both sides would go; keep one")
    elif action.kind is RelationKind.BETTER and action.a_goes:
        yield Problem("a", f'A is the better one; say b = "{action.a}"')
    elif action.fate is not Fate.KEEP and action.kind in (
        RelationKind.ALTERNATES,
        RelationKind.NOT_RELATED,
    ):
        yield Problem("b", f'{action.kind} keeps both; say "keep", or another action')
    if action.merge is not None:
        try:
            Policy.parse(action.merge)
        except UsageError as error:
            yield Problem("merge", error.reason)


def _search_errors(rule: Rule) -> Iterator[Problem]:
    search, fate = rule.search, rule.action.fate
    if fate in _OF_EQUAL_BYTES and PairKind.EXACT not in search.kinds:
        yield Problem("search.kinds", f'a {fate} needs equal bytes; say kinds = ["exact"]')
    same = {kind for kind in search.kinds if kind in SAME_PIXELS}
    if search.pixels is Pixels.EXCLUDED and same == set(search.kinds):
        named = " and ".join(search.kinds)
        yield Problem("search.pixels", f"pixel duplicates are excluded, and kinds is only {named}")
    if search.pixels is Pixels.REQUIRED and not same:
        yield Problem("search.pixels", "pixel duplicates are required, and kinds names none")
    for key, node in zip(SEARCHES[search.matching], (search.first, search.second), strict=False):
        if node is None or _has_empty(node):
            continue
        parts = node.parts if isinstance(node, All) else (node,)
        asked = [on_side(part, Side.A) for part in parts]
        if not is_possible(asked):
            core = core_of(asked)
            texts = [str(part) for part, node in zip(parts, asked, strict=True) if node in core]
            yield Problem(key, f"no picture can pass {_listed(texts)}")


def _either_way(rule: Rule) -> Iterator[str]:
    if not rule.action.tells_sides_apart:
        return
    found = of_search(rule.search)
    if not is_possible([*found, *rule.comparison], rule.comparison):
        return
    advice = 'add one that cannot, such as "A size > B size" or "A ranks above B"'
    loose = [str(node) for node in rule.comparison if is_possible([*found, node], [node])]
    if len(loose) < len(rule.comparison):
        advice = "tighten what is not"
    named = "; ".join(f'"{text}"' for text in loose)
    tests = f"these can hold both ways round: {named}" if named else "it has no comparators"
    yield f"a pair may fit either way round, and is then left alone: {tests}; {advice}"


def _too_wide(search: Search) -> Iterator[str]:
    if search == Search():
        yield "the search matches every pair; name at least the types or the kinds"


_OF_EQUAL_BYTES = (Fate.HARD_LINK, Fate.REFLINK)


def _of_what_goes(rule: Rule) -> Iterator[str]:
    fate = rule.action.fate
    if fate is Fate.KEEP:
        return
    ways = alternatives([*of_search(rule.search), *rule.comparison])
    states = [state for way in ways or () if (state := State.of(way)) is not None]
    if fate in _OF_EQUAL_BYTES:
        if ways is None or any(state.kinds != {PairKind.EXACT} for state in states):
            yield (
                f"a {fate} needs equal bytes, and is refused for any other pair; add"
                ' search.kinds = ["exact"]'
            )
        return
    does, may = ("trashes", "trash") if fate is Fate.TRASH else ("replaces", "replace")
    if ways is None or any(Judgement.DIFFERENT in state.judgements for state in states):
        yield (
            f"it {does} without knowing that both are one picture; add"
            ' "verdict at least almost certain" or "the pixels are equal"'
        )
        return
    if any(Judgement.ALTERNATE in state.judgements for state in states):
        yield (
            f'it {does} alternates, which show something of their own; add "verdict at least ..."'
        )
    elif any(_is_probable(state) for state in states):
        yield f'it {does} on a verdict that is only very probable; say "almost certain"'
    if any(_may_trash_larger(state, rule) for state in states):
        yield (
            f"it can {may} the larger picture by a verdict alone; add"
            ' "A width >= B width" and "A height >= B height", or "B is the upscale"'
        )


def _is_probable(state: State) -> bool:
    certain = LEVELS.index(Level.ALMOST_CERTAIN)
    return Judgement.VISUAL in state.judgements and state.least < certain


def _may_trash_larger(state: State, rule: Rule) -> bool:
    if state.kinds <= set(SAME_PIXELS) or PairKind.SIMILAR not in state.kinds:
        return False
    trashed, kept = (Side.A, Side.B) if rule.action.a_goes else (Side.B, Side.A)
    if (trashed, Role.UPSCALE) in state.roles or (kept, Role.LARGER) in state.roles:
        return False
    if state.ranks and rule.keep and str(rule.keep[0]) == "larger pixels":
        return False
    more = (
        B_HAS_MORE if trashed is Side.B else B_HAS_MORE._replace(a=-B_HAS_MORE.a, b=-B_HAS_MORE.b)
    )
    more_pixels = state.could_be(("pixels", more))
    return more_pixels and state.could_be(("width", more), ("height", more))


def _reverses(one: Rule, other: Rule) -> bool:
    """Whether every pair that fits `one`, and is looked at by `other`, fits it the other way."""
    found = [*of_search(one.search), *one.comparison]
    both = [*found, *of_search(other.search)]
    if not other.comparison:
        return False
    # What can fail is found sooner than that all of it can hold.
    fits = all(not is_possible(both, [Not(node)]) for node in other.comparison)
    return fits and is_possible(both)
