"""What a command is: one thing that can be done on a screen, and the keys that do it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.keys import format_key

GLYPHS = {
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "backspace": "⌫",
    "tab": "⇥",
    "space": "␣",
    "enter": "⏎",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
    "delete": "Del",
}
MODIFIERS = {"shift": "⇧"}


def key_name(key: str) -> str:
    """A key as a person knows it, by Textual's name of it."""
    *modifiers, base = key.split("+")
    shown = GLYPHS.get(base) or format_key(base)
    if len(shown) > 1 or modifiers:
        shown = shown[:1].upper() + shown[1:]
    return "".join(MODIFIERS.get(each, f"{each.capitalize()}+") for each in modifiers) + shown


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do on a screen."""

    id: str
    """Names the screen's ``action_<id>`` and the binding."""
    keys: tuple[str, ...]
    """Textual's key names, the one to show first."""
    hint: str
    """Two words for the hint bar; empty keeps it out of there."""
    help: str
    """One sentence."""

    @property
    def key_names(self) -> tuple[str, ...]:
        """The keys as a person knows them."""
        return tuple(map(key_name, self.keys))

    @property
    def title(self) -> str:
        """What the palette calls it."""
        return self.id.replace("_", " ").capitalize()
