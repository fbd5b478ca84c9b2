"""The other side of a pseudo-terminal: answers as a terminal does, and keeps a clock on the bytes.

What a person feels is the time until bytes are there, so the stream itself is looked at, with
the moment each piece arrived; what a screen would make of it is for the tests.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.measure import AbsentError
from tests.benchmarks.tree import BETTERHALF, REPOSITORY
from tui.preview.protocol import Protocol

try:
    import pty
except ImportError as error:
    raise AbsentError("this system has no pseudo-terminals") from error

_COLUMNS, _ROWS = 120, 40
_CELL_WIDTH, _CELL_HEIGHT = 10, 20
_GOODBYE = 10.0
"""Seconds a program has to end after it was asked to."""
_LONGEST_QUERY = 64
"""Bytes kept of what has been looked at, in case a query is cut in two."""

_PICTURES = {
    Protocol.HALF: re.compile("▀".encode()),
    Protocol.SIXEL: re.compile(rb"\x1bP[0-9;]*q[^\x1b]*\x1b\\"),
    # The data was sent before, or there would be nothing to place.
    Protocol.KITTY: re.compile("\U0010eeee".encode()),
}
"""How a piece of a picture looks on the wire."""


@dataclass(slots=True)
class Burst:
    """What a program wrote, and when: seconds since the press or the start that caused it."""

    protocol: Protocol
    data: bytearray = field(default_factory=bytearray)
    arrivals: list[tuple[int, float]] = field(default_factory=list)
    """Bytes so far, and when they were there."""

    def add(self, chunk: bytes, seconds: float) -> None:
        self.data += chunk
        self.arrivals.append((len(self.data), seconds))

    @property
    def first(self) -> float:
        """When the first byte was there."""
        return self.arrivals[0][1]

    def seen(self, text: str) -> float | None:
        """When the first `text` was there; None if it never was."""
        at = self.data.find(text.encode())
        return None if at < 0 else self._when(at + len(text.encode()))

    @property
    def pictured(self) -> float | None:
        """When the last piece of a picture was there; None if there was none."""
        end = max(
            (found.end() for found in _PICTURES[self.protocol].finditer(self.data)), default=0
        )
        return self._when(end) if end else None

    def _when(self, length: int) -> float:
        return next(seconds for total, seconds in self.arrivals if total >= length)


class Terminal:
    """A program on a terminal of 120 x 40 cells that shows pictures by `protocol`."""

    def __init__(
        self, command: Sequence[str | Path], protocol: Protocol, environment: Mapping[str, str]
    ) -> None:
        self.protocol = protocol
        self._asked = b""
        self._began = time.perf_counter()
        self._pid, self._master = pty.fork()
        if self._pid == 0:
            _become(command, environment)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def press(self, key: str) -> None:
        """Send `key`; the clock starts anew."""
        self._began = time.perf_counter()
        os.write(self._master, key.encode())

    def until(self, *texts: str, limit: float = 20.0) -> Burst:
        """Everything up to the moment when all `texts` have been written."""
        burst = Burst(self.protocol)
        while not all(text.encode() in burst.data for text in texts):
            left = self._began + limit - time.perf_counter()
            if left <= 0 or not self._receive(burst, left):
                missing = [text for text in texts if text.encode() not in burst.data]
                raise RuntimeError(f"not shown within {limit:.0f} s: {missing}")
        return burst

    def settled(self, quiet: float) -> Burst:
        """Everything until nothing has been written for `quiet` seconds."""
        burst = Burst(self.protocol)
        while self._receive(burst, quiet):
            pass
        return burst

    def close(self) -> None:
        """End the program as a closed session does, and wait for it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGTERM)
        rest = Burst(self.protocol)
        deadline = time.perf_counter() + _GOODBYE
        while os.waitpid(self._pid, os.WNOHANG)[0] == 0:
            # A program that nobody reads cannot say its last word, and would never end.
            self._receive(rest, 0.05)
            if time.perf_counter() > deadline:
                os.kill(self._pid, signal.SIGKILL)
        os.close(self._master)

    def _receive(self, burst: Burst, seconds: float) -> bool:
        """Take what arrives within `seconds`; False where nothing does or the program is gone."""
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            chunk = os.read(self._master, 1 << 16)
        except OSError:
            return False
        burst.add(chunk, time.perf_counter() - self._began)
        self._answer(chunk)
        return bool(chunk)

    def _answer(self, chunk: bytes) -> None:
        asked = self._asked + chunk
        for query, reply in _replies(self.protocol):
            # A query that was in the remembered part already has had its answer.
            if query in asked and query not in self._asked:
                os.write(self._master, reply)
        self._asked = asked[-_LONGEST_QUERY:]


def _replies(protocol: Protocol) -> tuple[tuple[bytes, bytes], ...]:
    """Queries and what this terminal answers, the one that ends a probe last."""
    kitty = b"\x1b_Gi=31;OK\x1b\\" if protocol is Protocol.KITTY else b""
    attributes = b"4" if protocol is Protocol.SIXEL else b"22"
    return (
        (b"a=q", kitty),
        (b"\x1b[16t", b"\x1b[6;%d;%dt" % (_CELL_HEIGHT, _CELL_WIDTH)),
        (b"\x1bP$qm\x1b\\", b"\x1bP1$r0;38:2::1:2:3m\x1b\\"),
        (b"\x1b[?2026$p", b"\x1b[?2026;2$y"),
        (b"\x1b[?2048$p", b"\x1b[?2048;0$y"),
        (b"\x1b[c", b"\x1b[?62;%sc" % attributes),
    )


def _become(command: Sequence[str | Path], environment: Mapping[str, str]) -> None:
    """In the new process: size the terminal, then run `command` in it. Does not return."""
    try:
        size = struct.pack("HHHH", _ROWS, _COLUMNS, _COLUMNS * _CELL_WIDTH, _ROWS * _CELL_HEIGHT)
        fcntl.ioctl(0, termios.TIOCSWINSZ, size)
        os.chdir(REPOSITORY)
        os.execve(command[0], [os.fspath(part) for part in command], dict(environment))
    finally:
        os._exit(127)


def review(library: Path, home: Path, protocol: Protocol) -> Terminal:
    """betterhalf's review of `library` in a terminal, with settings and catalog below `home`."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": os.fspath(home),
        "TERM": "xterm-kitty" if protocol is Protocol.KITTY else "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
    }
    return Terminal([*BETTERHALF, home / "catalog.db", library], protocol, environment)
