from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageCms

from core.errors import ImageError
from core.imaging.facts import examine
from core.imaging.pixels import is_deep, pixel_digest
from tests import gallery

Maker = Callable[[Path, Path], Path]


def digest_of(path: Path) -> bytes:
    return pixel_digest(path.read_bytes())


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "make",
    [
        gallery.exact_copy,
        gallery.png_of,
        gallery.exif_rotated_png,
        gallery.stripped,
        gallery.described,
    ],
    ids=lambda make: make.__name__,
)
@pytest.mark.parametrize("name", ["chelsea", "retina"])
def test_files_that_show_the_same_pixels_have_one_digest(
    name: str, make: Maker, tmp_path: Path
) -> None:
    photo = gallery.photo(name)
    assert digest_of(make(photo, tmp_path / "copy")) == digest_of(photo)


@pytest.mark.parametrize(
    "make",
    [
        gallery.recompressed,
        gallery.cropped,
        gallery.watermarked,
        gallery.resized,
        gallery.exif_rotated,
        gallery.webp_of,
        gallery.cmyk_jpeg,
    ],
    ids=lambda make: make.__name__,
)
def test_any_other_pixel_gives_another_digest(make: Maker, tmp_path: Path) -> None:
    photo = gallery.photo("chelsea")
    assert digest_of(make(photo, tmp_path / "copy")) != digest_of(photo)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_tiff_shows_what_its_upright_copy_shows(orientation: int, tmp_path: Path) -> None:
    upright = gallery.png_of(gallery.photo("chelsea"), tmp_path / "upright.png")
    if orientation == 1:
        stored = upright
    else:
        stored = gallery.exif_rotated_png(upright, tmp_path / "s.png", orientation=orientation)
    with Image.open(stored) as image:
        tiff = encoded(image, "TIFF", exif=image.getexif())
    assert pixel_digest(tiff) == digest_of(upright)


def test_one_changed_pixel_is_noticed() -> None:
    image = Image.new("RGB", (50, 50), (10, 20, 30))
    before = pixel_digest(encoded(image))
    image.putpixel((49, 49), (10, 20, 31))
    assert pixel_digest(encoded(image)) != before


def test_the_same_samples_in_another_shape_are_another_picture() -> None:
    wide, tall = Image.new("L", (60, 20), 7), Image.new("L", (20, 60), 7)
    assert pixel_digest(encoded(wide)) != pixel_digest(encoded(tall))


def test_grey_shows_the_same_in_one_channel_and_in_three() -> None:
    with Image.open(gallery.photo("camera")) as image:
        grey = image.convert("L")
    assert pixel_digest(encoded(grey)) == pixel_digest(encoded(grey.convert("RGB")))


def test_an_opaque_alpha_channel_says_nothing() -> None:
    image = Image.new("RGB", (30, 30), (1, 2, 3))
    assert pixel_digest(encoded(image)) == pixel_digest(encoded(image.convert("RGBA")))


def test_a_translucent_alpha_channel_counts() -> None:
    image = Image.new("RGBA", (30, 30), (1, 2, 3, 128))
    assert pixel_digest(encoded(image)) != pixel_digest(encoded(image.convert("RGB")))


def test_what_lies_under_full_transparency_does_not_count() -> None:
    red, blue = (Image.new("RGBA", (30, 30), (*colour, 0)) for colour in ((9, 0, 0), (0, 0, 9)))
    assert pixel_digest(encoded(red)) == pixel_digest(encoded(blue))


def test_sixteen_bits_of_grey_are_more_than_eight() -> None:
    with Image.open(gallery.photo("camera")) as image:
        grey = image.convert("L")
    wide = grey.convert("I").point(lambda value: value * 257).convert("I;16")
    assert pixel_digest(encoded(wide, "TIFF")) != pixel_digest(encoded(grey, "TIFF"))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_an_animation_is_not_its_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (40, 30), (level, 0, 0)) for level in (0, 128, 255)]
    options = {"WEBP": {"lossless": True}, "AVIF": {"quality": 100}}.get(kind, {})
    moving = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    other = encoded(frames[0], kind, save_all=True, append_images=frames[:0:-1], **options)
    still = encoded(frames[0], kind, **options)
    assert len({pixel_digest(each) for each in (moving, other, still)}) == 3


