"""One declaration a command: nothing can be in the help and not on a key, or the other way."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from textual.screen import Screen

from tests.readme import README, with_tables
from tui.about import ABOUT
from tui.commands import COMPARE, GROUP, REVIEW, Command
from tui.commands import SCREENS as DECLARED
from tui.screens.folders import FoldersScreen
from tui.screens.group.compare import CompareScreen
from tui.screens.group.screen import GroupScreen
from tui.screens.libraries.folderlist import FolderListScreen
from tui.screens.libraries.keys import KeysScreen
from tui.screens.libraries.libraries import LibrariesScreen
from tui.screens.libraries.settings import SettingsScreen
from tui.screens.libraries.unreadable import UnreadableScreen
from tui.screens.past.denied import DeniedScreen
from tui.screens.past.history import HistoryScreen
from tui.screens.past.ledger import LedgerScreen
from tui.screens.past.trash import TrashScreen
from tui.screens.review.screen import ReviewScreen
from tui.screens.rules.look import LookScreen
from tui.screens.rules.offers import OffersScreen
from tui.screens.rules.pending import PendingScreen
from tui.screens.rules.proposals import ProposalScreen
from tui.screens.rules.rules import RulesScreen
from tui.screens.rules.wizard import WizardScreen

SCREENS: dict[type[Screen[None]], tuple[Command, ...]] = {
    ReviewScreen: REVIEW,
    GroupScreen: GROUP,
    CompareScreen: COMPARE,
    RulesScreen: DECLARED["rules"],
    WizardScreen: DECLARED["rule"],
    PendingScreen: DECLARED["pending"],
    ProposalScreen: DECLARED["proposal"],
    LookScreen: DECLARED["look"],
    FoldersScreen: DECLARED["folders"],
    OffersScreen: DECLARED["offers"],
    LibrariesScreen: DECLARED["libraries"],
    SettingsScreen: DECLARED["settings"],
    KeysScreen: DECLARED["keys"],
    FolderListScreen: DECLARED["folder_list"],
    UnreadableScreen: DECLARED["unreadable"],
    HistoryScreen: DECLARED["history"],
    DeniedScreen: DECLARED["denied"],
    TrashScreen: DECLARED["trash"],
    LedgerScreen: DECLARED["ledger"],
}


@pytest.mark.parametrize(
    ("screen", "command"),
    [(screen, command) for screen, commands in SCREENS.items() for command in commands],
    ids=lambda value: getattr(value, "id", ""),
)
def test_a_command_can_be_done_and_is_explained(
    screen: type[Screen[None]], command: Command
) -> None:
    assert callable(getattr(screen, f"action_{command.id}"))
    assert command.keys
    assert command.help.endswith(".")


def test_every_screen_says_what_it_is_for() -> None:
    assert ABOUT.keys() == DECLARED.keys()


@pytest.mark.parametrize("commands", SCREENS.values(), ids=[s.NAME for s in SCREENS])
def test_no_key_means_two_things(commands: tuple[Command, ...]) -> None:
    keys = Counter(key for command in commands for key in command.keys)
    assert [key for key, uses in keys.items() if uses > 1] == []


@pytest.mark.parametrize("commands", [REVIEW, GROUP], ids=["review", "group"])
def test_arrows_and_vi_keys_are_alike(commands: tuple[Command, ...]) -> None:
    meanings = {key: command.id for command in commands for key in command.keys}
    for arrow, letter in (("left", "h"), ("down", "j"), ("up", "k"), ("right", "l")):
        assert meanings[arrow] == meanings[letter]


def test_the_readme_lists_todays_keys_and_settings() -> None:
    text = README.read_text("utf-8")
    assert text == with_tables(text)


def test_the_readme_names_only_files_that_are_there() -> None:
    root = Path(README).parent
    for name in ("tests/data/review.png", "tests/data/README.md", "LICENSE"):
        assert (root / name).is_file()
