"""The other side of a pseudo-terminal: answers as a terminal does, and keeps a clock on the bytes.

What a person feels is the time until something is on the screen. Reading a screen takes longer
than writing it, so the bytes are kept with the moment each piece arrived, and looked at afterwards.
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
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread

from tests.benchmarks.measure import AbsentError
from tests.benchmarks.tree import BETTERHALF, REPOSITORY
from tests.emulator import Emulator
from tui.preview.protocol import Cell, Protocol

try:
    import pty
except ImportError as error:
    raise AbsentError("this system has no pseudo-terminals") from error

_COLUMNS, _ROWS = 120, 40
_CELL = Cell(10, 20)
_PAUSE = 0.01
"""Seconds of silence in which there is time to look at the screen."""
_GOODBYE = 10.0
"""Seconds a program has to end after it was asked to."""
_PICTURES = {
    Protocol.HALF: re.compile("▀".encode()),
    Protocol.SIXEL: re.compile(rb"\x1bP[0-9;]*q[^\x1b]*\x1b\\"),
    # The data was sent before, or there would be nothing to place.
    Protocol.KITTY: re.compile("\U0010eeee".encode()),
}
"""How a piece of a picture looks on the wire."""

_BEGINS = {**_PICTURES, Protocol.KITTY: re.compile("\x1b_Ga=T|\U0010eeee".encode())}
"""How the first one does."""


@dataclass(frozen=True, slots=True)
class Burst:
    """What a program wrote, and when: seconds since the press or the start that caused it."""

    protocol: Protocol
    data: bytes
    arrivals: tuple[tuple[int, float], ...]
    """Bytes so far, and when they were there."""
    screens: tuple[tuple[float, str], ...]
    """The text on the screen, and since when."""

    @property
    def first(self) -> float:
        """When the first byte was there."""
        return self.arrivals[0][1]

    def seen(self, *texts: str) -> float | None:
        """When all `texts` were on the screen together; None if they never were."""
        shown = (when for when, screen in self.screens if all(text in screen for text in texts))
        return next(shown, None)

    def letters(self, seconds: float) -> int:
        """Bytes that were there by then, up to the first of a picture."""
        by_then = max((total for total, when in self.arrivals if when <= seconds), default=0)
        begins = _BEGINS[self.protocol].search(self.data)
        return min(by_then, begins.start()) if begins else by_then

    @property
    def pictured(self) -> float | None:
        """When the last piece of a picture was there; None if there was none."""
        end = max(
            (found.end() for found in _PICTURES[self.protocol].finditer(self.data)), default=0
        )
        return self._when(end) if end else None

    @property
    def pictures(self) -> tuple[float, ...]:
        """When pieces of pictures were there."""
        ends = (found.end() for found in _PICTURES[self.protocol].finditer(self.data))
        return tuple(dict.fromkeys(map(self._when, ends)))

    def _when(self, length: int) -> float:
        return next(seconds for total, seconds in self.arrivals if total >= length)


@dataclass(frozen=True, slots=True)
class Link:
    """What a terminal is reached by."""

    rate: float
    """Bytes a second that it carries."""
    round_trip: float
    """Seconds."""


class Terminal:
    """A program on a terminal of 120 x 40 cells that shows pictures by `protocol`."""

    def __init__(
        self,
        command: Sequence[str | Path],
        protocol: Protocol,
        environment: Mapping[str, str],
        link: Link | None = None,
    ) -> None:
        """`link` is what lies between; without one, nothing does."""
        self.protocol = protocol
        self._link = link
        self._free_at = 0.0
        self._replying: Queue[tuple[float, bytes]] = Queue()
        self.emulator = Emulator(_COLUMNS, _ROWS, _CELL, protocol)
        self._replies = _replies(protocol)
        self._asked = b""
        self._chunks: list[tuple[bytes, float]] = []
        self._began = time.perf_counter()
        self._pid, self._master = pty.fork()
        if self._pid == 0:
            _become(command, environment)
        Thread(target=self._reply_late, daemon=True).start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Of the program."""
        return self._pid

    def press(self, key: str) -> None:
        """Send `key`; the clock starts anew."""
        self._began = time.perf_counter()
        self.send(key)

    def send(self, key: str) -> None:
        """Send `key` while the clock goes on."""
        os.write(self._master, key.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size; the clock starts anew."""
        self._began = time.perf_counter()
        self.emulator.columns, self.emulator.rows = columns, rows
        self.emulator.clear()
        _size(self._master, columns, rows)

    def until(self, *texts: str, limit: float = 20.0) -> Burst:
        """Everything up to the moment when all `texts` are on the screen."""
        taken: list[Burst] = []
        while not taken or taken[-1].seen(*texts) is None:
            left = self._began + limit - time.perf_counter()
            if left <= 0 or not self.receive(left):
                missing = [text for text in texts if text not in self.emulator.text]
                raise RuntimeError(f"not shown within {limit:.0f} s: {missing}")
            # To look takes longer than to read, and who waits for answers would think us slow.
            while self.receive(_PAUSE):
                pass
            taken.append(self._looked_at())
        return _joined(taken)

    def settled(self, quiet: float) -> Burst:
        """Everything until nothing has been written for `quiet` seconds."""
        while self.receive(quiet):
            pass
        return self._looked_at()

    def during(self, seconds: float) -> Burst:
        """Everything until so long after the press."""
        while (left := self._began + seconds - time.perf_counter()) > 0:
            self.receive(left)
        return self._looked_at()

    def _looked_at(self) -> Burst:
        """What has been received since the last look."""
        arrivals, screens, total = [], [], 0
        for chunk, when in self._chunks:
            self.emulator.feed(chunk)
            total += len(chunk)
            arrivals.append((total, when))
            screens.append((when, self.emulator.text))
        data = b"".join(chunk for chunk, _ in self._chunks)
        self._chunks.clear()
        return Burst(self.protocol, data, tuple(arrivals), tuple(screens))

    def close(self) -> None:
        """End the program as a closed session does, and wait for it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGTERM)
        deadline = time.perf_counter() + _GOODBYE
        while os.waitpid(self._pid, os.WNOHANG)[0] == 0:
            # A program that nobody reads cannot say its last word, and would never end.
            self.receive(0.05)
            if time.perf_counter() > deadline:
                os.kill(self._pid, signal.SIGKILL)
        os.close(self._master)

    def receive(self, seconds: float) -> bool:
        """Take what arrives within `seconds`; False where nothing does or the program is gone."""
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            chunk = os.read(self._master, 1 << (16 if self._link is None else 11))
        except OSError:
            return False
        late = self._travel(len(chunk))
        self._chunks.append((chunk, time.perf_counter() - self._began + late))
        self._answer(chunk)
        return bool(chunk)

    def _travel(self, count: int) -> float:
        """Take the time that so many bytes take; the seconds that they arrive later still.

        The way to us is as long as both ways together, as it makes no difference to anybody.
        """
        if self._link is None:
            return 0.0
        self._free_at = max(self._free_at, time.perf_counter()) + count / self._link.rate
        time.sleep(max(0.0, self._free_at - time.perf_counter()))
        return self._link.round_trip

    def _answer(self, chunk: bytes) -> None:
        asked, done = self._asked + chunk, 0
        for query in _QUERIES.finditer(asked):
            self._reply(self._replies[query.group()])
            done = query.end()
        # What may be the beginning of another one.
        self._asked = asked[max(done, len(asked) - _LONGEST_QUERY) :]

    def _reply(self, reply: bytes) -> None:
        if self._link is None:
            os.write(self._master, reply)
        else:
            self._replying.put((time.perf_counter() + self._link.round_trip, reply))

    def _reply_late(self) -> None:
        while True:
            due, reply = self._replying.get()
            time.sleep(max(0.0, due - time.perf_counter()))
            try:
                os.write(self._master, reply)
            except OSError:
                return


