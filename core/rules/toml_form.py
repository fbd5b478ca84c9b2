"""Rules as a TOML file that people write, read and share.

What a file says wrongly is reported all at once, each by rule, key and the nearest valid word, and
then none of its rules is used.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from core.errors import UsageError
from core.model import Fate, PairKind, RelationKind
from core.rules.check import SEARCH_KEYS, errors
from core.rules.language import All, AnyOf, Leaf, Level, Node, Not
from core.rules.parse import WordingError, nearest, parse_criterion, parse_one, parse_pair
from core.rules.rule import Action, Matching, Mode, Pixels, Rule, Search
from core.rules.scoring import PRESETS, Criterion

FORMAT = 1
"""Of the files that this version writes, and the newest that it reads."""

NO_LIMIT = "no limit"

_COMMENTS = """\
# Rules of betterhalf. They are asked in this order; the first that fits a pair acts on it.
#
#   name         what the rule is called
#   note         what it does, and when not to use it
#   mode         "semi-automatic": a person approves each pair; "automatic": it acts by itself
#   paused       true: it rests
#   search       which pairs it looks at:
#     both         tests that both files pass; or
#     one, other   tests that one file and the other pass, whichever way round; or
#     at_least_one tests that at least one file passes
#     kinds        of pairs: "exact", "pixels", "similar"
#     pixels       pairs with the same pixels are "required", "allowed" or "excluded"
#     distance     of the fingerprints of similar pairs, at most, in bits
#     verdict      at least: "very probable", "almost certain", "near perfect", "pixel duplicate"
#   comparison   tests that all have to hold of A and B; both orders are tried, and a pair that
#                fits in both is left alone where it matters which one is A
#   action       "better": A is better than B; "same quality", "alternates", "not related"
#   a, b         what becomes of the two: "keep", "trash"; or, of exact copies (kinds = ["exact"]),
#                "hard link" or "reflink" to the other one; or "symbolic link"
#   merge        the policy for their metadata; left out: the library's default
#   keep         what to keep of a whole group, the most important first; or "immich" or
#                "best original". "A ranks above B" asks by it
#   waiting_at_most, acts_at_most_per_run, acts_at_most_per_day
#                limits, or "no limit"
#   audit        one in so many is held back for a person; 0: none
#
# A test is a text, or { all = [...] }, { any = [...] } or { not = ... } of tests.
"""

_DEEPEST = 20
"""Tests within tests; every way of reading a rule follows them down."""
_MOST = 255
"""Tests side by side: the place of one that failed is kept in a byte."""
_FLATTER = "say the same with less nesting"

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class RulesFileError(UsageError):
    """A rules file cannot be used; `problems` are all that is wrong with it."""

    def __init__(self, source: str, problems: Sequence[UsageError]) -> None:
        self.problems = tuple(problems)
        if len(problems) == 1:
            only = problems[0]
            super().__init__(only.subject, only.cause, only.remedy)
            return
        # The file is named once.
        told = (str(problem).removeprefix(f"{source}: ") for problem in problems)
        cause = f"{len(problems)} mistakes: " + "; ".join(told)
        super().__init__(source, cause, "nothing of it is used")


# Reading.


def read_rules(text: str, source: str) -> tuple[Rule, ...]:
    """The rules of a TOML file, in their order.

    Args:
        text: what the file holds.
        source: how messages call it.

    Raises:
        RulesFileError: something of it is wrong; names all that is.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        wrong = UsageError(source, f"this is no TOML ({error})", "correct the line")
        raise RulesFileError(source, [wrong]) from error
    except RecursionError as error:
        wrong = UsageError(source, "its tables are nested too deeply", _FLATTER)
        raise RulesFileError(source, [wrong]) from error
    reader = _Reader(source)
    rules = reader.file(table)
    if reader.problems:
        raise RulesFileError(source, reader.problems)
    return rules


