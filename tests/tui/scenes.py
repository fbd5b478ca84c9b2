"""The screens with made-up pairs on them, and what of them is compared with the shots in `shots/`.

Nothing here hangs on the machine: no file is read, no verdict given, no picture drawn. After a
change that is meant, `python -m tests.tui.scenes` takes the shots anew; look at what `git diff`
says of them.
"""

from __future__ import annotations

import asyncio
import os
import string
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from core.errors import ImageError
from core.matching.potential import potential_groups
from core.metadata.compare import PairView
from core.model import (
    Asset,
    Companion,
    CompanionKind,
    Confidence,
    DecisionFilter,
    Direction,
    Facts,
    Fate,
    FieldChange,
    Judgement,
    ListedAsset,
    Metadata,
    PairKind,
    PairRef,
    RelationKind,
    Role,
    Verdict,
)
from core.rules.draft import Draft
from core.rules.group_suggestion import KnownGroup
from core.workers.events import Progress
from tests.tui.past_scenes import MadeUp
from tests.tui.rule_scenes import PIXELS, MadeUpLibraries, MadeUpRules
from tui.display import PictureApp
from tui.groups.walk import GroupWalk
from tui.keymap import Keymap
from tui.known import Outlook, RuleWish
from tui.messages import TableWanted
from tui.preview.protocol import Protocol
from tui.queue.lens import Lens
from tui.queue.run import Run
from tui.queue.table import PairTable
from tui.screens.folders import FoldersScreen
from tui.screens.group.screen import GroupScreen
from tui.screens.lens import LensScreen
from tui.screens.libraries.keys import KeysScreen
from tui.screens.libraries.libraries import LibrariesScreen
from tui.screens.libraries.settings import SettingsScreen
from tui.screens.libraries.unreadable import UnreadableScreen
from tui.screens.pairs import PairsScreen
from tui.screens.past.denied import DeniedScreen
from tui.screens.past.history import HistoryScreen
from tui.screens.past.ledger import LedgerScreen
from tui.screens.past.trash import TrashScreen
from tui.screens.question import CompanionScreen
from tui.screens.review.screen import ReviewScreen
from tui.screens.rules.offers import OffersScreen
from tui.screens.rules.pending import PendingScreen
from tui.screens.rules.rules import RulesScreen
from tui.screens.rules.wizard import WizardScreen
from tui.terminal import Terminal
from tui.theming import meanings, shipped_themes
from tui.widgets.pairlist import PairList

SHOTS = Path(__file__).parent / "shots"
SIZES = ((80, 24), (120, 40), (200, 60))
THEMES = ("betterhalf-dark", "betterhalf-light")

_ROOT = Path("/home/anna/Pictures")
_DAY = 86_400_000_000_000


def _asset(number: int, path: str, facts: Facts, day: int, **more: Any) -> Asset:
    companions = more.pop("companions", ())
    modified = 1_563_120_120_000_000_000 + day * _DAY
    return Asset(
        number, _ROOT / path, modified, bytes(32), number, facts, Metadata(**more), companions
    )


_PHONE = _asset(
    1,
    "Holiday/IMG_2041.HEIC",
    Facts("HEIF", 2_104_718, 4032, 3024, headers=("EXIF", "GPS", "ICC"), exif_count=18),
    0,
    taken="2019-07-14 16:02:00+02:00",
    camera="Apple iPhone XR",
    location=(41.3851, 2.1734),
    rating=3,
    description="On the beach, the day we came, with everybody who was there",
)
_SENT = _asset(
    2,
    "WhatsApp/旅行の写真/IMG-20190714-WA0007.jpg",
    Facts("JPEG", 214_020, 1600, 1200, quality=80, subsampling="4:2:0"),
    1,
    tags=("beach", "family"),
    rating=5,
    description="On the beach, the day we left, with everybody who was there",
)
_COPY = _asset(3, "Backup/Holiday/IMG_2041.HEIC", _PHONE.facts, 400)
_SCAN = _asset(
    4,
    "Scans/a name that is so long that no column of any screen would have room for it.tif",
    Facts("TIFF", 92_104_718, 9000, 6000, mode="L"),
    900,
    title="\x1b[2J[bold]Grandmother",
    companions=(Companion(CompanionKind.RAW, _ROOT / "Scans/print.CR2"),),
)
_ASSETS = {each.id: each for each in (_PHONE, _SENT, _COPY, _SCAN)}

