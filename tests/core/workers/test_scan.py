from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from core.catalog import pairs
from core.errors import UnavailableError
from core.matching.neighbours import NEIGHBOURS
from core.model import FoundFile, PairKind, RelationKind
from core.workers.changes import promising_first
from core.workers.events import Event, Notice, Problem, Progress
from tests import gallery
from tests.core.desk import Desk


@pytest.fixture
def two(library: Path) -> tuple[Path, Path]:
    """A photo and a smaller version of it."""
    photo = gallery.exact_copy(gallery.photo("chelsea"), library / "photo.jpg", modified=1000)
    return photo, gallery.recompressed(photo, library / "small.jpg")


def complaints(desk: Desk, kind: type[Problem] | type[Notice] = Problem) -> list[str]:
    return [str(event.error) for event in desk.events if isinstance(event, kind)]


def test_a_second_scan_reads_nothing(desk: Desk, library: Path) -> None:
    gallery.build(library / "photos")
    first = desk.scan()
    assert first.read == first.listed > 30
    before = desk.pairs()
    second = desk.scan()
    assert (second.read, second.listed) == (0, first.listed)
    assert desk.pairs() == before


def test_the_gallery_is_paired_as_its_truth_says(desk: Desk, library: Path) -> None:
    files = gallery.build(library / "photos")
    desk.scan()
    found = {frozenset(pair[:2]): pair[2] for pair in desk.pairs()}

    def kind_of(a: str, b: str) -> PairKind | None:
        return found.get(frozenset({files[a].name, files[b].name}))

    assert kind_of("coffee", "coffee_again") is PairKind.EXACT
    assert kind_of("retina", "retina_png") is PairKind.PIXELS
    assert kind_of("retina", "retina_turned") is PairKind.PIXELS
    assert kind_of("brick", "brick_stripped") is PairKind.PIXELS
    assert kind_of("chelsea", "chelsea_png") is PairKind.PIXELS
    assert kind_of("chelsea", "chelsea_recompressed") is PairKind.SIMILAR
    assert kind_of("astronaut", "astronaut_turned") is PairKind.SIMILAR
    assert kind_of("camera", "camera_heic") is PairKind.SIMILAR
    assert kind_of("chelsea", "coffee") is None


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_an_animation_is_found_by_its_first_frame_and_is_no_pixel_duplicate(
    desk: Desk, library: Path, kind: str
) -> None:
    with Image.open(gallery.photo("coffee")) as image:
        first = image.convert("RGB").quantize().convert("RGB")
    options = {"lossless": True} if kind == "webp" else {}
    first.save(library / f"still.{kind}", **options)
    for name, others in (
        ("left", Image.Transpose.ROTATE_90),
        ("flipped", Image.Transpose.FLIP_TOP_BOTTOM),
    ):
        later = [first.transpose(others).resize(first.size)]
        first.save(library / f"{name}.{kind}", save_all=True, append_images=later, **options)
    desk.scan()
    found = {(frozenset(pair[:2]), pair[2]) for pair in desk.pairs()}
    names = [f"{name}.{kind}" for name in ("still", "left", "flipped")]
    assert found == {(frozenset(two), PairKind.SIMILAR) for two in itertools.combinations(names, 2)}
    assert desk.asset(library / names[1]).facts.frames == 2


def test_a_raw_that_stands_alone_is_found_by_its_preview(desk: Desk, library: Path) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "photo.jpg", modified=1)
    raw = gallery.dng_of(photo, library / "raw.DNG", preview_scale=1)
    gallery.exact_copy(raw, library / "copy.dng")
    beside = gallery.dng_of(photo, library / "photo.dng", make="Other")
    desk.scan()
    assert complaints(desk) == complaints(desk, Notice) == []
    found = {(frozenset(pair[:2]), pair[2]) for pair in desk.pairs()}
    assert (frozenset({"raw.DNG", "copy.dng"}), PairKind.EXACT) in found
    assert {kind for names, kind in found if "photo.jpg" in names} == {PairKind.SIMILAR}
    assert not any(beside.name in names for names, _ in found)
    assert desk.asset(raw).metadata.camera == "Canon"


def test_a_raw_is_a_companion_while_an_image_of_its_stem_is_there(
    desk: Desk, library: Path, tmp_path: Path
) -> None:
    raw = gallery.dng_of(gallery.photo("coffee"), library / "a.dng")
    desk.scan()
    alone = desk.asset(raw)
    image = gallery.recompressed(gallery.photo("coffee"), library / "a.jpg")
    desk.scan()
    assert desk.known(raw).state == "missing"
    assert desk.pairs() == []
    image.rename(tmp_path / "a.jpg")
    assert desk.scan().read == 0
    assert desk.asset(raw) == alone


@pytest.mark.parametrize("distance", [0, 2, 4, 8])
def test_what_a_scan_has_searched_is_searched_for_good(
    library: Path, tmp_path: Path, distance: int, two: tuple[Path, Path]
) -> None:
    with Desk(tmp_path / "catalog.db", [library], distance) as desk:
        desk.scan()
        assert desk.ask(pairs.unsearched, distance) == []


