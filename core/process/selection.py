"""Which decisions a command is about: their number, or several in one word.

``12``, ``last``, ``run:7``, ``rule:exact-copies``, ``since:2024-05-31``.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from core.catalog import history
from core.catalog.database import Catalog
from core.errors import UsageError
from core.model import DecisionFilter
from core.rules.templates import RECOMMENDED
from core.workers.rules import RECOMMENDED_NAME, plain_name

LAST = "last"

_FORMS = "give its number, last, run:N, rule:NAME or since:TIME"
_TOO_LARGE = 1 << 63
"""For a number in a database."""


def parse_number(text: str) -> int | None:
    """The number that `text` is; None where it is none that a row could have."""
    if not (text.isascii() and text.isdecimal()):
        return None
    return number if (number := int(text)) < _TOO_LARGE else None


def parse_since(option: str, text: str) -> str:
    """A date, a moment or a time of today, local unless it says else, as the journal has it.

    Raises:
        UsageError: it is none of these.
    """
    # Without a colon, 2024-05 would be a time: 20:24 in a zone five hours behind.
    is_time = ":" in text[:3]
    try:
        moment = (
            datetime.combine(date.today(), time.fromisoformat(text))
            if is_time
            else datetime.fromisoformat(text)
        )
        return moment.astimezone(UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        pass
    raise UsageError(option, f"{text} is no time", "write 2024-05-31, 2024-05-31T18:30 or 18:30")


async def parse_which(option: str, text: str, catalog: Catalog) -> int | DecisionFilter:
    """What the words of `option` mean, but for `LAST`: a decision by its number, or several.

    Raises:
        UsageError: they mean nothing, or no rule of that name ever decided anything.
    """
    kind, _, value = text.partition(":")
    if kind == "since" and value:
        return DecisionFilter(since=parse_since(option, value))
    if kind == "rule" and value:
        return DecisionFilter(rules=await known_rules(catalog, [value]))
    number = parse_number(value)
    if kind == "run" and number is not None:
        return DecisionFilter(run=number)
    number = parse_number(text)
    if number is not None:
        return number
    if text.isdecimal():
        raise UsageError(option, f"there is no decision {text}", "--list history shows them")
    raise UsageError(option, f"{text or 'nothing'} is no decision", _FORMS)


async def known_rules(catalog: Catalog, wanted: Sequence[str]) -> tuple[str, ...]:
    """The rules of these names, however they are typed, as the journal has them.

    Raises:
        UsageError: one has never decided anything.
    """
    names = await catalog.call(history.rule_names)
    known = {plain_name(each): each for each in names} | {each: each for each in names}
    found: list[str] = []
    for name in wanted:
        if name == RECOMMENDED_NAME:
            found += [each for each in RECOMMENDED if each in names]
            continue
        rule = known.get(name) or known.get(plain_name(name))
        if rule is None:
            near = difflib.get_close_matches(plain_name(name), known, 1)
            remedy = f"did you mean {near[0]}?" if near else "--list history shows who has"
            raise UsageError(f"rule {name}", "it has never decided anything", remedy)
        found.append(rule)
    if wanted and not found:
        raise UsageError(
            RECOMMENDED_NAME, "none of them has decided anything", "--list history shows who has"
        )
    return tuple(found)