_REFS = (
    PairRef(1, 3, PairKind.EXACT, 0),
    PairRef(1, 2, PairKind.SIMILAR, 2),
    PairRef(2, 4, PairKind.SIMILAR, 8),
)
_VERDICTS: dict[PairRef, Verdict | ImageError] = {
    _REFS[1]: Verdict(
        Judgement.VISUAL,
        Confidence.ALMOST_CERTAIN,
        None,
        (Direction("a", Role.LARGER),),
        ("A is 2.5 times as wide and high.", "Everything else is coding noise."),
        0.7,
    ),
    _REFS[2]: ImageError("print.tif", "the picture is cut off", "restore it from a backup"),
}
_OUTLOOKS = {
    _REFS[0]: Outlook(
        {}, RuleWish("exact copies", RelationKind.BETTER, 1, Fate.TRASH, "same bytes", "")
    ),
    _REFS[1]: Outlook(
        {
            1: (
                FieldChange("rating", "3", "5", "the higher one", ""),
                FieldChange("tags", "", "beach, family", "all of them", ""),
            ),
            2: (FieldChange("location", "", "41.3851, 2.1734", "the only one", ""),),
        },
        None,
    ),
}


def _listed(asset: Asset) -> ListedAsset:
    facts = asset.facts
    taken = asset.metadata.taken
    return ListedAsset(
        str(asset.path), facts.size, asset.modified_ns, facts.format, asset.id, taken and taken[:10]
    )


class Stage(PictureApp):
    """Shows one screen, and answers it from what is made up above."""

    def __init__(self, theme: str) -> None:
        super().__init__(Terminal(Protocol.OFF), Keymap.of({}))
        for each in shipped_themes():
            self.register_theme(each)
        self.theme = theme
        self.review = ReviewScreen([_ROOT], 4, self.loader)

    def on_mount(self) -> None:
        self.animation_level = "none"
        self.push_screen(self.review)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return meanings(self.current_theme)

    def fill(self) -> None:
        """Give the review its pairs and all there is to know of them."""
        self.review.pairs_changed(Run(_REFS))
        for ref in _REFS:
            pair = [_ASSETS[asset_id] for asset_id in ref.key]
            self.review.view_ready(ref, PairView.of(ref, *pair))
            if ref in _VERDICTS:
                self.review.verdict_ready(ref, _VERDICTS[ref])
            if ref in _OUTLOOKS:
                self.review.outlook_ready(ref, _OUTLOOKS[ref])

    def on_pair_list_assets_wanted(self, message: PairList.AssetsWanted) -> None:
        message.sender.learn({each: _listed(_ASSETS[each]) for each in message.asset_ids})

    def on_table_wanted(self, message: TableWanted) -> None:
        listed = {asset_id: _listed(asset) for asset_id, asset in _ASSETS.items()}
        table = PairTable(_REFS, listed, {}, {(1, 3): "exact copies"}, [str(_ROOT)])
        assert isinstance(self.screen, LensScreen | PairsScreen)
        self.screen.table_ready(table)


Scene = Callable[[Stage, Pilot[Any]], Awaitable[object]]


