"""A terminal for the whole program to run in: a pty with an `Emulator` on its outer side."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.emulator import Emulator
from tui.preview.protocol import Cell

ROOT = Path(__file__).parent.parent.parent

BETTERHALF = (sys.executable, "-m", "tui.cli")


class Terminal:
    """Runs a command, answers what it asks, and shows what it draws."""

    def __init__(
        self,
        command: Sequence[str | Path],
        home: Path,
        emulator: Emulator | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.emulator = emulator or Emulator()
        self.controller, inner = pty.openpty()
        self.resize(inner)
        self.process = subprocess.Popen(
            [os.fspath(part) for part in command],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "HOME": os.fspath(home),
                "LANG": "C.UTF-8",
                "TERM": "xterm-256color",
                **(environment or {}),
            },
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(inner)
        self.written = b""

    def resize(self, descriptor: int | None = None) -> None:
        """Tell the system the size the emulator has by now."""
        screen = self.emulator
        columns, rows, cell = screen.columns, screen.rows, screen.cell
        size = struct.pack("HHHH", rows, columns, columns * cell.width, rows * cell.height)
        fcntl.ioctl(self.controller if descriptor is None else descriptor, termios.TIOCSWINSZ, size)

    def zoom(self, cell: Cell) -> None:
        """Another font: as many cells of another size."""
        self.emulator.cell = cell
        self.emulator.clear()
        self.resize()

    def skip_offers(self) -> None:
        """Go on to the pairs of a library that was never scanned before."""
        self.until("What betterhalf could do here")
        self.press("q")

    def until(self, text: str) -> None:
        """Read until the screen shows `text`."""
        self.until_holds(lambda: text in self.emulator.text)

    def until_holds(self, holds: Callable[[], object]) -> None:
        """Read until `holds()`; pytest's own time limit is the only other way out."""
        while not holds():
            assert self._read(), f"the program ended, its screen: {self.emulator.text}"

    def until_quiet(self, seconds: float = 0.5) -> None:
        """Read until nothing has been written for so long."""
        while select.select([self.controller], [], [], seconds)[0] and self._read():
            pass

    def end(self) -> int:
        """Read to the end; the exit code."""
        while self._read():
            pass
        return self.process.wait()

    def press(self, keys: str) -> None:
        os.write(self.controller, keys.encode())

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.controller)

    def _read(self) -> bytes:
        select.select([self.controller], [], [])
        try:
            piece = os.read(self.controller, 65536)
        except OSError:
            return b""
        self.written += piece
        answer = self.emulator.feed(piece)
        if answer:
            os.write(self.controller, answer)
        return piece
