from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import exiv2
import pytest
from PIL import Image, ImageSequence

from core.errors import ActionRefused
from core.metadata.embed import embed
from core.metadata.policies import Field
from core.metadata.read import read_embedded
from core.metadata.write import WRITTEN, verify
from core.model import Metadata
from tests import gallery

FULL = Metadata(
    title="Opera <house>",
    description="First line,\nsecond \U0001f308",
    rating=4,
    tags=("Places/Australia/Sydney", "opéra"),
    location=(-33.856784, 151.215297),
    taken="2023-05-06 07:08:09+10:00",
)


def saved(kind: str, **options: object) -> Callable[[Path], bytes]:
    def make(_: Path) -> bytes:
        with Image.open(gallery.photo("coffee")) as image:
            buffer = io.BytesIO()
            image.save(buffer, kind, **options)
            return buffer.getvalue()

    return make


def described(folder: Path) -> bytes:
    return gallery.described(gallery.photo("coffee"), folder / "described.jpg").read_bytes()


def two_pages(_: Path) -> bytes:
    with Image.open(gallery.photo("coffee")) as first:
        buffer = io.BytesIO()
        second = first.rotate(90)
        first.save(buffer, "TIFF", save_all=True, append_images=[second], compression="tiff_lzw")
        return buffer.getvalue()


def with_iptc(_: Path) -> bytes:
    return rewritten(
        gallery.photo("coffee").read_bytes(),
        exif={
            "Exif.Image.ImageDescription": "old",
            "Exif.Image.XPTitle": "111 0 108 0 100 0 0 0",
            "Exif.Image.Rating": "1",
            "Exif.Photo.DateTimeOriginal": "2024:01:02 03:04:05",
            "Exif.Photo.SubSecTimeOriginal": "42",
            "Exif.Image.Artist": "Somebody",
        },
        iptc={
            "Iptc.Application2.Caption": "old",
            "Iptc.Application2.ObjectName": "old",
            "Iptc.Application2.Keywords": "old",
            "Iptc.Application2.City": "Lisbon",
        },
        xmp={"Xmp.dc.creator": "Somebody", "Xmp.xmp.Label": "Red"},
    )


def rewritten(data: bytes, **parts: dict[str, str]) -> bytes:
    image = exiv2.ImageFactory.open(data)
    image.readMetadata()
    for part, properties in parts.items():
        for key, value in properties.items():
            getattr(image, f"{part}Data")()[key] = value
    image.writeMetadata()
    image.io().open()
    return bytes(image.io().mmap())


FILES = {
    "JPEG": saved("JPEG", quality=90),
    "JPEG with a profile": saved("JPEG", icc_profile=bytes(128)),
    "JPEG with EXIF and XMP": described,
    "JPEG with EXIF, IPTC and XMP": with_iptc,
    "PNG": saved("PNG"),
    "WebP": saved("WEBP"),
    "lossless WebP": saved("WEBP", lossless=True),
    "TIFF": saved("TIFF"),
    "TIFF of two pages": two_pages,
}


def frames(data: bytes) -> list[bytes]:
    with Image.open(io.BytesIO(data)) as image:
        return [frame.tobytes() for frame in ImageSequence.Iterator(image)]


@pytest.mark.parametrize("make", FILES.values(), ids=FILES)
def test_metadata_is_embedded_and_every_pixel_stays(
    make: Callable[[Path], bytes], tmp_path: Path
) -> None:
    before = make(tmp_path)
    after = embed(before, FULL, WRITTEN)
    assert verify(after, FULL, WRITTEN) == ()
    assert frames(after) == frames(before)
    assert embed(after, FULL, WRITTEN) is after
    removed = embed(after, Metadata(), WRITTEN)
    assert verify(removed, Metadata(), WRITTEN) == ()
    assert frames(removed) == frames(before)


