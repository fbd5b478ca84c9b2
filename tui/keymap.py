"""Keys as a person wants them: what the settings say, laid over the commands' own."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from tui.commands import SCREENS, Command, command_id

_MODIFIERS = ("alt", "ctrl", "hyper", "meta", "shift", "super")
_NO_KEY = "no_key"
"""Of a command that nobody can press a key for: Textual takes an empty text for no wish."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """The commands of every screen with the keys that do them."""

    commands: Mapping[str, tuple[Command, ...]]
    """By screen."""
    problems: tuple[str, ...] = ()
    """What of the wishes could not be granted, one line each."""

    @classmethod
    def of(cls, wishes: Mapping[str, Sequence[str]]) -> Keymap:
        """The commands with the keys that `wishes` give to some of them, by their ids; of each key
        only the first that asks for it has it, and its own command no longer."""
        problems = list(_unknown(wishes))
        commands = {}
        for screen, defaults in SCREENS.items():
            commands[screen], lacking = _laid_over(screen, defaults, wishes)
            problems += lacking
        return cls(commands, tuple(problems))

    @property
    def changed(self) -> dict[str, str]:
        """Keys that are not as declared, by the ids of bindings; for `App.set_keymap`."""
        return {
            command_id(screen, command): ",".join(command.keys) or _NO_KEY
            for screen, commands in self.commands.items()
            for command, default in zip(commands, SCREENS[screen], strict=True)
            if command.keys != default.keys
        }


def _unknown(wishes: Mapping[str, Sequence[str]]) -> list[str]:
    known = [
        command_id(screen, command) for screen, commands in SCREENS.items() for command in commands
    ]
    problems = []
    for wish in wishes:
        if wish not in known:
            near = difflib.get_close_matches(wish, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            problems.append(f"keys: there is no command {wish}{hint}")
    return problems


def _laid_over(
    screen: str, defaults: Sequence[Command], wishes: Mapping[str, Sequence[str]]
) -> tuple[tuple[Command, ...], list[str]]:
    problems: list[str] = []
    taken: dict[str, str] = {}
    given: dict[str, tuple[str, ...]] = {}
    for command in defaults:
        name = command_id(screen, command)
        keys = []
        for wish in wishes.get(name, ()):
            key = _key(wish)
            if key is None:
                problems.append(f"keys: {name}: there is no key {wish}; try ctrl+x, f5, x or ?")
            elif taken.setdefault(key, name) != name:
                problems.append(f"keys: {wish} is {taken[key]} already, so it is not {name}")
            else:
                keys.append(key)
        if keys or wishes.get(name) == ():
            given[name] = tuple(dict.fromkeys(keys))
    found = []
    for command in defaults:
        name = command_id(screen, command)
        own = tuple(key for key in command.keys if key not in taken)
        if name not in given and not own:
            lost = ", ".join(sorted({taken[key] for key in command.keys}))
            problems.append(f"keys: {name} has no key left, as {lost} has taken it")
        found.append(replace(command, keys=given.get(name, own)))
    return tuple(found), problems


def _key(wish: str) -> str | None:
    """Textual's name of a key that a person names: ``/`` is ``slash``, ``ctrl+r`` itself; None
    where there is none."""
    before, plus, key = wish[:-1].rpartition("+")
    key += wish[-1:]
    modifiers = before.split("+") if plus else []
    if any(each not in _MODIFIERS for each in modifiers):
        return None
    name = _character_name(key) if len(key) == 1 else key if _is_name(key) else None
    return None if name is None else "+".join([*modifiers, name])


def _character_name(character: str) -> str | None:
    """As Textual makes names of characters."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name) or None


def _is_name(key: str) -> bool:
    if key in {str(each.value) for each in Keys} or key in KEY_NAME_REPLACEMENTS.values():
        return True
    try:
        unicodedata.lookup(key.replace("_", " "))
    except KeyError:
        return False
    return True
