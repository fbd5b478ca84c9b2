from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from core.actions.redo import choices_again
from core.catalog import history, ledger, pairs
from core.catalog.database import Catalog
from core.catalog.verdicts import fetch_verdict, store_verdict
from core.libraries.reader import file_digest
from core.matching import open_pairs
from core.model import Confidence, Distances, Judgement, PairKind, PairRef, RelationKind, Verdict
from core.workers.finder import Finder
from core.workers.scan import Scanner
from tests import gallery
from tests.core.catalog.older import (
    make_older,
    restore_first,
    without_decisions_as_one,
    without_facts_for_rules,
    without_ledger,
    without_merged_metadata,
    without_redo,
)
from tests.core.desk import Desk, HerePool, snapshot

VERDICT = Verdict(Judgement.VISUAL, Confidence.NEAR_PERFECT, None, (), ("Nothing differs.",), 0.25)


def refs(desk: Desk) -> list[PairRef]:
    return desk.ask(open_pairs.open_pairs, desk.roots, Distances(desk.distance))


def structure(path: Path) -> dict[str, set[tuple[object, ...]]]:
    """Of each table the columns: name, type, not null, default, primary key; of each index its
    columns in order."""
    with closing(sqlite3.connect(path)) as connection:
        made = connection.execute("SELECT type, name FROM sqlite_master").fetchall()
        tables = {
            name: {row[1:] for row in connection.execute(f"PRAGMA table_info({name})")}
            for kind, name in made
            if kind == "table"
        }
        indexes = {
            name: {(row[0], row[2]) for row in connection.execute(f"PRAGMA index_info({name})")}
            for kind, name in made
            if kind == "index"
        }
    return tables | indexes


@pytest.fixture
def photo(library: Path) -> Path:
    """A photo with a smaller copy, a grey copy and a byte-identical one."""
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "photo.jpg", modified=1000)
    gallery.recompressed(photo, library / "small.jpg")
    gallery.grey(photo, library / "grey.jpg")
    gallery.exact_copy(photo, library / "copy.jpg", modified=2000)
    return photo


def test_an_upgraded_catalog_is_made_as_a_new_one(tmp_path: Path) -> None:
    new, old = tmp_path / "new.db", tmp_path / "old.db"
    for path in (new, old):
        Catalog.open(path).close()
    make_older(old)
    assert structure(old) != structure(new)
    Catalog.open(old).close()
    assert structure(old) == structure(new)


def test_what_the_first_version_left_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "first.db"
    restore_first(path)
    with Desk(path, []) as desk:
        assert [pair[:2] for pair in desk.pairs()] == [("a.jpg", "c.jpg"), ("b.jpg", "c.jpg")]
        (decision,) = desk.history()
        assert decision.choice.kind is RelationKind.NOT_RELATED
        assert desk.ask(pairs.unsearched, 4) == []
        desk.undo(decision)
        assert len(desk.pairs()) == 3


