from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from core.errors import ImageError
from core.imaging.pixels import pixel_digest
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


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_an_animation_is_not_its_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (40, 30), (level, 0, 0)) for level in (0, 128, 255)]
    options = {"lossless": True} if kind == "WEBP" else {}
    moving = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    other = encoded(frames[0], kind, save_all=True, append_images=frames[:0:-1], **options)
    still = encoded(frames[0], kind, **options)
    assert len({pixel_digest(each) for each in (moving, other, still)}) == 3


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
