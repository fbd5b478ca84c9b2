from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.errors import ImageError
from core.libraries.reader import file_digest
from core.model import Judgement
from core.workers.judges import Judges
from tests import gallery


@pytest.fixture
async def judges() -> AsyncIterator[Judges]:
    judges = Judges(2)
    yield judges
    judges.stop()


async def test_many_pairs_at_once_each_get_their_own_verdict(judges: Judges) -> None:
    names = [os.fspath(gallery.photo(name)) for name in ("coffee", "chelsea", "clock", "brick")]
    pairs = [(a, b) for a in names for b in names]
    found = await asyncio.gather(*(judges.judge(a, b, with_distance=True) for a, b in pairs))
    for (a, b), each in zip(pairs, found, strict=True):
        assert (each.verdict.judgement is Judgement.PIXELS) == (a == b)
        assert (each.distance == 0) == (a == b)


async def test_a_file_goes_where_it_is_known_and_is_not_read_again(
    judges: Judges, tmp_path: Path
) -> None:
    hub = gallery.exact_copy(gallery.photo("retina"), tmp_path / "hub.jpg", modified=1)
    others = [os.fspath(gallery.photo(name)) for name in ("coffee", "clock", "brick", "grass")]
    before = await judges.judge(os.fspath(hub), others[0])
    hub.write_bytes(bytes(hub.stat().st_size))
    os.utime(hub, (1, 1))
    for other in others:
        after = await judges.judge(os.fspath(hub), other)
        assert after.digests[0] == before.digests[0]


async def test_several_at_once_keep_looks_for_those_who_come_later(tmp_path: Path) -> None:
    names = [os.fspath(gallery.photo(name)) for name in ("coffee", "chelsea", "clock")]
    pairs = [(a, b) for a in names for b in names]
    verdicts, entries = [], []
    for _ in range(2):
        judges = Judges(2, tmp_path / "looks")
        try:
            found = await asyncio.gather(*(judges.judge(a, b) for a, b in pairs))
        finally:
            judges.stop()
        verdicts.append([each.verdict for each in found])
        entries.append(sorted(path.name for path in (tmp_path / "looks").iterdir()))
    assert verdicts[0] == verdicts[1]
    assert entries[0] == entries[1] == sorted(file_digest(name).hex() for name in names)


async def test_a_file_that_cannot_be_read_costs_its_own_pairs_only(
    judges: Judges, tmp_path: Path
) -> None:
    good = os.fspath(gallery.photo("coffee"))
    cut = os.fspath(gallery.truncated(gallery.photo("clock"), tmp_path / "cut.jpg"))
    first, error, last = await asyncio.gather(
        judges.judge(good, good),
        judges.judge(good, cut),
        judges.judge(good, good),
        return_exceptions=True,
    )
    assert isinstance(error, ImageError)
    assert error.subject == cut
    assert not isinstance(first, BaseException)
    assert not isinstance(last, BaseException)
