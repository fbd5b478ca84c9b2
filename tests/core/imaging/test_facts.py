from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

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
