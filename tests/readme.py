"""Bring what the README takes from the program up to date: its tables and its picture.

`python -m tests.readme` rewrites both (the picture needs rsvg-convert); a test holds the tables
against the declarations.
"""

from __future__ import annotations

import asyncio
import io
import re
import subprocess
import tempfile
import textwrap
from pathlib import Path

import tomlkit
from PIL import Image

from core.settings import Settings
from core.settings.schema import SETTINGS
from tests import gallery
from tui.about import ABOUT
from tui.command import Command
from tui.commands import GROUP, REVIEW, SCREENS, key_table
from tui.past_commands import HISTORY, LEDGER, TRASH
from tui.rule_commands import LEAVING, MOVING, PLACES

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PICTURE = ROOT / "tests" / "data" / "review.png"

_KEYS = re.compile(r"(<!-- (keys[a-z ]*):.*?-->\n).*?(<!-- end of keys -->)", re.DOTALL)

_ABOUT = re.compile(r"(<!-- pages of (\w+):.*?-->\n).*?(<!-- end of pages -->)", re.DOTALL)

_SETTINGS = re.compile(r"(<!-- settings:.*?-->\n).*?(<!-- end of settings -->)", re.DOTALL)


def _own(commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """Without those that every page has."""
    return tuple(each for each in commands if each not in (*MOVING, *LEAVING, *PLACES))


_PAGES = {
    "rules": {"rules": "Rules", "rule": "A rule", "pending": "Pending", "offers": "Offers"},
    "settings": {
        "libraries": "Libraries",
        "settings": "Settings",
        "keys": "Keys",
        "unreadable": "What could not be read",
    },
}
"""Pages that the README tells of by what they are for and by their keys."""

_TABLES = {
    "keys": REVIEW,
    "keys of a group": GROUP,
    "keys of the history": _own(HISTORY),
    "keys of the trash": _own(TRASH),
    "keys of the ledger": _own(LEDGER),
}


def with_tables(text: str) -> str:
    """The README's `text` with today's keys and settings."""
    text = _KEYS.sub(lambda found: found[1] + key_table(_TABLES[found[2]]) + found[3], text)
    text = _ABOUT.sub(lambda found: found[1] + _pages(found[2]) + found[3], text)
    return _SETTINGS.sub(lambda found: found[1] + _settings() + found[2], text)


def _pages(which: str) -> str:
    """What some pages are for, and their keys."""
    parts = []
    for name, title in _PAGES[which].items():
        told = "\n".join(textwrap.wrap(f"**{title}.** {ABOUT[name]}", 100))
        parts.append(f"{told}\n\n{key_table(_own(SCREENS[name]))}")
    return "\n".join(parts)


def _settings() -> str:
    """A settings file that says what holds anyway."""
    lines = []
    for setting in SETTINGS.values():
        default = tomlkit.item(setting.said(getattr(Settings(), setting.name))).as_string()
        lines.append(f"{f'{setting.name} = {default}':<28}# {setting.means}\n")
    return f"```toml\n# settings.toml, every key with its default\n{''.join(lines)}```\n"


async def _picture(folder: Path) -> str:
    """An SVG of the review of the gallery, at a pair with something to see."""
    from core.model import Distances
    from core.workers.session import open_session
    from tui.app import BetterhalfApp
    from tui.terminal import Terminal

    library = folder / "Pictures"
    library.mkdir()
    roles = gallery.build(library)
    async with open_session(folder / "catalog.db", [library], Distances(4), 2) as (session, _):
        app = BetterhalfApp(session, Terminal(), "betterhalf-dark", {})
        async with app.run_test(size=(120, 40)) as pilot:
            review = app.review
            while not (review.scanned and review.queue):
                await pilot.pause(0.05)
            pairs = {each.path: each.id for each in await _assets(session)}
            review.queue.bring(pairs[roles["chelsea"]], pairs[roles["chelsea_recompressed"]])
            review.refresh_pair()
            pictures = review.panel.pictures
            while pictures.left.picture is None or pictures.right.picture is None:
                await pilot.pause(0.05)
            await pilot.pause(0.2)
            return app.export_screenshot(title="betterhalf ~/Pictures")


async def _assets(session):  # type: ignore[no-untyped-def]
    refs = await session.open_pairs()
    return await session.assets({key for ref in refs for key in ref.key})


def main() -> None:
    """Rewrite the tables and the picture."""
    README.write_text(with_tables(README.read_text("utf-8")), "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        svg = asyncio.run(_picture(Path(folder)))
    drawn = subprocess.run(
        ["rsvg-convert", "--width=1200"], input=svg.encode(), capture_output=True, check=True
    )
    # Half blocks have few colours, and as an SVG each of them is two elements.
    Image.open(io.BytesIO(drawn.stdout)).quantize(256).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