class _Reader:
    """Reads tables; what is wrong is collected, and stands for its default meanwhile."""

    def __init__(self, source: str) -> None:
        self.problems: list[UsageError] = []
        self._source = source
        self._where = source

    def wrong(self, key: str, cause: str, remedy: str = "") -> None:
        subject = f"{self._where}: {key}" if key else self._where
        self.problems.append(UsageError(subject, cause, remedy))

    def file(self, table: dict[str, Any]) -> tuple[Rule, ...]:
        found = table.get("format")
        if found is None:
            self.wrong("format", "it is missing", f"write format = {FORMAT} at the top")
        elif not isinstance(found, int) or isinstance(found, bool) or found < 1:
            self.wrong("format", f"{found!r} is no format", f"write format = {FORMAT}")
        elif found > FORMAT:
            self.wrong(
                "format",
                f"it was written for a newer betterhalf (format {found}; this one knows {FORMAT})",
                "update betterhalf",
            )
            return ()
        self._known(table, "", ("format", "rule"))
        tables = table.get("rule", [])
        if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            self.wrong("rule", "rules are written as [[rule]] tables")
            return ()
        rules = tuple(self.rule(each, number) for number, each in enumerate(tables, 1))
        named: set[str] = set()
        for rule in rules:
            if rule.name and rule.name.casefold() in named:
                self._where = f"{self._source}: {rule.name}"
                self.wrong("name", "two rules have this name", "rename one")
            named.add(rule.name.casefold())
        return rules

    def rule(self, table: dict[str, Any], number: int) -> Rule:
        name = table.get("name")
        named = isinstance(name, str) and name.strip() == name and name.isprintable() and name
        self._where = f"{self._source}: {name if named else f'rule {number}'}"
        if not named:
            self.wrong("name", "a rule needs a name of one line", 'write name = "..."')
        self._known(table, "", _RULE_KEYS)
        before = len(self.problems)
        rule = Rule(
            name=name if isinstance(name, str) else "",
            search=self._search(table.get("search", {})),
            comparison=self._nodes(table.get("comparison", []), "comparison", parse_pair),
            action=self._action(table),
            mode=self._word(table, "mode", Mode, Mode.SEMI),
            paused=self._value(table, "paused", bool, False, "true or false"),
            waiting_at_most=self._limit(table, "waiting_at_most", 500),
            keep=self._keep(table.get("keep", [])),
            note=self._value(table, "note", str, "", "a text"),
            acts_at_most_per_run=self._limit(table, "acts_at_most_per_run", 1000),
            acts_at_most_per_day=self._limit(table, "acts_at_most_per_day", 5000),
            audit=self._audit(table),
        )
        if len(self.problems) == before:
            for problem in errors(rule):
                self.wrong(*problem)
        return rule

    def _known(self, table: dict[str, Any], prefix: str, known: Sequence[str]) -> None:
        for key in table:
            if key not in known:
                self.wrong(prefix + key, "there is no such key", nearest(key, known))

    def _value(self, table: dict[str, Any], key: str, kind: type[T], default: T, needs: str) -> T:
        found = table.get(key, default)
        if not isinstance(found, kind):
            self.wrong(key, f"this needs {needs}")
            return default
        return found

    def _word(
        self, table: dict[str, Any], key: str, kind: type[E], default: E, prefix: str = ""
    ) -> E:
        found = table.get(key, default)
        words = {str(each): each for each in kind}
        if not isinstance(found, str) or found not in words:
            self.wrong(prefix + key, f'"{found}" is unknown', nearest(str(found), words))
            return default
        return words[found]

    def _limit(self, table: dict[str, Any], key: str, default: int) -> int | None:
        found = table.get(key, default)
        if found == NO_LIMIT:
            return None
        if not isinstance(found, int) or isinstance(found, bool) or found < 1:
            self.wrong(key, f'this needs a number from 1 on, or "{NO_LIMIT}"')
            return default
        return found

    def _audit(self, table: dict[str, Any]) -> int:
        found = table.get("audit", 50)
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            self.wrong("audit", "this needs a number: one in so many, or 0")
            return 50
        return found

    def _action(self, table: dict[str, Any]) -> Action:
        if "action" not in table:
            self.wrong("action", "it is missing", 'write action = "better" or another')
        merge = table.get("merge")
        if merge is not None and (not isinstance(merge, str) or not merge):
            self.wrong("merge", "this needs the name of a policy")
            merge = None
        return Action(
            self._word(table, "action", RelationKind, RelationKind.BETTER),
            self._word(table, "a", Fate, Fate.KEEP),
            self._word(table, "b", Fate, Fate.KEEP),
            merge,
        )

    def _search(self, table: Any) -> Search:
        if not isinstance(table, dict):
            self.wrong("search", "this needs keys of its own, as in search.both = [...]")
            return Search()
        self._known(table, "search.", _SEARCH_KEYS)
        used = [
            matching
            for matching, keys in SEARCH_KEYS.items()
            if any(key.removeprefix("search.") in table for key in keys if key)
        ]
        if len(used) > 1:
            self.wrong("search", "both, one with other, and at_least_one exclude each other")
            return Search()
        matching = used[0] if used else Matching.BOTH
        first, second = (
            self._asked(table, key.removeprefix("search.")) for key in SEARCH_KEYS[matching]
        )
        distance = table.get("distance")
        if distance is not None and (
            not isinstance(distance, int) or isinstance(distance, bool) or not 0 <= distance <= 64
        ):
            self.wrong("search.distance", "this needs a number of bits, 0 to 64")
            distance = None
        verdict = None
        if "verdict" in table:
            verdict = self._word(table, "verdict", Level, Level.ALMOST_CERTAIN, "search.")
        return Search(
            first,
            second,
            matching,
            self._kinds(table.get("kinds", list(PairKind))),
            self._word(table, "pixels", Pixels, Pixels.ALLOWED, "search."),
            distance,
            verdict,
        )

    def _asked(self, table: dict[str, Any], key: str) -> Node | None:
        nodes = self._nodes(table.get(key, []), f"search.{key}", parse_one)
        if key in table and not nodes:
            self.wrong(f"search.{key}", "it names no test", "fill it or leave it out")
        if len(nodes) > 1:
            return All(nodes)
        return nodes[0] if nodes else None

    def _kinds(self, found: Any) -> tuple[PairKind, ...]:
        if not isinstance(found, list):
            self.wrong("search.kinds", 'this needs a list, as in ["exact", "pixels"]')
            return tuple(PairKind)
        kinds = {
            self._word({"": each}, "", PairKind, PairKind.EXACT, "search.kinds") for each in found
        }
        return tuple(kind for kind in PairKind if kind in kinds)

    def _nodes(
        self, found: Any, key: str, parse: Callable[[str], Leaf], depth: int = 0
    ) -> tuple[Node, ...]:
        if not isinstance(found, list):
            self.wrong(key, "this needs a list of tests in brackets")
            return ()
        if len(found) > _MOST:
            self.wrong(key, f"it names {len(found)} tests", f"write two rules, or at most {_MOST}")
            return ()
        nodes = (self._node(each, key, parse, depth) for each in found)
        return tuple(node for node in nodes if node is not None)

    def _node(
        self, found: Any, key: str, parse: Callable[[str], Leaf], depth: int = 0
    ) -> Node | None:
        if depth > _DEEPEST:
            self.wrong(key, "its tests are nested too deeply", _FLATTER)
            return None
        if isinstance(found, str):
            try:
                return parse(found)
            except WordingError as error:
                self.wrong(key, str(error))
                return None
        if not isinstance(found, dict) or len(found) != 1:
            self.wrong(key, "a test is a text, { all = [...] }, { any = [...] } or { not = ... }")
            return None
        ((word, inner),) = found.items()
        if word == "not":
            node = self._node(inner, key, parse, depth + 1)
            return None if node is None else Not(node)
        if word not in ("all", "any"):
            self.wrong(key, f'"{word}" joins no tests', nearest(word, ("all", "any", "not")))
            return None
        parts = self._nodes(inner, key, parse, depth + 1)
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
        for text in found:
            try:
                criteria.append(parse_criterion(text))
            except WordingError as error:
                self.wrong("keep", str(error))
        return tuple(criteria)


