"""The review in a browser: what `textual serve` starts, spoken to as it speaks."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests import gallery
from tests.emulator import Emulator
from tests.tui.terminal import BETTERHALF, ROOT

DRIVER = "textual.drivers.web_driver:WebDriver"


class Page:
    """A page of a browser that shows the screens of a command."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self.emulator = Emulator(120, 40)
        self.told: list[dict[str, object]] = []
        self._out: IO[bytes] = process.stdin
        self._in: IO[bytes] = process.stdout

    def begin(self) -> None:
        line = self._in.readline()
        assert line == b"__GANGLION__\n", line

    def until(self, text: str) -> None:
        """Read until the screen shows `text`; pytest's own time limit is the only other way out."""
        while text not in self.emulator.text:
            assert self._packet(), f"it ended, its screen: {self.emulator.text}"

    def press(self, keys: str) -> None:
        self._send(b"D", keys.encode())

    def close(self) -> int:
        """Leave the page; the exit code."""
        self._send(b"M", json.dumps({"type": "quit"}).encode())
        while self._packet():
            pass
        return self.process.wait()

    def _send(self, kind: bytes, payload: bytes) -> None:
        self._out.write(kind + len(payload).to_bytes(4, "big") + payload)
        self._out.flush()

    def _packet(self) -> bool:
        head = self._in.read(5)
        payload = self._in.read(int.from_bytes(head[1:], "big"))
        if head[:1] == b"D":
            self.emulator.feed(payload)
        elif head[:1] == b"M":
            self.told.append(json.loads(payload))
        return bool(head)


@contextmanager
def page(library: Path, home: Path, *folders: Path) -> Iterator[Page]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TEXTUAL_DRIVER": DRIVER,
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "COLUMNS": "120",
        "ROWS": "40",
    }
    command = [*BETTERHALF, "--database", str(home / "c.db"), *map(str, folders)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=pipe
    )
    try:
        yield Page(process)
    finally:
        process.kill()
        process.communicate()


def test_pairs_are_shown_and_decided_in_a_browser(library: Path, tmp_path: Path) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg", modified=1e9)
    gallery.exact_copy(photo, library / "b.jpg", modified=2e9)
    with page(library, tmp_path, library) as shown:
        shown.begin()
        shown.until("What betterhalf could do here")
        shown.press("q")
        shown.until("pair 1 of 1")
        shown.until("▀▀")
        shown.press("\x1b[C")
        shown.until("No pairs wait")
        shown.until("→ trash")
        assert shown.close() == 0
        assert {"type": "exit"} in shown.told
    assert not (library / "a.jpg").exists()
    assert (library / "b.jpg").exists()


def test_a_browser_is_told_that_it_takes_a_folder(library: Path, tmp_path: Path) -> None:
    with page(library, tmp_path) as shown:
        _, said = shown.process.communicate()
        assert b"no folder is named; betterhalf FOLDER" in said
        assert shown.process.returncode == 2
