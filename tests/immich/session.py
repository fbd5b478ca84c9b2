"""`python -m tests.immich.session FILE`: what betterhalf asks a server, and what it is answered.

A review on a terminal (one decision, taken back), a rule without screens, and the undo of that run,
against a server with three groups; written down as Markdown.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests import gallery
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.tree import BETTERHALF, REPOSITORY
from tests.core.process.test_servers import IMMICH
from tests.immich import made
from tests.immich.app import App
from tests.immich.recording import names_of, written
from tests.immich.running import Server, serving
from tests.immich.state import Album, State
from tui.preview.protocol import Protocol

_MARK = "### "


def session(folder: Path) -> str:
    """The whole session as Markdown; `folder` is for what it needs on the way."""
    state = State()
    _fill(state, folder)
    names = names_of(state)
    with serving(App(state, records=True)) as server:
        steps: list[tuple[str, Callable[[], None]]] = [
            ("Review: the first pair is decided, and taken back", lambda: _review(server, folder)),
            ("A rule, without screens", lambda: _rule(server, folder)),
            ("Undo of that run", lambda: _betterhalf(server, folder, "--undo", "last")),
        ]
        found = []
        for title, step in steps:
            server.app.seen.clear()
            step()
            found.append(f"{_MARK}{title}\n\n```\n{written(server.app.seen, names)}```\n")
    return "\n".join(found)


def _fill(state: State, folder: Path) -> None:
    """Twice a photo and a copy of it that says what the photo does not; and two strangers."""
    for name in ("coffee", "clock"):
        photo = gallery.exact_copy(gallery.photo(name), folder / f"{name}.jpg", modified=1)
        small = gallery.resized(photo, folder / f"{name}-small.jpg", factor=0.6)
        group = [made.add_file(state, each) for each in (photo, small)]
        made.group(state, group)
        group[1].exif["rating"] = 4
        group[1].tags = [state.upsert_tag("seen").id]
    now = state.now()
    album = Album(state.new_id(), "Breakfast", now, now)
    state.albums[album.id] = album
    state.add_to_album(album, next(iter(state.assets)))
    strangers = [
        gallery.exact_copy(gallery.photo(name), folder / f"{name}.jpg", modified=1)
        for name in ("grass", "brick")
    ]
    made.group(state, [made.add_file(state, each) for each in strangers])


def _review(server: Server, folder: Path) -> None:
    environment = {**_environment(server, folder), "TERM": "xterm-256color"}
    command = [*BETTERHALF, folder / "catalog.db", server.address]
    with Terminal(command, Protocol.HALF, environment) as terminal:
        terminal.until("What betterhalf could do here", limit=60)
        terminal.press("q")
        terminal.until("pair 1 of 3", "▀", limit=60)
        terminal.settled(2.0)
        terminal.press("h")
        terminal.until("pair 1 of 2")
        terminal.settled(1.0)
        terminal.press("u")
        terminal.until("of 3")
        terminal.settled(1.0)


def _rule(server: Server, folder: Path) -> None:
    rules = folder / "rules.toml"
    rules.write_text(IMMICH)
    _betterhalf(server, folder, "--rules-import", rules)
    server.app.seen.clear()
    _betterhalf(server, folder, "--process", server.address)


def _betterhalf(server: Server, folder: Path, *arguments: str | Path) -> None:
    subprocess.run(
        [*BETTERHALF, folder / "catalog.db", *arguments],
        cwd=REPOSITORY,
        env=_environment(server, folder),
        stdout=subprocess.DEVNULL,
        check=True,
    )


def _environment(server: Server, folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "IMMICH_API_KEY": server.key,
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        Path(sys.argv[1]).write_text(session(Path(name)), "utf-8")
