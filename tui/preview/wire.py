"""Escape sequences that are no text: pictures for kitty, sent ahead of what places them.

Everything goes through Textual's own writer. A picture goes in pieces, as many at a time as the
link takes at once, with text between them where there is some; whatever is sent is remembered, so
that nothing of it stays in the terminal when the program leaves, stops or crashes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence

from tui.preview import kitty
from tui.preview.link import Link

_PIECE = 1 << 14
"""Characters written at once."""


class Wire:
    """The way of pictures to one terminal. Use it from the event loop."""

    def __init__(self, link: Link, write: Callable[[str], None], tmux: bool = False) -> None:
        """`write` sends text in turn with everything else; in `tmux` it has to be let through."""
        self._link = link
        self._write = write
        self._tmux = tmux
        self._turn = asyncio.Lock()
        self._held: set[int] = set()
        self._sending = 0
        self._to_free: list[int] = []

    @property
    def link(self) -> Link:
        """What is known of the way."""
        return self._link

    def has(self, image_id: int) -> bool:
        """Whether the terminal has that picture."""
        return image_id in self._held

    async def send(self, image_id: int, sequences: Sequence[str]) -> None:
        """Send a picture. Cancelled, it takes back what was sent of it."""
        async with self._turn:
            if image_id in self._held:
                return
            self._sending, begun = image_id, False
            try:
                for piece in self._pieces(sequences):
                    await self._link.room()
                    if self._sending != image_id:
                        # The terminal was given back in between, with all that was in it.
                        return
                    self._write(piece)
                    begun = True
                self._held.add(image_id)
            except asyncio.CancelledError:
                if begun and self._sending == image_id:
                    self._write(self._through(kitty.END) + self._through(kitty.deletion(image_id)))
                raise
            finally:
                self._sending = 0
                waiting, self._to_free = self._to_free, []
                for each in waiting:
                    self.free(each)

    def free(self, image_id: int) -> None:
        """Take a picture out of the terminal, if it is there or on its way."""
        if self._sending:
            # Nothing may come between the pieces of a picture.
            self._to_free.append(image_id)
        elif image_id in self._held:
            self._held.remove(image_id)
            self._write(self._through(kitty.deletion(image_id)))

    def farewell(self) -> str:
        """What takes every picture out of the terminal: the last thing it is sent, for now."""
        parts = [kitty.END, kitty.deletion(self._sending)] if self._sending else []
        parts += [kitty.deletion(each) for each in sorted(self._held)]
        self._held.clear()
        self._to_free.clear()
        self._sending = 0
        return "".join(map(self._through, parts))

    def _pieces(self, sequences: Sequence[str]) -> Iterator[str]:
        piece = ""
        for sequence in sequences:
            piece += self._through(sequence)
            if len(piece) >= _PIECE:
                yield piece
                piece = ""
        if piece:
            yield piece

    def _through(self, sequence: str) -> str:
        if not self._tmux:
            return sequence
        escaped = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{escaped}\x1b\\"
