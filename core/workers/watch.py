"""Watching libraries: which files have changed, and have stopped changing since."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from core.errors import BetterhalfError
from core.libraries.watch import changes, places
from core.workers.events import Listener, Notice

SETTLED_SECONDS = 0.5
"""How long a file has to stay as it is before it is taken for complete."""

_Look = tuple[int, int, int] | None
"""Inode, bytes and modification time in ns of what is at a path; None for nothing."""


@asynccontextmanager
async def watching(
    roots: Sequence[Path], listener: Listener
) -> AsyncIterator[AsyncIterator[set[str]]]:
    """Paths below `roots` that have changed and settled, in sets, for `Session.update`.

    Whatever changes once this is entered will be named, so enter it before the first scan.
    `listener` gets a `Notice` where the system refuses to tell of changes.
    """
    loop = asyncio.get_running_loop()
    stop = threading.Event()
    # An exception is how a thread that fails ends the wait for it.
    heard: asyncio.Queue[set[str] | Exception] = asyncio.Queue()

    def notice(error: BetterhalfError) -> None:
        loop.call_soon_threadsafe(listener, Notice(error))

    def pass_on(told: Iterator[set[str]]) -> None:
        try:
            for paths in filter(None, told):
                loop.call_soon_threadsafe(heard.put_nowait, paths)
        except Exception as error:
            loop.call_soon_threadsafe(heard.put_nowait, error)

    where = places(roots)
    with ThreadPoolExecutor(len(where), thread_name_prefix="watch") as threads:
        try:
            told = [changes(place, stop, notice) for place in where]
            begun = [loop.run_in_executor(threads, next, each) for each in told]
            for paths in await asyncio.gather(*begun):
                heard.put_nowait(paths)
            for each in told:
                threads.submit(pass_on, each)
            yield _settled(heard)
        finally:
            stop.set()


async def _settled(heard: asyncio.Queue[set[str] | Exception]) -> AsyncIterator[set[str]]:
    loop = asyncio.get_running_loop()
    waiting: dict[str, tuple[_Look, float]] = {}
    """What was at each path, and when to look again."""
    while True:
        changed: set[str] | Exception = set()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(min((due for _, due in waiting.values()), default=None)):
                changed = await heard.get()
        if isinstance(changed, Exception):
            raise changed
        looks = await asyncio.to_thread(_look, changed)
        due = loop.time() + SETTLED_SECONDS
        waiting.update((path, (look, due)) for path, look in looks.items())
        ripe = {path for path, (_, due) in waiting.items() if due <= loop.time()}
        if not ripe:
            continue
        # What is gone goes along with what has come: together they may be one file that moved.
        ripe |= {path for path, (look, _) in waiting.items() if look is None}
        settled = set()
        for path, look in (await asyncio.to_thread(_look, ripe)).items():
            if waiting[path][0] == look:
                del waiting[path]
                settled.add(path)
            else:
                waiting[path] = look, loop.time() + SETTLED_SECONDS
        if settled:
            yield settled


def _look(paths: Iterable[str]) -> dict[str, _Look]:
    looks: dict[str, _Look] = {}
    for path in paths:
        try:
            status = os.lstat(path)
            looks[path] = status.st_ino, status.st_size, status.st_mtime_ns
        except OSError:
            looks[path] = None
    return looks
