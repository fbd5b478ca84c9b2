"""Rules as a TOML file that people write, read and share.

What a file says wrongly is reported all at once, each by rule, key and the nearest valid word, and
then none of its rules is used.
"""

from __future__ import annotations

import json
import textwrap
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.errors import UsageError
from core.rules.keys import KEYS, Shape
from core.rules.parse import nearest
from core.rules.rule import Rule
from core.rules.table import FLATTER, is_name, read_table, table_of

FORMAT = 1
"""Of the files that this version writes, and the newest that it reads."""

_WIDTH = 98
"""Of a line of comment."""
_NAME = 14
"""Of the column of names in the comment."""


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
        wrong = UsageError(source, "its tables are nested too deeply", FLATTER)
        raise RulesFileError(source, [wrong]) from error
    problems: list[UsageError] = []
    rules = _read(table, source, problems)
    if problems:
        raise RulesFileError(source, problems)
    return rules


def _read(table: Mapping[str, Any], source: str, problems: list[UsageError]) -> tuple[Rule, ...]:
    def wrong(key: str, cause: str, remedy: str = "") -> None:
        problems.append(UsageError(f"{source}: {key}" if key else source, cause, remedy))

    found = table.get("format")
    if found is None:
        wrong("format", "it is missing", f"write format = {FORMAT} at the top")
    elif not isinstance(found, int) or isinstance(found, bool) or found < 1:
        wrong("format", f"{found!r} is no format", f"write format = {FORMAT}")
    elif found > FORMAT:
        wrong(
            "format",
            f"it was written for a newer betterhalf (format {found}; this one knows {FORMAT})",
            "update betterhalf",
        )
        return ()
    for key in table:
        if key not in ("format", "rule"):
            wrong(key, "there is no such key", nearest(key, ("format", "rule")))
    tables = table.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        wrong("rule", "rules are written as [[rule]] tables")
        return ()
    rules = []
    for number, each in enumerate(tables, 1):
        rule, faults = read_table(each)
        name = each.get("name")
        called = name if is_name(name) else f"rule {number}"
        for fault in faults:
            wrong(f"{called}: {fault.key}" if fault.key else called, fault.cause, fault.remedy)
        rules.append(rule)
    named: set[str] = set()
    for rule in rules:
        if rule.name and rule.name.casefold() in named:
            wrong(f"{rule.name}: name", "two rules have this name", "rename one")
        named.add(rule.name.casefold())
    return tuple(rules)


# Writing.


def write_rules(rules: Iterable[Rule]) -> str:
    """`rules` as a commented file that `read_rules` reads."""
    return "\n".join([_comments(), f"format = {FORMAT}", *map(_written, rules)])


def _comments() -> str:
    lines = ["Rules of betterhalf. They are asked in this order; the first that fits a pair acts."]
    lines.append("")
    for name, key in KEYS.items():
        if name == "search.both":
            lines.append(_comment("search", "which pairs it looks at:"))
        means = key.means
        if key.shape in (Shape.WORD, Shape.WORDS):
            means += ": " + "; ".join(f'"{word}", {said}' for word, said in key.words.items())
        lines.append(_comment(f"  {key.inner}" if "." in name else name, means))
    lines += [
        "",
        "A test is a text, or { all = [...] }, { any = [...] } or { not = ... } of tests.",
    ]
    text = "\n".join(lines)
    return "".join(f"# {line}".rstrip() + "\n" for line in text.splitlines())


def _comment(name: str, means: str) -> str:
    # A name that is too long for its column has a line of its own.
    first = f"  {name:<{_NAME}} " if len(name) <= _NAME else f"  {name}\n{'':{_NAME + 3}}"
    body = textwrap.wrap(means, _WIDTH - _NAME - 5)
    return first + f"\n{'':{_NAME + 3}}".join(body)


def _written(rule: Rule) -> str:
    table = table_of(rule)
    lines = ["", "[[rule]]"]
    for name, value in table.items():
        lines.append(f"{name} = {_value(value, lines=True)}")
    return "\n".join(lines) + "\n"


def _value(value: Any, lines: bool = False) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "".join(f"{{ {word} = {_value(inner)} }}" for word, inner in value.items())
    if isinstance(value, list):
        items = [_value(each) for each in value]
        line = f"[{', '.join(items)}]"
        if not lines or len(line) <= 76:
            return line
        return "[\n" + "".join(f"    {item},\n" for item in items) + "]"
    return str(value)


def _text(text: str) -> str:
    """A TOML string: literal where that saves escapes, else as JSON, whose escapes TOML knows."""
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    # The one character that TOML wants escaped and JSON does not.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
