from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import exiv2
import pytest

from core.catalog.saying import dump_metadata, load_metadata
from core.metadata.read import read_embedded, read_sidecar, sidecars_together, with_sidecar
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
    metadata, headers, _ = read_embedded(path.read_bytes())
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
    assert read_embedded(gallery.photo("coffee").read_bytes()) == (Metadata(), (), 5)


@pytest.mark.parametrize("data", [b"", b"no picture", bytes(64)])
def test_bytes_of_no_known_format_have_no_metadata(data: bytes) -> None:
    assert read_embedded(data) == (Metadata(), (), None)


def test_a_zone_is_kept_where_it_is_known(photo: Path) -> None:
    exif = {
        "Exif.Photo.DateTimeOriginal": "2024:01:02 03:04:05",
        "Exif.Photo.OffsetTimeOriginal": "+09:00",
    }
    assert read_embedded(write(photo, exif=exif)).metadata.taken == "2024-01-02 03:04:05+09:00"


@pytest.mark.parametrize(
    "text", ["0000:00:00 00:00:00", "2024:13:01 00:00:00", "    :  :     :  :  ", "yesterday"]
)
def test_a_date_that_is_none_is_left_out(photo: Path, text: str) -> None:
    exif = {"Exif.Photo.DateTimeOriginal": text}
    assert read_embedded(write(photo, exif=exif)).metadata.taken is None


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
    assert read_embedded(write(photo, exif=exif)).metadata.camera == camera


@pytest.mark.parametrize(
    ("rating", "read"), [("3", 3), ("-1", -1), ("0", None), ("6", None), ("many", None)]
)
def test_a_rating_is_one_to_five_stars_or_a_rejection(rating: str, read: int | None) -> None:
    assert read_sidecar(xmp(f'xmp:Rating="{rating}"')).rating == read


def test_xmp_has_the_word_over_exif_and_exif_over_iptc(photo: Path) -> None:
    iptc = {"Iptc.Application2.Caption": "from IPTC"}
    exif = {"Exif.Image.ImageDescription": "from EXIF"}
    assert read_embedded(write(photo, iptc=iptc)).metadata.description == "from IPTC"
    assert read_embedded(write(photo, exif=exif)).metadata.description == "from EXIF"
    found = read_embedded(write(photo, xmp={"Xmp.dc.description": "from XMP"})).metadata
    assert found.description == "from XMP"


def test_a_caption_that_the_camera_filled_in_is_none(photo: Path) -> None:
    exif = {"Exif.Image.ImageDescription": "OLYMPUS DIGITAL CAMERA"}
    assert read_embedded(write(photo, exif=exif)).metadata.description is None


def test_tags_of_all_standards_meet_without_repeats(photo: Path) -> None:
    data = write(
        photo,
        iptc={"Iptc.Application2.Keywords": "sea"},
        xmp={"Xmp.dc.subject": ["sea", "sun"], "Xmp.lr.hierarchicalSubject": ["Places|Lisbon"]},
    )
    assert read_embedded(data).metadata.tags == ("Places/Lisbon", "sea", "sun")


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
    assert read_embedded(write(photo, exif=exif)).metadata.location is None


def test_hostile_descriptions_are_read_as_text(tmp_path: Path) -> None:
    path = gallery.hostile_metadata(gallery.photo("coffee"), tmp_path / "hostile.jpg")
    metadata = read_embedded(path.read_bytes()).metadata
    assert metadata.problem is None
    assert metadata.description is not None
    assert metadata.description.startswith("before\u009b2J")


def test_damaged_metadata_is_reported_and_the_rest_is_kept(tmp_path: Path) -> None:
    path = gallery.described(gallery.photo("coffee"), tmp_path / "photo.jpg")
    data = path.read_bytes()
    metadata = read_embedded(data[: data.index(b"Canon")]).metadata
    assert metadata.problem is not None
    assert "damaged" in metadata.problem


@pytest.mark.parametrize("prefix", ["fstop", "heart"])
@pytest.mark.parametrize(("value", "read"), [("1", True), ("True", True), ("0", False)])
def test_a_favorite_is_what_f_stop_marks_so(prefix: str, value: str, read: bool) -> None:
    sidecar = xmp(f'xmlns:{prefix}="http://www.fstopapp.com/xmp/" {prefix}:favorite="{value}"')
    assert read_sidecar(sidecar).favorite is read


