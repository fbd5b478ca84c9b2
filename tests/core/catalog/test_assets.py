from __future__ import annotations

import time
from pathlib import Path

import pytest
from PIL import Image

from core.catalog import assets
from core.catalog.rows import signed, unsigned
from core.libraries.reader import read_image
from core.model import RelationKind
from tests import gallery
from tests.core.desk import Desk


@pytest.mark.parametrize("value", [0, 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])
def test_sixty_four_bits_survive_a_signed_column(value: int) -> None:
    assert -(1 << 63) <= signed(value) < 1 << 63
    assert unsigned(signed(value)) == value


def test_an_asset_has_everything_that_was_read_of_it(desk: Desk, library: Path) -> None:
    path = gallery.described(gallery.photo("coffee"), library / "a.jpg", rating=2, tags=("x",))
    gallery.with_sidecar(path, rating=5, tags=("y",))
    desk.scan()
    asset = desk.asset(path)
    assert asset.path == path
    assert asset.modified_ns == path.stat().st_mtime_ns
    assert (asset.facts.format, asset.facts.width, asset.facts.height) == ("JPEG", 600, 400)
    assert asset.facts.headers == ("EXIF", "GPS", "XMP")
    assert (asset.metadata.rating, asset.metadata.tags) == (5, ("x", "y"))


def test_facts_and_metadata_come_back_as_they_were_read(desk: Desk, library: Path) -> None:
    paths = [
        gallery.described(gallery.photo("coffee"), library / "a.jpg"),
        gallery.cmyk_jpeg(gallery.photo("coffee"), library / "b.jpg"),
        library / "c.gif",
        library / "d.png",
    ]
    frames = [Image.new("L", (40, 30), level) for level in (0, 100, 200)]
    frames[0].save(paths[2], save_all=True, append_images=frames[1:], duration=70)
    Image.new("RGBA", (40, 30), (9, 9, 9, 99)).save(paths[3])
    desk.scan()
    for path in paths:
        asset, reading = desk.asset(path), read_image(str(path))
        assert (asset.facts, asset.metadata) == (reading.facts, reading.metadata)
    moving, seen_through = (desk.asset(path).facts for path in paths[2:])
    assert (moving.frames, moving.duration) == (3, 210)
    assert seen_through.transparent is True


def test_an_asset_keeps_the_moment_it_was_first_seen_wherever_its_file_goes(
    desk: Desk, library: Path
) -> None:
    before = time.time_ns()
    path = gallery.exact_copy(gallery.photo("clock"), library / "a.jpg")
    desk.scan()
    first = desk.asset(path).first_seen_ns
    assert first is not None
    assert before <= first <= time.time_ns()
    path = path.rename(library / "renamed.jpg")
    desk.scan()
    assert desk.asset(path).first_seen_ns == first
    gallery.recompressed(gallery.photo("coffee"), path)
    desk.scan()
    assert desk.asset(path).first_seen_ns == first
    later = gallery.exact_copy(gallery.photo("clock"), library / "later.jpg")
    desk.scan()
    assert (desk.asset(later).first_seen_ns or 0) > first


def test_an_asset_knows_its_library_and_whether_it_has_a_sidecar(tmp_path: Path) -> None:
    roots = [tmp_path / "one", tmp_path / "one more"]
    for root in roots:
        root.mkdir()
    bare = gallery.exact_copy(gallery.photo("clock"), roots[0] / "a.jpg")
    rated = gallery.exact_copy(gallery.photo("clock"), roots[1] / "a.jpg")
    gallery.with_sidecar(rated)
    with Desk(tmp_path / "catalog.db", roots) as desk:
        desk.scan()
        ids = [desk.known(path).asset_id for path in (bare, rated)]
        found = {each.id: each for each in desk.ask(assets.assets, ids, roots)}
        assert [(found[each].library, found[each].has_sidecar) for each in ids] == [
            (roots[0], False),
            (roots[1], True),
        ]
        assert {each.library for each in desk.ask(assets.assets, ids)} == {None}


def test_seen_is_what_a_person_has_decided_about(
    desk: Desk, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("kept.jpg", "kept2.jpg", "ruled.jpg", "ruled2.jpg", "copy.jpg")
    for quality, name in enumerate(names[:4], start=60):
        gallery.recompressed(gallery.photo("coffee"), library / name, quality=quality)
    gallery.exact_copy(library / "kept.jpg", library / "copy.jpg")
    desk.scan()
    ids = [desk.known(library / name).asset_id for name in names]

    def seen() -> list[str]:
        found = {each.id: each.seen for each in desk.ask(assets.assets, ids)}
        return [name for name, asset_id in zip(names, ids, strict=True) if found[asset_id]]

    alternates = {"kind": RelationKind.ALTERNATES}
    by_person = desk.decide(library / "kept.jpg", library / "kept2.jpg", **alternates)
    desk.decide(library / "ruled.jpg", library / "ruled2.jpg", rule="a rule", **alternates)
    # A decision is about bytes: whoever has seen one copy has seen them all.
    expected = ["kept.jpg", "kept2.jpg", "copy.jpg"]
    assert seen() == expected
    monkeypatch.setattr(assets, "_ASSETS_AT_ONCE", 2)
    assert seen() == expected
    desk.undo(by_person)
    assert seen() == []
