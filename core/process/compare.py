"""`--compare`: verdicts on named files, without a library, a catalog or a screen.

Programs send pairs as JSON lines and get one line back for each, in their order, as soon as it is
known. They are read no further ahead than keeps every worker busy, and an error is an answer.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from core.errors import BetterhalfError, ImageError, UnavailableError, UsageError, explain_os_error
from core.libraries.judging import Comparison, Drawn
from core.model import Direction, Region, Verdict
from core.process.narration import Narrator
from core.process.report import write_line
from core.settings import looks_path
from core.text import printable
from core.workers.judges import Judges

_AHEAD = 16
"""Pairs a worker that are read before the first of them is answered."""

_LONGEST = 1 << 17
"""Bytes of a request: two paths as long as systems allow, every byte of them escaped."""

_READ = 1 << 16

_REMEDY = 'write {"a": "one.jpg", "b": "other.jpg"}'


async def compare_files(a: str, b: str, as_json: bool, difference: str | None) -> int:
    """Print the verdict of the files at `a` and `b`; draw where they differ to `difference`.

    Raises:
        UsageError: there is a file of that name.
        UnavailableError: the picture cannot be written.
    """
    if difference is not None and os.path.lexists(difference):
        raise _taken(difference)
    judges = Judges(1, looks_path())
    judges.warm_up()
    try:
        judged = await judges.judge(a, b, with_distance=True)
        drawn = None if difference is None else await judges.difference(a, b)
    except ImageError as error:
        if as_json:
            write_line(sys.stdout, json.dumps({"a": a, "b": b, "error": str(error)}))
        else:
            Narrator().error(error)
        return 1
    finally:
        judges.stop()
    if drawn is not None and drawn.png is not None:
        assert difference is not None
        _write_anew(difference, drawn.png)
    if as_json:
        answer = {"a": a, "b": b, **_fields(judged)}
        if drawn is not None:
            answer["difference"] = None if drawn.png is None else difference
            answer["difference_note"] = drawn.note
        write_line(sys.stdout, json.dumps(answer))
        return 0
    for line in [*block(a, b, judged), *_shown(difference, drawn)]:
        write_line(sys.stdout, printable(line))
    return 0


def _taken(path: str) -> UsageError:
    return UsageError(path, "there is a file of this name", "name a new one")


def _write_anew(path: str, data: bytes) -> None:
    """Write a file that was not there."""
    try:
        with open(path, "xb") as file:
            try:
                file.write(data)
                file.flush()
            except OSError:
                os.unlink(path)
                raise
    except FileExistsError as error:
        raise _taken(path) from error
    except FileNotFoundError as error:
        raise UsageError(path, "there is no such folder", "make it first") from error
    except OSError as error:
        raise UnavailableError(path, *explain_os_error(error)) from error
    except ValueError as error:
        raise UsageError(path, f"this is no path ({error})", "check its name") from error


def _shown(path: str | None, drawn: Drawn | None) -> list[str]:
    if drawn is None:
        return []
    where = "there is no picture of it" if drawn.png is None else str(path)
    return _rows([("difference", [where, drawn.note])])


async def compare_lines(workers: int) -> int:
    """Answer the requests on stdin until it ends, or until nobody reads the answers.

    Raises:
        UsageError: it is closed.
        UnavailableError: it cannot be read, or no worker be started.
    """
    if sys.stdin is None:
        raise UsageError("--compare -", "standard input is closed", "send it JSON lines")
    judges = Judges(workers, looks_path())
    judges.warm_up()
    failed = False
    answers: asyncio.Queue[asyncio.Task[dict[str, Any]] | OSError | None] = asyncio.Queue()
    room = threading.Semaphore(_AHEAD * workers)
    loop = asyncio.get_running_loop()

    def begin(number: int, line: bytes | None) -> None:
        answers.put_nowait(loop.create_task(_answer(judges, number, line)))

    def read() -> None:
        end: OSError | None = None
        # Who has stopped listening has closed the loop.
        with suppress(RuntimeError):
            try:
                for number, line in enumerate(_lines(0), 1):
                    if line is None or line.strip():
                        room.acquire()
                        loop.call_soon_threadsafe(begin, number, line)
            except OSError as error:
                end = error
            loop.call_soon_threadsafe(answers.put_nowait, end)

    # A daemon, as nothing can end a read from a terminal.
    threading.Thread(target=read, name="requests", daemon=True).start()
    try:
        while isinstance(task := await answers.get(), asyncio.Task):
            answer = await task
            room.release()
            failed |= "error" in answer
            if not write_line(sys.stdout, json.dumps(answer)):
                return 1 if failed else 0
    finally:
        judges.stop()
    if task is not None:
        raise UnavailableError("standard input", *explain_os_error(task)) from task
    return 1 if failed else 0


def _lines(descriptor: int) -> Iterator[bytes | None]:
    """The lines that come, each as soon as it is whole; None for one that is too long."""
    rest, skipping = b"", False
    while piece := os.read(descriptor, _READ):
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield None if skipping or len(line) > _LONGEST else line
            skipping = False
        if len(rest) > _LONGEST:
            rest, skipping = b"", True
    if rest or skipping:
        yield None if skipping else rest


async def _answer(judges: Judges, number: int, line: bytes | None) -> dict[str, Any]:
    sides: dict[str, Any] = {"a": None, "b": None}
    try:
        request = _request(line)
        sides.update((side, request.get(side)) for side in sides)
        for side, path in sides.items():
            if not isinstance(path, str) or not path:
                raise UsageError("", f"it names no file as {side}", _REMEDY)
        judged = await judges.judge(sides["a"], sides["b"], with_distance=True)
    except UsageError as error:
        return {**sides, "error": f"line {number}: {error}"}
    except BetterhalfError as error:
        return {**sides, "error": str(error)}
    return {**sides, **_fields(judged)}


def _request(line: bytes | None) -> dict[str, Any]:
    if line is None:
        raise UsageError("", f"it is longer than {_LONGEST:,} bytes", _REMEDY)
    try:
        # Bytes of a path that are no text stay what they are.
        found = json.loads(line.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError) as error:
        raise UsageError("", "this is no JSON", _REMEDY) from error
    if not isinstance(found, dict):
        raise UsageError("", "this is no JSON object", _REMEDY)
    return found


def _fields(judged: Comparison) -> dict[str, Any]:
    """The answer as programs get it."""
    verdict = judged.verdict
    return {
        "verdict": verdict.judgement,
        "confidence": verdict.confidence,
        "kind": verdict.change,
        "direction": _direction(verdict.directions[0]) if verdict.directions else None,
        "reasons": verdict.reasons,
        "score": round(verdict.score, 4),
        "regions": [_region(region) for region in verdict.regions],
        "measurements": {name: round(value, 4) for name, value in verdict.measurements},
        "blur": _rounded(verdict.blur),
        "noise": _rounded(verdict.noise),
        "real_size": verdict.real_size,
        "distance": judged.distance,
        "seconds": round(judged.seconds, 4),
    }


def _rounded(value: float | None) -> float | None:
    # Without the sign of a zero.
    return None if value is None else round(value, 2) + 0.0


def _direction(direction: Direction) -> dict[str, str]:
    return {"side": direction.side, "is": direction.role}


def _region(region: Region) -> dict[str, float]:
    """Left, top, width and height in percent of the picture's, and the share of its area."""
    box = {name: 100 * getattr(region, name) for name in ("left", "top", "width", "height")}
    return {name: round(value, 2) for name, value in {**box, "percent": region.percent}.items()}


