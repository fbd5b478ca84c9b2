from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.actions.unbroken import to_the_end
from core.catalog import history
from core.errors import ActionRefused, ImageError
from core.model import (
    Choice,
    Direction,
    Distances,
    Judgement,
    PairKind,
    PairRef,
    RelationKind,
    Role,
)
from core.sides import swapped
from core.workers.latest import Latest
from core.workers.session import Session, open_session
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


async def near_copy(session: Session, library: Path) -> PairRef:
    """A smaller copy of `a.jpg`, a sharp photo, is found, as B of the pair."""
    gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg")
    gallery.resized(library / "a.jpg", library / "small.jpg")
    await session.scan(lambda _: None)
    (ref,) = [each for each in await session.open_pairs() if each.kind is PairKind.SIMILAR]
    a, _ = await session.assets(ref.key)
    return ref if a.path.name == "a.jpg" else turned(ref)


def turned(ref: PairRef) -> PairRef:
    """The pair with its sides exchanged."""
    return replace(ref, asset_a=ref.asset_b, asset_b=ref.asset_a)


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
    latest = Latest(session)
    await latest.undo()
    assert snapshot(library) == before
    with pytest.raises(ActionRefused, match="nothing to undo"):
        await latest.undo()


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

    asking = asyncio.create_task(to_the_end(asyncio.to_thread(work)))
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
    assert await session.catalog.call(history.unfinished) == []
    assert len(trashed(library)) in (0, 2)


async def test_a_verdict_is_given_from_either_side_and_without_the_files_ever_after(
    session: Session, library: Path
) -> None:
    ref = await near_copy(session, library)
    verdict, back = await asyncio.gather(session.verdict(ref), session.verdict(turned(ref)))
    assert verdict is not None
    assert verdict.judgement is Judgement.VISUAL
    assert Direction("a", Role.LARGER) in verdict.directions
    assert back == swapped(verdict)
    (library / "small.jpg").unlink()
    again = await session.verdict(turned(ref))
    assert again is not None
    assert (again.judgement, again.reasons) == (back.judgement, back.reasons)
    told = await session.told_verdicts()
    assert [each.judgement for each in told.values()] == [Judgement.VISUAL]


async def test_bytes_that_the_catalog_does_not_know_get_no_verdict(
    session: Session, library: Path
) -> None:
    ref = await near_copy(session, library)
    gallery.exact_copy(gallery.photo("coffee"), library / "small.jpg")
    with pytest.raises(ImageError, match="changed since it was scanned") as raised:
        await session.verdict(ref)
    assert raised.value.subject.endswith("small.jpg")
    assert await session.told_verdicts() == {}


async def test_who_asked_for_a_verdict_may_go_away(session: Session, library: Path) -> None:
    ref = await near_copy(session, library)
    asking = asyncio.create_task(session.verdict(ref))
    await asyncio.wait([asking], timeout=0)
    asking.cancel()
    await asyncio.wait([asking])
    assert await session.verdict(ref) is not None


async def test_of_an_asset_that_is_gone_there_is_no_verdict(
    session: Session, library: Path
) -> None:
    ref = await near_copy(session, library)
    (library / "small.jpg").unlink()
    await session.scan(lambda _: None)
    assert await session.verdict(ref) is None
