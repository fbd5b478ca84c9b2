from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.catalog import journal
from core.errors import ActionRefused
from core.model import Choice, Distances, PairKind, RelationKind
from core.workers.session import Session, open_session, to_the_end
from tests import gallery
from tests.core.desk import snapshot, trashed


@pytest.fixture
async def session(library: Path, tmp_path: Path) -> AsyncIterator[Session]:
    """Opened on a scanned library of a photo, `a.jpg`, and its copy, `b.jpg`."""
    photo = gallery.exact_copy(gallery.photo("clock"), library / "a.jpg", modified=1)
    gallery.with_sidecar(gallery.exact_copy(photo, library / "b.jpg", modified=2))
    async with open_session(tmp_path / "catalog.db", [library], Distances(4), 1) as (
        opened,
        repaired,
    ):
        assert repaired == []
        await opened.scan(lambda _: None)
        yield opened


async def choice(session: Session) -> Choice:
    (ref,) = await session.open_pairs()
    return Choice(RelationKind.BETTER, *ref.key, "it is older")


async def test_a_pair_is_shown_with_its_fields_and_companions(session: Session) -> None:
    (ref,) = await session.open_pairs()
    assert ref.kind is PairKind.EXACT
    view = await session.view(ref)
    assert view is not None
    assert (view.left.path.name, view.right.path.name) == ("a.jpg", "b.jpg")
    assert [each.path.name for each in view.right.companions] == ["b.jpg.xmp"]
    swapped = view.swapped()
    assert (swapped.left, swapped.right) == (view.right, view.left)


async def test_a_decision_is_carried_out_and_the_last_one_undone(
    session: Session, library: Path
) -> None:
    before = snapshot(library)
    await session.decide(await choice(session), lambda _: None)
    assert trashed(library) == ["b.jpg", "b.jpg.xmp"]
    assert await session.open_pairs() == []
    await session.undo_last()
    assert snapshot(library) == before
    with pytest.raises(ActionRefused, match="nothing to undo"):
        await session.undo_last()


async def test_a_file_that_changed_is_read_again_and_the_pair_follows_the_truth(
    session: Session, library: Path
) -> None:
    wish = await choice(session)
    gallery.exact_copy(gallery.photo("coffee"), library / "b.jpg")
    with pytest.raises(ActionRefused, match="has changed"):
        await session.decide(wish, lambda _: None)
    assert await session.open_pairs() == []
    assert (library / "b.jpg").exists()


async def test_who_asked_may_go_away_and_the_work_is_finished_first() -> None:
    begun, go_on = threading.Event(), threading.Event()
    finished = []

    def work() -> None:
        begun.set()
        go_on.wait()
        finished.append(True)

    asking = asyncio.create_task(to_the_end(work))
    await asyncio.to_thread(begun.wait)
    asking.cancel()
    done, _ = await asyncio.wait([asking], timeout=0)
    assert not done
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert finished == [True]


async def test_a_decision_that_is_cancelled_is_whole_when_the_session_closes(
    session: Session, library: Path
) -> None:
    deciding = asyncio.create_task(session.decide(await choice(session), lambda _: None))
    await asyncio.sleep(0)
    deciding.cancel()
    await asyncio.wait([deciding])
    assert await session.catalog.call(journal.unfinished) == []
    assert len(trashed(library)) in (0, 2)