def test_of_a_jpeg_that_carries_two_pictures_the_first_counts() -> None:
    with Image.open(gallery.photo("coffee")) as image:
        first = Image.frombytes("RGB", image.size, image.tobytes())
    second = first.transpose(Image.Transpose.ROTATE_180)
    single = encoded(first, "JPEG", quality=90)
    double = encoded(first, "MPO", quality=90, save_all=True, append_images=[second])
    assert len(double) > 1.5 * len(single)
    assert pixel_digest(double) == pixel_digest(single)
    assert pixel_digest(double) != pixel_digest(encoded(second, "JPEG", quality=90))
    (facts, found), (_, expected) = examine(double), examine(single)
    assert (facts.format, facts.frames, found) == ("JPEG", 1, expected)


def test_a_profile_that_says_srgb_changes_nothing() -> None:
    image = Image.new("RGB", (30, 30), (200, 100, 50))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert pixel_digest(encoded(image, icc_profile=srgb)) == pixel_digest(encoded(image))


def test_a_broken_colour_profile_is_ignored_as_viewers_do() -> None:
    image = Image.new("RGB", (30, 30), (200, 100, 50))
    assert pixel_digest(encoded(image, icc_profile=b"nonsense")) == pixel_digest(encoded(image))


def test_a_picture_that_cannot_be_decoded_has_no_digest(tmp_path: Path) -> None:
    cut = gallery.truncated(gallery.photo("chelsea"), tmp_path / "cut.jpg")
    with pytest.raises(ImageError, match="cut off"):
        digest_of(cut)


def deep_tiff(samples: NDArray[np.uint16], **changes: Any) -> bytes:
    buffer = io.BytesIO()
    settings = {"photometric": "rgb" if samples.ndim == 3 else "minisblack", **changes}
    tifffile.imwrite(buffer, samples, metadata=None, **settings)
    return buffer.getvalue()


def deep_png(samples: NDArray[np.uint16], **chunks: bytes) -> bytes:
    """A PNG of 16 bits a sample: grey, RGB or RGBA by the shape; `chunks` come before the data."""
    height, width = samples.shape[:2]
    colour = {2: 0, 3: 2, 4: 6}[samples.shape[2] if samples.ndim == 3 else 2]
    rows = samples.astype(">u2").reshape(height, -1).view(np.uint8)
    # Every second row says by how much it differs from the one above it, as encoders write it.
    rows[1::2] -= rows[:-1:2][: len(rows[1::2])]
    kinds = np.zeros((height, 1), np.uint8)
    kinds[1::2] = 2
    header = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
    parts = [
        (b"IHDR", header),
        *((name.encode(), content) for name, content in chunks.items()),
        (b"IDAT", zlib.compress(np.hstack([kinds, rows]).tobytes())),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )


@pytest.fixture
def deep() -> NDArray[np.uint16]:
    """16-bit colour in which all bits differ."""
    return np.random.default_rng(3).integers(0, 1 << 16, (31, 47, 3), dtype=np.uint16)


def test_sixteen_bits_of_colour_meet_whatever_holds_them(deep: NDArray[np.uint16]) -> None:
    files = [
        deep_png(deep),
        deep_tiff(deep),
        deep_tiff(deep, byteorder=">"),
        deep_tiff(deep, compression="zlib"),
        deep_tiff(deep, compression="zlib", predictor=True, byteorder=">", rowsperstrip=8),
        deep_png(np.dstack([deep, np.full((31, 47), 65535, np.uint16)])),
    ]
    assert len({pixel_digest(each) for each in files}) == 1


