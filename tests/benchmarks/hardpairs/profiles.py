"""RGB profiles of three primaries and a gamma, as ICC files: the same colours, other numbers."""

from __future__ import annotations

import io
import struct
from functools import cache

import numpy as np
from PIL import Image, ImageCms

_D50 = (0.9642, 1.0, 0.8249)
_COLORANTS = {
    # Adapted to D50, red, green and blue in turn: Adobe RGB (1998), Display P3, ProPhoto.
    "wide": ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446)),
    "p3": ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841)),
    "prophoto": ((0.7977, 0.2880, 0.0), (0.1352, 0.7119, 0.0), (0.0313, 0.0001, 0.8249)),
}
_GAMMA = {"wide": 2.19921875, "p3": 2.2, "prophoto": 1.8}
NAMES = tuple(_COLORANTS)


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)


@cache
def profile(name: str) -> bytes:
    """The profile as an ICC version 2 file (ICC.1:2001-04, sections 6.1 to 6.4)."""
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(_GAMMA[name] * 256)) + b"\0\0"
    title = name.encode() + b"\0"
    described = b"desc\0\0\0\0" + struct.pack(">I", len(title)) + title + b"\0" * 78
    tags = {b"desc": described, b"cprt": b"text\0\0\0\0public domain\0", b"wtpt": _xyz(_D50)}
    tags |= {k: _xyz(v) for k, v in zip((b"rXYZ", b"gXYZ", b"bXYZ"), _COLORANTS[name], strict=True)}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for key, data in tags.items():
        table += key + struct.pack(">II", start + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    header = struct.pack(
        ">I4sI4s4s4s12s4s4sIIIIII3I4s44s",
        128 + len(table) + len(body), b"\0" * 4, 0x02400000, b"mntr", b"RGB ", b"XYZ ",
        struct.pack(">6H", 2024, 1, 1, 0, 0, 0), b"acsp", b"\0" * 4, 0, 0, 0, 0, 0, 0,
        *(round(value * 65536) for value in _D50), b"\0" * 4, b"\0" * 44,
    )  # fmt: skip
    return header + table + body


def converted(picture: Image.Image, name: str) -> Image.Image:
    """`picture` (sRGB) in the numbers of that profile."""
    target = ImageCms.ImageCmsProfile(io.BytesIO(profile(name)))
    made = ImageCms.profileToProfile(picture, ImageCms.createProfile("sRGB"), target)
    assert made is not None
    return made


def shown(picture: Image.Image, name: str) -> Image.Image:
    """The sRGB a viewer makes of those numbers."""
    given = ImageCms.ImageCmsProfile(io.BytesIO(profile(name)))
    made = ImageCms.profileToProfile(picture, given, ImageCms.createProfile("sRGB"))
    assert made is not None
    return made


def error(picture: Image.Image, name: str) -> float:
    """Mean levels lost on the way there and back; colours outside the gamut cost more."""
    back = np.asarray(shown(converted(picture, name), name), np.float32)
    return float(np.abs(back - np.asarray(picture, np.float32)).mean())
