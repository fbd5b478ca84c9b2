"""What every app of betterhalf has of Textual: colours that have meanings, and the palette."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import App, SystemCommand
from textual.screen import Screen
from textual.theme import ThemeProvider

from tui.command import Command
from tui.palette import Palette
from tui.theming import meanings


class Themed(App[None]):
    """Colours and the palette."""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What Textual's own themes do not know of."""
        return meanings(self.current_theme)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: the screen's own commands, then the themes."""
        commands: Iterable[Command] = getattr(screen, "commands", ())
        for command in commands:
            keys = " ".join(command.key_names)
            action = getattr(screen, f"action_{command.id}")
            yield SystemCommand(f"{command.title}  ({keys})", command.help, action)
        yield SystemCommand("Theme", "Change the colours.", self.action_change_theme)

    def action_command_palette(self) -> None:
        if not Palette.is_open(self):
            self.push_screen(Palette(id="--command-palette"))

    def search_themes(self) -> None:
        self.push_screen(Palette([ThemeProvider], placeholder="Search for themes…"))
