"""How long an animation takes, from the headers of its frames: none of them is decoded."""

from __future__ import annotations

from collections.abc import Iterator

_LONGEST = 1 << 31
"""Milliseconds: 25 days. A file that claims more is broken, or lies."""

_APNG_TICKS = 100
"""A second, where an APNG's frame has none (PNG 3, section 11.3.6.2)."""


def duration_of(data: bytes, kind: str | None) -> int | None:
    """Milliseconds from the first frame to the end of the last, as the file states them.

    A GIF that states 0 leaves the pace to the viewer, and so does this.

    Args:
        data: the whole file, of several frames.
        kind: Pillow's name of its format.

    Returns:
        None for pages, which do not move, and where the file is broken.
    """
    walk = {"GIF": _gif, "WEBP": _webp, "PNG": _apng, "AVIF": _avif}.get(kind or "")
    if walk is None:
        return None
    try:
        found = walk(data)
    except (IndexError, ZeroDivisionError):
        return None
    return round(found) if found is not None and found < _LONGEST else None


def _gif(data: bytes) -> float:
    """GIF89a, sections 18 to 24."""
    position = 13 + _colours(data[10])
    total = delay = 0
    while (kind := data[position : position + 1]) in (b"!", b","):
        if kind == b",":
            total, delay = total + delay, 0
            position += 11 + _colours(data[position + 9])
        else:
            if data[position + 1] == 0xF9:
                delay = _number(data, position + 4, 2, "little")
            position += 2
        while length := data[position]:
            position += 1 + length
        position += 1
    return total * 10


def _colours(flags: int) -> int:
    """Bytes of the colour table that `flags` announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _webp(data: bytes) -> float:
    """WebP container specification, chunk ``ANMF``."""
    total, position = 0, 12
    while kind := data[position : position + 4]:
        if kind == b"ANMF":
            total += _number(data, position + 20, 3, "little")
        length = _number(data, position + 4, 4, "little")
        position += 8 + length + length % 2
    return total


def _apng(data: bytes) -> float:
    """PNG 3, chunk ``fcTL``."""
    total, position = 0.0, 8
    while kind := data[position + 4 : position + 8]:
        if kind == b"fcTL":
            ticks = _number(data, position + 30, 2, "big") or _APNG_TICKS
            total += 1000 * _number(data, position + 28, 2, "big") / ticks
        position += 12 + _number(data, position, 4, "big")
    return total


def _avif(data: bytes) -> float | None:
    """ISO/IEC 14496-12, box ``mdhd`` of the first track: without its repetitions."""
    start, end = 0, len(data)
    for wanted in (b"moov", b"trak", b"mdia", b"mdhd"):
        found = next((box for name, *box in _boxes(data, start, end) if name == wanted), None)
        if found is None:
            return None
        start, end = found
    wide = data[start] == 1
    ticks = _number(data, start + (20 if wide else 12), 4, "big")
    return 1000 * _number(data, start + (24 if wide else 16), 8 if wide else 4, "big") / ticks


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of the content of each box."""
    while start + 8 <= end:
        size, name, header = _number(data, start, 4, "big"), data[start + 4 : start + 8], 8
        if size == 1:
            size, header = _number(data, start + 8, 8, "big"), 16
        after = start + size if size else end
        if after < start + header:
            return
        yield name, start + header, min(after, end)
        start = after


def _number(data: bytes, start: int, length: int, order: str) -> int:
    found = data[start : start + length]
    if len(found) < length:
        raise IndexError(start)
    return int.from_bytes(found, "little" if order == "little" else "big")