def test_albums_are_the_collections_of_the_metadata_working_group(photo: Path) -> None:
    namespace = "http://www.metadataworkinggroup.com/schemas/collections/"
    items = "".join(
        f'<rdf:li rdf:parseType="Resource"><c:CollectionName>{name}</c:CollectionName>'
        f"<c:CollectionURI>urn:{number}</c:CollectionURI></rdf:li>"
        for number, name in enumerate(("Summer", "Best of", "Summer"))
    )
    body = f"<c:Collections><rdf:Bag>{items}</rdf:Bag></c:Collections>"
    assert read_sidecar(xmp(f'xmlns:c="{namespace}"', body)).albums == ("Best of", "Summer")


def test_what_nobody_says_is_left_open() -> None:
    found = read_sidecar(xmp())
    assert (found.favorite, found.albums, found.visibility) == (None, (), None)


def test_exif_is_counted_as_immich_counts_it(photo: Path) -> None:
    assert read_embedded(photo.read_bytes()).exif_count == 5
    # Immich 3.1.0 counts 12 of a picture with these, and 19 with the place it looks up on its map.
    camera = {
        "Exif.Image.Make": "Canon",
        "Exif.Image.Model": "EOS R6",
        "Exif.Photo.DateTimeOriginal": "2024:05:17 10:30:00",
        "Exif.Photo.LensModel": "RF 50mm",
        "Exif.Photo.FNumber": "28/10",
        "Exif.Photo.FocalLength": "50/1",
        "Exif.Photo.ISOSpeedRatings": "200",
        "Exif.Photo.ExposureTime": "1/250",
    }
    assert read_embedded(write(photo, exif=camera)).exif_count == 12
    place = {
        "Exif.GPSInfo.GPSLatitude": "52/1 31/1 12/1",
        "Exif.GPSInfo.GPSLatitudeRef": "N",
        "Exif.GPSInfo.GPSLongitude": "13/1 24/1 18/1",
        "Exif.GPSInfo.GPSLongitudeRef": "E",
    }
    named = {
        "Xmp.photoshop.City": "Berlin",
        "Xmp.photoshop.State": "Berlin",
        "Xmp.photoshop.Country": "Germany",
        "Xmp.xmp.Rating": "5",
    }
    assert read_embedded(write(photo, exif=place)).exif_count == 15
    assert read_embedded(write(photo, xmp=named)).exif_count == 19
    more = {"Exif.Image.Orientation": "1", "Exif.Image.ImageDescription": "Berlin"}
    last = write(photo, exif=more, xmp={"Xmp.GPano.ProjectionType": "equirectangular"})
    assert read_embedded(last).exif_count == 22


@pytest.mark.parametrize(
    ("key", "text", "more"),
    [
        ("Exif.Photo.FNumber", "0/1", 0),
        ("Exif.Photo.FNumber", "0/0", 0),
        ("Exif.Photo.ISOSpeedRatings", "0", 0),
        ("Exif.Photo.ExposureTime", "1/8000", 1),
        ("Exif.Image.Make", " ", 0),
        ("Exif.Photo.OffsetTime", "+02:00", 1),
        ("Exif.Image.Rating", "0", 0),
    ],
)
def test_what_is_blank_or_zero_does_not_count(photo: Path, key: str, text: str, more: int) -> None:
    assert read_embedded(write(photo, exif={key: text})).exif_count == 5 + more


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
    embedded = Metadata(favorite=True, albums=("x", "y"), visibility="archive")
    sidecar = Metadata(favorite=False, albums=("w", "x"))
    assert with_sidecar(embedded, sidecar) == Metadata(
        favorite=False, albums=("w", "x", "y"), visibility="archive"
    )
    assert with_sidecar(embedded, Metadata()) == embedded
    assert with_sidecar(embedded, None) == embedded


@pytest.mark.parametrize(
    "metadata",
    [
        Metadata(),
        Metadata(title="caf\udce9 \x1b", rating=-1, tags=("a",), location=(0.5, -1.0)),
        Metadata(favorite=False, albums=("a", "b"), visibility="hidden"),
    ],
)
def test_metadata_survives_the_catalog(metadata: Metadata) -> None:
    assert load_metadata(dump_metadata(metadata)) == metadata