async def _review(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.fill()
    stage.review.scan_ended()
    await pilot.press("s")


async def _fields(stage: Stage, pilot: Pilot[Any]) -> None:
    await _review(stage, pilot)
    await pilot.press("m", "tab", "tab")


async def _doubt(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.fill()
    stage.review.progressed(Progress("reading", 500, 1500, 10.0, bytes=2_000_000_000))
    stage.review.problem_found(ImageError("x.jpg", "it is cut off", "restore it"))
    stage.review.proposed(12)
    await pilot.press("k")
    stage.review.flash("WhatsApp/IMG-20190714-WA0007.jpg → trash · u undoes")


async def _waiting(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.review.progressed(Progress("listing", 0, 0, 0.1))


async def _done(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.review.scan_ended()


async def _lensed(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.fill()
    stage.review.arranged(Lens(folder="WhatsApp", distance=4), [_REFS[1]])


async def _why(stage: Stage, pilot: Pilot[Any]) -> None:
    await _review(stage, pilot)
    await pilot.press("w")


async def _help(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.fill()
    await pilot.press("question_mark")


async def _list(stage: Stage, pilot: Pilot[Any]) -> None:
    await _review(stage, pilot)
    await pilot.press("slash")


async def _search(stage: Stage, pilot: Pilot[Any]) -> None:
    await _list(stage, pilot)
    await pilot.press("slash", *"wa00")


async def _lens(stage: Stage, pilot: Pilot[Any]) -> None:
    await _review(stage, pilot)
    await pilot.press("v", "down", *"what", "down", "right")


async def _group(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.fill()
    stage.review.scan_ended()
    (group,) = potential_groups(_REFS[:2])
    sure = _VERDICTS[_REFS[1]]
    verdicts = {_REFS[1].key: sure if isinstance(sure, Verdict) else None}
    assets = {each: _ASSETS[each] for each in group.members}
    walk = GroupWalk()
    walk.update([group])
    walk.learn(group, KnownGroup(group, assets, verdicts))
    stage.push_screen(GroupScreen(walk, [_ROOT], stage.loader))
    await pilot.pause()
    await pilot.press("right")


async def _compared(stage: Stage, pilot: Pilot[Any]) -> None:
    await _group(stage, pilot)
    await pilot.press("v")


async def _question(stage: Stage, pilot: Pilot[Any]) -> None:
    await _review(stage, pilot)
    stage.push_screen(CompanionScreen("Scans/print.tif", ("print.CR2",)))


async def _history(stage: Stage, pilot: Pilot[Any]) -> None:
    # There is room for pictures, and none of them is there.
    stage.loader.protocol = Protocol.HALF
    stage.push_screen(HistoryScreen(MadeUp(), DecisionFilter(), stage.loader))
    await _loaded(stage, pilot)


async def _loaded(stage: Stage, pilot: Pilot[Any]) -> None:
    """Wait until all that a page has asked for is there."""
    await pilot.pause()
    while not all(each.is_finished for each in stage.workers):
        with suppress(WorkerCancelled):  # Another one that was asked for later has its place.
            await stage.workers.wait_for_complete()


async def _taking_back(stage: Stage, pilot: Pilot[Any]) -> None:
    await _history(stage, pilot)
    await pilot.press("A")
    await _loaded(stage, pilot)
    await pilot.press("u")
    await _loaded(stage, pilot)


async def _denied(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.push_screen(DeniedScreen(MadeUp()))
    await _loaded(stage, pilot)


async def _trash(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.push_screen(TrashScreen(MadeUp()))
    await _loaded(stage, pilot)
    await pilot.press("space")


async def _ledger(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.push_screen(LedgerScreen(MadeUp()))
    await _loaded(stage, pilot)


async def _ledger_of_one(stage: Stage, pilot: Pilot[Any]) -> None:
    await _ledger(stage, pilot)
    await pilot.press("j", "s", "l", "l", "l")
    await _loaded(stage, pilot)


async def _rules(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.push_screen(RulesScreen(MadeUpRules()))
    await _loaded(stage, pilot)


async def _rule_that_waits(stage: Stage, pilot: Pilot[Any]) -> None:
    await _rules(stage, pilot)
    await pilot.press("j")


async def _before_automatic(stage: Stage, pilot: Pilot[Any]) -> None:
    await _rule_that_waits(stage, pilot)
    await pilot.press("m")


async def _wizard(stage: Stage, pilot: Pilot[Any]) -> None:
    screen = WizardScreen(MadeUpRules(), Draft.of(PIXELS), None)
    stage.push_screen(screen)
    while screen.counts is None:
        await pilot.pause(0.01)
    await _loaded(stage, pilot)


async def _wizard_tree(stage: Stage, pilot: Pilot[Any]) -> None:
    await _wizard(stage, pilot)
    await pilot.press("tab", "j", "o", "n", "tab", "j", "j", "left", "shift+tab", "j")
    await _loaded(stage, pilot)


async def _wizard_preview(stage: Stage, pilot: Pilot[Any]) -> None:
    await _wizard(stage, pilot)
    await pilot.press("tab", "tab", "tab")
    while not stage.screen._plan:
        await pilot.pause(0.01)
    await _loaded(stage, pilot)


async def _writing(stage: Stage, pilot: Pilot[Any]) -> None:
    await _wizard(stage, pilot)
    await pilot.press("tab", "a", *"pixels")


async def _pending(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.loader.protocol = Protocol.HALF
    stage.push_screen(PendingScreen(MadeUpRules(), stage.loader))
    await _loaded(stage, pilot)
    await pilot.press("space", "k")
    await _loaded(stage, pilot)


async def _offers(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.push_screen(OffersScreen(MadeUpRules()))
    await _loaded(stage, pilot)
    await pilot.press("space", "down", "space")


async def _folders(stage: Stage, pilot: Pilot[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name in ("Documents", "Pictures/2019", "Pictures/旅行の写真"):
            (home / name).mkdir(parents=True)
        screen = FoldersScreen(home, home / "Pictures", MadeUpLibraries.file)
        stage.push_screen(screen)
        await pilot.pause()
        while screen.tree.marked is None:
            await pilot.pause(0.01)
        await pilot.press("right", "space")
        while screen.tree.last_line < 4:
            await pilot.pause(0.01)


async def _libraries(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.push_screen(LibrariesScreen(MadeUpLibraries()))
    await _loaded(stage, pilot)


async def _settings(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.push_screen(SettingsScreen(MadeUpLibraries()))
    await _loaded(stage, pilot)
    await pilot.press("j")


async def _wrong_setting(stage: Stage, pilot: Pilot[Any]) -> None:
    await _settings(stage, pilot)
    await pilot.press("enter", *"number", "enter", *"99")


async def _folder_list(stage: Stage, pilot: Pilot[Any]) -> None:
    await _settings(stage, pilot)
    await pilot.press("g", "enter")


async def _keys(stage: Stage, pilot: Pilot[Any]) -> None:
    libraries = MadeUpLibraries()
    stage.rekey(libraries.settings.keys)
    stage.push_screen(KeysScreen(libraries))
    await _loaded(stage, pilot)
    await pilot.press("j", "j", "j")


async def _key_in_use(stage: Stage, pilot: Pilot[Any]) -> None:
    await _keys(stage, pilot)
    await pilot.press("enter", "f6", "f")


async def _unreadable(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.push_screen(UnreadableScreen(MadeUpLibraries()))
    await _loaded(stage, pilot)


SCENES: dict[str, Scene] = {
    "review": _review,
    "review all fields": _fields,
    "review in doubt, with a scan": _doubt,
    "review waiting": _waiting,
    "review done": _done,
    "review through a lens": _lensed,
    "why": _why,
    "help": _help,
    "pairs": _list,
    "pairs found": _search,
    "lens": _lens,
    "group": _group,
    "group, two compared": _compared,
    "question": _question,
    "history": _history,
    "history, taking back": _taking_back,
    "denied": _denied,
    "trash": _trash,
    "ledger": _ledger,
    "ledger, files an act": _ledger_of_one,
    "rules": _rules,
    "rules, one that waits": _rule_that_waits,
    "rules, before one acts": _before_automatic,
    "rule, search": _wizard,
    "rule, comparison": _wizard_tree,
    "rule, preview": _wizard_preview,
    "rule, a test is written": _writing,
    "pending": _pending,
    "offers": _offers,
    "folders": _folders,
    "libraries": _libraries,
    "settings": _settings,
    "settings, a wrong one": _wrong_setting,
    "settings, a list": _folder_list,
    "keys": _keys,
    "keys, one in use": _key_in_use,
    "unreadable": _unreadable,
}


@dataclass(frozen=True, slots=True)
class Shot:
    """What a terminal would show: its text, and how each piece of it looks."""

    text: tuple[str, ...]
    looks: tuple[str, ...]

    @classmethod
    def of(cls, app: PictureApp) -> Shot:
        """The screen as it is now."""
        names: dict[str, str] = {}
        text, rows = [], []
        for strip in app.screen._compositor.render_strips():
            text.append(strip.text.rstrip())
            cells = [
                names.setdefault(_look(segment.style), string.ascii_letters[len(names) % 52])
                for segment in strip
                for _ in range(segment.cell_length)
            ]
            rows.append(" ".join(f"{letter}{len(list(run))}" for letter, run in groupby(cells)))
        legend = [f"{letter}: {look}" for look, letter in names.items()]
        return cls(tuple(text), (*legend, *rows))


def _look(style: Any) -> str:
    if style is None:
        return "none"
    words = [str(style.color.name if style.color else "none")]
    words.append(f"on {style.bgcolor.name if style.bgcolor else 'none'}")
    words += [each for each in ("bold", "underline", "reverse") if getattr(style, each)]
    return " ".join(words)


async def shot(scene: str, size: tuple[int, int], theme: str) -> Shot:
    """A scene at a size, in the colours of a theme."""
    stage = Stage(theme)
    async with stage.run_test(size=size) as pilot:
        await pilot.pause()
        await SCENES[scene](stage, pilot)
        await pilot.pause()
        await pilot.pause()
        return Shot.of(stage)


def written(shots: Sequence[Shot]) -> str:
    """Shots of one scene at one size, as they are kept: the text once, the looks of each theme."""
    (text,) = {each.text for each in shots}
    parts = ["\n".join(text)]
    parts += [
        "\n".join([f"-- {theme}", *each.looks]) for theme, each in zip(THEMES, shots, strict=True)
    ]
    return "\n".join(parts) + "\n"


def path_of(scene: str, size: tuple[int, int]) -> Path:
    """Where the shots of a scene at a size are kept."""
    return SHOTS / f"{scene} {size[0]}x{size[1]}.txt"


async def taken(scene: str, size: tuple[int, int]) -> str:
    """The shots of a scene at a size in every theme, as they are kept."""
    return written([await shot(scene, size, theme) for theme in THEMES])


def main() -> None:
    """Take all shots anew."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    SHOTS.mkdir(exist_ok=True)
    for file in SHOTS.glob("*.txt"):
        file.unlink()
    for scene in SCENES:
        for size in SIZES:
            path_of(scene, size).write_text(asyncio.run(taken(scene, size)), "utf-8")
    print(f"{len(list(SHOTS.glob('*.txt')))} shots in {SHOTS}", file=sys.stderr)


if __name__ == "__main__":
    main()
