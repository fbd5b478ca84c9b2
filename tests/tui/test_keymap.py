"""A person's own keys: what is pressed does what the settings say, and what cannot be is said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as draw

from core.settings import load
from tests import gallery
from tests.tui.review import reviewing
from tui.commands import SCREENS
from tui.keymap import Keymap, Ruling, names_in, ruling, spelled


def keys_of(keymap: Keymap, command: str, screen: str = "review") -> tuple[str, ...]:
    (found,) = [each for each in keymap.commands[screen] if each.id == command]
    return found.keys


def test_without_wishes_everything_is_as_declared() -> None:
    keymap = Keymap.of({})
    assert keymap.commands == SCREENS
    assert keymap.changed == {}
    assert keymap.problems == ()


@pytest.mark.parametrize(
    ("wish", "key"),
    [
        *(("/", "slash"), ("+", "plus"), ("ctrl++", "ctrl+plus"), ("ctrl+r", "ctrl+r")),
        *(("slash", "slash"), ("f5", "f5"), ("space", "space"), ("shift+left", "shift+left")),
        *(("é", "é"), ("Esc", "escape"), ("PgDn", "pagedown"), ("Ctrl+R", "ctrl+r"), ("F5", "f5")),
        *(("⏎", "enter"), ("⇧←", "shift+left"), ("ctrl+@", "ctrl+@")),
    ],
)
def test_a_key_is_named_as_people_do(wish: str, key: str) -> None:
    keymap = Keymap.of({"why": [wish]})
    assert keys_of(keymap, "why") == (key,)


def test_a_key_that_is_asked_for_is_its_old_commands_no_longer() -> None:
    keymap = Keymap.of({"why": ["j", "x"], "swap": ["t"]})
    assert keys_of(keymap, "why") == ("j", "x")
    assert keys_of(keymap, "swap") == ("t",)
    assert keys_of(keymap, "skip") == ("s", "down")
    assert keymap.problems == ()


def test_screens_have_keys_of_their_own() -> None:
    keymap = Keymap.of({"pairs.open": ["x"]})
    assert keys_of(keymap, "open", "pairs") == ("x",)
    assert keys_of(keymap, "swap") == ("x",)


@pytest.mark.parametrize(
    ("wishes", "problem"),
    [
        ({"kep_left": ["x"]}, "there is no command kep_left; did you mean keep_left?"),
        ({"qqq": ["x"]}, "there is no command qqq"),
        ({"why": ["ctlr+x"]}, "why: there is no key ctlr+x; try ctrl+x, f5, x or ?"),
        ({"why": ["xx"]}, "why: there is no key xx"),
        ({"why": [" "]}, ""),
        ({"why": ["ctrl+q"]}, "why: Ctrl+Q leaves betterhalf, wherever you are"),
        ({"why": ["ctrl+m"]}, "why: terminals send Ctrl+M as ⏎; name that"),
        ({"why": ["shift+x"]}, "why: terminals send X for that; name that"),
        ({"skip": ["t"], "why": ["t"]}, "t is skip already, so it is not why"),
        ({"why": ["x"]}, "swap has no key left, as why has taken it"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(wishes: dict[str, Sequence[str]], problem: str) -> None:
    problems = Keymap.of(wishes).problems
    assert len(problems) == bool(problem)
    assert problem in "".join(problems)
    assert "\n" not in "".join(problems)


def test_a_command_may_be_without_keys() -> None:
    keymap = Keymap.of({"keep_left": ()})
    assert keys_of(keymap, "keep_left") == ()
    assert keymap.problems == ()


@pytest.mark.parametrize("screen", SCREENS)
def test_every_declared_key_is_known_by_its_names(screen: str) -> None:
    for command in SCREENS[screen]:
        for names in (command.keys, command.key_names, [spelled(key) for key in command.keys]):
            assert ruling(screen, command, names, {}) == Ruling(command.keys)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("ctrl+x f5", ["ctrl+x", "f5"]),
        ("x, ?", ["x", "?"]),
        (", ctrl+,", [",", "ctrl+,"]),
    ],
)
def test_keys_are_listed_as_people_do(text: str, names: list[str]) -> None:
    assert names_in(text) == names


def test_a_way_out_keeps_a_key() -> None:
    leave = Keymap.of({}).command("rules", "leave")
    assert ruling("rules", leave, [], {}).problem == "it needs a key: nothing else does this"
    assert ruling("rules", leave, ["f5"], {}).keys == ("f5",)


@settings(deadline=None)
@given(
    wishes=draw.dictionaries(
        draw.sampled_from(["skip", "back", "swap", "why", "undo", "quit"]),
        draw.lists(draw.sampled_from("sjkxwuqt"), max_size=2),
    ),
    wanted=draw.lists(draw.sampled_from("sjkxwuqt"), max_size=2, unique=True),
)
def test_what_is_granted_is_what_then_holds(
    wishes: dict[str, list[str]], wanted: list[str]
) -> None:
    swap = Keymap.of({}).command("review", "swap")
    found = ruling("review", swap, wanted, wishes)
    after = Keymap.of({**wishes, "swap": wanted})
    if found.problem:
        return
    assert keys_of(after, "swap") == found.keys == tuple(wanted)
    others = {name: keys for name, keys in wishes.items() if name != "swap"}
    # Nothing becomes wrong that was not wrong without it.
    assert set(after.faults) <= set(Keymap.of(wishes).faults) | set(Keymap.of(others).faults)


async def test_keys_of_the_settings_do_what_they_say_everywhere(
    library: Path, tmp_path: Path
) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg", modified=1e9)
    gallery.exact_copy(photo, library / "b.jpg", modified=2e9)
    file = tmp_path / "settings.toml"
    file.write_text(
        '[keys]\nswap = ["f5"]\naccept = "x"\nnosuch = "y"\nundo = []\n[keys.pairs]\nclose = "z"\n'
    )
    keys = load(file).keys
    async with reviewing([library], tmp_path / "c.db", keys=keys) as review:
        (said,) = review.app._notifications
        assert said.message == "keys: there is no command nosuch"
        assert " x accept" in review.text("hints")
        assert "undo" not in review.text("hints")
        await review.press("f5")
        assert review.sides() == ("b.jpg", "a.jpg")
        await review.pilot.press("slash", "escape")
        assert "z back" in str(review.app.screen.query_one("#hints").render())
        await review.pilot.press("z")
        await review.press("question_mark")
        assert "F5" in str(review.app.screen.query("Static").last().render())
        await review.press("escape", "x")
    assert {path.name for path in library.iterdir() if path.is_file()} == {"a.jpg"}


async def test_the_hints_can_be_clicked_on(library: Path, tmp_path: Path) -> None:
    gallery.build(library)
    async with reviewing([library], tmp_path / "c.db") as review:
        at = review.text("hints").index("skip")
        await review.pilot.click("#hints", offset=(at, 0))
        await review.settled()
        assert "pair 2 of" in review.text("header")