@pytest.mark.skipif(
    shutil.which("exiftool") is None,
    reason="exiftool (libimage-exiftool-perl) is not installed",
)
@pytest.mark.parametrize("make", FILES.values(), ids=FILES)
def test_exiftool_reads_what_was_embedded_and_all_that_was_there(
    make: Callable[[Path], bytes], tmp_path: Path
) -> None:
    def read(data: bytes, name: str) -> dict[str, object]:
        path = tmp_path / name
        path.write_bytes(data)
        command = ["exiftool", "-json", "-n", "-G1", str(path)]
        (values,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        return dict(values)

    data = make(tmp_path)
    before, after = read(data, "before"), read(embed(data, FULL, WRITTEN), "after")
    assert after["XMP-dc:Title"] == FULL.title
    assert after["XMP-dc:Description"] == FULL.description
    assert after["XMP-digiKam:TagsList"] == list(FULL.tags)
    assert after["ExifIFD:DateTimeOriginal"] == "2023:05:06 07:08:09"
    assert after["ExifIFD:OffsetTimeOriginal"] == "+10:00"
    assert after["Composite:GPSLatitude"] == pytest.approx(-33.856784, abs=1e-6)
    assert after["Composite:GPSLongitude"] == pytest.approx(151.215297, abs=1e-6)
    for name in ("IFD0:Artist", "IPTC:City", "XMP-dc:Creator", "XMP-xmp:Label", "IFD0:Model"):
        assert after.get(name) == before.get(name)
    assert "Warning" not in " ".join(set(after) - set(before))


def test_exif_and_iptc_do_not_contradict_what_was_embedded(tmp_path: Path) -> None:
    after = embed(with_iptc(tmp_path), FULL, WRITTEN)
    image = exiv2.ImageFactory.open(after)
    image.readMetadata()
    exif, iptc = image.exifData(), image.iptcData()
    assert str(exif["Exif.Image.ImageDescription"].value()) == FULL.description
    assert exif["Exif.Image.XPTitle"].print() == FULL.title
    assert "Exif.Photo.SubSecTimeOriginal" not in exif
    assert str(iptc["Iptc.Application2.Caption"].value()) == FULL.description
    assert str(iptc["Iptc.Application2.ObjectName"].value()) == FULL.title
    keywords = [str(each.value()) for each in iptc if each.key().endswith("Keywords")]
    assert keywords == ["Sydney", "opéra"]
    assert str(iptc["Iptc.Application2.City"].value()) == "Lisbon"


def test_only_the_field_that_changes_is_embedded(tmp_path: Path) -> None:
    before = described(tmp_path)
    after = read_embedded(embed(before, FULL, (Field.TITLE,))).metadata
    said = read_embedded(before).metadata
    assert after.title == FULL.title
    assert (after.taken, after.location, after.tags) == (said.taken, said.location, said.tags)


def test_iptc_of_another_encoding_is_not_mixed_with_utf_8() -> None:
    iptc = {"Iptc.Application2.City": "Koeln", "Iptc.Application2.Keywords": "old"}
    latin = rewritten(gallery.photo("coffee").read_bytes(), iptc=iptc)
    latin = latin.replace(b"Koeln", b"K\xf6lns")
    with pytest.raises(ActionRefused, match="not UTF-8; write a sidecar instead"):
        embed(latin, FULL, WRITTEN)


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (saved("GIF"), "metadata cannot be written into image/gif"),
        (
            lambda folder: gallery.heic_of(gallery.photo("coffee"), folder / "a").read_bytes(),
            "heic",
        ),
        (
            lambda folder: gallery.avif_of(gallery.photo("coffee"), folder / "a").read_bytes(),
            "avif",
        ),
        (
            lambda folder: gallery.dng_of(gallery.photo("coffee"), folder / "a.dng").read_bytes(),
            "a RAW keeps the bytes that the camera wrote",
        ),
        (lambda folder: b"no picture", "its metadata cannot be rewritten"),
        (lambda folder: described(folder)[:1500], "its metadata cannot be rewritten"),
    ],
    ids=["GIF", "HEIC", "AVIF", "DNG", "text", "cut off"],
)
def test_what_cannot_hold_metadata_is_refused(
    make: Callable[[Path], bytes], cause: str, tmp_path: Path
) -> None:
    with pytest.raises(ActionRefused) as refused:
        embed(make(tmp_path), FULL, WRITTEN)
    assert cause in refused.value.cause
    assert refused.value.remedy == "write a sidecar instead"


def test_metadata_too_large_for_a_jpeg_is_refused() -> None:
    large = Metadata(description="word " * 20_000)
    with pytest.raises(ActionRefused, match="cannot be rewritten"):
        embed(gallery.photo("coffee").read_bytes(), large, (Field.DESCRIPTION,))
