from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from core.errors import ImageError
from core.imaging.decode import MAX_PIXELS, eight_bit, flattened, open_image
from core.imaging.facts import examine
from tests import gallery


def zeros(dest: Path) -> Path:
    dest.write_bytes(bytes(4096))
    return dest


def cut(dest: Path) -> Path:
    return gallery.truncated(gallery.photo("camera"), dest)


def cut_png(dest: Path) -> Path:
    whole = gallery.png_of(gallery.photo("camera"), dest.with_suffix(".whole"))
    return gallery.truncated(whole, dest)


def flipped(dest: Path) -> Path:
    """A PNG whose stream is damaged in the middle."""
    whole = bytearray(gallery.png_of(gallery.photo("camera"), dest).read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 64] = bytes(255 - byte for byte in whole[middle : middle + 64])
    dest.write_bytes(whole)
    return dest


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (gallery.empty_file, "the file is empty"),
        (gallery.text_named_jpg, "no picture of a known format"),
        (gallery.bomb_png, "65535 × 65535 pixels"),
        (zeros, "only zeros"),
        (cut, "cut off"),
        (cut_png, "cut off"),
        (flipped, "damaged"),
        (lambda dest: gallery.twelve_bit_jpeg(gallery.photo("clock"), dest), "12 bits a sample"),
    ],
    ids=["empty", "text", "bomb", "zeros", "cut JPEG", "cut PNG", "damaged", "12 bits"],
)
def test_bad_bytes_are_refused_with_their_cause_and_a_remedy(
    make: Callable[[Path], Path], cause: str, tmp_path: Path
) -> None:
    data = make(tmp_path / "bad.jpg").read_bytes()
    with pytest.raises(ImageError) as raised:
        examine(data)
    assert cause in raised.value.cause
    assert raised.value.remedy


@pytest.mark.parametrize("size", [(300, 200), (599, 400), (640, 400), (600, 399), (1200, 800)])
def test_a_heif_that_is_not_of_the_size_it_says_is_refused_for_that(
    size: tuple[int, int], tmp_path: Path
) -> None:
    data = gallery.heic_of(gallery.photo("coffee"), tmp_path / "a.heic").read_bytes()
    # The property of the picture's extent (ISO/IEC 23008-12, 6.5.3).
    before, name, after = data.partition(b"ispe")
    other = before + name + after[:4] + struct.pack(">II", *size) + after[12:]
    with pytest.raises(ImageError) as raised:
        examine(other)
    assert raised.value.cause == "its picture is not of the size its header says"


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.3, 0.6, 0.9, 0.99])
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "heic", "avif", "tif"])
def test_a_file_cut_anywhere_is_never_taken_for_whole(
    suffix: str, share: float, tmp_path: Path
) -> None:
    makers: dict[str, Callable[[Path, Path], Path]] = {
        "jpg": gallery.recompressed,
        "png": gallery.png_of,
        "webp": gallery.webp_of,
        "heic": gallery.heic_of,
        "avif": gallery.avif_of,
        "tif": gallery.as_tiff_16bit,
    }
    whole = makers[suffix](gallery.photo("clock"), tmp_path / f"whole.{suffix}")
    data = gallery.truncated(whole, tmp_path / f"cut.{suffix}", share=share).read_bytes()
    with pytest.raises(ImageError):
        examine(data)


def test_the_largest_allowed_picture_is_opened_and_one_row_more_is_not(tmp_path: Path) -> None:
    width = 1 << 14
    at, above = (
        gallery.bomb_png(tmp_path / str(more), width=width, height=MAX_PIXELS // width + more)
        for more in (0, 1)
    )
    assert open_image(at.read_bytes()).size == (width, MAX_PIXELS // width)
    with pytest.raises(ImageError, match="decompression bomb"):
        open_image(above.read_bytes())


def test_formats_nobody_takes_photos_in_are_not_offered_to_a_decoder(tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    Image.new("RGB", (10, 10)).save(path, "PPM")
    with pytest.raises(ImageError, match="no picture of a known format"):
        open_image(path.read_bytes())


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "I"])
def test_every_mode_comes_down_to_eight_bits(mode: str) -> None:
    image = Image.new(mode, (4, 4))
    assert eight_bit(image).mode in ("L", "LA", "RGB", "RGBA")
    assert flattened(image).mode in ("L", "RGB")


@pytest.mark.parametrize(("value", "level"), [(0, 0), (65535, 255), (32768, 128)])
def test_sixteen_bits_are_scaled(value: int, level: int) -> None:
    image = Image.new("I", (2, 2), value)
    image.putpixel((0, 0), 65535)
    assert eight_bit(image).getpixel((1, 1)) == level


def test_transparency_is_laid_over_the_background_asked_for() -> None:
    clear = Image.new("RGBA", (2, 2), (0, 0, 0, 0))
    assert flattened(clear).getpixel((0, 0)) == (255, 255, 255)
    assert flattened(clear, 128).getpixel((0, 0)) == (128, 128, 128)
