from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import ImageError
from core.libraries.reader import read_image
from core.workers.pool import WorkerPool
from tests import gallery
from tests.core.workers import misbehaviour

_ROOT = Path(__file__).parents[3]

_STOPPED_AT_ONCE = """
import asyncio
from core.workers.pool import WorkerPool
from tests.core.workers import misbehaviour

async def stopped_at_once() -> None:
    for _ in range(4):
        pool = WorkerPool(4)
        running = asyncio.ensure_future(pool.run(misbehaviour.chatter, "x"))
        await asyncio.sleep(0)
        pool.stop()
        running.cancel()

asyncio.run(stopped_at_once())
"""


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(2)
    yield pool
    pool.stop()


@pytest.mark.parametrize(
    ("function", "cause"),
    [
        (misbehaviour.abort, "a decoder crashed on it"),
        (misbehaviour.run_out_of_memory, "reading it failed (MemoryError)"),
        (misbehaviour.swell, "reading it failed (MemoryError)"),
        (misbehaviour.raise_something_else, "reading it failed (odd)"),
        (misbehaviour.raise_what_cannot_travel, "reading it failed"),
        (misbehaviour.raise_an_image_error, "a cause"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
async def test_a_bad_file_costs_itself_and_nothing_else(
    pool: WorkerPool, function: object, cause: str
) -> None:
    good = str(gallery.photo("clock"))
    results = await asyncio.gather(
        *[pool.run(read_image, good) for _ in range(3)],
        pool.run(function, "/photos/bad.jpg"),  # type: ignore[arg-type]
        *[pool.run(read_image, good) for _ in range(3)],
        return_exceptions=True,
    )
    error = results.pop(3)
    assert isinstance(error, ImageError)
    assert error.subject == "/photos/bad.jpg"
    assert cause in error.cause
    assert error.remedy
    assert results == [read_image(good)] * 6


async def test_what_a_decoder_prints_reaches_no_terminal(
    pool: WorkerPool, capfd: pytest.CaptureFixture[str]
) -> None:
    assert await pool.run(misbehaviour.chatter, "x") == "x"
    assert capfd.readouterr() == ("", "")


async def test_a_stopped_pool_starts_again() -> None:
    pool = WorkerPool(1)
    pool.stop()
    try:
        for _ in range(2):
            assert await pool.run(misbehaviour.chatter, "x") == "x"
            pool.stop()
    finally:
        pool.stop()


def test_workers_that_start_while_the_pool_stops_say_nothing() -> None:
    # In a process of its own: the one that workers are forked from keeps the stderr it began with.
    done = subprocess.run(
        [sys.executable, "-c", _STOPPED_AT_ONCE], cwd=_ROOT, capture_output=True, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")


async def test_names_that_are_no_text_reach_the_worker(pool: WorkerPool, tmp_path: Path) -> None:
    for path in gallery.hostile_names(tmp_path, gallery.photo("clock")):
        reading = await pool.run(read_image, str(path))
        assert reading.facts is not None


async def test_a_decoder_that_hangs_is_ended_and_the_others_go_on() -> None:
    pool = WorkerPool(2, file_seconds=1)
    good = str(gallery.photo("clock"))
    try:
        hung, *read = await asyncio.gather(
            pool.run(misbehaviour.hang, "/photos/hangs.jpg"),
            *[pool.run(read_image, good) for _ in range(3)],
            return_exceptions=True,
        )
    finally:
        pool.stop()
    assert isinstance(hung, ImageError)
    assert hung.cause == "it took longer than 1 s to read"
    assert read == [read_image(good)] * 3
