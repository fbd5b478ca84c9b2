"""The commands of the screens about libraries and settings, each declared once."""

from __future__ import annotations

from tui.command import Command
from tui.rule_commands import LEAVING, MOVING, places_but

LIBRARIES = (
    Command("open", ("enter",), "its settings", "See and change what holds for this library."),
    Command("settings", ("s",), "all settings", "See and change what holds for all."),
    Command("problems", ("p",), "unreadable", "See which files could not be read, and why."),
    Command("scan", ("r",), "scan again", "Look for what is new, gone or changed."),
    Command("add", ("a",), "add", "Add a folder or a server to what is opened at the start."),
    *places_but("libraries"),
    *MOVING,
    *LEAVING,
)
"""The libraries."""

SETTINGS = (
    Command("edit", ("enter", "e"), "edit", "Change the marked one: write it, or pick from all."),
    Command("next_value", ("right", "l", "space"), "change", "The next of its values."),
    Command("previous_value", ("left", "h"), "", "The value before."),
    Command("usual", ("d", "delete"), "as usual", "Say nothing of it: what is usual holds."),
    Command("undo", ("u",), "undo", "Take the last change back."),
    *MOVING,
    *LEAVING,
)
"""The settings."""

KEYS = (
    Command("press", ("enter",), "press a key", "Press the keys that are to do it."),
    Command("write", ("e",), "write it", "Write the names of its keys."),
    Command("usual", ("d", "delete"), "as usual", "Have it done by its usual keys again."),
    Command("find", ("slash",), "find", "List only commands with a word, or with a key."),
    Command("changed", ("c",), "changed", "List only what is not as usual, or all."),
    Command("next_screen", ("tab",), "next screen", "Go on to the commands of the next screen."),
    Command("previous_screen", ("shift+tab",), "", "Go back to those of the screen before."),
    Command("undo", ("u",), "undo", "Take the last change back."),
    *MOVING,
    *LEAVING,
)
"""The keys of all commands."""

FOLDER_LIST = (
    Command("add", ("a",), "add", "Write the path of another one."),
    Command("edit", ("enter", "e"), "edit", "Change the marked one."),
    Command("remove", ("d", "delete"), "remove", "Take it out of the list."),
    Command("earlier", ("K", "shift+up"), "up", "Move it up."),
    Command("later", ("J", "shift+down"), "down", "Move it down."),
    *MOVING,
    *LEAVING,
)
"""A setting that is a list."""

UNREADABLE = (
    Command("retry", ("r",), "try again", "Read the marked one again."),
    Command("retry_all", ("A",), "all", "Read all of them again."),
    Command("copy_path", ("y",), "copy path", "Copy its full path, over SSH too (OSC 52)."),
    *MOVING,
    *LEAVING,
)
"""What could not be read."""