def test_a_changed_file_is_read_again(desk: Desk, two: tuple[Path, Path]) -> None:
    desk.scan()
    before = desk.asset(two[1])
    gallery.recompressed(two[0], two[1], quality=30)
    assert desk.scan().read == 1
    after = desk.asset(two[1])
    assert after.id == before.id
    assert after.digest != before.digest


def test_a_changed_sidecar_is_read_again(desk: Desk, two: tuple[Path, Path]) -> None:
    desk.scan()
    sidecar = gallery.with_sidecar(two[0], rating=4)
    assert desk.scan().read == 1
    assert desk.asset(two[0]).metadata.rating == 4
    sidecar.unlink()
    assert desk.scan().read == 1
    assert desk.asset(two[0]).metadata.rating is None


def test_a_deleted_file_leaves_its_pairs_and_returns_to_them(
    desk: Desk, two: tuple[Path, Path], tmp_path: Path
) -> None:
    desk.scan()
    before = desk.pairs()
    shutil.move(two[1], tmp_path / "elsewhere.jpg")
    desk.scan()
    assert desk.pairs() == []
    shutil.move(tmp_path / "elsewhere.jpg", two[1])
    assert desk.scan().read == 0
    assert desk.pairs() == before


@pytest.mark.parametrize("where", ["renamed.jpg", "new folder/small.jpg"])
def test_a_moved_file_keeps_its_asset_and_is_not_read(
    desk: Desk, library: Path, two: tuple[Path, Path], where: str
) -> None:
    desk.scan()
    asset = desk.asset(two[1])
    (library / where).parent.mkdir(exist_ok=True)
    two[1].rename(library / where)
    assert desk.scan().read == 0
    assert desk.asset(library / where).id == asset.id


def test_a_moved_folder_keeps_its_decisions(desk: Desk, library: Path) -> None:
    folder = library / "old"
    folder.mkdir()
    photo = gallery.exact_copy(gallery.photo("chelsea"), folder / "photo.jpg")
    copy = gallery.exact_copy(photo, folder / "copy.jpg")
    gallery.with_sidecar(copy)
    desk.scan()
    desk.decide(photo, copy, kind=RelationKind.SAME_QUALITY)
    ids = {desk.asset(each).id for each in (photo, copy)}
    folder.rename(library / "new")
    desk.scan()
    assert {desk.asset(library / "new" / each.name).id for each in (photo, copy)} == ids
    assert desk.pairs() == []


def test_a_file_moved_to_another_disk_keeps_its_asset(
    desk: Desk, library: Path, two: tuple[Path, Path]
) -> None:
    desk.scan()
    asset = desk.asset(two[1])
    # Another inode and another time, as a copy across file systems leaves them.
    shutil.copyfile(two[1], library / "moved.jpg")
    two[1].unlink()
    desk.scan()
    assert desk.asset(library / "moved.jpg").id == asset.id


def test_files_that_exchanged_their_names_are_told_apart(
    desk: Desk, library: Path, two: tuple[Path, Path]
) -> None:
    desk.scan()
    digests = [desk.asset(each).digest for each in two]
    two[0].rename(library / "third.jpg")
    two[1].rename(two[0])
    (library / "third.jpg").rename(two[1])
    desk.scan()
    assert [desk.asset(each).digest for each in two] == digests[::-1]


def test_a_file_that_vanishes_before_it_is_read_is_one_problem(
    desk: Desk, two: tuple[Path, Path]
) -> None:
    assert _scan_but(desk, lambda: two[1].unlink()) == [f"{two[1]}: it is gone; scan again"]
    desk.scan()
    assert complaints(desk) == []
    assert desk.known(two[1]).state == "missing"


def test_a_file_renamed_before_it_is_read_is_found_by_the_next_scan(
    desk: Desk, library: Path, two: tuple[Path, Path]
) -> None:
    renamed = library / "renamed.jpg"
    assert _scan_but(desk, lambda: two[1].rename(renamed)) != []
    desk.scan()
    assert complaints(desk) == []
    assert desk.asset(renamed).facts.format == "JPEG"


def _scan_but(desk: Desk, change: Callable[[], object]) -> list[str]:
    """Scan; do `change` once everything is listed and nothing is read. Returns the problems."""

    def meanwhile(event: Event) -> None:
        if isinstance(event, Progress) and event.stage == "reading" and not event.done:
            change()

    desk.scan(meanwhile)
    return complaints(desk)


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (gallery.empty_file, "the file is empty"),
        (gallery.text_named_jpg, "no picture of a known format"),
        (lambda dest: gallery.truncated(gallery.photo("clock"), dest), "cut off"),
    ],
)
def test_a_bad_file_is_reported_by_every_scan_and_read_by_one(
    desk: Desk, library: Path, make: Callable[[Path], Path], cause: str
) -> None:
    path = make(library / "bad.jpg")
    first, second = desk.scan(), desk.scan()
    assert (first.read, second.read) == (1, 0)
    assert [str(each) for each in first.unreadable] == [str(each) for each in second.unreadable]
    assert complaints(desk)[0].startswith(f"{path}: ")
    assert cause in complaints(desk)[0]
    gallery.exact_copy(gallery.photo("clock"), path)
    assert desk.scan().unreadable == []


