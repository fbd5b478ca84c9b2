"""The commands of the first screens that somebody sees, each declared once."""

from __future__ import annotations

from tui.command import Command
from tui.rule_commands import LEAVING, MOVING

FOLDERS = (
    Command("begin", ("enter",), "begin", "Begin with the chosen folders, or the marked one."),
    Command("choose", ("space",), "choose", "Choose the marked folder, or no longer."),
    Command("open", ("right", "l"), "open", "Show the folders in the marked one."),
    Command("shut", ("left", "h"), "", "Show them no longer; then go to the folder around."),
    Command("write", ("slash",), "write a path", "Write where a folder is, or a server."),
    *MOVING,
    *LEAVING[:-1],
    Command("leave", ("escape", "q"), "quit", "Leave; nothing is begun."),
)
"""The choice of folders."""

OFFERS = (
    Command("take", ("enter",), "save the chosen", "Save the chosen rules; each of them asks."),
    Command("choose", ("space",), "choose", "Choose the marked rule, or no longer."),
    Command("choose_all", ("A",), "all", "Choose all rules that found something, or none."),
    Command("example", ("e",), "examples", "See pairs that the marked rule would act on."),
    *MOVING,
    *LEAVING[:-1],
    Command("leave", ("escape", "q"), "to the pairs", "Go on without; R has them later, too."),
)
"""The rules that are offered."""
