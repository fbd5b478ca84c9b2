"""Textual's Linux driver, for terminals that go away while it is drawing.

A terminal that is closed hangs up, wakes the program (SIGCONT) and fails every write. Left alone,
the writer thread dies of the first failure, its queue fills, and the event loop waits for ever;
the wake-up starts a second set of threads on the dead terminal. And a terminal that is slow answers
after we have left: to a shell that takes it for typed. The private names of Textual that
this needs are used here and in `tui/display.py`, and nowhere else.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import IO, TYPE_CHECKING, Any

from textual.drivers.linux_driver import LinuxDriver
from textual.events import CursorPosition
from textual.message import Message

from tui.preview.link import QUESTION

if TYPE_CHECKING:
    from tui.display import PictureApp

_LAST_ANSWERS = 2.0
"""Seconds that answers are waited for before the terminal is given back."""
_LOOK = 0.05
"""Seconds after which a terminal that is gone is noticed while they are."""


class _Drain:
    """A file that swallows what it can no longer write, and hangs up on us once."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.gone = False

    def write(self, text: str) -> int:
        self._try(lambda: self._file.write(text))
        return len(text)

    def flush(self) -> None:
        self._try(self._file.flush)

    def fileno(self) -> int:
        return self._file.fileno()

    def _try(self, action: Any) -> None:
        if self.gone:
            return
        try:
            action()
        except (OSError, ValueError):
            self.gone = True
            # Nobody may have told us; the app leaves by this door with its decisions done.
            os.kill(os.getpid(), signal.SIGHUP)


class SteadyDriver(LinuxDriver):
    """The terminal may vanish at any moment, or be slow."""

    _app: PictureApp

    def __init__(self, app: PictureApp, **settings: Any) -> None:
        super().__init__(app, **settings)
        self._drain = _Drain(self._file)
        self._file = self._drain  # type: ignore[assignment]
        self._asked = self._answered = 0
        self._heard = threading.Event()
        self._leaving = False

    def start_application_mode(self) -> None:
        self._app.terminal_opened()
        self._leaving, self._answered = False, self._asked
        super().start_application_mode()
        if self._writer_thread is not None:
            # What waits is bounded by `Link`, and the event loop must never wait for a terminal.
            self._writer_thread._queue.maxsize = 0

    def stop_application_mode(self) -> None:
        # Whatever ends the program or puts it to sleep comes through here.
        self._leaving = True
        self.write(self._app.wire.farewell())
        self._hear_out()
        super().stop_application_mode()

    def _hear_out(self) -> None:
        """Wait for what the terminal was asked, while there is still somebody to take it."""
        if not self._app.link.answers:
            return
        self._ask()
        end = time.monotonic() + _LAST_ANSWERS
        while self._answered < self._asked and not self._drain.gone and time.monotonic() < end:
            self._heard.wait(_LOOK)
            self._heard.clear()

    def _ask(self) -> None:
        self._asked += 1
        super().write(QUESTION)

    def write(self, data: str) -> None:
        super().write(data)
        if self._app.link.sent(len(data.encode(errors="replace"))):
            self._ask()

    def process_message(self, message: Message) -> None:
        if isinstance(message, CursorPosition):
            # We are in the thread that reads the keyboard.
            self._answered += 1
            self._heard.set()
            self._loop.call_soon_threadsafe(self._app.link.answered)
        elif not self._leaving:
            # What is typed by then is meant for the shell.
            super().process_message(message)

    def _sigcont_application(self, *_: Any) -> None:
        # Only who was put to sleep by Ctrl+Z can be woken.
        if self._must_signal_resume:
            super()._sigcont_application()