_SEARCH_KEYS = ("both", "one", "other", "at_least_one", "kinds", "pixels", "distance", "verdict")
_RULE_KEYS = (
    "name",
    "note",
    "mode",
    "paused",
    "search",
    "comparison",
    "action",
    "a",
    "b",
    "merge",
    "keep",
    "waiting_at_most",
    "acts_at_most_per_run",
    "acts_at_most_per_day",
    "audit",
)


# Writing.


def write_rules(rules: Iterable[Rule]) -> str:
    """`rules` as a commented file that `read_rules` reads."""
    return "\n".join([_COMMENTS, f"format = {FORMAT}", *map(_written, rules)])


def _written(rule: Rule) -> str:
    action = rule.action
    lines = ["", "[[rule]]", f"name = {_text(rule.name)}"]
    if rule.note:
        lines.append(f"note = {_text(rule.note)}")
    lines += [f"mode = {_text(rule.mode)}", f"paused = {str(rule.paused).lower()}"]
    lines += _searched(rule.search)
    lines.append(f"comparison = {_list(list(map(_node, rule.comparison)))}")
    lines += [f"action = {_text(action.kind)}", f"a = {_text(action.a)}", f"b = {_text(action.b)}"]
    if action.merge is not None:
        lines.append(f"merge = {_text(action.merge)}")
    if rule.keep:
        preset = next((name for name, keep in PRESETS.items() if keep == rule.keep), None)
        keep = _list([_text(str(each)) for each in rule.keep])
        lines.append(f"keep = {_text(preset) if preset else keep}")
    for key in ("waiting_at_most", "acts_at_most_per_run", "acts_at_most_per_day"):
        limit = getattr(rule, key)
        lines.append(f"{key} = {_text(NO_LIMIT) if limit is None else limit}")
    lines.append(f"audit = {rule.audit}")
    return "\n".join(lines) + "\n"


