"""Held against `imagehash.phash`, whose definition the fingerprint follows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import imagehash
import numpy as np
import pytest
from PIL import Image

from core.imaging.facts import examine
from core.imaging.fingerprint import CHROMA_SIDE, SIDE, dct_hash, fingerprint
from tests import gallery

PHOTOS = sorted(path.stem for path in gallery.PHOTOS.glob("*.jpg"))


def apart(a: int, b: int) -> int:
    return (a ^ b).bit_count()


def hash_of(path: Path) -> int:
    return examine(path.read_bytes())[1].hash


def oracle(image: Image.Image) -> int:
    return int(str(imagehash.phash(image)), 16)


@pytest.mark.parametrize("name", PHOTOS)
def test_the_same_luma_gives_the_very_bits_of_imagehash(name: str) -> None:
    with Image.open(gallery.photo(name)) as image:
        luma = image.convert("L")
    # imagehash's own way to 32 x 32, so that nothing but the hash itself is compared.
    small = luma.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    assert dct_hash(np.asarray(small)) == oracle(luma)


@pytest.mark.parametrize("name", PHOTOS)
def test_reduced_decoding_costs_two_bits_at_most(name: str) -> None:
    with Image.open(gallery.photo(name)) as image:
        assert apart(hash_of(gallery.photo(name)), oracle(image)) <= 2


@pytest.mark.parametrize("name", PHOTOS)
def test_a_fourfold_larger_file_costs_two_bits_at_most(name: str, tmp_path: Path) -> None:
    large = gallery.resized(gallery.photo(name), tmp_path / "large.jpg", factor=4)
    with Image.open(large) as image:
        assert apart(hash_of(large), oracle(image)) <= 2


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("make", [gallery.exif_rotated, gallery.exif_rotated_png])
def test_a_copy_turned_by_exif_has_the_same_fingerprint(
    make: Callable[..., Path], orientation: int, tmp_path: Path
) -> None:
    source = gallery.png_of(gallery.photo("chelsea"), tmp_path / "source.png")
    turned = make(source, tmp_path / "turned", orientation=orientation)
    assert apart(hash_of(turned), hash_of(source)) <= 1


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["TIFF", "WEBP"])
def test_orientation_is_applied_once_whatever_the_format(
    kind: str, orientation: int, tmp_path: Path
) -> None:
    source = gallery.png_of(gallery.photo("chelsea"), tmp_path / "source.png")
    stored = (
        gallery.exif_rotated_png(source, tmp_path / "turned.png", orientation=orientation)
        if orientation > 1
        else source
    )
    turned = tmp_path / f"turned.{kind.lower()}"
    with Image.open(stored) as image:
        options = {"lossless": True} if kind == "WEBP" else {}
        image.save(turned, kind, exif=image.getexif(), **options)
    facts, found = examine(turned.read_bytes())
    expected, wanted = examine(source.read_bytes())
    assert (facts.width, facts.height) == (expected.width, expected.height)
    assert apart(found.hash, wanted.hash) <= 1


@pytest.mark.parametrize(
    "make",
    [
        gallery.png_of,
        gallery.recompressed,
        gallery.resized,
        gallery.heic_of,
        gallery.avif_of,
        gallery.webp_of,
        gallery.as_tiff_16bit,
        gallery.cmyk_jpeg,
        gallery.rgb_jpeg,
        gallery.stripped,
        gallery.described,
    ],
    ids=lambda make: make.__name__,
)
@pytest.mark.parametrize("name", ["chelsea", "coffee", "retina"])
def test_near_copies_stay_within_the_default_distance(
    name: str, make: Callable[[Path, Path], Path], tmp_path: Path
) -> None:
    photo = gallery.photo(name)
    assert apart(hash_of(make(photo, tmp_path / "copy")), hash_of(photo)) <= 4


def test_different_photos_are_far_apart() -> None:
    hashes = [hash_of(gallery.photo(name)) for name in PHOTOS]
    nearest = min(apart(a, b) for i, a in enumerate(hashes) for b in hashes[:i])
    assert nearest > 16


def test_the_thumb_is_the_picture_in_32_by_32_grey() -> None:
    white = fingerprint(Image.new("L", (400, 300), 255))
    assert white.thumb == b"\xff" * SIDE * SIDE


@pytest.mark.parametrize("make", [gallery.exact_copy, gallery.png_of, gallery.rgb_jpeg])
def test_the_chroma_thumb_says_where_which_colour_is(
    make: Callable[..., Path], tmp_path: Path
) -> None:
    source, path = tmp_path / "source.png", tmp_path / "picture"
    image = Image.new("RGB", (800, 600), (128, 128, 128))
    image.paste((0, 0, 255), (0, 0, 400, 300))
    image.paste((255, 0, 0), (400, 300, 800, 600))
    image.save(source)
    make(source, path)
    found = np.frombuffer(examine(path.read_bytes())[1].chroma, np.uint8)
    blue, red = found.reshape(2, CHROMA_SIDE, CHROMA_SIDE)[:, 1::5, 1::5].astype(int)
    # Cb and Cr of pure blue and pure red (ITU-T T.871), blue above on the left, red opposite.
    assert np.abs(blue - [[255, 128], [128, 85]]).max() <= 2
    assert np.abs(red - [[107, 128], [128, 255]]).max() <= 2


@pytest.mark.parametrize("make", [gallery.grey, gallery.png_of])
def test_a_grey_picture_is_colourless(make: Callable[..., Path], tmp_path: Path) -> None:
    path = make(gallery.photo("camera"), tmp_path / "copy")
    assert set(examine(path.read_bytes())[1].chroma) == {128}


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (3, 2)])
def test_the_smallest_pictures_have_a_fingerprint(size: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "tiny.png"
    Image.new("RGB", size, (200, 30, 30)).save(path)
    facts, found = examine(path.read_bytes())
    assert (facts.width, facts.height) == size
    assert len(found.thumb) == SIDE * SIDE
