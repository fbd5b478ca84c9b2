"""What is told of a decision afterwards, and of what lies in trashes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.catalog import held
from core.model import Decision, DecisionState
from core.workers import past
from core.workers.records import Particulars
from tests import gallery
from tests.core.desk import Desk


@pytest.fixture
def pair(library: Path, desk: Desk) -> tuple[Path, Path]:
    """A photo that says a little, and a copy that says more."""
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg")
    (library / "sub").mkdir()
    copy = gallery.exact_copy(photo, library / "sub" / "b.jpg")
    gallery.with_sidecar(photo, rating=1, tags=["cup"])
    loud = gallery.with_sidecar(copy, rating=3, tags=["cup", "table"])
    heart = 'xmlns:fstop="http://www.fstopapp.com/xmp/" fstop:favorite="1" '
    loud.write_text(loud.read_text().replace("rdf:about=", f"{heart}rdf:about="))
    desk.scan()
    return photo, copy


def told(desk: Desk, decision: Decision) -> Particulars:
    found = asyncio.run(past.particulars(desk.catalog, decision.id))
    assert found is not None
    return found


def test_each_field_is_told_as_it_was_and_as_it_became(desk: Desk, pair: tuple[Path, Path]) -> None:
    found = told(desk, desk.decide(*pair))
    changes = {
        (operation.source.name, each.field): (each.before, each.after)
        for operation, changed in found.operations
        for each in changed
    }
    assert changes == {
        ("a.jpg.xmp", "rating"): ("1", "3"),
        ("a.jpg.xmp", "tags"): ("cup", "cup, table"),
        ("a.jpg", "favorite"): ("", "yes"),
    }


def test_it_is_told_what_makes_a_decision_again_and_what_was_decided_with_it(
    desk: Desk, library: Path, pair: tuple[Path, Path]
) -> None:
    third = gallery.exact_copy(pair[0], library / "c.jpg")
    desk.scan()
    first, second = desk.carry_out_group(
        [desk.choice(pair[0], pair[1]), desk.choice(pair[0], third)]
    )
    assert [each.id for each in told(desk, first).together] == [second.id]
    desk.undo(first)
    assert told(desk, first).decision.state is DecisionState.UNDONE
    assert told(desk, first).again is None


def test_of_a_decision_that_never_was_nothing_is_told(desk: Desk) -> None:
    assert asyncio.run(past.particulars(desk.catalog, 7)) is None


def test_a_heap_is_all_that_one_decision_sent_away(
    desk: Desk, library: Path, pair: tuple[Path, Path]
) -> None:
    size = pair[1].stat().st_size
    decision = desk.decide(*pair)
    (found,) = desk.ask(past.heaps, [library], "", 0, 9, {})
    assert found.decision.id == decision.id
    assert found.library == library
    assert [source.name for source, _ in found.files] == ["b.jpg", "b.jpg.xmp"]
    assert all(target.exists() for _, target in found.files)
    assert desk.ask(held.heap, [library]) == (1, size)
    assert desk.ask(held.heap, [library], "B.JP") == (1, size)
    assert desk.ask(held.heap, [library], "nothing") == (0, 0)
    assert desk.ask(held.heap, [library / "sub"]) == (0, 0)
    desk.undo(decision)
    assert desk.ask(past.heaps, [library], "", 0, 9, {}) == []


def test_arrivals_are_told_by_day(desk: Desk, pair: tuple[Path, Path]) -> None:
    found = desk.ask(past.arrivals)
    assert list(found.values()) == [2]
    assert len(next(iter(found))) == len("2026-03-01")
