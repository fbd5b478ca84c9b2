"""From the command line to the first frame: folders, terminal, session, app."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from getpass import getpass
from pathlib import Path

from core.errors import BetterhalfError, UsageError
from core.libraries.immich.access import Access, accesses
from core.libraries.opening import library_roots
from core.model import Distances
from core.settings import Settings, bookmarks_path, themes_path
from tui.bookmark import Bookmark
from tui.preview.protocol import Protocol
from tui.terminal import Terminal, in_browser, probe

_FULL_COLLECTION = 200
"""Smaller garbage collections after which all is walked over in any case."""


def launch(
    folders: Sequence[str],
    database: Path,
    distances: Distances,
    settings: Settings,
    images: str,
    watch: bool,
    config: Path,
) -> int:
    """Review `folders`, and with `watch` what arrives in them, until the person leaves.

    Where there are none, the person is asked for some, which the settings file `config` is then
    to remember. Returns the exit code.

    Raises:
        UsageError: there is no terminal, no such theme, or no key for a server.
        UnavailableError: a folder, a server or the catalog cannot be opened.
    """
    ask: Callable[[str], str] | None = getpass
    if in_browser():
        # What comes in are Textual's packets, and nobody can type a line.
        ask = None
    elif not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("", "the review needs a terminal", "add --process to work without one")
    elif not sys.stderr.isatty():
        # Textual draws on stderr; a redirected one (2>log) would swallow the screens.
        os.dup2(sys.stdout.fileno(), sys.stderr.fileno())
    roots = library_roots(folders)
    # Asked for now, while the terminal is still a person's to type in.
    servers = accesses(roots, settings, ask)
    terminal = probe()
    if terminal.truecolor:
        # ssh does not carry COLORTERM over; the terminal itself has just said what it can do.
        os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "truecolor")
    # Textual reads its environment when it is imported, so only from here on. A key is answered in
    # two paints, and at its own 60 a second the second one waits 16 ms.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    notes: list[str] = []
    if not roots:
        names = asyncio.run(_first(terminal, settings, config))
        if not names:
            return 0
        roots = library_roots(names)
        servers = accesses(roots, settings, ask)
        settings, told = _remembered(roots, config, settings)
        notes += told
    review = _review(
        roots, servers, database, distances, settings, images, watch, terminal, notes, config
    )
    return asyncio.run(review)


async def _first(terminal: Terminal, settings: Settings, config: Path) -> list[str]:
    """The names of the libraries that the person chooses; none: they leave."""
    from tui.first import FirstApp
    from tui.keymap import Keymap
    from tui.theming import chosen_theme, load_themes

    themes = load_themes(themes_path())
    theme, _ = chosen_theme(themes, settings.theme)
    app = FirstApp(terminal, theme, themes.all, Keymap.of(settings.keys), config)
    await app.run_async()
    return app.chosen


def _remembered(
    roots: Sequence[Path], config: Path, settings: Settings
) -> tuple[Settings, list[str]]:
    """Have the settings name these libraries; returns them, and why that was not possible."""
    from core.settings.editing import as_written, change

    try:
        return change(config, ("folders",), [as_written(root) for root in roots]), []
    except BetterhalfError as error:
        return settings, [f"{error}; what you chose holds until you leave"]


def let_the_screen_go_first() -> None:
    """Have neither threads nor the collector of garbage keep a screen waiting."""
    # Hashing and encoding threads give the screen its turn after 1 ms instead of 5.
    sys.setswitchinterval(0.001)
    # To walk over all that pictures are made of takes a quarter of a second, and by its own measure
    # Python does so when one is drawn. The app does it when nobody waits.
    gc.set_threshold(*gc.get_threshold()[:2], _FULL_COLLECTION)


async def _review(
    roots: Sequence[Path],
    servers: Mapping[Path, Access],
    database: Path,
    distances: Distances,
    settings: Settings,
    images: str,
    watch: bool,
    terminal: Terminal,
    notes: Sequence[str],
    config: Path,
) -> int:
    let_the_screen_go_first()
    from core.actions.holdings import Wishes
    from core.workers.rules import saved_rules
    from core.workers.session import open_session
    from tui.app import BetterhalfApp
    from tui.keymap import Keymap
    from tui.theming import chosen_theme, load_themes

    themes = load_themes(themes_path())
    theme, problems = chosen_theme(themes, settings.theme)
    keymap = Keymap.of(settings.keys)
    if images != "auto":
        terminal = replace(terminal, protocol=Protocol(images), advice="")
    opened = open_session(
        database,
        roots,
        distances,
        settings.worker_count,
        settings.turns,
        wishes=Wishes.of(settings),
        accesses=servers,
    )
    async with opened as (session, told):
        bookmark = Bookmark(bookmarks_path(), database, roots)
        headed = {
            "Repaired": [each for each in told if each not in session.notes],
            "Server": session.notes,
            "Settings": [*notes, *problems, *keymap.problems],
        }
        # Whoever has rules knows what they are.
        first = await session.is_new() and not await saved_rules(session.catalog)
        app = BetterhalfApp(
            session,
            terminal,
            theme,
            headed,
            watch,
            bookmark,
            themes=themes.all,
            keymap=keymap,
            first=first,
            settings=settings,
            config=config,
        )
        await app.run_async()
        return app.return_code or 0
