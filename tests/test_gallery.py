"""The derived pictures are what the gallery says: every other test builds on these claims."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree

import exiv2
import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError

from tests import gallery

if TYPE_CHECKING:
    from numpy.typing import NDArray

Maker = Callable[[Path, Path], Path]

DC = "{http://purl.org/dc/elements/1.1/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
XMP = "{http://ns.adobe.com/xap/1.0/}"


class Library(NamedTuple):
    root: Path
    files: dict[str, Path]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    root = tmp_path_factory.mktemp("library")
    return Library(root, gallery.build(root))


@pytest.fixture
def chelsea() -> Path:
    return gallery.photo("chelsea")


def shown(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def stored(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def same(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> bool:
    return np.array_equal(left, right)


def distance(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> float:
    """Mean difference a sample, 0 to 255."""
    return float(np.abs(left.astype(np.int16) - right).mean())


def tables_and_stream(jpeg: Path) -> bytes:
    """Everything from the first quantisation table on: all that decides a JPEG's pixels."""
    data = jpeg.read_bytes()
    return data[data.index(b"\xff\xdb\x00") :]


def exif_of(path: Path) -> dict[str, str]:
    image = exiv2.ImageFactory.open(str(path))
    image.readMetadata()
    return {datum.key(): datum.toString() for datum in image.exifData()}


def xmp_of(path: Path) -> dict[str, str]:
    image = exiv2.ImageFactory.open(str(path))
    image.readMetadata()
    return {datum.key(): datum.toString() for datum in image.xmpData()}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_photos_are_small_plain_camera_jpegs() -> None:
    photos = sorted(gallery.PHOTOS.iterdir())
    assert len(photos) == 8
    assert sum(path.stat().st_size for path in photos) <= 900_000
    for path in photos:
        with JpegImagePlugin.JpegImageFile(path) as image:
            assert (image.format, image.mode) == ("JPEG", "RGB")
            assert max(image.size) <= 900
            # A 4:2:0 file samples luma twice as often in both directions.
            assert [layer[1:3] for layer in image.layer] == [(2, 2), (1, 1), (1, 1)]
        assert not exif_of(path)
        assert not xmp_of(path)


def test_photos_show_different_things() -> None:
    # Correlation, since two flat textures have nearly the same mean brightness everywhere.
    layouts = [
        np.asarray(Image.open(path).convert("L").resize((16, 16))).ravel()
        for path in sorted(gallery.PHOTOS.iterdir())
    ]
    likeness = np.abs(np.corrcoef(layouts) - np.eye(len(layouts)))
    assert likeness.max() < 0.5


