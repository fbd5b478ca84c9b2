"""The commands of the pages about the past, each declared once, as those of `tui.commands`."""

from __future__ import annotations

from tui.command import Command
from tui.rule_commands import LEAVING, MOVING, places_but

HISTORY = (
    Command("undo", ("u",), "undo", "Take back the marked one, or all selected, files included."),
    Command("undo_more", ("U",), "more", "Take back a run, what a rule did, or all since a time."),
    Command("redo", ("ctrl+r",), "redo", "Make again what was taken back."),
    Command("open", ("enter",), "all", "See all of it: why, what was done, before and after."),
    Command("find", ("slash",), "find", "List only those with a part of a name or a folder."),
    Command("who", ("w",), "who", "List only what people, one rule or one run decided."),
    Command("state", ("s",), "state", "List only what stands, or was taken back, or all."),
    Command("kind", ("r",), "", "List only those that say the same: better, alternates ..."),
    Command("time", ("d",), "", "List only those of some days."),
    Command("everything", ("x",), "", "List all again."),
    Command("denied", ("n",), "denied", "See the pairs that rules were denied."),
    Command("select", ("space",), "select", "Select it, and go to the next."),
    Command("select_all", ("A",), "", "Select all that are listed and stand, or none."),
    Command("scroll_down", ("right_square_bracket",), "", "Scroll what is said of it down."),
    Command("scroll_up", ("left_square_bracket",), "", "Scroll it up."),
    *places_but("history"),
    *MOVING,
    *LEAVING,
)
"""All that was decided."""

DENIED = (
    Command("undo", ("u",), "reopen", "Let the rule ask again: for the marked one, or all chosen."),
    Command("redo", ("ctrl+r",), "redo", "Deny again what was reopened last."),
    Command("select", ("space",), "select", "Select it, and go to the next."),
    Command("select_all", ("A",), "", "Select all that are listed, or none."),
    Command("rule", ("r",), "rule", "List only those of the next rule, or of all."),
    *places_but(""),
    *MOVING,
    *LEAVING,
)
"""What rules were denied."""

TRASH = (
    Command("undo", ("u",), "restore", "Put it back, and take back what sent it here."),
    Command("redo", ("ctrl+r",), "", "Send away again what was restored here last."),
    Command("empty", ("E",), "empty", "Remove for good, after saying what, and asking."),
    Command("open", ("enter",), "all", "See all of the decision that sent it here."),
    Command("find", ("slash",), "find", "List only those with a part of a name or a folder."),
    Command("library", ("r",), "library", "List only the trash of the next library, or all."),
    Command("select", ("space",), "select", "Select it, and go to the next."),
    *places_but("trash"),
    *MOVING,
    *LEAVING,
)
"""What lies in trashes."""

LEDGER = (
    Command("plot", ("tab", "right", "l"), "plot", "Plot the next: freed, acts, right, one per N."),
    Command("previous_plot", ("shift+tab", "left", "h"), "", "Plot the one before."),
    Command("span", ("s",), "span", "Plot the last 30 days, 12 months, or all."),
    Command("open", ("enter",), "history", "See what it has done."),
    *places_but("ledger"),
    *MOVING,
    *LEAVING,
)
"""What rules and people did."""
