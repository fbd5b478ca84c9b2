"""The pictures of a pair: drawn as soon as they are made, and made before they are wanted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.css.query import NoMatches
from textual.getters import query_one
from textual.message import Message
from textual.timer import Timer

from core.errors import ImageError
from core.model import Asset
from tui.preview.loader import PictureLoader
from tui.preview.picture import Picture
from tui.preview.protocol import Protocol
from tui.preview.sight import Pair, Scene, Sight
from tui.preview.view import Stage
from tui.preview.widget import Preview
from tui.widgets.motion import Motion

_HELD, _RELEASED = 0.15, 0.1
"""Seconds from one pair to the next below which a key is held, and how long a pair has to stay
then: nobody looks at pictures that are gone at once."""
_REST = 1.0
"""Seconds a person looks at drafts before they are drawn in full."""


class PairPictures(Horizontal):
    """A and B: beside each other or in one place, as the `sight` wants them."""

    DEFAULT_CSS = """
    PairPictures {
        Preview { width: 1fr; height: 1fr; color: $faint; }
        #right { margin-left: 1; }
        &.-one #right { display: none; }
    }
    """

    class Shown(Message):
        """All there will be of a pair's pictures is on the screen: there is time for other work."""

        def __init__(self, view: Pair) -> None:
            super().__init__()
            self.view = view

    class Compared(Message):
        """It is known where the pair differs."""

        def __init__(self, sight: Sight) -> None:
            super().__init__()
            self.sight = sight

    left = query_one("#left", Preview)
    right = query_one("#right", Preview)

    def __init__(self, loader: PictureLoader, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._loader = loader
        self._view: Pair | None = None
        self._sight = Sight()
        self._due: Timer | None = None
        self._shown_at = 0.0
        self._is_shown = False
        self.motion = Motion(self)

    def compose(self) -> ComposeResult:
        yield Preview(id="left")
        yield Preview(id="right")

    def on_preview_room_changed(self) -> None:
        if self._view is not None and self.drawing:
            self._draw(self._view)

    def show(self, view: Pair) -> None:
        """Draw this pair's pictures, unless another one is shown in a moment."""
        self._stop()
        if self._view is None or _assets(self._view) != _assets(view):
            self._sight = self._sight.of_next_pair()
        self._view, self._is_shown = view, False
        now = time.monotonic()
        held, self._shown_at = now - self._shown_at < _HELD, now
        stayed = partial(self._stayed, view)
        if held:
            self._due = self.set_timer(_RELEASED, stayed)
        else:
            # Its text is painted first, a few hundred bytes ahead of a hundred thousand.
            self.call_after_refresh(stayed)

    def clear(self) -> None:
        """Draw nothing."""
        self._stop()
        self._view = None
        for preview in (self.left, self.right):
            preview.say("")

    def prefetch(self, near: Sequence[Pair | None]) -> None:
        """Make the pictures of these pairs, which come next, the first of them first; None where
        it is not known yet."""
        self.run_worker(partial(self._make, near), group="prefetch", exclusive=True)

    @property
    def are_shown(self) -> bool:
        """Whether the pair's pictures are on the screen, so that there is time for other work."""
        return self._is_shown

    @property
    def sight(self) -> Sight:
        """How the pair is looked at."""
        return self._sight

    @property
    def caption(self) -> str:
        """A line on how it is looked at, where that is not plain to see."""
        if self._view is None:
            return ""
        stage = self._loader.stage(self._room)
        return self._sight.caption(stage, self._view.left, self._view.right)

    def look(self, change: Callable[[Sight, Stage, Asset, Asset], Sight]) -> Sight:
        """Look in another way: `change` makes it of the present one, given where and at what."""
        view = self._view
        if view is not None and self.drawing:
            stage = self._loader.stage(self._room)
            together = self._sight.together
            self._sight = change(self._sight, stage, view.left, view.right)
            if self._sight.together == together:
                self._draw(view)
            else:
                # There is other room in a moment, and then they are drawn.
                self.set_class(together, "-one")
        return self._sight

    async def turn_page(self, step: int) -> int:
        """Show another frame of what is animated; the milliseconds it stays."""
        view = self._view
        if view is None or not self.drawing:
            return 0
        self._sight = self._sight.turned_page(step)
        placed = self._placed(self._sight.scenes(view.left, view.right))
        await asyncio.gather(*(self._load_scene(*each) for each in placed))
        pictures = [place.picture for place, _ in placed]
        return min((each.pause for each in pictures if each and each.pause), default=0)

    @property
    def drawing(self) -> bool:
        """Whether pictures are wanted, and have any room at this moment."""
        if not self.children:
            # It is being taken down.
            return False
        return self._loader.protocol is not Protocol.OFF and all(self._room)

    @property
    def frames(self) -> int:
        """Of the animation, if one is."""
        view = self._view
        return max(view.left.facts.frames, view.right.facts.frames) if view is not None else 1

    @property
    def moving(self) -> bool:
        """Whether there is anything to move, and a link that takes it."""
        return self.frames > 1 and not self._loader.drafts

    @property
    def playing(self) -> bool:
        """Whether an animation is running."""
        return any(each.group == "motion" for each in self.workers if each.node is self)

    @property
    def busy(self) -> bool:
        """Whether the terminal is behind with what it was sent."""
        return self._loader.busy

    @property
    def _places(self) -> tuple[Preview, ...]:
        return (self.left, self.right) if self._sight.together else (self.left,)

    @property
    def _room(self) -> tuple[int, int]:
        """Columns and rows that both have, so that both are drawn at one scale."""
        rooms = [place.room for place in self._places]
        return min(columns for columns, _ in rooms), min(rows for _, rows in rooms)

    def _stop(self) -> None:
        if self._due is not None:
            self._due.stop()
        self.workers.cancel_node(self)

    def _stayed(self, view: Pair) -> None:
        if view is not self._view:
            return
        if self.drawing:
            self._draw(view)
        else:
            self._tell_shown(view)

    def _tell_shown(self, view: Pair) -> None:
        if view is self._view:
            self._is_shown = True
            self.post_message(self.Shown(view))

    def _draw(self, view: Pair) -> None:
        for place, scene in self._placed(self._sight.scenes(view.left, view.right)):
            picture = self._loader.ready(scene.asset, scene.view, self._room, scene.against)
            if picture is not None and self._loader.placed(picture):
                place.show(picture, scene.asset)
            elif place.asset is not scene.asset:
                place.say("…")
        self.run_worker(partial(self._load, view), group="pictures", exclusive=True)

    async def _load(self, view: Pair) -> None:
        # Whoever leaves in the middle takes the places for pictures along.
        with suppress(NoMatches):
            await self._draw_in_turn(view)

    async def _draw_in_turn(self, view: Pair) -> None:
        """Draw the pair as it is looked at, and when there is time, better."""
        if self._sight.needs_difference(view.left, view.right):
            await self._compare(view)
        scenes = self._sight.scenes(view.left, view.right)
        await asyncio.gather(*(self._load_scene(*each) for each in self._placed(scenes)))
        for scene in scenes[len(self._places) :]:
            await self._ahead(scene, place=True)
        # Not before they are painted: other work would keep the processors from that.
        self.call_after_refresh(self._tell_shown, view)
        if self._loader.drafts:
            await asyncio.sleep(_REST)
            for place, scene in self._placed(scenes):
                await self._improve(place, scene)

    def _placed(self, scenes: Sequence[Scene]) -> list[tuple[Preview, Scene]]:
        return list(zip(self._places, scenes, strict=False))

    async def _compare(self, view: Pair) -> None:
        try:
            difference = await self._loader.difference(view.left, view.right)
        except ImageError:
            # Said where its picture would be.
            return
        if not self.drawing:
            return
        stage = self._loader.stage(self._room)
        self._sight = self._sight.knowing(difference, stage, view.left, view.right)
        self.post_message(self.Compared(self._sight))

    async def _load_scene(self, place: Preview, scene: Scene) -> None:
        if not self.drawing:
            return

        def show(picture: Picture) -> None:
            place.show(picture, scene.asset)

        wanted = scene.asset, scene.view, self._room, show, scene.against
        try:
            picture = await self._loader.load_by_steps(*wanted)
        except ImageError as error:
            place.say(self.excuse(error))
            return
        await self._loader.place(picture)
        place.show(picture, scene.asset)

    def excuse(self, error: ImageError) -> str:
        """What is said in place of a picture."""
        return f"no picture: {error.reason}"

    async def _improve(self, place: Preview, scene: Scene) -> None:
        if not self.drawing:
            # The last pair was decided in the meantime.
            return
        try:
            picture = await self._loader.load(
                scene.asset, scene.view, self._room, scene.against, whole=True
            )
        except ImageError:
            # It has been read a moment ago, and what was drawn of it is still right.
            return
        if await self._loader.replace(picture):
            place.show(picture, scene.asset)

    async def _ahead(self, scene: Scene, place: bool) -> None:
        """Make a picture that is wanted later, and with `place` send it."""
        if not self.drawing:
            return
        try:
            picture = await self._loader.load(scene.asset, scene.view, self._room, scene.against)
        except ImageError:
            # Said when it is looked at.
            return
        if place:
            await self._loader.place(picture)

    async def _make(self, near: Sequence[Pair | None]) -> None:
        sight = self._sight.of_next_pair()
        for number, view in enumerate(near):
            if view is None or sight.needs_difference(view.left, view.right):
                continue
            for scene in sight.scenes(view.left, view.right):
                # It travels while the person looks at the one before.
                await self._ahead(scene, place=number == 0)


def _assets(pair: Pair) -> set[int]:
    return {pair.left.id, pair.right.id}
