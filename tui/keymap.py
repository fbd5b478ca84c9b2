"""Keys as a person wants them: what the settings say, laid over the commands' own."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from textual.keys import KEY_NAME_REPLACEMENTS, Keys, format_key

from tui.command import GLYPHS, MODIFIERS, Command, key_name
from tui.commands import SCREENS, command_id

Wishes = Mapping[str, Sequence[str]]
"""Keys that a person wants for some commands, by their ids."""

_NAMED = re.compile(r"`([^`\s]{1,8})`")
_MODIFIERS = ("alt", "ctrl", "hyper", "meta", "shift", "super")
_NO_KEY = "no_key"
"""Of a command that nobody can press a key for: Textual takes an empty text for no wish."""
_SENT_AS = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+h": "backspace",
    "ctrl+left_square_bracket": "escape",
    "ctrl+space": "ctrl+@",
}
"""Keys that terminals do not tell from others."""
_OUT = "ctrl+q"
"""Textual's own way out, wherever somebody is."""
_WAYS_OUT = ("leave", "close", "quit", "palette")
_WORDS = {"esc": "escape", "del": "delete", "pgup": "pageup", "pgdn": "pagedown", "ins": "insert"}
_NAMES = _WORDS | {shown: key for key, shown in GLYPHS.items() if len(shown) == 1}


@dataclass(frozen=True, slots=True)
class Keymap:
    """The commands of every screen with the keys that do them."""

    commands: Mapping[str, tuple[Command, ...]]
    """By screen."""
    faults: tuple[tuple[str, str], ...] = ()
    """What of the wishes could not be granted, each with the command's id and a line on why."""

    @classmethod
    def of(cls, wishes: Wishes) -> Keymap:
        """The commands with the keys that `wishes` give to some of them, by their ids; of each key
        only the first that asks for it has it, and its own command no longer."""
        faults = list(_unknown(wishes))
        commands = {}
        for screen, defaults in SCREENS.items():
            commands[screen], lacking = _laid_over(screen, defaults, wishes)
            faults += lacking
        return cls(commands, tuple(faults))

    @property
    def problems(self) -> tuple[str, ...]:
        """What of the wishes could not be granted, one line each."""
        return tuple(f"keys: {fault}" for _, fault in self.faults)

    @property
    def changed(self) -> dict[str, str]:
        """Keys that are not as declared, by the ids of bindings; for `App.set_keymap`."""
        return {
            command_id(screen, command): ",".join(command.keys) or _NO_KEY
            for screen, commands in self.commands.items()
            for command, default in zip(commands, SCREENS[screen], strict=True)
            if command.keys != default.keys
        }

    def command(self, screen: str, name: str) -> Command:
        """The command of a screen that has this id there."""
        return next(each for each in self.commands[screen] if each.id == name)

    def said(self, screen: str, text: str) -> str:
        """A text of a screen with today's keys in place of those that it names as they are
        declared, in backquotes."""
        return _NAMED.sub(lambda found: self._today(screen, found), text)

    def _today(self, screen: str, found: re.Match[str]) -> str:
        for default, command in zip(SCREENS[screen], self.commands[screen], strict=True):
            if found[1] in default.key_names:
                still = found[1] in command.key_names
                return found[1] if still else next(iter(command.key_names), command.title)
        return found[0]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What would become of keys that a person is about to want for a command."""

    keys: tuple[str, ...] = ()
    """By Textual's names."""
    problem: str = ""
    """Why it cannot have them; empty where it can."""
    note: str = ""
    """What else would be other than it is."""


def ruling(screen: str, command: Command, wanted: Sequence[str] | None, wishes: Wishes) -> Ruling:
    """Of `wanted` keys for a command, beside the `wishes` for all; None: those that are usual."""
    name = command_id(screen, command)
    keys: list[str] = []
    for wish in wanted or ():
        key = _key(wish)
        if key is None:
            return Ruling(problem=_no_key(wish))
        if problem := _reserved(key):
            return Ruling(problem=problem)
        keys.append(key)
    asked = {
        key: other
        for other in SCREENS[screen]
        for wish in wishes.get(command_id(screen, other), ())
        if other.id != command.id and (key := _key(wish)) is not None
    }
    for key in keys:
        if key in asked:
            other = asked[key].title.lower()
            said = f"your settings give {key_name(key)} to {other}: change that first"
            return Ruling(problem=said)
    others = {each: wish for each, wish in wishes.items() if each != name}
    before = Keymap.of(wishes)
    after = Keymap.of(others if wanted is None else {**others, name: keys})
    own = after.command(screen, command.id).keys
    losses = []
    for was, now in zip(before.commands[screen], after.commands[screen], strict=True):
        lost = [key for key in was.keys if key not in now.keys]
        if was.id == command.id or not lost:
            continue
        if not now.keys:
            said = f"{key_name(lost[0])} is the only key of {was.title.lower()}"
            return Ruling(problem=f"{said}: give that another first")
        left = " ".join(now.key_names)
        losses.append(f"{' '.join(map(key_name, lost))} is no longer {was.title.lower()} ({left})")
    if not own and wanted is None:
        had = " ".join(map(key_name, SCREENS[screen][_place(screen, command)].keys))
        return Ruling(problem=f"its usual {had} is another command's by your settings")
    if not own and command.id in _WAYS_OUT:
        return Ruling(problem="it needs a key: nothing else does this")
    notes = losses if own else ["no key does it then; the palette has it"]
    return Ruling(own, note="; ".join(notes))


