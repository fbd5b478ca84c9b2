"""The pictures of a pair: drawn as soon as they are made, and made before they are wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.getters import query_one
from textual.message import Message
from textual.timer import Timer

from core.errors import ImageError
from core.metadata.compare import PairView
from core.model import Asset
from tui.preview.loader import PictureLoader
from tui.preview.protocol import Protocol
from tui.preview.widget import Preview

_SETTLE = 0.02
"""Seconds a pair has to stay before its pictures are drawn or begun. Its text is painted by then,
a few hundred bytes ahead of a hundred thousand, and a held key has passed."""


class PairPictures(Horizontal):
    """A and B beside each other."""

    DEFAULT_CSS = """
    PairPictures {
        Preview { width: 1fr; height: 1fr; color: $faint; }
        #right { margin-left: 1; }
    }
    """

    class Shown(Message):
        """All there will be of a pair's pictures is on the screen: there is time for other work."""

        def __init__(self, view: PairView) -> None:
            super().__init__()
            self.view = view

    left = query_one("#left", Preview)
    right = query_one("#right", Preview)

    def __init__(self, loader: PictureLoader, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._loader = loader
        self._view: PairView | None = None
        self._due: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Preview(id="left")
        yield Preview(id="right")

    def on_preview_room_changed(self) -> None:
        if self._view is not None and self.drawing:
            self._draw(self._view)

    def show(self, view: PairView) -> None:
        """Draw this pair's pictures, unless another one is shown in a moment."""
        self._stop()
        self._view = view
        self._due = self.set_timer(_SETTLE, partial(self._stayed, view))

    def clear(self) -> None:
        """Draw nothing."""
        self._stop()
        self._view = None
        for preview in (self.left, self.right):
            preview.say("")

    def prefetch(self, near: Sequence[PairView | None]) -> None:
        """Make the pictures of these pairs, which come next, the first of them first; None where
        it is not known yet."""
        self.run_worker(partial(self._make, near), group="prefetch", exclusive=True)

    @property
    def drawing(self) -> bool:
        """Whether pictures are wanted, and have any room at this moment."""
        return self._loader.protocol is not Protocol.OFF and all(self.left.room)

    def _stop(self) -> None:
        if self._due is not None:
            self._due.stop()
        self.workers.cancel_node(self)

    def _stayed(self, view: PairView) -> None:
        if self.drawing:
            self._draw(view)
        else:
            self.post_message(self.Shown(view))

    def _draw(self, view: PairView) -> None:
        for preview, asset in self._sides(view):
            picture = self._loader.ready(asset, *preview.room)
            if picture is not None and self._loader.placed(picture):
                preview.show(picture)
            elif preview.picture is not None:
                preview.say("…")
        self.run_worker(partial(self._load_both, view), group="pictures", exclusive=True)

    def _sides(self, view: PairView) -> tuple[tuple[Preview, Asset], tuple[Preview, Asset]]:
        return (self.left, view.left), (self.right, view.right)

    async def _load_both(self, view: PairView) -> None:
        await asyncio.gather(*(self._load(*side) for side in self._sides(view)))
        self.post_message(self.Shown(view))

    async def _load(self, preview: Preview, asset: Asset) -> None:
        if not self.drawing:
            return
        try:
            picture = await self._loader.load(asset, *preview.room)
        except ImageError as error:
            preview.say(f"no picture: {error.reason}")
            return
        await self._loader.place(picture)
        preview.show(picture)

    async def _make(self, near: Sequence[PairView | None]) -> None:
        for number, view in enumerate(near):
            for preview, asset in self._sides(view) if view is not None else ():
                if not self.drawing:
                    return
                try:
                    picture = await self._loader.load(asset, *preview.room)
                except ImageError:
                    # Said when the pair is looked at.
                    continue
                if number == 0:
                    # It travels while the person looks at the one before.
                    await self._loader.place(picture)
