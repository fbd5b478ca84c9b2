"""Rules as plain tables: what a rules file says once it is read, and what a form holds.

Whoever reads a table hears of everything that is wrong with it at once, each by its key and, of
tests, by its place among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from core.model import Fate, PairKind, RelationKind
from core.rules.check import errors
from core.rules.keys import KEYS, LARGEST_DISTANCE, NO_LIMIT, SEARCHES, Key, Shape
from core.rules.language import All, AnyOf, Leaf, Level, Node, Not
from core.rules.parse import WordingError, nearest, parse_criterion, parse_one, parse_pair
from core.rules.rule import Action, Matching, Mode, Pixels, Rule, Search
from core.rules.scoring import PRESETS, Criterion
from core.text import printable

_DEEPEST = 20
"""Tests within tests; every way of reading a rule follows them down."""
_MOST = 255
"""Tests side by side: the place of one that failed is kept in a byte."""
FLATTER = "say the same with less nesting"

At = tuple[int, ...]
"""The place of a test: of a list each number is a place in it, of a `not` it is 0."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a table."""

    key: str
    """Empty where it is the table as a whole."""
    cause: str
    remedy: str = ""
    at: At = ()

    @property
    def reason(self) -> str:
        """Cause and remedy."""
        return f"{self.cause}; {self.remedy}" if self.remedy else self.cause


# Reading.


def read_table(table: Mapping[str, Any]) -> tuple[Rule, tuple[Fault, ...]]:
    """What `table` says, and all that is wrong with it; what is wrong stands for its default."""
    reader = _Reader()
    rule = reader.rule(table)
    return rule, tuple(reader.faults)