def test_sixteen_bits_of_grey_meet_whatever_holds_them(deep: NDArray[np.uint16]) -> None:
    grey = deep[..., 0]
    files = [
        deep_png(grey),
        deep_tiff(grey),
        deep_tiff(grey, byteorder=">"),
        deep_png(np.dstack([grey, grey, grey])),
    ]
    assert len({pixel_digest(each) for each in files}) == 1


@pytest.mark.parametrize("make", [deep_png, deep_tiff])
@pytest.mark.parametrize("bit", [0, 7, 8, 15])
def test_one_bit_of_sixteen_is_noticed(
    make: Callable[[NDArray[np.uint16]], bytes], bit: int, deep: NDArray[np.uint16]
) -> None:
    before = pixel_digest(make(deep))
    deep[17, 5, 1] ^= 1 << bit
    assert pixel_digest(make(deep)) != before


@pytest.mark.parametrize("make", [deep_png, deep_tiff])
def test_sixteen_bits_are_never_the_eight_they_are_shown_as(
    make: Callable[[NDArray[np.uint16]], bytes], deep: NDArray[np.uint16]
) -> None:
    for samples in (deep, (deep >> 8) * np.uint16(257), (deep >> 8) << 8):
        data = make(samples)
        with Image.open(io.BytesIO(data)) as image:
            shown = encoded(image.convert("RGB"))
        assert pixel_digest(data) != pixel_digest(shown)


def test_transparency_counts_at_sixteen_bits_too(deep: NDArray[np.uint16]) -> None:
    clear = np.zeros((31, 47), np.uint16)
    almost = np.full((31, 47), 65534, np.uint16)
    assert pixel_digest(deep_png(np.dstack([deep, almost]))) != pixel_digest(deep_png(deep))
    hidden = {pixel_digest(deep_png(np.dstack([each, clear]))) for each in (deep, deep ^ 1)}
    assert len(hidden) == 1


def test_under_another_colour_profile_the_same_samples_are_another_picture(
    deep: NDArray[np.uint16],
) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    chunk = b"other\0\0" + zlib.compress(lab)
    assert pixel_digest(deep_png(deep, iCCP=chunk)) != pixel_digest(deep_png(deep))
    assert pixel_digest(deep_png(deep, iCCP=chunk)) == pixel_digest(
        deep_png(deep, iCCP=chunk, tEXt=b"a\0b")
    )


def test_a_deep_picture_that_cannot_be_read_whole_equals_only_itself(
    deep: NDArray[np.uint16],
) -> None:
    # One colour of sixteen bits is transparent: Pillow tells it at eight.
    one, other = (deep_png(deep, tRNS=bytes(6), tEXt=text) for text in (b"a\0b", b"a\0c"))
    assert pixel_digest(one) == pixel_digest(one) != pixel_digest(other)


def test_ten_bits_of_heif_are_not_the_eight_they_are_shown_as(deep: NDArray[np.uint16]) -> None:
    buffer = io.BytesIO()
    heif = pillow_heif.from_bytes(mode="RGB;16", size=(47, 31), data=deep.tobytes())
    heif.save(buffer, quality=90)
    with Image.open(io.BytesIO(buffer.getvalue())) as image:
        shown = encoded(image.convert("RGB"))
    assert pixel_digest(buffer.getvalue()) != pixel_digest(shown)


def test_ten_bits_of_avif_are_not_the_eight_they_are_shown_as(tmp_path: Path) -> None:
    data = gallery.avif_of(gallery.photo("coffee"), tmp_path / "a.avif").read_bytes()
    with Image.open(io.BytesIO(data)) as image:
        shown = encoded(image.convert("RGB"))
    assert pixel_digest(data) == pixel_digest(shown)
    # Nothing here writes AVIF of ten bits, so only what its header would say is looked at.
    at = data.index(b"av1C") + 6
    deep = data[:at] + bytes([data[at] | 0x40]) + data[at + 1 :]
    with Image.open(io.BytesIO(data)) as image:
        assert (is_deep(data, image), is_deep(deep, image)) == (False, True)
