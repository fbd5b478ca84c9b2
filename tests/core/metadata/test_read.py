from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import exiv2
import pytest

from core.catalog.assets import dump_metadata, load_metadata
from core.metadata.read import read_embedded, read_sidecar, with_sidecar
from core.model import Metadata
from tests import gallery


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return gallery.exact_copy(gallery.photo("coffee"), tmp_path / "photo.jpg")


def write(path: Path, **parts: dict[str, object]) -> bytes:
    """Write `exif`, `iptc` and `xmp` properties into a file; returns its bytes."""
    image = exiv2.ImageFactory.open(str(path))
    image.readMetadata()
    for part, properties in parts.items():
        data = getattr(image, f"{part}Data")()
        for key, value in properties.items():
            data[key] = value
    image.writeMetadata()
    return path.read_bytes()


def xmp(attributes: str = "", body: str = "") -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f" {attributes}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def test_what_a_camera_and_a_photo_manager_wrote_is_read(tmp_path: Path) -> None:
    path = gallery.described(
        gallery.photo("coffee"),
        tmp_path / "photo.jpg",
        taken=datetime(2023, 5, 6, 7, 8, 9, tzinfo=UTC),
        position=(-33.8568, 151.2153),
        rating=5,
        tags=("opera", "Sydney"),
        description="Seen from the ferry",
    )
    metadata, headers = read_embedded(path.read_bytes())
    assert metadata == Metadata(
        taken="2023-05-06 07:08:09",
        camera="Canon EOS 80D",
        description="Seen from the ferry",
        rating=5,
        tags=("Sydney", "opera"),
        location=(-33.8568, 151.2153),
    )
    assert headers == ("EXIF", "GPS", "XMP")


def test_a_picture_without_metadata_says_nothing() -> None:
    assert read_embedded(gallery.photo("coffee").read_bytes()) == (Metadata(), ())


@pytest.mark.parametrize("data", [b"", b"no picture", bytes(64)])
def test_bytes_of_no_known_format_have_no_metadata(data: bytes) -> None:
    assert read_embedded(data) == (Metadata(), ())


def test_a_zone_is_kept_where_it_is_known(photo: Path) -> None:
    exif = {
        "Exif.Photo.DateTimeOriginal": "2024:01:02 03:04:05",
        "Exif.Photo.OffsetTimeOriginal": "+09:00",
    }
    assert read_embedded(write(photo, exif=exif))[0].taken == "2024-01-02 03:04:05+09:00"


@pytest.mark.parametrize(
    "text", ["0000:00:00 00:00:00", "2024:13:01 00:00:00", "    :  :     :  :  ", "yesterday"]
)
def test_a_date_that_is_none_is_left_out(photo: Path, text: str) -> None:
    exif = {"Exif.Photo.DateTimeOriginal": text}
    assert read_embedded(write(photo, exif=exif))[0].taken is None


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Canon", "Canon EOS 80D", "Canon EOS 80D"),
        ("NIKON CORPORATION", "NIKON D750", "NIKON D750"),
        ("Apple", "iPhone 12", "Apple iPhone 12"),
        ("", "FC3170", "FC3170"),
    ],
)
def test_a_camera_is_named_once(photo: Path, make: str, model: str, camera: str) -> None:
    exif = {"Exif.Image.Make": make, "Exif.Image.Model": model}
    assert read_embedded(write(photo, exif=exif))[0].camera == camera


@pytest.mark.parametrize(
    ("rating", "read"), [("3", 3), ("-1", -1), ("0", None), ("6", None), ("many", None)]
)
def test_a_rating_is_one_to_five_stars_or_a_rejection(rating: str, read: int | None) -> None:
    assert read_sidecar(xmp(f'xmp:Rating="{rating}"')).rating == read


def test_xmp_has_the_word_over_exif_and_exif_over_iptc(photo: Path) -> None:
    iptc = {"Iptc.Application2.Caption": "from IPTC"}
    exif = {"Exif.Image.ImageDescription": "from EXIF"}
    assert read_embedded(write(photo, iptc=iptc))[0].description == "from IPTC"
    assert read_embedded(write(photo, exif=exif))[0].description == "from EXIF"
    found, _ = read_embedded(write(photo, xmp={"Xmp.dc.description": "from XMP"}))
    assert found.description == "from XMP"