def test_every_photo_is_credited() -> None:
    table = (gallery.PHOTOS.parent / "README.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1] for line in table.splitlines() if line.startswith("| `")}
    assert rows == {path.name for path in gallery.PHOTOS.iterdir()}


def test_exact_copy_keeps_bytes_and_time(chelsea: Path, tmp_path: Path) -> None:
    copy = gallery.exact_copy(chelsea, tmp_path / "copy.jpg")
    assert copy.read_bytes() == chelsea.read_bytes()
    assert copy.stat().st_mtime_ns == chelsea.stat().st_mtime_ns


def test_exact_copy_takes_the_time_it_is_told(chelsea: Path, tmp_path: Path) -> None:
    copy = gallery.exact_copy(chelsea, tmp_path / "copy.jpg", modified=1_000_000_000.0)
    assert copy.stat().st_mtime == 1_000_000_000.0


def test_png_shows_exactly_the_same(chelsea: Path, tmp_path: Path) -> None:
    png = gallery.png_of(chelsea, tmp_path / "a.png")
    assert png.read_bytes().startswith(b"\x89PNG")
    assert same(shown(png), shown(chelsea))


def test_png_of_a_turned_picture_shows_it_upright(chelsea: Path, tmp_path: Path) -> None:
    turned = gallery.exif_rotated_png(chelsea, tmp_path / "turned.png")
    png = gallery.png_of(turned, tmp_path / "a.png")
    assert same(stored(png), shown(chelsea))


@pytest.mark.parametrize(
    ("make", "image_format", "nearness"),
    [
        (gallery.recompressed, "JPEG", 5),
        (gallery.exif_rotated, "JPEG", 2),
        (gallery.watermarked, "JPEG", 2),
        (gallery.webp_of, "WEBP", 5),
        (gallery.avif_of, "AVIF", 5),
        (gallery.cmyk_jpeg, "JPEG", 2),
    ],
)
def test_lossy_derivative_is_near_but_not_equal(
    make: Maker, image_format: str, nearness: float, chelsea: Path, tmp_path: Path
) -> None:
    derived = make(chelsea, tmp_path / "derived")
    with Image.open(derived) as image:
        assert image.format == image_format
    assert 0 < distance(shown(derived), shown(chelsea)) < nearness


def test_heic_is_near_but_not_equal(chelsea: Path, tmp_path: Path) -> None:
    heic = gallery.heic_of(chelsea, tmp_path / "a.heic")
    assert heic.read_bytes()[4:12] == b"ftypheic"
    pixels = np.asarray(pillow_heif.open_heif(heic).to_pillow().convert("RGB"))
    assert 0 < distance(pixels, shown(chelsea)) < 5


@pytest.mark.parametrize(
    "make",
    [gallery.recompressed, gallery.png_of, gallery.webp_of, gallery.avif_of, gallery.heic_of],
)
def test_encoding_anew_drops_metadata(make: Maker, chelsea: Path, tmp_path: Path) -> None:
    described = gallery.described(chelsea, tmp_path / "described.jpg", make="Fujifilm")
    derived = make(described, tmp_path / "derived")
    assert b"Fujifilm" in described.read_bytes()
    assert b"Fujifilm" not in derived.read_bytes()


def test_heic_maker_leaves_pillow_unable_to_read_heic(chelsea: Path, tmp_path: Path) -> None:
    heic = gallery.heic_of(chelsea, tmp_path / "a.heic")
    program = f"from tests import gallery; from PIL import Image; Image.open({str(heic)!r})"
    run = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert "UnidentifiedImageError" in run.stderr


def test_recompressed_is_smaller_the_lower_the_quality(chelsea: Path, tmp_path: Path) -> None:
    sizes = [
        gallery.recompressed(chelsea, tmp_path / "a.jpg", quality=quality).stat().st_size
        for quality in (30, 60, 80)
    ]
    assert sizes == sorted(sizes)
    assert sizes[-1] < chelsea.stat().st_size


def test_resized_shows_the_same_smaller(chelsea: Path, tmp_path: Path) -> None:
    half = gallery.resized(chelsea, tmp_path / "half.jpg", factor=0.5)
    with Image.open(chelsea) as whole, Image.open(half) as image:
        assert image.size == (round(whole.width / 2), round(whole.height / 2))
        reduced = np.asarray(whole.resize(image.size, Image.Resampling.LANCZOS))
    assert distance(shown(half), reduced) < 5


@pytest.mark.parametrize("orientation", range(2, 9))
def test_turned_png_shows_the_same_and_stores_another(
    orientation: int, chelsea: Path, tmp_path: Path
) -> None:
    turned = gallery.exif_rotated_png(chelsea, tmp_path / "a.png", orientation=orientation)
    assert exif_of(turned)["Exif.Image.Orientation"] == str(orientation)
    assert same(shown(turned), shown(chelsea))
    assert not same(stored(turned), stored(chelsea))


def test_turned_jpeg_is_stored_on_its_side(chelsea: Path, tmp_path: Path) -> None:
    turned = gallery.exif_rotated(chelsea, tmp_path / "a.jpg", orientation=6)
    assert exif_of(turned)["Exif.Image.Orientation"] == "6"
    height, width, _ = stored(chelsea).shape
    assert stored(turned).shape == (width, height, 3)


def test_described_keeps_the_stream_and_is_read_back(chelsea: Path, tmp_path: Path) -> None:
    described = gallery.described(
        chelsea,
        tmp_path / "a.jpg",
        taken=datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC),
        make="Fujifilm",
        model="X-T4",
        position=(-33.5, -70.25),
        rating=2,
        tags=("cat", "home, sweet home"),
        description="Chelsea naps",
    )
    assert described.read_bytes() != chelsea.read_bytes()
    assert tables_and_stream(described) == tables_and_stream(chelsea)
    exif, xmp = exif_of(described), xmp_of(described)
    assert exif["Exif.Image.Make"] == "Fujifilm"
    assert exif["Exif.Image.Model"] == "X-T4"
    assert exif["Exif.Photo.DateTimeOriginal"] == "2021:03:04 05:06:07"
    assert exif["Exif.GPSInfo.GPSLatitude"] == "33/1 30/1 0/100"
    assert exif["Exif.GPSInfo.GPSLatitudeRef"] == "S"
    assert exif["Exif.GPSInfo.GPSLongitude"] == "70/1 15/1 0/100"
    assert exif["Exif.GPSInfo.GPSLongitudeRef"] == "W"
    assert xmp["Xmp.xmp.Rating"] == "2"
    assert xmp["Xmp.dc.subject"] == "cat, home, sweet home"
    assert xmp["Xmp.dc.description"] == 'lang="x-default" Chelsea naps'


def test_stripped_loses_all_metadata_and_no_pixel(chelsea: Path, tmp_path: Path) -> None:
    described = gallery.described(chelsea, tmp_path / "described.jpg")
    stripped = gallery.stripped(described, tmp_path / "stripped.jpg")
    assert exif_of(described)
    assert not exif_of(stripped)
    assert not xmp_of(stripped)
    assert stripped.read_bytes() != described.read_bytes()
    assert tables_and_stream(stripped) == tables_and_stream(described)
    assert same(stored(stripped), stored(described))


def test_stripped_loses_the_comment(chelsea: Path, tmp_path: Path) -> None:
    commented = tmp_path / "commented.jpg"
    with Image.open(chelsea) as image:
        image.save(commented, comment="Chelsea naps")
    stripped = gallery.stripped(commented, tmp_path / "stripped.jpg")
    assert b"Chelsea naps" in commented.read_bytes()
    assert b"Chelsea naps" not in stripped.read_bytes()


def test_stripped_cmyk_still_says_how_its_colours_are_laid_out(
    chelsea: Path, tmp_path: Path
) -> None:
    cmyk = gallery.cmyk_jpeg(chelsea, tmp_path / "cmyk.jpg")
    described = gallery.described(cmyk, tmp_path / "described.jpg")
    stripped = gallery.stripped(described, tmp_path / "stripped.jpg")
    assert not exif_of(stripped)
    with Image.open(cmyk) as before, Image.open(stripped) as after:
        assert after.info["adobe_transform"] == before.info["adobe_transform"]


def test_cropped_shows_the_middle(chelsea: Path, tmp_path: Path) -> None:
    cropped = gallery.cropped(chelsea, tmp_path / "a.jpg", percent=10)
    middle = shown(chelsea)[30:-30, 45:-45]
    assert shown(cropped).shape == middle.shape
    assert distance(shown(cropped), middle) < 5


def test_watermark_changes_one_corner_only(chelsea: Path, tmp_path: Path) -> None:
    marked = shown(gallery.watermarked(chelsea, tmp_path / "a.jpg"))
    plain = shown(chelsea)
    height, width, _ = plain.shape
    corner = np.s_[height * 7 // 8 :, width // 2 :]
    assert distance(marked[corner], plain[corner]) > 5
    assert distance(marked[: height * 3 // 4], plain[: height * 3 // 4]) < 0.1


def test_watermark_shows_its_text(chelsea: Path, tmp_path: Path) -> None:
    one = gallery.watermarked(chelsea, tmp_path / "one.jpg", text="one")
    other = gallery.watermarked(chelsea, tmp_path / "other.jpg", text="another")
    assert not same(shown(one), shown(other))


def test_truncated_opens_but_does_not_decode(chelsea: Path, tmp_path: Path) -> None:
    whole = chelsea.read_bytes()
    cut = gallery.truncated(chelsea, tmp_path / "a.jpg", share=0.25)
    assert cut.read_bytes() == whole[: len(whole) // 4]
    with Image.open(cut) as image, pytest.raises(OSError, match="truncated"):
        image.load()


def test_16_bit_tiff_holds_the_same_picture(chelsea: Path, tmp_path: Path) -> None:
    tiff = gallery.as_tiff_16bit(chelsea, tmp_path / "a.tif")
    with Image.open(tiff) as image:
        assert image.getexif()[258] == (16, 16, 16)
    assert same(shown(tiff), shown(chelsea))


def test_cmyk_jpeg_is_cmyk(chelsea: Path, tmp_path: Path) -> None:
    with Image.open(gallery.cmyk_jpeg(chelsea, tmp_path / "a.jpg")) as image:
        assert image.mode == "CMYK"


def test_sidecar_is_read_back(chelsea: Path, tmp_path: Path) -> None:
    image = gallery.exact_copy(chelsea, tmp_path / "a.jpg")
    sidecar = gallery.with_sidecar(image, rating=4, tags=("cat & dog", "<home>"))
    assert sidecar == tmp_path / "a.jpg.xmp"
    assert image.read_bytes() == chelsea.read_bytes()
    root = ElementTree.parse(sidecar).getroot()
    description = root.find(f".//{RDF}Description")
    assert description is not None
    assert description.get(f"{XMP}Rating") == "4"
    items = description.findall(f"{DC}subject/{RDF}Bag/{RDF}li")
    assert [item.text for item in items] == ["cat & dog", "<home>"]
    # The reader photo managers share has to take it, not only an XML parser.
    assert xmp_of(sidecar) == {"Xmp.xmp.Rating": "4", "Xmp.dc.subject": "cat & dog, <home>"}


def test_sidecar_without_tags_is_read_back(tmp_path: Path) -> None:
    sidecar = gallery.with_sidecar(tmp_path / "a.jpg", rating=1)
    assert xmp_of(sidecar)["Xmp.xmp.Rating"] == "1"


def test_empty_file_is_empty(tmp_path: Path) -> None:
    assert gallery.empty_file(tmp_path / "a.jpg").stat().st_size == 0


def test_text_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(UnidentifiedImageError):
        Image.open(gallery.text_named_jpg(tmp_path / "a.jpg"))


def test_png_named_jpg_is_a_png(chelsea: Path, tmp_path: Path) -> None:
    path = gallery.png_named_jpg(chelsea, tmp_path / "a.jpg")
    with Image.open(path) as image:
        assert image.format == "PNG"
    assert same(shown(path), shown(chelsea))


def test_bomb_announces_its_size_in_a_sound_header(tmp_path: Path) -> None:
    bomb = gallery.bomb_png(tmp_path / "bomb.png")
    data = bomb.read_bytes()
    assert len(data) < 100
    assert int.from_bytes(data[29:33], "big") == zlib.crc32(data[12:29])
    # The plug-in, as `Image.open` may refuse before it tells the size.
    with PngImagePlugin.PngImageFile(bomb) as image:
        assert image.size == (65535, 65535)


def test_bomb_takes_any_size(tmp_path: Path) -> None:
    bomb = gallery.bomb_png(tmp_path / "bomb.png", width=300, height=200)
    with Image.open(bomb) as image:
        assert image.size == (300, 200)


def test_12_bit_jpeg_is_refused_for_its_depth(chelsea: Path, tmp_path: Path) -> None:
    deep = gallery.twelve_bit_jpeg(chelsea, tmp_path / "a.jpg")
    differing = [
        (before, after)
        for before, after in zip(chelsea.read_bytes(), deep.read_bytes(), strict=True)
        if before != after
    ]
    assert differing == [(0xC0, 0xC1), (8, 12)]
    with pytest.raises(UnidentifiedImageError):
        Image.open(deep)


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems refuse some names")
def test_hostile_names_reach_the_file_system(chelsea: Path, tmp_path: Path) -> None:
    paths = gallery.hostile_names(tmp_path, chelsea)
    assert len(set(paths)) == 6
    assert all(path.read_bytes() == chelsea.read_bytes() for path in paths)
    names = [os.fsencode(path.relative_to(tmp_path)) for path in paths]
    assert any(b"\n" in name for name in names)
    assert any(b"\x1b[2J" in name for name in names)
    assert b"caf\xe9.jpg" in names
    assert b"[red]name[/red].jpg" in names
    assert any("\u202e".encode() in name for name in names)


def test_hostile_metadata_keeps_its_control_characters(chelsea: Path, tmp_path: Path) -> None:
    hostile = gallery.hostile_metadata(chelsea, tmp_path / "a.jpg")
    caption = exif_of(hostile)["Exif.Image.ImageDescription"]
    assert "\x1b[2J" in caption
    assert "\x1b]52;c;" in caption
    description = xmp_of(hostile)["Xmp.dc.description"]
    assert "\u009b2J" in description
    assert "\u009d52;c;" in description
    assert tables_and_stream(hostile) == tables_and_stream(chelsea)


def test_library_holds_what_it_names(library: Library) -> None:
    on_disk = {path for path in library.root.rglob("*") if path.is_file()}
    assert set(library.files.values()) == on_disk
    assert len(library.files) == len(on_disk)
    assert 35 <= len(on_disk) <= 45
    folders = {path.parent.relative_to(library.root).as_posix() for path in on_disk}
    assert folders == {"Holiday 2024", "WhatsApp", "Backup/Holiday", "Edits", "Scans"}


def test_library_is_the_same_each_time(library: Library, tmp_path: Path) -> None:
    again = gallery.build(tmp_path / "again")
    for role, path in library.files.items():
        twin = again[role]
        assert twin.relative_to(tmp_path / "again") == path.relative_to(library.root)
        assert digest(twin) == digest(path), role
        assert twin.stat().st_mtime_ns == path.stat().st_mtime_ns


def test_originals_are_the_oldest(library: Library) -> None:
    originals = {path.stem for path in gallery.PHOTOS.iterdir()}
    pictures = {role for role, path in library.files.items() if path.suffix != ".xmp"}
    oldest_derived = min(
        library.files[role].stat().st_mtime
        for role in pictures - originals - {"brick_raw", "grass_movie"}
    )
    assert max(library.files[role].stat().st_mtime for role in originals) < oldest_derived


def test_only_the_truncated_picture_is_damaged(library: Library) -> None:
    pillow_cannot_open = {".CR2", ".MOV", ".heic", ".xmp"}
    damaged = set()
    for role, path in library.files.items():
        if path.suffix in pillow_cannot_open:
            continue
        try:
            stored(path)
        except OSError:
            damaged.add(role)
    assert damaged == {"camera_truncated"}


def test_library_copies_are_exact(library: Library) -> None:
    files = library.files
    for role in (role for role in files if role.endswith("_backup")):
        assert digest(files[role]) == digest(files[role.removesuffix("_backup")])
    assert digest(files["coffee_again"]) == digest(files["coffee"])
    assert digest(files["chelsea_recompressed_again"]) == digest(files["chelsea_recompressed"])


@pytest.mark.parametrize(
    ("role", "original"),
    [
        ("brick_stripped", "brick"),
        ("chelsea_png", "chelsea"),
        ("retina_png", "retina"),
        ("retina_turned", "retina"),
        ("retina_tiff", "retina"),
    ],
)
def test_library_holds_equal_pixels_in_other_bytes(
    role: str, original: str, library: Library
) -> None:
    derived, source = library.files[role], library.files[original]
    assert digest(derived) != digest(source)
    assert same(shown(derived), shown(source))


def test_companions_share_the_stem_of_their_picture(library: Library) -> None:
    files = library.files
    assert files["brick_raw"] == files["brick"].with_suffix(".CR2")
    assert files["grass_movie"] == files["grass"].with_suffix(".MOV")
    assert files["camera_heic"] == files["camera"].with_suffix(".heic")
    for role in ("chelsea", "chelsea_backup", "coffee_cropped"):
        image = files[role]
        assert files[f"{role}_sidecar"] == image.with_name(f"{image.name}.xmp")


def test_build_never_writes_among_other_files(tmp_path: Path) -> None:
    mine = tmp_path / "mine.jpg"
    mine.write_bytes(b"mine")
    with pytest.raises(FileExistsError, match="not empty"):
        gallery.build(tmp_path)
    assert list(tmp_path.iterdir()) == [mine]


def test_command_builds_a_library(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.gallery", str(tmp_path / "library")]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    made = sum(path.is_file() for path in (tmp_path / "library").rglob("*"))
    assert f"made {made} files" in run.stdout
