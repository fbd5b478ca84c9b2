"""What the header says of equal pixels is true of the pixels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from core.imaging.coding import Coding, coding_of, may_agree
from core.imaging.decode import open_image
from core.imaging.pixels import pixel_digest
from tests import gallery

SOURCE = gallery.photo("coffee")


def coding(path: Path) -> Coding:
    data = path.read_bytes()
    return coding_of(data, open_image(data))


@pytest.mark.parametrize("derive", [gallery.stripped, gallery.described, gallery.exact_copy])
def test_a_jpeg_with_other_headers_is_the_same_stream(
    derive: Callable[[Path, Path], Path], tmp_path: Path
) -> None:
    path = derive(SOURCE, tmp_path / "a.jpg")
    assert coding(path).stream == coding(SOURCE).stream is not None
    assert pixel_digest(path.read_bytes()) == pixel_digest(SOURCE.read_bytes())


@pytest.mark.parametrize(
    "derive", [gallery.recompressed, gallery.webp_of, gallery.cmyk_jpeg, gallery.resized]
)
def test_other_lossy_codings_cannot_agree_and_do_not(
    derive: Callable[[Path, Path], Path], tmp_path: Path
) -> None:
    path = derive(SOURCE, tmp_path / "a")
    assert coding(path).stream != coding(SOURCE).stream
    assert pixel_digest(path.read_bytes()) != pixel_digest(SOURCE.read_bytes())


def test_quality_and_codec_tell_lossy_codings_apart(tmp_path: Path) -> None:
    names = {
        coding(SOURCE).name,
        coding(gallery.recompressed(SOURCE, tmp_path / "a.jpg")).name,
        coding(gallery.webp_of(SOURCE, tmp_path / "a.webp")).name,
    }
    assert len(names) == 3
    assert not any(may_agree(a, b) for a in names for b in names if a != b)


def test_a_lossless_copy_may_agree_with_anything(tmp_path: Path) -> None:
    png = coding(gallery.png_of(SOURCE, tmp_path / "a.png")).name
    lossless = tmp_path / "a.webp"
    with Image.open(SOURCE) as image:
        image.save(lossless, lossless=True)
    for name in (png, coding(lossless).name, coding(gallery.heic_of(SOURCE, tmp_path / "h")).name):
        assert may_agree(name, coding(SOURCE).name)


def test_a_colour_profile_is_part_of_what_decides_the_pixels(tmp_path: Path) -> None:
    plain, profiled = tmp_path / "a.jpg", tmp_path / "b.jpg"
    with Image.open(SOURCE) as image:
        image.save(plain, quality=90)
        image.save(profiled, quality=90, icc_profile=b"\0" * 200)
    assert coding(plain).stream != coding(profiled).stream


def test_a_jpeg_in_rgb_is_left_to_the_decoder(tmp_path: Path) -> None:
    path = tmp_path / "rgb.jpg"
    with Image.open(SOURCE) as image:
        image.save(path, quality=90, keep_rgb=True)
    assert coding(path).stream is None
