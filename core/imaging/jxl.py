"""What a JPEG XL says of itself before it is decoded (ISO/IEC 18181-1, annex D; 18181-2, boxes).

The plug-in decodes as it opens, cuts samples to 8 bits and shows the last frame of an animation
without saying that there are others; so the header has to be asked first.
"""

from __future__ import annotations

from typing import NamedTuple

CONTAINER = b"\0\0\0\x0cJXL \r\n\x87\n"
CODESTREAM = b"\xff\x0a"

_HEADER_BYTES = 64
"""More than the fields below can fill."""


class Header(NamedTuple):
    """The beginning of the codestream."""

    width: int
    height: int
    moving: bool
    """It is an animation."""
    bits: int
    """A sample."""


class _Bits:
    """Bits of a codestream, least significant first; beyond its end there are zeros."""

    def __init__(self, data: bytes) -> None:
        self._left = int.from_bytes(data, "little")

    def take(self, count: int) -> int:
        value = self._left & ((1 << count) - 1)
        self._left >>= count
        return value

    def choose(self, *ways: tuple[int, int]) -> int:
        """One of four (offset, bits) ways to write a number: U32 of the standard."""
        offset, bits = ways[self.take(2)]
        return offset + self.take(bits)


def read_header(data: bytes) -> Header | None:
    """The header of the JPEG XL in `data`; None where it has none that can be found."""
    stream = _codestream(data)
    if stream is None or not stream.startswith(CODESTREAM):
        return None
    bits = _Bits(stream[2:])
    width, height = _size(bits)
    if bits.take(1):
        # All of it as usual: 8 bits a sample, one frame.
        return Header(width, height, False, 8)
    moving = False
    if bits.take(1):
        bits.take(3)
        if bits.take(1):
            _size(bits)
        if bits.take(1):
            _preview(bits)
        moving = bool(bits.take(1))
        if moving:
            _ticks(bits)
    if bits.take(1):
        depth = bits.choose((32, 0), (16, 0), (24, 0), (1, 6))
    else:
        depth = bits.choose((8, 0), (10, 0), (12, 0), (1, 6))
    return Header(width, height, moving, depth)


def _codestream(data: bytes) -> bytes | None:
    if not data.startswith(CONTAINER):
        return data[:_HEADER_BYTES]
    position = 0
    while position + 8 <= len(data):
        size, kind = int.from_bytes(data[position : position + 4], "big"), data[position + 4 :][:4]
        start = position + 8
        if size == 1:
            size = int.from_bytes(data[start : start + 8], "big")
            start += 8
        if kind in (b"jxlc", b"jxlp"):
            # A part begins with its number.
            start += 4 if kind == b"jxlp" else 0
            return data[start : start + _HEADER_BYTES]
        if size < 8:
            return None
        position += size
    return None


_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))


def _size(bits: _Bits) -> tuple[int, int]:
    small = bits.take(1)
    ways = (1, 9), (1, 13), (1, 18), (1, 30)
    height = 8 * (1 + bits.take(5)) if small else bits.choose(*ways)
    if ratio := bits.take(3):
        across, down = _RATIOS[ratio - 1]
        return height * across // down, height
    return 8 * (1 + bits.take(5)) if small else bits.choose(*ways), height


_IN_EIGHTS = (16, 0), (32, 0), (1, 5), (33, 9)
_IN_ONES = (1, 6), (65, 8), (321, 10), (1345, 12)


def _preview(bits: _Bits) -> None:
    small = bits.take(1)
    ways = _IN_EIGHTS if small else _IN_ONES
    bits.choose(*ways)
    if not bits.take(3):
        bits.choose(*ways)


def _ticks(bits: _Bits) -> None:
    bits.choose((100, 0), (1000, 0), (1, 10), (1, 30))
    bits.choose((1, 0), (1001, 0), (1, 8), (1, 10))
    bits.choose((0, 0), (0, 3), (0, 16), (0, 32))
    bits.take(1)