def spelled(key: str) -> str:
    """What a settings file calls a key that Textual has this name for."""
    name = format_key(key)
    return name if len(name) == 1 and key not in GLYPHS else key


def names_in(text: str) -> list[str]:
    """The keys that a text names, with blanks between them, or commas and blanks."""
    return [
        each if each == "," or each.endswith("+,") else each.rstrip(",") for each in text.split()
    ]


def _place(screen: str, command: Command) -> int:
    return [each.id for each in SCREENS[screen]].index(command.id)


def _no_key(wish: str) -> str:
    return f"there is no key {wish}; try ctrl+x, f5, x or ?"


def _reserved(key: str) -> str:
    """Why no command can have a key; empty where one can."""
    if key == _OUT:
        return f"{key_name(key)} leaves betterhalf, wherever you are"
    if key in _SENT_AS:
        return f"terminals send {key_name(key)} as {key_name(_SENT_AS[key])}; name that"
    *modifiers, base = key.split("+")
    if modifiers == ["shift"] and len(base) == 1:
        return f"terminals send {base.upper()} for that; name that"
    return ""


def _unknown(wishes: Wishes) -> Iterator[tuple[str, str]]:
    known = [
        command_id(screen, command) for screen, commands in SCREENS.items() for command in commands
    ]
    for wish in wishes:
        if wish not in known:
            near = difflib.get_close_matches(wish, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield wish, f"there is no command {wish}{hint}"


def _laid_over(
    screen: str, defaults: Sequence[Command], wishes: Wishes
) -> tuple[tuple[Command, ...], list[tuple[str, str]]]:
    faults: list[tuple[str, str]] = []
    taken: dict[str, str] = {}
    given: dict[str, tuple[str, ...]] = {}
    for command in defaults:
        name = command_id(screen, command)
        keys = []
        for wish in wishes.get(name, ()):
            key = _key(wish)
            if key is None:
                faults.append((name, f"{name}: {_no_key(wish)}"))
            elif problem := _reserved(key):
                faults.append((name, f"{name}: {problem}"))
            elif taken.setdefault(key, name) != name:
                faults.append((name, f"{wish} is {taken[key]} already, so it is not {name}"))
            else:
                keys.append(key)
        if keys or (name in wishes and not wishes[name]):
            given[name] = tuple(dict.fromkeys(keys))
    found = []
    for command in defaults:
        name = command_id(screen, command)
        own = tuple(key for key in command.keys if key not in taken)
        if name not in given and not own:
            lost = ", ".join(sorted({taken[key] for key in command.keys}))
            faults.append((name, f"{name} has no key left, as {lost} has taken it"))
        found.append(replace(command, keys=given.get(name, own)))
    return tuple(found), faults


def _key(wish: str) -> str | None:
    """Textual's name of a key that a person names: ``/`` is ``slash``, ``Esc`` ``escape``,
    ``ctrl+r`` itself; None where there is none."""
    wish = wish.replace(MODIFIERS["shift"], "shift+")
    if wish in _TEXTUAL:
        return wish
    before, plus, key = wish[:-1].rpartition("+")
    key += wish[-1:]
    modifiers = [each.lower() for each in before.split("+")] if plus else []
    if any(each not in _MODIFIERS for each in modifiers):
        return None
    name = _base_name(key.lower() if "ctrl" in modifiers else key)
    return None if name is None else "+".join([*modifiers, name])


def _base_name(key: str) -> str | None:
    """Textual's name of a key without what is held with it."""
    if len(key) == 1:
        return _NAMES.get(key) or _character_name(key)
    key = _NAMES.get(key.lower(), key.lower())
    return key if _is_name(key) else None


def _character_name(character: str) -> str | None:
    """As Textual makes names of characters."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name) or None


_TEXTUAL = frozenset(str(each.value) for each in Keys)


def _is_name(key: str) -> bool:
    return key in _TEXTUAL or len(format_key(key)) == 1
