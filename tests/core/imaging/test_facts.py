from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from core.imaging.animation import duration_of
from core.imaging.facts import draft_size, examine
from tests import gallery

Maker = Callable[[Path, Path], Path]


@pytest.mark.parametrize(
    ("make", "name", "mode"),
    [
        (gallery.exact_copy, "JPEG", "RGB"),
        (gallery.cmyk_jpeg, "JPEG", "CMYK"),
        (gallery.png_of, "PNG", "RGB"),
        (gallery.webp_of, "WEBP", "RGB"),
        (gallery.avif_of, "AVIF", "RGB"),
        (gallery.heic_of, "HEIF", "RGB"),
        (gallery.as_tiff_16bit, "TIFF", "RGB"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_facts_come_from_the_bytes_and_not_from_the_name(
    make: Maker, name: str, mode: str, tmp_path: Path
) -> None:
    path = make(gallery.photo("coffee"), tmp_path / "picture.gif")
    facts, _ = examine(path.read_bytes())
    assert (facts.format, facts.mode) == (name, mode)
    assert (facts.width, facts.height) == (600, 400)
    assert facts.size == path.stat().st_size


@pytest.mark.parametrize("orientation", range(1, 9))
def test_dimensions_are_those_of_the_picture_as_shown(orientation: int, tmp_path: Path) -> None:
    source = gallery.photo("coffee")
    if orientation == 1:
        path = source
    else:
        path = gallery.exif_rotated(source, tmp_path / "turned.jpg", orientation=orientation)
    facts, _ = examine(path.read_bytes())
    assert (facts.width, facts.height, facts.orientation) == (600, 400, orientation)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_frames_are_counted(kind: str, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 30), (level, 0, 0)) for level in (0, 120, 240)]
    path = tmp_path / "frames"
    frames[0].save(path, kind, save_all=True, append_images=frames[1:])
    assert examine(path.read_bytes())[0].frames == 3


def test_the_previews_inside_a_camera_jpeg_are_no_frames(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    with Image.open(gallery.photo("coffee")) as image:
        image.save(path, "MPO", save_all=True, append_images=[image.resize((60, 40))])
    facts, _ = examine(path.read_bytes())
    assert (facts.format, facts.frames) == ("JPEG", 1)


def moving(kind: str, *lengths: int, mode: str = "RGB") -> bytes:
    """An animation whose frames stay for `lengths` milliseconds."""
    frames = [Image.new(mode, (40, 30), 40 * number) for number in range(len(lengths))]
    data = io.BytesIO()
    options = {"timescale": 1000} if kind == "AVIF" else {}
    frames[0].save(
        data, kind, save_all=True, append_images=frames[1:], duration=list(lengths), **options
    )
    return data.getvalue()


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_takes_as_long_as_its_frames_together(kind: str) -> None:
    assert examine(moving(kind, 100, 250, 1200))[0].duration == 1550


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_how_long_a_cut_animation_takes_nobody_can_say(kind: str) -> None:
    data = moving(kind, 100, 250, 1200)
    for cut in range(len(data)):
        found = duration_of(data[:cut], kind)
        assert found is None or found <= 1550


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF", "TIFF"])
def test_what_does_not_move_takes_no_time(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "still"
    Image.new("RGB", (40, 30)).save(path, kind)
    assert examine(path.read_bytes())[0].duration is None
    if kind == "TIFF":
        pages = [Image.new("RGB", (40, 30)) for _ in range(3)]
        pages[0].save(path, kind, save_all=True, append_images=pages[1:])
        assert examine(path.read_bytes())[0].duration is None


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
@pytest.mark.parametrize("alpha", [0, 128, 255])
def test_a_picture_is_transparent_where_a_pixel_is(kind: str, alpha: int) -> None:
    image = Image.new("RGBA", (64, 48), (90, 120, 30, 255))
    image.paste((90, 120, 30, alpha), (8, 8, 40, 40))
    assert examine(saved(image, kind))[0].transparent is (alpha < 255)


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
@pytest.mark.parametrize("used", [True, False])
def test_a_transparent_colour_counts_where_it_is_used(kind: str, used: bool) -> None:
    image = Image.new("P", (64, 48), 1)
    image.putpalette([0, 0, 0, 200, 10, 10, 10, 200, 10])
    image.putpixel((5, 5), 2 if used else 0)
    data = saved(image, kind, transparency=2, optimize=False)
    assert examine(data)[0].transparent is used


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "AVIF", "HEIF"])
def test_what_has_no_transparency_at_all_is_opaque(kind: str) -> None:
    with Image.open(gallery.photo("clock")) as photo:
        assert examine(saved(photo.convert("RGB"), kind))[0].transparent is False


def test_of_an_animation_whose_first_frame_is_opaque_the_others_are_not_looked_at() -> None:
    assert examine(moving("WEBP", 50, 50))[0].transparent is False
    assert examine(moving("GIF", 50, 50))[0].transparent is None
    frames = [Image.new("RGBA", (40, 30), (9, 9, 9, alpha)) for alpha in (255, 0)]
    for order, expected in ((frames, None), (frames[::-1], True)):
        data = saved(order[0], "WEBP", save_all=True, append_images=order[1:], lossless=True)
        assert examine(data)[0].transparent is expected


def test_how_a_jpeg_was_saved_is_among_its_facts() -> None:
    with Image.open(gallery.photo("clock")) as photo:
        data = saved(photo, "JPEG", quality=77, subsampling="4:2:2", progressive=True)
        plain = saved(photo, "PNG")
    facts = examine(data)[0]
    assert (facts.quality, facts.subsampling, facts.progressive) == (77, "4:2:2", True)
    facts = examine(plain)[0]
    assert (facts.quality, facts.subsampling, facts.progressive) == (None, None, None)


@pytest.mark.parametrize(
    ("size", "side", "asked"),
    [((6000, 4000), 128, (192, 128)), ((4000, 6000), 128, (128, 192)), ((100, 90), 128, (100, 90))],
)
def test_a_reduced_decode_keeps_the_shorter_edge(
    size: tuple[int, int], side: int, asked: tuple[int, int]
) -> None:
    assert draft_size(size, side) == asked


@pytest.mark.parametrize("level", [0, 255])
def test_what_transparency_hides_does_not_reach_the_fingerprint(level: int, tmp_path: Path) -> None:
    hidden, plain = tmp_path / "hidden.png", tmp_path / "plain.png"
    Image.new("RGBA", (64, 64), (level, level, level, 0)).save(hidden)
    Image.new("RGB", (64, 64), (255, 255, 255)).save(plain)
    assert examine(hidden.read_bytes())[1] == examine(plain.read_bytes())[1]


def test_a_palette_with_a_transparent_colour_shows_what_its_rgba_shows(tmp_path: Path) -> None:
    with Image.open(gallery.photo("coffee")) as image:
        palette = image.quantize(64)
    path, expected = tmp_path / "palette.png", tmp_path / "expected.png"
    palette.save(path, transparency=0)
    with Image.open(path) as image:
        image.convert("RGBA").save(expected)
    found, wanted = (examine(each.read_bytes())[1] for each in (path, expected))
    assert (found.hash ^ wanted.hash).bit_count() <= 1


@pytest.mark.parametrize("mode", ["I;16", "I", "F"])
def test_wide_samples_are_scaled_and_not_clipped(mode: str, tmp_path: Path) -> None:
    with Image.open(gallery.photo("camera")) as image:
        grey = image.convert("L")
    wide = grey.convert("I").point(lambda value: value * 257)
    path, plain = tmp_path / "wide.tif", tmp_path / "plain.png"
    wide.convert(mode).save(path)
    grey.save(plain)
    found, expected = (examine(each.read_bytes())[1] for each in (path, plain))
    assert (found.hash ^ expected.hash).bit_count() <= 1


@pytest.mark.parametrize("make", [gallery.described, gallery.stripped], ids=["with", "without"])
def test_metadata_does_not_change_the_fingerprint(make: Maker, tmp_path: Path) -> None:
    path = make(gallery.photo("grass"), tmp_path / "copy.jpg")
    assert examine(path.read_bytes())[1] == examine(gallery.photo("grass").read_bytes())[1]