def test_nothing_that_was_decided_is_lost(photo: Path, library: Path, tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    with Desk(path, [library]) as desk:
        desk.scan()
        desk.decide(photo, library / "small.jpg", kind=RelationKind.ALTERNATES)
        gone = desk.decide(photo, library / "copy.jpg")
        waiting = desk.pairs()
        history = desk.history()
    make_older(path)
    with Desk(path, [library]) as desk:
        assert desk.history() == history
        assert desk.pairs() == waiting
        desk.scan()
        assert desk.history() == history
        assert desk.pairs() == waiting
        desk.undo(gone)
        assert (library / "copy.jpg").exists()


def test_the_next_scan_reads_old_pictures_once_more_and_completes_the_evidence(
    photo: Path, library: Path, tmp_path: Path
) -> None:
    path = tmp_path / "catalog.db"
    gallery.truncated(photo, library / "cut.jpg")
    with Desk(path, [library]) as desk:
        desk.scan()
        complete = refs(desk)
    assert any(ref.colour_distance for ref in complete)
    make_older(path)
    with Desk(path, [library]) as desk:
        waiting = [ref for ref in refs(desk) if ref.kind is PairKind.SIMILAR]
        assert waiting
        assert {(ref.colour_distance, ref.aspect_difference) for ref in waiting} == {(None, None)}
        # What could not be read needs no second look.
        assert desk.scan().read == 4
        assert refs(desk) == complete
        assert desk.scan().read == 0


def test_a_scan_that_was_stopped_leaves_the_rest_to_the_next(
    photo: Path, library: Path, tmp_path: Path
) -> None:
    path = tmp_path / "catalog.db"
    with Desk(path, [library]) as desk:
        desk.scan()
        complete = refs(desk)
    make_older(path)
    away = (library / "grey.jpg").rename(tmp_path / "grey.jpg")
    with Desk(path, [library]) as desk:
        desk.scan()
        away.rename(library / "grey.jpg")
        desk.scan()
        assert refs(desk) == complete


def test_facts_for_rules_are_filled_by_the_next_scan_and_nothing_known_is_lost(
    photo: Path, library: Path, tmp_path: Path
) -> None:
    path = tmp_path / "catalog.db"
    # Same pixels in files that have to be decoded to know it: the answer and the digests are dear.
    gallery.png_of(photo, library / "shown.png")
    gallery.stripped(gallery.described(photo, library / "told.jpg"), library / "bare.jpg")
    names = ("photo.jpg", "small.jpg", "shown.png", "told.jpg")
    with Desk(path, [library]) as desk:
        desk.scan()
        desk.decide(photo, library / "small.jpg", kind=RelationKind.ALTERNATES)
        today = {name: desk.asset(library / name) for name in names}
        ids = sorted((today["photo.jpg"].content_id, today["told.jpg"].content_id))
        desk.ask(store_verdict, *ids, 1, VERDICT)
        waiting, history = desk.pairs(), desk.history()
        digests = kept_digests(path)
    assert len(digests) > 1
    without_facts_for_rules(path)
    with Desk(path, [library]) as desk:
        assert desk.asset(photo).facts.quality is None
        assert desk.pairs() == waiting
        assert desk.scan().read == 7
        for name in names:
            asset = desk.asset(library / name)
            assert asset == replace(today[name], facts=asset.facts, first_seen_ns=None)
            assert replace(asset.facts, pixel_digest=None) == replace(
                today[name].facts, pixel_digest=None
            )
        assert desk.asset(photo).facts.quality is not None
        assert (desk.pairs(), desk.history()) == (waiting, history)
        assert desk.ask(fetch_verdict, *ids, 1) == VERDICT
        assert kept_digests(path) == digests
        assert desk.scan().read == 0


def test_what_was_decided_before_metadata_was_merged_stands_and_can_be_undone(
    library: Path, tmp_path: Path
) -> None:
    path = tmp_path / "catalog.db"
    keep, *others = (
        gallery.exact_copy(gallery.photo("clock"), library / f"{name}.jpg", modified=age)
        for age, name in enumerate("abc")
    )
    for other in others:
        gallery.with_sidecar(other, rating=4)
    before = snapshot(library)
    with Desk(path, [library]) as desk:
        desk.scan()
        decision = desk.decide(keep, others[0], merge="nothing")
    without_merged_metadata(path)
    with Desk(path, [library]) as desk:
        assert desk.history() == [decision]
        later = desk.decide(keep, others[1])
        assert desk.asset(keep).metadata.rating == 4
        for each in (later, decision):
            desk.undo(each)
    assert snapshot(library) == before


def test_decisions_made_before_there_were_any_as_one_stand_and_are_undone(
    photo: Path, library: Path, tmp_path: Path
) -> None:
    path = tmp_path / "catalog.db"
    before = snapshot(library)
    with Desk(path, [library]) as desk:
        desk.scan()
        gone = desk.decide(photo, library / "copy.jpg")
        kept = desk.decide(photo, library / "small.jpg", kind=RelationKind.ALTERNATES)
    without_decisions_as_one(path)
    with Desk(path, [library]) as desk:
        assert desk.history() == [kept, gone]
        for each in (kept, gone):
            desk.undo(each)
    assert snapshot(library) == before


def test_what_was_decided_before_there_were_ledgers_is_in_them(
    photo: Path, library: Path, tmp_path: Path
) -> None:
    path = tmp_path / "catalog.db"
    with Desk(path, [library]) as desk:
        desk.scan()
        desk.decide(photo, library / "copy.jpg", rule="one")
        desk.decide(photo, library / "grey.jpg", kind=RelationKind.ALTERNATES, rule="one")
        told = desk.ask(ledger.ledgers)
        assert told["one"].freed == photo.stat().st_size
    without_ledger(path)
    with Desk(path, [library]) as desk:
        assert desk.ask(ledger.ledgers) == told


def test_what_was_taken_back_before_it_was_kept_when_is_made_again_by_its_number(
    photo: Path, library: Path, tmp_path: Path
) -> None:
    path = tmp_path / "catalog.db"
    with Desk(path, [library]) as desk:
        desk.scan()
        desk.undo(desk.decide(photo, library / "copy.jpg"))
    without_redo(path)
    with Desk(path, [library]) as desk:
        (undone,) = desk.history()
        assert undone.undone_at is None
        # Whether anything new was decided since, nobody knows.
        assert desk.ask(history.last_undone_by_person, [library]) is None
        assert desk.ask(history.last_undone) == []
        desk.carry_out_group(choices_again(desk.catalog, undone))
    assert not (library / "copy.jpg").exists()


def test_bytes_that_were_once_no_picture_are_tried_again_wherever_they_turn_up(
    photo: Path, library: Path, tmp_path: Path
) -> None:
    path = tmp_path / "catalog.db"
    with Desk(path, [library]) as desk:
        desk.scan()
        complete = desk.pairs()
    without_facts_for_rules(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM pair")
        connection.execute(
            "UPDATE content SET hash = NULL, thumb = NULL, format = NULL, problem = 'no', "
            "remedy = 'none', searched = -1"
        )
        connection.commit()
    with Desk(path, [library]) as desk:
        assert not desk.pairs()
        for age, name in enumerate(("photo.jpg", "copy.jpg", "small.jpg", "grey.jpg")):
            os.utime(library / name, (3000 + age, 3000 + age))
        desk.scan()
        assert sorted(desk.pairs()) == sorted(complete)


def kept_digests(path: Path) -> dict[int, bytes]:
    """Pixel digests of the catalog at `path` by content."""
    with closing(sqlite3.connect(path)) as connection:
        return dict(
            connection.execute(
                "SELECT id, pixel_digest FROM content WHERE pixel_digest IS NOT NULL"
            )
        )


def test_what_was_once_compared_at_eight_bits_of_sixteen_is_compared_anew(
    library: Path, tmp_path: Path
) -> None:
    path = tmp_path / "catalog.db"
    deep = gallery.as_tiff_16bit(gallery.photo("coffee"), library / "deep.tif")
    gallery.png_of(deep, library / "shown.png")
    gallery.resized(deep, library / "small.jpg", factor=0.7)
    with Desk(path, [library]) as desk:
        desk.scan()
        right = desk.pairs()
    assert len(right) == 3
    make_older(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "UPDATE content SET pixel_digest = x'00' WHERE format IN ('PNG', 'TIFF')"
        )
        connection.execute("UPDATE pair SET pixels_equal = 1 WHERE pixels_equal = 0")
        connection.execute(
            "UPDATE pair SET pixels_equal = 0 WHERE 'JPEG' IN (SELECT format FROM content"
            " WHERE id IN (content_a_id, content_b_id))"
        )
        connection.commit()
    with Desk(path, [library]) as desk:
        assert PairKind.PIXELS not in {kind for *_, kind in desk.pairs()}
        desk.scan()
        assert desk.pairs() == right
    with closing(sqlite3.connect(path)) as connection:
        answers = connection.execute("SELECT DISTINCT pixels_equal FROM pair").fetchall()
    assert answers == [(0,)]


def test_what_is_no_picture_any_more_leaves_its_pairs_and_the_search(
    photo: Path, library: Path, tmp_path: Path
) -> None:
    path = tmp_path / "catalog.db"
    with Desk(path, [library]) as desk:
        desk.scan()
    make_older(path)
    # As if the older version had seen a picture in bytes that are none for this one.
    broken = library / "grey.jpg"
    seen = file_digest(broken)
    gallery.truncated(photo, broken)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "UPDATE content SET digest = ? WHERE digest = ?", (file_digest(broken), seen)
        )
        connection.commit()

    def names(desk: Desk) -> set[str]:
        return {name for *two, _ in desk.pairs() for name in two}

    def arrive(scanner: Scanner, name: str, quality: int) -> None:
        new = gallery.recompressed(photo, library / name, quality=quality)
        asyncio.run(scanner.update([str(new)], lambda _: None))

    with Desk(path, [library]) as desk:
        finder = Finder(desk.catalog, desk.distance)
        scanner = Scanner(desk.catalog, HerePool(), [library], finder)
        arrive(scanner, "new.jpg", 40)
        assert names(desk) >= {"grey.jpg", "new.jpg"}
        result = asyncio.run(scanner.scan(lambda _: None))
        assert [problem.subject for problem in result.unreadable] == [str(broken)]
        arrive(scanner, "newer.jpg", 30)
        assert names(desk) == {"photo.jpg", "copy.jpg", "small.jpg", "new.jpg", "newer.jpg"}
        assert [problem.subject for problem in desk.scan().unreadable] == [str(broken)]