def test_a_caption_that_the_camera_filled_in_is_none(photo: Path) -> None:
    exif = {"Exif.Image.ImageDescription": "OLYMPUS DIGITAL CAMERA"}
    assert read_embedded(write(photo, exif=exif))[0].description is None


def test_tags_of_all_standards_meet_without_repeats(photo: Path) -> None:
    data = write(
        photo,
        iptc={"Iptc.Application2.Keywords": "sea"},
        xmp={"Xmp.dc.subject": ["sea", "sun"], "Xmp.lr.hierarchicalSubject": ["Places|Lisbon"]},
    )
    assert read_embedded(data)[0].tags == ("Places/Lisbon", "sea", "sun")


@pytest.mark.parametrize(
    ("latitude", "longitude", "location"),
    [
        ("38,42.5N", "9,8,15W", (38.708333, -9.1375)),
        ("0,0N", "0,0E", None),
        ("91,0N", "9,0E", None),
        ("north", "9,0E", None),
        ("nanN", "9,0E", None),
    ],
)
def test_a_location_is_read_where_it_makes_sense(
    latitude: str, longitude: str, location: tuple[float, float] | None
) -> None:
    sidecar = xmp(f'exif:GPSLatitude="{latitude}" exif:GPSLongitude="{longitude}"')
    assert read_sidecar(sidecar).location == location


def test_a_gps_fix_with_a_zero_denominator_is_no_fix(photo: Path) -> None:
    exif = {
        "Exif.GPSInfo.GPSLatitude": "48/0 51/0 30/0",
        "Exif.GPSInfo.GPSLatitudeRef": "N",
        "Exif.GPSInfo.GPSLongitude": "2/0 17/0 0/0",
        "Exif.GPSInfo.GPSLongitudeRef": "E",
    }
    assert read_embedded(write(photo, exif=exif))[0].location is None


def test_hostile_descriptions_are_read_as_text(tmp_path: Path) -> None:
    path = gallery.hostile_metadata(gallery.photo("coffee"), tmp_path / "hostile.jpg")
    metadata, _ = read_embedded(path.read_bytes())
    assert metadata.problem is None
    assert metadata.description is not None
    assert metadata.description.startswith("before\u009b2J")


def test_damaged_metadata_is_reported_and_the_rest_is_kept(tmp_path: Path) -> None:
    path = gallery.described(gallery.photo("coffee"), tmp_path / "photo.jpg")
    data = path.read_bytes()
    metadata, _ = read_embedded(data[: data.index(b"Canon")])
    assert metadata.problem is not None
    assert "damaged" in metadata.problem


@pytest.mark.parametrize("data", [b"", b"<x:xmpmeta", b"no XMP at all"])
def test_a_sidecar_that_is_no_xmp_is_reported(data: bytes) -> None:
    problem = read_sidecar(data).problem
    assert problem is not None
    assert "sidecar" in problem


def test_a_picture_is_no_sidecar() -> None:
    assert read_sidecar(gallery.photo("coffee").read_bytes()).problem == "the sidecar is no XMP"


def test_a_sidecar_has_the_first_word_and_adds_its_tags() -> None:
    embedded = Metadata(camera="Canon", title="old", rating=2, tags=("a", "b"), location=(1.0, 2.0))
    sidecar = Metadata(title="new", rating=-1, tags=("b", "c"))
    assert with_sidecar(embedded, sidecar) == Metadata(
        camera="Canon", title="new", rating=-1, tags=("a", "b", "c"), location=(1.0, 2.0)
    )
    assert with_sidecar(embedded, None) == embedded


@pytest.mark.parametrize(
    "metadata",
    [Metadata(), Metadata(title="caf\udce9 \x1b", rating=-1, tags=("a",), location=(0.5, -1.0))],
)
def test_metadata_survives_the_catalog(metadata: Metadata) -> None:
    assert load_metadata(dump_metadata(metadata)) == metadata
