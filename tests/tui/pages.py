"""The pages beside the review, driven by keys and read as a person reads them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from textual.app import App
from textual.events import Paste

from core.model import Distances
from core.rules.rule import Mode, Rule
from core.rules.templates import templates
from core.settings import load
from core.workers.findings import SavedRule
from core.workers.rules import save_rules, saved_rules
from core.workers.session import open_session
from tests.tui.review import Review, reviewing


def template(name: str, **more: Any) -> Rule:
    """A rule that comes with betterhalf, with something changed."""
    (found,) = [rule for rule in templates() if rule.name == name]
    return replace(found, **more)


EXACT = template("exact copies")
PIXELS = template("pixel-perfect jpegs vs pngs")
ACTS = Mode.AUTOMATIC

_PATIENCE = 90
"""Seconds; less than pytest has, so that what was said instead is told."""

_KEYS = {" ": "space", "<": "less_than_sign", ">": "greater_than_sign", "/": "slash"}
_KEYS |= {".": "full_stop", "-": "minus", "~": "tilde", "=": "equals_sign", "_": "underscore"}


def settled(file: Path, **more: Any) -> dict[str, Any]:
    """What an app is given of a settings file."""
    settings = load(file)
    return {"settings": settings, "config": file, "keys": settings.keys, **more}


def shown(app: App[None]) -> str:
    """All that the topmost screen of an app shows."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


@dataclass
class Pages:
    """The running app, seen through its topmost screen."""

    review: Review

    @property
    def text(self) -> str:
        """All that the topmost screen shows."""
        return shown(self.review.app)

    @property
    def words(self) -> str:
        """The same, however its lines are broken."""
        return " ".join(self.text.replace("│", " ").split())

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            await self.review.pilot.press(key)
            await self.review.pilot.pause()

    async def write(self, text: str) -> None:
        """Type `text`."""
        await self.press(*(_KEYS.get(character, character) for character in text))

    async def paste(self, text: str) -> None:
        """Have the terminal paste `text`."""
        self.review.app.post_message(Paste(text))
        await self.review.pilot.pause()

    async def says(self, *texts: str) -> None:
        """Wait until the screen says all of this."""
        await self._until(lambda: all(text in self.words for text in texts), texts)

    async def says_not(self, text: str) -> None:
        """Wait until the screen does not say this."""
        await self._until(lambda: text not in self.words, (f"no {text}",))

    async def _until(self, holds: Callable[[], bool], wanted: Sequence[str]) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                await self.review.until(holds)
        except TimeoutError:
            raise AssertionError(f"{wanted} was not said:\n{self.text}") from None

    async def saved(self) -> list[SavedRule]:
        """The rules in the catalog."""
        return await saved_rules(self.review.session.catalog)

    async def rule(self, name: str) -> Rule:
        """The saved rule of this name."""
        return next(each.read() for each in await self.saved() if each.name == name)


@asynccontextmanager
async def opened(
    library: Path,
    database: Path,
    rules: Sequence[Rule] = (),
    size: tuple[int, int] = (120, 40),
    others: Sequence[Path] = (),
    **more: Any,
) -> AsyncIterator[Pages]:
    """The app on a scanned library, and on `others`, with these rules saved."""
    async with open_session(database, [], Distances(4), 1) as (session, _):
        await save_rules(session.catalog, rules)
    async with reviewing([library, *others], database, size, **more) as review:
        yield Pages(review)
