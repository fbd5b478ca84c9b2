"""Capture times as `Metadata.taken` writes them, and which of two is surely not the later one.

A camera's clock often has no zone, so a moment without one is known only to within a day. Nothing
here guesses a zone.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_FORM = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[+-]\d\d:\d\d)?", re.ASCII)

_WEST, _EAST = timedelta(hours=12), timedelta(hours=14)
"""How far clocks on Earth go behind and before UTC (IANA time zone database)."""


def parse_moment(text: str) -> datetime | None:
    """The moment that `text` in the form of `Metadata.taken` names, with its zone if it has one;
    None where there is no such moment."""
    if not _FORM.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def in_one_zone(a: str, b: str) -> tuple[str, str]:
    """Two texts in the form of `Metadata.taken`, the second as a clock in the zone of the first
    would show it; both as they are where a zone is not known."""
    one, other = parse_moment(a), parse_moment(b)
    if one is None or other is None or one.tzinfo is None or other.tzinfo is None:
        return a, b
    try:
        return a, other.astimezone(one.tzinfo).isoformat(" ")
    except OverflowError:
        return a, b


def surely_not_later(a: datetime, b: datetime) -> bool:
    """Whether `a` cannot be later than `b`, whatever zone a clock without one was in.

    Two clocks without a zone are taken to be in one. Equal readings of which one lacks its zone
    are one moment, told more or less completely.
    """
    if (a.tzinfo is None) == (b.tzinfo is None):
        return a <= b
    if a.replace(tzinfo=None) == b.replace(tzinfo=None):
        return True
    return _latest(a) <= _earliest(b)


def _utc(moment: datetime) -> datetime:
    offset = moment.utcoffset()
    assert offset is not None
    # Kept without a zone, as Python cannot move the first and last hours of its calendar to UTC.
    return _shifted(moment.replace(tzinfo=None), -offset)


def _latest(moment: datetime) -> datetime:
    return _shifted(moment, _WEST) if moment.tzinfo is None else _utc(moment)


def _earliest(moment: datetime) -> datetime:
    return _shifted(moment, -_EAST) if moment.tzinfo is None else _utc(moment)


def _shifted(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return datetime.max if by > timedelta() else datetime.min
