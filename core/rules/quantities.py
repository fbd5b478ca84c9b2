"""Quantities as people write them: ``2 MB``, ``7 days``, ``2010-01-01``, exact both ways.

Sizes are decimal. Whatever is written here is read back as the same value.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

Value = int | float | datetime
"""Sizes in bytes, durations in ns, numbers as they are, moments without a zone."""


class Unit(StrEnum):
    """What a quantity is counted in."""

    NUMBER = "number"
    RATIO = "ratio"
    PIXELS = "pixels"
    SIZE = "size"
    DURATION = "duration"
    MOMENT = "moment"


_DAY = 86_400_000_000_000

_WRITTEN: dict[Unit, tuple[tuple[str, int], ...]] = {
    Unit.NUMBER: (("", 1),),
    Unit.PIXELS: (("MP", 1_000_000), ("", 1)),
    Unit.SIZE: (("GB", 10**9), ("MB", 10**6), ("kB", 1000), ("B", 1)),
    Unit.DURATION: (
        ("days", _DAY),
        ("h", _DAY // 24),
        ("min", _DAY // 1440),
        ("s", 10**9),
        ("ms", 10**6),
    ),
}
"""Each unit's names with what they stand for, the largest first."""

_PLAIN = {Unit.SIZE: "B", Unit.DURATION: "s"}
"""What nothing is counted in."""

_ALSO = {"day": "days", "d": "days", "hours": "h", "hour": "h", "minutes": "min", "minute": "min"}
_ALSO |= {"seconds": "s", "second": "s", "bytes": "b"}

_QUANTITY = re.compile(r"([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)\s*([a-z]*)", re.IGNORECASE)

EXAMPLES = {
    Unit.NUMBER: "a whole number, as 128",
    Unit.RATIO: "a number, as 1.5",
    Unit.PIXELS: "a whole number or megapixels, as 2 MP",
    Unit.SIZE: "a size, as 2 MB or 300 kB",
    Unit.DURATION: "a time span, as 7 days, 3 h, 10 min or 2 s",
    Unit.MOMENT: "a date, as 2010-01-01 or 2010-01-01 18:30:00",
}
"""What is accepted, with an example."""

UNITS = {unit: tuple(name for name, _ in _WRITTEN.get(unit, ()) if name) for unit in Unit}
"""The names that may stand behind a number, the largest first."""


def span_of(unit: Unit) -> Unit:
    """The unit of a difference between two of `unit`."""
    return Unit.DURATION if unit is Unit.MOMENT else unit


def write_number(value: float) -> str:
    """A factor, a percentage or a ratio, without a needless fraction."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def write(unit: Unit, value: Value) -> str:
    """`value` as `read` takes it."""
    if isinstance(value, datetime):
        return str(value).removesuffix(" 00:00:00")
    if unit is Unit.RATIO or isinstance(value, float):
        return write_number(value)
    units = _WRITTEN[unit]
    if not value:
        return f"0 {_PLAIN.get(unit, '')}".rstrip()
    name, size = next((each for each in units if _is_short(Fraction(value, each[1]))), units[-1])
    number = format(Decimal(value) / size, "f")
    number = number.rstrip("0").rstrip(".") if "." in number else number
    return f"{number} {name}".rstrip()


def _is_short(share: Fraction) -> bool:
    return abs(share) >= 1 and (share * 1000).denominator == 1


def read(unit: Unit, text: str) -> Value:
    """The value that `text` stands for.

    Raises:
        ValueError: it stands for none; says what is accepted.
    """
    wrong = ValueError(f'"{text}" is not {EXAMPLES[unit]}')
    if unit is Unit.MOMENT:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise wrong from None
        if moment.tzinfo is not None or moment.microsecond or not 1800 <= moment.year <= 9000:
            raise wrong
        return moment
    found = _QUANTITY.fullmatch(text.strip())
    if found is None:
        raise wrong
    number, name = found.groups()
    if unit is Unit.RATIO:
        if name:
            raise wrong
        return float(number)
    name = _ALSO.get(name.lower(), name.lower())
    sizes = {known.lower(): size for known, size in _WRITTEN[unit]}
    # Nothing is nothing in any unit.
    if name not in sizes and (name or float(number)):
        raise wrong
    value = Fraction(number) * sizes.get(name, 1)
    if value.denominator != 1:
        raise wrong
    return int(value)


def read_number(text: str) -> float:
    """A factor or a percentage.

    Raises:
        ValueError: it is none.
    """
    if not re.fullmatch(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", text, re.IGNORECASE):
        raise ValueError(f'"{text}" is not a number')
    return float(text)