def test_a_picture_under_another_formats_name_is_noted_and_compared(
    desk: Desk, two: tuple[Path, Path], library: Path
) -> None:
    gallery.png_named_jpg(two[0], library / "png.jpg")
    desk.scan()
    (note,) = complaints(desk, Notice)
    assert note.startswith(f"{library / 'png.jpg'}: its bytes are PNG")
    assert ("photo.jpg", "png.jpg", PairKind.PIXELS) in desk.pairs()


def test_a_sidecar_that_is_none_is_noted_and_its_photo_compared(
    desk: Desk, two: tuple[Path, Path]
) -> None:
    two[0].with_name("photo.jpg.xmp").write_text("no XMP")
    desk.scan()
    (note,) = complaints(desk, Notice)
    assert "sidecar" in note
    assert len(desk.pairs()) == 1


def test_a_date_that_no_catalog_can_hold_does_not_end_the_scan(
    desk: Desk, two: tuple[Path, Path]
) -> None:
    os.utime(two[0], (10_000_000_000, 10_000_000_000))
    desk.scan()
    assert desk.scan().read == 0
    assert len(desk.pairs()) == 1


def test_links_hidden_names_and_the_trash_are_not_scanned(
    desk: Desk, library: Path, two: tuple[Path, Path]
) -> None:
    for folder in (".betterhalf-trash/2024-01-01", ".thumbnails"):
        (library / folder).mkdir(parents=True)
        gallery.exact_copy(two[0], library / folder / "copy.jpg")
    (library / "link.jpg").symlink_to(two[0])
    (library / "loop").symlink_to(library)
    assert desk.scan().listed == 2


def test_two_libraries_are_compared_with_each_other(library: Path, tmp_path: Path) -> None:
    roots = [library / "a", library / "b"]
    for root in roots:
        root.mkdir()
        gallery.exact_copy(gallery.photo("clock"), root / f"{root.name}.jpg", modified=1)
    with Desk(tmp_path / "catalog.db", roots) as desk:
        desk.scan()
        assert desk.pairs() == [("a.jpg", "b.jpg", PairKind.EXACT)]


def test_a_library_that_is_not_open_is_not_taken_for_deleted(desk: Desk, library: Path) -> None:
    roots = [library / "a", library / "b"]
    for root in roots:
        root.mkdir()
        gallery.exact_copy(gallery.photo("clock"), root / "photo.jpg")
    desk.scan()
    desk.roots = roots[:1]
    desk.scan()
    assert desk.known(roots[1] / "photo.jpg").state == "present"


def test_a_catalog_that_fails_while_pixels_are_compared_says_so_once(
    desk: Desk, library: Path, two: tuple[Path, Path]
) -> None:
    gallery.png_of(two[0], library / "png.png")
    other = sqlite3.connect(desk.catalog.path)
    other.execute(
        "CREATE TRIGGER full BEFORE UPDATE OF pixel_digest ON content"
        " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    )
    other.close()
    with pytest.raises(UnavailableError, match="the disk is full"):
        desk.scan()


def test_likely_copies_are_read_first_wherever_they_lie() -> None:
    def found(path: str, size: int) -> FoundFile:
        return FoundFile(path, size, 0, 0)

    files = [
        found("/p/1/one.jpg", 10),
        found("/p/1/IMG_7.jpg", 11),
        found("/p/2/two.jpg", 12),
        found("/p/3/img_7.HEIC", 13),
        found("/p/3/other.jpg", 10),
    ]
    assert [Path(each.path).name for each in promising_first(files)] == [
        "one.jpg",
        "other.jpg",
        "IMG_7.jpg",
        "img_7.HEIC",
        "two.jpg",
    ]


def frames(library: Path, numbers: range) -> None:
    """Frames of one burst: one picture, each with other bytes."""
    for number in numbers:
        gallery.recompressed(
            gallery.photo("clock"), library / f"frame {number:02}.jpg", quality=30 + number
        )


def test_a_burst_that_arrives_over_several_runs_makes_few_pairs(
    library: Path, tmp_path: Path
) -> None:
    for start in range(0, 60, 10):
        frames(library, range(start, start + 10))
        with Desk(tmp_path / "catalog.db", [library]) as desk:
            desk.scan()
            found = desk.pairs()
    assert len(found) <= 60 * NEIGHBOURS
    assert {name for *names, _ in found for name in names} == {
        f"frame {number:02}.jpg" for number in range(60)
    }


def test_once_the_nearest_are_settled_the_others_of_a_burst_come_up(
    desk: Desk, library: Path
) -> None:
    frames(library, range(NEIGHBOURS + 4))
    every = (NEIGHBOURS + 4) * (NEIGHBOURS + 3) // 2
    desk.scan()
    first = desk.pairs()
    assert len(first) < every
    for a, b, _ in first:
        desk.decide(library / a, library / b, kind=RelationKind.NOT_RELATED)
    assert desk.pairs() == []
    desk.scan()
    assert len(first) + len(desk.pairs()) == every
