"""Verdicts from worker processes, each pair from the one that knows most of it already."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from core.errors import ImageError
from core.libraries.judging import Comparison, Drawn, draw_difference, judge_files, look_at_file
from core.workers.pool import FILE_SECONDS, WorkerPool

_Answer = TypeVar("_Answer")

_LOOK_COST = 8
"""What looking at a file costs, in comparisons of two known ones (measured)."""

_KNOWN = 128
"""Paths of which a lane is believed to know the files; its worker keeps some more."""

_MODULE = "core.imaging.verdict.compare"
"""What judging loads, and reading does without."""


class _Lane:
    """One worker process and what waits for it."""

    def __init__(self, file_seconds: float) -> None:
        self.pool = WorkerPool(1, file_seconds)
        self.load = 0
        """Of all that waits for it, in comparisons."""
        self._known: OrderedDict[str, None] = OrderedDict()

    def cost(self, *paths: str) -> int:
        """Of comparing the files at `paths` here, in comparisons."""
        return 1 + _LOOK_COST * sum(path not in self._known for path in paths)

    def note(self, *paths: str) -> None:
        """It will know the files at `paths`."""
        for path in paths:
            self._known[path] = None
            self._known.move_to_end(path)
        while len(self._known) > _KNOWN:
            self._known.popitem(last=False)


class Judges:
    """Gives verdicts on files, in up to `workers` processes that start as they are needed."""

    def __init__(
        self, workers: int, looks: Path | None = None, file_seconds: float = FILE_SECONDS
    ) -> None:
        """Nothing starts yet.

        Args:
            workers: processes at most.
            looks: the folder where looks are kept for later runs; None: they are not.
            file_seconds: how long one pair may take before its worker is ended.
        """
        self._looks = None if looks is None else os.fspath(looks)
        self._lanes = [_Lane(file_seconds) for _ in range(workers)]

    def warm_up(self) -> None:
        """Begin what the first verdict will need, and return at once."""
        self._lanes[0].pool.warm_up(_MODULE)

    async def judge(self, a: str, b: str, with_distance: bool = False) -> Comparison:
        """The verdict of the files at `a` and `b`, with their distance where nobody knows it yet.

        Raises:
            ImageError: one of them cannot be read or decoded; names it.
            UnavailableError: no worker can be started.
        """
        return await self._ask(partial(judge_files, with_distance=with_distance), a, b)

    async def difference(self, a: str, b: str) -> Drawn:
        """The difference picture of the files at `a` and `b`.

        Raises:
            As `judge` does.
        """
        return await self._ask(draw_difference, a, b)

    async def _ask(
        self, answer_to: Callable[[str, str, str | None], _Answer | ImageError], a: str, b: str
    ) -> _Answer:
        # The one that will be done first, so that copies of one file meet where it is known.
        lane = min(self._lanes, key=lambda each: each.load + each.cost(a, b))
        cost = lane.cost(a, b)
        lane.load += cost
        lane.note(a, b)
        try:
            try:
                answer = await lane.pool.run(answer_to, a, b, self._looks)
            except ImageError as error:
                # It ended the worker or took too long: which of them was it?
                for path in (a, b):
                    await lane.pool.run(look_at_file, path)
                cause = f"comparing it with {b} failed"
                raise ImageError(a, cause, "compare them by eye") from error
        finally:
            lane.load -= cost
        if isinstance(answer, ImageError):
            raise answer
        return answer

    def stop(self) -> None:
        """End all workers now."""
        # Together, as each takes a moment to end.
        with ThreadPoolExecutor(len(self._lanes)) as threads:
            for lane in self._lanes:
                threads.submit(lane.pool.stop)
