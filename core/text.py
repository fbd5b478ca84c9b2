"""What a person may be shown: names and texts from files are data, never instructions.

A file name or a caption can hold terminal escape sequences, line breaks, bytes that are no text
and marks that turn the reading direction. Everything that reaches a screen or stderr goes
through `printable`, so that it is seen and does nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime

_CONTROL_PICTURES = 0x2400
"""U+2400..U+241F draw the control characters 0x00..0x1F (Unicode block *Control Pictures*)."""


def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if code == 0x7F:
        return "␡"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def printable(text: str) -> str:
    """`text` on one line with every control, format, surrogate and unassigned character visible.

    Undecodable bytes (surrogate escapes) become ``\\xNN``, controls their control picture,
    anything else that would not print its code point. Joiners that build emoji and scripts
    (U+200C, U+200D) stay, as they only ever join what is beside them.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character
        if character in "\u200c\u200d"
        or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        else _visible(character)
        for character in text
    )


def human_size(size: int) -> str:
    """Bytes in decimal units, as file managers show them: ``214 KB``, ``2.1 MB``."""
    if size < 1000:
        return f"{size} B"
    value = float(size)
    for unit in ("KB", "MB", "GB", "TB", "PB"):
        value /= 1000
        if value < 999.5 or unit == "PB":
            break
    return f"{value:.1f} {unit}" if value < 99.95 else f"{value:.0f} {unit}"


def human_duration(seconds: float) -> str:
    """Seconds in the largest two units that matter: ``42 s``, ``3 min``, ``2 h 05 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


_SPANS = (("year", 365.25 * 86_400), ("month", 30.44 * 86_400), ("day", 86_400), ("hour", 3600))


def human_span(seconds: float) -> str:
    """A time between two moments in the largest unit that fits: ``14 years``, ``2 days``."""
    for noun, length in _SPANS:
        if seconds >= length:
            return counted(int(seconds / length), noun)
    return human_duration(seconds)


def human_moment(nanoseconds: int) -> str:
    """A file time (ns since the epoch) as an ISO date and second in the local zone."""
    moment = datetime.fromtimestamp(nanoseconds // 1_000_000_000, tz=UTC).astimezone()
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def local_time(moment: str) -> str:
    """A moment of the journal (ISO 8601, UTC) as a date and minute in the local zone."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 pair``, ``1,904 pairs``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


_BETWEEN_REASONS = "; "


def joined_reasons(reasons: Iterable[str]) -> str:
    """Several short sentences as the one text that a decision keeps."""
    return _BETWEEN_REASONS.join(reasons)


def parted_reasons(why: str) -> list[str]:
    """What `joined_reasons` was given, as far as the text still tells."""
    return why.split(_BETWEEN_REASONS)