def block(a: str, b: str, judged: Comparison) -> list[str]:
    """The answer as people get it, line by line."""
    verdict = judged.verdict
    directions = [f"{each.side.upper()} is the {each.role}" for each in verdict.directions]
    rows = [
        ("A", [a]),
        ("B", [b]),
        ("verdict", [_said(verdict)]),
        ("direction", directions),
        ("because", list(verdict.reasons)),
        ("where", [_where(region) for region in verdict.regions]),
        ("score", [f"{verdict.score:.2f}, and up to 1 is almost certain or better"]),
        ("distance", [f"{judged.distance} of 64 bits"]),
        ("took", [f"{judged.seconds:.2f} s of a processor"]),
    ]
    return _rows(rows)


def _rows(rows: list[tuple[str, list[str]]]) -> list[str]:
    return [
        f"{name if first else '':<11}{text}"
        for name, texts in rows
        for first, text in zip([True] + [False] * len(texts), texts, strict=False)
    ]


def _said(verdict: Verdict) -> str:
    return ", ".join(
        str(part) for part in (verdict.judgement, verdict.confidence, verdict.change) if part
    )


def _where(region: Region) -> str:
    box = _region(region)
    return (
        f"{box['width']:g} % x {box['height']:g} % at {box['left']:g} % from the left and"
        f" {box['top']:g} % from the top: {box['percent']:g} % of the area"
    )