def alternatives(name: str, **languages: str) -> str:
    items = "".join(
        f'<rdf:li xml:lang="{language.replace("_", "-")}">{text}</rdf:li>'
        for language, text in languages.items()
    )
    return f"<{name}><rdf:Alt>{items}</rdf:Alt></{name}>"


@pytest.mark.parametrize(
    ("languages", "title"),
    [
        ({"x_default": "Sea", "de_DE": "Meer"}, "Sea"),
        ({"de_DE": "Meer", "x_default": "Sea"}, "Sea"),
        ({"de_DE": "Meer"}, "Meer"),
        ({"x_default": 'lang="de" Sea, lang="fr"'}, 'lang="de" Sea, lang="fr"'),
    ],
)
def test_of_several_languages_the_default_is_read(languages: dict[str, str], title: str) -> None:
    sidecar = xmp(body=alternatives("dc:title", **languages))
    assert read_sidecar(sidecar).title == title


@pytest.mark.parametrize(
    "body",
    [
        "<digiKam:TagsList><rdf:Seq><rdf:li>Places/Lisbon</rdf:li></rdf:Seq></digiKam:TagsList>",
        "<lr:hierarchicalSubject><rdf:Bag><rdf:li>Places|Lisbon</rdf:li><rdf:li>Places</rdf:li>"
        "</rdf:Bag></lr:hierarchicalSubject>",
        "<MicrosoftPhoto:LastKeywordXMP><rdf:Bag><rdf:li>Places/Lisbon</rdf:li></rdf:Bag>"
        "</MicrosoftPhoto:LastKeywordXMP>",
    ],
)
def test_paths_of_tags_have_one_form_whoever_wrote_them(body: str) -> None:
    namespaces = (
        'xmlns:digiKam="http://www.digikam.org/ns/1.0/"'
        ' xmlns:lr="http://ns.adobe.com/lightroom/1.0/"'
        ' xmlns:MicrosoftPhoto="http://ns.microsoft.com/photo/1.0/"'
    )
    flat = "<dc:subject><rdf:Bag><rdf:li>Lisbon</rdf:li></rdf:Bag></dc:subject>"
    assert read_sidecar(xmp(namespaces, body + flat)).tags == ("Places/Lisbon",)


@pytest.mark.parametrize(
    ("percent", "rating"), [(1, 1), (25, 2), (50, 3), (75, 4), (99, 5), (0, None), (5000, None)]
)
def test_a_rating_in_percent_is_read_where_there_is_no_other(
    percent: int, rating: int | None
) -> None:
    windows = f'xmlns:m="http://ns.microsoft.com/photo/1.0/" m:Rating="{percent}"'
    assert read_sidecar(xmp(windows)).rating == rating
    assert read_sidecar(xmp(windows + ' xmp:Rating="3"')).rating == 3


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("2024-01-02T03:04:05+09:00", "2024-01-02 03:04:05+09:00"),
        ("2024-01-02T03:04:05.67Z", "2024-01-02 03:04:05+00:00"),
        ("2024-01-02T03:04-0330", "2024-01-02 03:04:00-03:30"),
        ("2024-01-02T03:04:05", "2024-01-02 03:04:05"),
    ],
)
def test_a_date_of_xmp_keeps_its_zone(text: str, taken: str) -> None:
    assert read_sidecar(xmp(f'exif:DateTimeOriginal="{text}"')).taken == taken


@pytest.mark.parametrize(
    ("latitude", "longitude", "location"),
    [
        ("33,51.407064S", "151,12.917820E", (-33.856784, 151.215297)),
        ("-33.856784", "151.215297", (-33.856784, 151.215297)),
        ("38,42,60N", "9,8,0W", (38.716667, -9.133333)),
    ],
)
def test_every_form_of_a_position_is_read(
    latitude: str, longitude: str, location: tuple[float, float]
) -> None:
    sidecar = xmp(f'exif:GPSLatitude="{latitude}" exif:GPSLongitude="{longitude}"')
    assert read_sidecar(sidecar) == Metadata(location=location)


