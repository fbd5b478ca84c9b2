"""What a command is: one thing that can be done on a screen, and the keys that do it."""

from __future__ import annotations

from dataclasses import dataclass

_KEY_NAMES = {
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "question_mark": "?",
    "equals_sign": "=",
    "colon": ":",
    "backspace": "⌫",
    "tab": "⇥",
    "shift+tab": "⇧⇥",
    "space": "␣",
    "enter": "⏎",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
    "slash": "/",
    "home": "Home",
    "end": "End",
    "ctrl+p": "Ctrl+P",
    "ctrl+r": "Ctrl+R",
    "f1": "F1",
    "delete": "Del",
    "ctrl+s": "Ctrl+S",
    "ctrl+l": "Ctrl+L",
    "ctrl+z": "Ctrl+Z",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "full_stop": ".",
    "comma": ",",
    "greater_than_sign": ">",
    "shift+left": "⇧←",
    "shift+right": "⇧→",
    "shift+up": "⇧↑",
    "shift+down": "⇧↓",
}


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
        return tuple(_KEY_NAMES.get(key, key) for key in self.keys)

    @property
    def title(self) -> str:
        """What the palette calls it."""
        return self.id.replace("_", " ").capitalize()