class _Reader:
    """Reads one table; what is wrong is collected."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def wrong(self, key: str, cause: str, remedy: str = "", at: At = ()) -> None:
        self.faults.append(Fault(key, cause, remedy, at))

    def rule(self, table: Mapping[str, Any]) -> Rule:
        name = table.get("name")
        if not is_name(name):
            self.wrong(
                "name",
                "a rule needs a name of one line",
                "write one without spaces around it and without invisible signs",
            )
        self._known(table, "", _OUTER)
        rule = Rule(
            name=name if isinstance(name, str) else "",
            search=self._search(table.get("search", {})),
            comparison=self._nodes(table.get("comparison", []), "comparison", parse_pair),
            action=self._action(table),
            mode=Mode(self._word(table, "mode")),
            paused=self._value(table, "paused", bool, "true or false"),
            waiting_at_most=self._limit(table, "waiting_at_most"),
            keep=self._keep(table.get("keep", [])),
            note=self._value(table, "note", str, "a text"),
            acts_at_most_per_run=self._limit(table, "acts_at_most_per_run"),
            acts_at_most_per_day=self._limit(table, "acts_at_most_per_day"),
            audit=self._audit(table),
        )
        if not self.faults:
            for problem in errors(rule):
                self.wrong(*problem)
        return rule

    def _known(self, table: Mapping[str, Any], prefix: str, known: Iterable[str]) -> None:
        names = list(known)
        for key in table:
            if key not in names:
                self.wrong(prefix + key, "there is no such key", nearest(key, names))

    def _value(self, table: Mapping[str, Any], name: str, kind: type[T], needs: str) -> T:
        found = table.get(name, KEYS[name].default)
        if not isinstance(found, kind):
            self.wrong(name, f"this needs {needs}")
            found = KEYS[name].default
        assert isinstance(found, kind)
        return found

    def _word(self, table: Mapping[str, Any], name: str) -> str:
        """One of the words of the key `name`."""
        key = KEYS[name]
        return self._one_of(key, table.get(key.inner, key.default))

    def _one_of(self, key: Key, found: Any) -> str:
        if not isinstance(found, str) or found not in key.words:
            self.wrong(key.name, f'"{found}" is unknown', nearest(str(found), map(str, key.words)))
            return str(next(iter(key.words)))
        return found

    def _limit(self, table: Mapping[str, Any], name: str) -> int | None:
        found = table.get(name, KEYS[name].default)
        if found == NO_LIMIT:
            return None
        if not _is_number(found) or found < 1:
            self.wrong(name, f'this needs a number from 1 on, or "{NO_LIMIT}"')
            found = KEYS[name].default
        return int(found)

    def _audit(self, table: Mapping[str, Any]) -> int:
        found = table.get("audit", KEYS["audit"].default)
        if not _is_number(found) or found < 0:
            self.wrong("audit", "this needs a number: one in so many, or 0")
            found = KEYS["audit"].default
        return int(found)

    def _action(self, table: Mapping[str, Any]) -> Action:
        kind = RelationKind.BETTER
        if "action" in table:
            kind = RelationKind(self._word(table, "action"))
        else:
            self.wrong("action", "it is missing", 'write action = "better" or another')
        merge = table.get("merge")
        if merge is not None and (not isinstance(merge, str) or not merge):
            self.wrong("merge", "this needs the name of a policy")
            merge = None
        return Action(kind, Fate(self._word(table, "a")), Fate(self._word(table, "b")), merge)

    def _search(self, table: Any) -> Search:
        if not isinstance(table, Mapping):
            self.wrong("search", "this needs keys of its own, as in search.both = [...]")
            return Search()
        self._known(table, "search.", _INNER)
        used = [
            matching
            for matching, names in SEARCHES.items()
            if any(KEYS[name].inner in table for name in names)
        ]
        if len(used) > 1:
            self.wrong("search", "both, one with other, and at_least_one exclude each other")
            return Search()
        matching = used[0] if used else Matching.BOTH
        asked = [self._asked(table, KEYS[name]) for name in SEARCHES[matching]]
        distance = table.get("distance")
        if distance is not None and (
            not _is_number(distance) or not 0 <= distance <= LARGEST_DISTANCE
        ):
            self.wrong("search.distance", f"this needs a number of bits, 0 to {LARGEST_DISTANCE}")
            distance = None
        return Search(
            asked[0],
            asked[1] if len(asked) > 1 else None,
            matching,
            self._kinds(table.get("kinds", KEYS["search.kinds"].default)),
            Pixels(self._word(table, "search.pixels")),
            distance,
            Level(self._word(table, "search.verdict")) if "verdict" in table else None,
        )

    def _asked(self, table: Mapping[str, Any], key: Key) -> Node | None:
        nodes = self._nodes(table.get(key.inner, []), key.name, parse_one)
        if key.inner in table and not nodes:
            self.wrong(key.name, "it names no test", "fill it or leave it out")
        if len(nodes) > 1:
            return All(nodes)
        return nodes[0] if nodes else None

    def _kinds(self, found: Any) -> tuple[PairKind, ...]:
        key = KEYS["search.kinds"]
        if not isinstance(found, list):
            self.wrong(key.name, 'this needs a list, as in ["exact", "pixels"]')
            return tuple(PairKind)
        kinds = {self._one_of(key, each) for each in found}
        return tuple(kind for kind in PairKind if kind in kinds)

    def _nodes(
        self, found: Any, key: str, parse: Callable[[str], Leaf], at: At = ()
    ) -> tuple[Node, ...]:
        if not isinstance(found, list):
            self.wrong(key, "this needs a list of tests in brackets", at=at)
            return ()
        if len(found) > _MOST:
            remedy = f"write two rules, or at most {_MOST}"
            self.wrong(key, f"it names {len(found)} tests", remedy, at)
            return ()
        nodes = (self._node(each, key, parse, (*at, place)) for place, each in enumerate(found))
        return tuple(node for node in nodes if node is not None)

    def _node(self, found: Any, key: str, parse: Callable[[str], Leaf], at: At) -> Node | None:
        if len(at) > _DEEPEST:
            self.wrong(key, "its tests are nested too deeply", FLATTER, at)
            return None
        if isinstance(found, str):
            try:
                return parse(found)
            except WordingError as error:
                self.wrong(key, str(error), at=at)
                return None
        if not isinstance(found, Mapping) or len(found) != 1:
            cause = "a test is a text, { all = [...] }, { any = [...] } or { not = ... }"
            self.wrong(key, cause, at=at)
            return None
        ((word, inner),) = found.items()
        if word == "not":
            node = self._node(inner, key, parse, (*at, 0))
            return None if node is None else Not(node)
        if word not in ("all", "any"):
            self.wrong(key, f'"{word}" joins no tests', nearest(word, ("all", "any", "not")), at)
            return None
        parts = self._nodes(inner, key, parse, at)
        return All(parts) if word == "all" else AnyOf(parts)

    def _keep(self, found: Any) -> tuple[Criterion, ...]:
        if isinstance(found, str):
            if found not in PRESETS:
                self.wrong("keep", f'there is no preset "{found}"', nearest(found, PRESETS))
            return PRESETS.get(found, ())
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            self.wrong("keep", "this needs a list of criteria, or a preset's name")
            return ()
        criteria = []
        for place, text in enumerate(found):
            try:
                criteria.append(parse_criterion(text))
            except WordingError as error:
                self.wrong("keep", str(error), at=(place,))
        return tuple(criteria)


_OUTER = dict.fromkeys(name.partition(".")[0] for name in KEYS)
_INNER = [key.inner for name, key in KEYS.items() if "." in name]


def is_name(found: object) -> bool:
    """Whether a rule may be called so."""
    return isinstance(found, str) and found.strip() == found == printable(found) != ""


def _is_number(found: object) -> bool:
    return isinstance(found, int) and not isinstance(found, bool)


# Writing.


def table_of(rule: Rule) -> dict[str, Any]:
    """`rule` by the names of its keys, in their order; a search says only what narrows it."""
    search, action = rule.search, rule.action
    table: dict[str, Any] = {"name": rule.name}
    if rule.note:
        table["note"] = rule.note
    table |= {"mode": str(rule.mode), "paused": rule.paused}
    for name, node in zip(SEARCHES[search.matching], (search.first, search.second), strict=False):
        if node is not None:
            # A list is what stands for several; one alone keeps its own form.
            parts = node.parts if isinstance(node, All) and len(node.parts) > 1 else (node,)
            table[name] = [_plain(part) for part in parts]
    if search.kinds != tuple(PairKind):
        table["search.kinds"] = [str(kind) for kind in search.kinds]
    if search.pixels is not Pixels.ALLOWED:
        table["search.pixels"] = str(search.pixels)
    if search.distance is not None:
        table["search.distance"] = search.distance
    if search.verdict is not None:
        table["search.verdict"] = str(search.verdict)
    table["comparison"] = [_plain(node) for node in rule.comparison]
    table |= {"action": str(action.kind), "a": str(action.a), "b": str(action.b)}
    if action.merge is not None:
        table["merge"] = action.merge
    if rule.keep:
        preset = next((name for name, keep in PRESETS.items() if keep == rule.keep), None)
        table["keep"] = preset or [str(each) for each in rule.keep]
    for name, key in KEYS.items():
        if key.shape is Shape.LIMIT:
            limit = getattr(rule, name)
            table[name] = NO_LIMIT if limit is None else limit
    table["audit"] = rule.audit
    return table


def _plain(node: Node) -> Any:
    if isinstance(node, Not):
        return {"not": _plain(node.part)}
    if isinstance(node, All | AnyOf):
        return {"all" if isinstance(node, All) else "any": [_plain(part) for part in node.parts]}
    return str(node)


def nested(table: Mapping[str, Any]) -> dict[str, Any]:
    """A table by the names of keys as a file nests it, and as `read_table` takes it."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        outer, dot, inner = name.partition(".")
        if dot:
            found.setdefault(outer, {})[inner] = value
        else:
            found[name] = value
    return found
