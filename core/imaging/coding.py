"""How the pixels of a file are coded: enough to settle most pixel comparisons without a decode.

Two codings that throw different detail away cannot arrive at the same pixels, except of a picture
that has no detail; and two JPEGs that differ only in what stands beside the picture must.
"""

from __future__ import annotations

from typing import NamedTuple

from blake3 import blake3
from PIL import Image

_SOS, _APP0, _APP2, _APP14, _APP15, _COM = 0xDA, 0xE0, 0xE2, 0xEE, 0xEF, 0xFE
"""JPEG markers (ITU-T T.81, table B.1)."""

_LOSSLESS = ("PNG", "BMP", "GIF")

LOSSLESS = "lossless"
"""`Coding.name` of a picture whose pixels are stored as they are."""

RAW = "raw"
"""`Coding.name` of what a sensor saw: which pixels it shows is up to who develops it."""


class Coding(NamedTuple):
    """What is known without decoding."""

    name: str = ""
    """``lossless``; ``lossy:`` and what was thrown away; ``raw``; empty where the header does not
    say."""
    stream: bytes | None = None
    """BLAKE3 of all that decides a JPEG's pixels; None for other formats and odd JPEGs."""


def coding_of(data: bytes, image: Image.Image) -> Coding:
    """The coding of the picture `image`, opened from the file `data`."""
    tables = getattr(image, "quantization", None)
    if image.format in ("JPEG", "MPO") and tables:
        text = repr(sorted((number, list(table)) for number, table in tables.items()))
        return Coding(f"lossy:jpeg:{blake3(text.encode()).hexdigest(8)}", _jpeg_stream(data, image))
    if image.format == "WEBP":
        # Simple files say it in the first chunk, extended ones in a later one.
        return Coding("lossy:webp" if b"VP8 " in data[:4096] else "")
    return Coding(LOSSLESS if image.format in _LOSSLESS else "")


def has_luma(image: Image.Image) -> bool:
    """Whether a JPEG stores luma and chroma, so that libjpeg can give out just these.

    It converts neither RGB nor CMYK to them.
    """
    numbers = [component[0] for component in getattr(image, "layer", ())]
    return numbers == [1, 2, 3] and image.info.get("adobe_transform") != 0


def may_agree(a: str, b: str) -> bool:
    """Whether pictures with some detail, coded as `a` and `b`, can have equal pixels."""
    return a == b or not (a.startswith("lossy:") and b.startswith("lossy:"))


def _jpeg_stream(data: bytes, image: Image.Image) -> bytes | None:
    components = getattr(image, "layer", ())
    if [component[0] for component in components] not in ([1], [1, 2, 3]):
        # With other component numbers a header beside the picture decides the colour space.
        return None
    hasher = blake3()
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == _SOS:
            hasher.update(memoryview(data)[position:])
            return hasher.digest()
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        # APP2 carries colour profiles and APP14 Adobe's colour transform.
        beside = _APP0 <= marker <= _APP15 and marker not in (_APP2, _APP14)
        if not beside and marker != _COM:
            hasher.update(memoryview(data)[position:end])
        position = end
    return None
