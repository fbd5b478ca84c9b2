"""Two files that show the same colours through different profiles are the same picture."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.imaging.facts import examine
from core.imaging.pixels import has_other_colours, pixel_digest
from tests import gallery

_RED, _GREEN, _BLUE = (0.4360, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)
"""sRGB's primaries under D50 (IEC 61966-2-1, adapted as ICC profiles are)."""


def profile(red: tuple[float, ...], green: tuple[float, ...], blue: tuple[float, ...]) -> bytes:
    """A minimal ICC version 2 display profile with these primaries and a gamma of 2.2."""

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(values: tuple[float, ...]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(fixed, values))

    name = b"turned"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name + b"\0" * 80
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    tags = {
        b"desc": description,
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
        b"wtpt": xyz((0.9642, 1.0, 0.8249)),
        b"rXYZ": xyz(red),
        b"gXYZ": xyz(green),
        b"bXYZ": xyz(blue),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    offset = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for tag, data in tags.items():
        data += b"\0" * (-len(data) % 4)
        table += tag + struct.pack(">II", offset + len(body), len(data))
        body += data
    header = bytearray(128)
    header[0:4] = struct.pack(">I", offset + len(body))
    header[8:12] = b"\x02\x10\0\0"
    header[12:24] = b"mntrRGB XYZ "
    header[36:40] = b"acsp"
    header[68:80] = b"".join(map(fixed, (0.9642, 1.0, 0.8249)))
    return bytes(header) + table + body


TURNED = profile(_BLUE, _RED, _GREEN)
"""Its first channel is blue, its second red, its third green."""


@pytest.fixture(params=["png", "jpg"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path]:
    """One picture twice: as it is, and with channels turned and a profile that turns them back."""
    with Image.open(gallery.photo("astronaut")) as image:
        red, green, blue = image.split()
    plain, turned = tmp_path / f"a.{request.param}", tmp_path / f"b.{request.param}"
    settings = {} if request.param == "png" else {"quality": 95, "subsampling": 0}
    Image.merge("RGB", (red, green, blue)).save(plain, **settings)
    Image.merge("RGB", (blue, red, green)).save(turned, icc_profile=TURNED, **settings)
    return plain, turned


def thumb(path: Path) -> np.ndarray:
    return np.frombuffer(examine(path.read_bytes())[1].thumb, np.uint8).astype(int)


def test_they_have_one_fingerprint(pair: tuple[Path, Path], tmp_path: Path) -> None:
    plain, turned = pair
    (_, first), (_, second) = (examine(path.read_bytes()) for path in pair)
    assert (first.hash ^ second.hash).bit_count() <= 2
    bare = tmp_path / "bare.png"
    with Image.open(turned) as image:
        Image.frombytes("RGB", image.size, image.tobytes()).save(bare)
    with_profile = np.abs(thumb(plain) - thumb(turned)).mean()
    without = np.abs(thumb(plain) - thumb(bare)).mean()
    assert with_profile < without / 3


def test_srgb_in_so_many_words_changes_nothing(tmp_path: Path) -> None:
    from PIL import ImageCms

    plain, tagged = tmp_path / "a.png", tmp_path / "b.png"
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    with Image.open(gallery.photo("astronaut")) as image:
        image.save(plain)
        image.save(tagged, icc_profile=srgb)
    with Image.open(tagged) as image:
        assert not has_other_colours(image)
    assert pixel_digest(plain.read_bytes()) == pixel_digest(tagged.read_bytes())