@pytest.mark.parametrize(
    ("attributes", "problem"),
    [
        ('xmp:Rating="99"', "its rating '99' is none"),
        ('xmp:Rating="many"', "its rating 'many' is none"),
        ('xmp:Rating="nan"', "its rating 'nan' is none"),
        ('exif:DateTimeOriginal="0000-00-00T00:00:00"', "its date '0000-00-00T00:00:00' is none"),
        ('exif:DateTimeOriginal="0000-01-01T00:00:00"', "its date '0000-01-01T00:00:00' is none"),
        ('exif:DateTimeOriginal="2023-02-30T00:00:00"', "its date '2023-02-30T00:00:00' is none"),
        ('exif:GPSLatitude="nanN" exif:GPSLongitude="9,0E"', "its position is none on Earth"),
        ('exif:GPSLatitude="91,0N" exif:GPSLongitude="9,0E"', "its position is none on Earth"),
        ('exif:GPSLatitude="1,99,0N" exif:GPSLongitude="9,0E"', "its position is none on Earth"),
        ('exif:GPSLatitude="north" exif:GPSLongitude="9,0E"', "its position is none on Earth"),
        (
            'xmp:Rating="99" exif:GPSLatitude="91" exif:GPSLongitude="0"',
            "its rating '99' is none; its position is none on Earth",
        ),
    ],
)
def test_what_makes_no_sense_is_a_problem_and_no_value(attributes: str, problem: str) -> None:
    assert read_sidecar(xmp(attributes)) == Metadata(problem=problem)


@pytest.mark.parametrize(
    "attributes",
    [
        'xmp:Rating="0"',
        'exif:DateTimeOriginal="    :  :     :  :  "',
        'exif:GPSLatitude="0,0N" exif:GPSLongitude="0,0E"',
        'exif:GPSLatitude="38,0N"',
    ],
)
def test_what_says_that_nothing_is_known_is_no_problem(attributes: str) -> None:
    assert read_sidecar(xmp(attributes)) == Metadata()


def test_a_description_of_ten_million_characters_is_cut_and_said_to_be() -> None:
    sidecar = xmp(body=alternatives("dc:description", x_default="x" * 10_000_000))
    assert read_sidecar(sidecar) == Metadata(
        description="x" * 20_000, problem="of its description only 20,000 characters are kept"
    )


def test_a_receiver_that_knew_nothing_is_no_problem(photo: Path) -> None:
    exif = {
        "Exif.GPSInfo.GPSLatitude": "0/0 0/0 0/0",
        "Exif.GPSInfo.GPSLongitude": "0/0 0/0 0/0",
    }
    assert read_embedded(write(photo, exif=exif)).metadata == Metadata()


def test_degrees_without_a_hemisphere_are_none(photo: Path) -> None:
    exif = {
        "Exif.GPSInfo.GPSLatitude": "48/1 51/1 30/1",
        "Exif.GPSInfo.GPSLongitude": "2/1 17/1 0/1",
    }
    metadata = read_embedded(write(photo, exif=exif)).metadata
    assert metadata == Metadata(problem="its position is none on Earth")


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        (Metadata(rating=3), Metadata(rating=3, title="t"), Metadata(rating=3, title="t")),
        (Metadata(tags=("a",)), Metadata(tags=("b",)), Metadata(tags=("a", "b"))),
        (
            Metadata(location=(1.0, 2.0)),
            Metadata(location=(1.000001, 2.0)),
            Metadata(location=(1.0, 2.0)),
        ),
        (
            Metadata(rating=3, title="a"),
            Metadata(rating=4, title="b"),
            Metadata(
                rating=3,
                title="a",
                problem="a.jpg.xmp and a.xmp disagree about rating, title; the first is believed",
            ),
        ),
        (
            Metadata(problem="the sidecar is damaged"),
            Metadata(rating=4),
            Metadata(rating=4, problem="the sidecar is damaged"),
        ),
    ],
)
def test_of_two_sidecars_the_first_is_believed(
    first: Metadata, second: Metadata, together: Metadata
) -> None:
    assert sidecars_together([("a.jpg.xmp", first), ("a.xmp", second)]) == together
    assert sidecars_together([("a.jpg.xmp", first)]) == first
    assert sidecars_together([]) is None
