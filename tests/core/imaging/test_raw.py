"""A RAW is searched for and shown by the largest preview in it, and equals only its own bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import ImageError
from core.imaging.facts import examine
from core.imaging.pixels import pixel_digest
from core.imaging.preview import shown
from core.imaging.raw import is_raw
from tests import gallery

PHOTO = gallery.photo("coffee")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_has_the_fingerprint_of_its_preview_as_shown(orientation: int, tmp_path: Path) -> None:
    data = gallery.dng_of(PHOTO, tmp_path / "a.dng", orientation=orientation).read_bytes()
    facts, found = examine(data)
    expected = examine(PHOTO.read_bytes())[1]
    assert (found.hash ^ expected.hash).bit_count() <= 2
    chroma = [np.frombuffer(each.chroma, np.uint8).astype(int) for each in (found, expected)]
    assert np.abs(chroma[0] - chroma[1]).max() <= 4
    assert (facts.width, facts.height, facts.orientation) == (600, 400, orientation)
    assert (facts.format, facts.size, facts.pixel_digest) == ("DNG", len(data), None)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        ("NIKON CORPORATION", "NEF"),
        ("SONY", "ARW"),
        ("PENTAX Corporation", "PEF"),
        ("SAMSUNG", "SRW"),
        ("Nobody", "RAW"),
    ],
)
def test_the_maker_names_its_kind(make: str, name: str, tmp_path: Path) -> None:
    path = gallery.dng_of(PHOTO, tmp_path / "a.tif", make=make, version=False)
    assert examine(path.read_bytes())[0].format == name


@pytest.mark.parametrize("make", [gallery.as_tiff_16bit, gallery.png_of, gallery.exact_copy])
def test_other_pictures_are_no_raws(make: object, tmp_path: Path) -> None:
    path = make(PHOTO, tmp_path / "a.dng")  # type: ignore[operator]
    assert not is_raw(path.read_bytes())
    assert examine(path.read_bytes())[0].format != "DNG"


@pytest.mark.parametrize("scale", [None, 0.1])
def test_without_a_usable_preview_it_is_refused(scale: float | None, tmp_path: Path) -> None:
    data = gallery.dng_of(PHOTO, tmp_path / "a.dng", preview_scale=scale).read_bytes()
    with pytest.raises(ImageError) as raised:
        examine(data)
    assert raised.value.cause == "a RAW (DNG) without a preview that can be read"
    assert raised.value.remedy


def test_with_a_damaged_preview_it_is_refused(tmp_path: Path) -> None:
    data = bytearray(gallery.dng_of(PHOTO, tmp_path / "a.dng").read_bytes())
    at = data.index(b"\xff\xd8\xff") + 2
    data[at : at + 600] = bytes(600)
    with pytest.raises(ImageError, match="preview of this DNG"):
        examine(bytes(data))


@pytest.mark.parametrize("share", [0.01, 0.3, 0.9, 0.99])
def test_a_cut_one_is_refused(share: float, tmp_path: Path) -> None:
    # Its directories come last, as is common.
    whole = gallery.dng_of(PHOTO, tmp_path / "a.dng")
    with pytest.raises(ImageError):
        examine(gallery.truncated(whole, tmp_path / "cut.dng", share=share).read_bytes())


@pytest.mark.parametrize(
    "data",
    [
        b"FUJIFILMCCD-RAW 0201" + bytes(4000),
        b"IIRO\x08\0\0\0" + bytes(4000),
        b"IIU\0\x18\0\0\0" + bytes(4000),
        b"\0MRM" + bytes(4000),
        b"FOVb" + bytes(4000),
        b"\0\0\0\x18ftypcrx " + bytes(4000),
        b"II\x1a\0\0\0HEAPCCDR" + bytes(4000),
        b"II*\0\x10\0\0\0CR\2\0" + bytes(4000),
    ],
    ids=["RAF", "ORF", "RW2", "MRW", "X3F", "CR3", "CRW", "CR2"],
)
def test_a_raw_with_nothing_in_it_is_named_and_refused(
    data: bytes, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(ImageError) as raised:
        examine(data)
    assert f"a RAW ({request.node.callspec.id})" in raised.value.cause


def test_its_pixels_equal_only_its_own_bytes(tmp_path: Path) -> None:
    path = gallery.dng_of(PHOTO, tmp_path / "a.dng", preview_scale=1)
    with Image.open(path) as icon:
        icon.convert("RGB").save(tmp_path / "icon.png")
    other = gallery.dng_of(PHOTO, tmp_path / "b.dng", preview_scale=1, make="Canon EOS")
    digests = {pixel_digest(each.read_bytes()) for each in tmp_path.iterdir()}
    assert len(digests) == 3
    assert pixel_digest(path.read_bytes()) == pixel_digest(path.read_bytes())
    assert pixel_digest(path.read_bytes()) != pixel_digest(other.read_bytes())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_shown_upright(orientation: int, tmp_path: Path) -> None:
    data = gallery.dng_of(PHOTO, tmp_path / "a.dng", orientation=orientation).read_bytes()
    drawn, expected = shown(data, 90).image, shown(PHOTO.read_bytes(), 90).image
    drawn, expected = drawn.resize((90, 60)), expected.resize((90, 60))
    apart = np.abs(np.asarray(drawn).astype(int) - np.asarray(expected).astype(int))
    assert apart.mean() < 4