def _joined(bursts: Sequence[Burst]) -> Burst:
    arrivals: list[tuple[int, float]] = []
    for burst in bursts:
        before = arrivals[-1][0] if arrivals else 0
        arrivals += [(before + total, when) for total, when in burst.arrivals]
    data = b"".join(burst.data for burst in bursts)
    screens = tuple(screen for burst in bursts for screen in burst.screens)
    return Burst(bursts[0].protocol, data, tuple(arrivals), screens)


def _replies(protocol: Protocol) -> dict[bytes, bytes]:
    """Queries and what this terminal answers."""
    kitty = b"\x1b_Gi=31;OK\x1b\\" if protocol is Protocol.KITTY else b""
    attributes = b"4" if protocol is Protocol.SIXEL else b"22"
    return {
        b"a=q": kitty,
        b"\x1b[16t": b"\x1b[6;%d;%dt" % (_CELL.height, _CELL.width),
        b"\x1bP$qm\x1b\\": b"\x1bP1$r0;38:2::1:2:3m\x1b\\",
        b"\x1b[?2026$p": b"\x1b[?2026;2$y",
        b"\x1b[?2048$p": b"\x1b[?2048;0$y",
        # Further down than where it was: the proof that sixels are drawn.
        b"\x1b[6n": b"\x1b[13;1R",
        b"\x1b[c": b"\x1b[?62;%sc" % attributes,
    }


_QUERIES = re.compile(b"|".join(map(re.escape, _replies(Protocol.HALF))))
_LONGEST_QUERY = max(map(len, _replies(Protocol.HALF))) - 1


def _size(descriptor: int, columns: int, rows: int) -> None:
    size = struct.pack("HHHH", rows, columns, columns * _CELL.width, rows * _CELL.height)
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, size)


def _become(command: Sequence[str | Path], environment: Mapping[str, str]) -> None:
    """In the new process: size the terminal, then run `command` in it. Does not return."""
    try:
        _size(0, _COLUMNS, _ROWS)
        os.chdir(REPOSITORY)
        os.execve(command[0], [os.fspath(part) for part in command], dict(environment))
    finally:
        os._exit(127)


def review(library: Path, home: Path, protocol: Protocol, link: Link | None = None) -> Terminal:
    """betterhalf's review of `library` in a terminal, with settings and catalog below `home`.

    A link is one of ssh.
    """
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": os.fspath(home),
        "TERM": "xterm-kitty" if protocol is Protocol.KITTY else "xterm-256color",
        "LANG": "C.UTF-8",
        **({"COLORTERM": "truecolor"} if link is None else {"SSH_CONNECTION": "::1 1 ::1 22"}),
    }
    return Terminal([*BETTERHALF, home / "catalog.db", library], protocol, environment, link)
