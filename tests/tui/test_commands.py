"""One declaration a command: nothing can be in the help and not on a key, or the other way."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.readme import README, with_keys
from tui.commands import REVIEW, Command
from tui.screens.review.screen import ReviewScreen


@pytest.mark.parametrize("command", REVIEW, ids=lambda command: command.id)
def test_a_command_can_be_done_and_is_explained(command: Command) -> None:
    assert callable(getattr(ReviewScreen, f"action_{command.id}"))
    assert command.keys
    assert command.help.endswith(".")


def test_no_key_means_two_things() -> None:
    keys = Counter(key for command in REVIEW for key in command.keys)
    assert [key for key, uses in keys.items() if uses > 1] == []


def test_arrows_and_vi_keys_are_alike() -> None:
    meanings = {key: command.id for command in REVIEW for key in command.keys}
    for arrow, letter in (("left", "h"), ("down", "j"), ("up", "k"), ("right", "l")):
        assert meanings[arrow] == meanings[letter]


def test_the_readme_lists_todays_keys() -> None:
    text = README.read_text("utf-8")
    assert text == with_keys(text)


def test_the_readme_names_only_files_that_are_there() -> None:
    root = Path(README).parent
    for name in ("tests/data/review.png", "tests/data/README.md", "LICENSE"):
        assert (root / name).is_file()