def _searched(search: Search) -> list[str]:
    lines = []
    for key, node in zip(SEARCH_KEYS[search.matching], (search.first, search.second), strict=True):
        if node is not None:
            # A list is what stands for several; one alone keeps its own form.
            several = isinstance(node, All) and len(node.parts) > 1
            parts = node.parts if several and isinstance(node, All) else (node,)
            lines.append(f"{key} = {_list(list(map(_node, parts)))}")
    if search.kinds != tuple(PairKind):
        lines.append(f"search.kinds = {_list(list(map(_text, search.kinds)))}")
    if search.pixels is not Pixels.ALLOWED:
        lines.append(f"search.pixels = {_text(search.pixels)}")
    if search.distance is not None:
        lines.append(f"search.distance = {search.distance}")
    if search.verdict is not None:
        lines.append(f"search.verdict = {_text(search.verdict)}")
    return lines


def _node(node: Node) -> str:
    if isinstance(node, Not):
        return f"{{ not = {_node(node.part)} }}"
    if isinstance(node, All | AnyOf):
        word = "all" if isinstance(node, All) else "any"
        return f"{{ {word} = [{', '.join(map(_node, node.parts))}] }}"
    return _text(str(node))


def _list(items: Sequence[str]) -> str:
    line = f"[{', '.join(items)}]"
    if len(line) <= 76:
        return line
    return "[\n" + "".join(f"    {item},\n" for item in items) + "]"


def _text(text: str) -> str:
    """A TOML string: literal where that saves escapes, else as JSON, whose escapes TOML knows."""
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    # The one character that TOML wants escaped and JSON does not.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
