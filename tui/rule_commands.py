"""The commands of the screens about rules, each declared once, as those of `tui.commands`."""

from __future__ import annotations

from tui.command import Command

MOVING = (
    Command("up", ("up", "k"), "", "Mark the line above."),
    Command("down", ("down", "j"), "", "Mark the line below."),
    Command("page_up", ("pageup",), "", "Go a page up."),
    Command("page_down", ("pagedown",), "", "Go a page down."),
    Command("first", ("home", "g"), "", "Go to the first line."),
    Command("last", ("end", "G"), "", "Go to the last line."),
)
"""Those of every list."""

LEAVING = (
    Command("redraw", ("ctrl+l",), "", "Draw the screen anew, pictures included."),
    Command("suspend", ("ctrl+z",), "", "Back to the shell; fg there goes on."),
    Command("palette", ("ctrl+p", "colon"), "", "Find any command by name."),
    Command("help", ("question_mark", "f1"), "help", "Show all keys."),
    Command("leave", ("escape", "q"), "back", "Go back."),
)
"""Those of every page."""

PLACES = (
    Command("rules", ("R",), "", "See and change the rules, and what they are at."),
    Command("pending", ("P",), "", "See what rules would do, and approve or deny it."),
    Command("history", ("H",), "", "See all that was decided, and take it back."),
    Command("ledger", ("L",), "", "See what was freed, and how often rules were right."),
    Command("trash", ("T",), "", "See what lies in the trash, restore it, or empty it."),
    Command("libraries", ("S",), "", "See the libraries, and change the settings."),
)
"""The pages, from the review and from each other."""


def places_but(page: str) -> tuple[Command, ...]:
    """The others, on one of them."""
    return tuple(each for each in PLACES if each.id != page)


RULES = (
    Command("edit", ("enter", "e"), "edit", "Change the marked rule, step by step."),
    Command("add", ("a",), "add", "Add a rule: one that comes with betterhalf, or a blank one."),
    Command("pending", ("p", "P"), "pending", "See what rules would do, and approve or deny it."),
    Command("mode", ("m",), "mode", "Let it act by itself, or have it ask again."),
    Command("pause", ("space",), "pause", "Let it rest, or go on."),
    Command("undo", ("u",), "undo", "Take back the last change of the rules."),
    Command("earlier", ("K", "shift+up"), "", "Ask it before the rule above."),
    Command("later", ("J", "shift+down"), "", "Ask it after the rule below."),
    Command("duplicate", ("c",), "", "Add a copy of it, to be changed."),
    Command("remove", ("d", "delete"), "", "Forget it; what it did stays in the history."),
    Command("look_again", ("t",), "", "Search and test all pairs anew, for all rules."),
    Command("offers", ("o",), "", "See what the safe rules that come with it would do here."),
    Command("reset_denied", ("r",), "", "Let it ask again for what it was denied."),
    Command("history", ("h", "H"), "", "See what it has done."),
    Command("export", ("x",), "", "Write it to a TOML file, or all rules."),
    Command("import", ("i",), "", "Add the rules of a TOML file."),
    *(each for each in PLACES if each.id in ("ledger", "trash", "libraries")),
    *MOVING,
    *LEAVING,
)
"""The list of rules."""

PENDING = (
    Command("approve", ("a",), "approve", "Have it done: of the marked one, or of all selected."),
    Command("deny", ("n",), "deny", "Never ask for it again: of the marked one or the selected."),
    Command("open", ("enter",), "look", "Look at the pair, pictures and all."),
    Command("select", ("space",), "select", "Select it, and go to the next."),
    Command("select_all", ("A",), "", "Select all that are listed, or none."),
    Command("find", ("slash",), "find", "List only those with a part of a name or a folder."),
    Command("rule", ("r",), "rule", "List only those of the next rule, or of all."),
    Command("undo", ("u",), "undo", "Take the last answer back, files included."),
    *places_but("pending"),
    *MOVING,
    *LEAVING,
)
"""What waits for approval."""

WIZARD = (
    Command("edit", ("enter",), "edit", "Change the marked line: write it, or pick from all."),
    Command("next_value", ("right", "l", "space"), "change", "The next of its values."),
    Command("previous_value", ("left", "h"), "", "The value before."),
    Command("add", ("a",), "add test", "Add a test or a criterion here."),
    Command("next_step", ("tab",), "next step", "Go on to the next step."),
    Command("previous_step", ("shift+tab",), "", "Go back to the step before."),
    Command("save", ("s", "ctrl+s"), "save", "Save the rule."),
    Command("remove", ("d", "delete"), "", "Take the test, or the whole group, away."),
    Command("negate", ("n",), "", "Ask for the opposite of the test: put a not around it."),
    Command("any", ("o",), "", "Put the test in an any-of, of which one has to hold."),
    Command("all", ("A",), "", "Put the test in an all-of, of which each has to hold."),
    Command("apart", ("x",), "", "Take the group apart."),
    Command("earlier", ("K", "shift+up"), "", "Move it up, into or out of groups."),
    Command("later", ("J", "shift+down"), "", "Move it down, into or out of groups."),
    Command("rows", ("v",), "", "In the preview: what it would do, what not, what changes."),
    Command("sentence", ("w",), "", "Read the whole sentence, the warnings and the counts."),
    Command("undo", ("u",), "undo", "Take the last change back."),
    Command("redo", ("ctrl+r",), "", "Change again what was taken back."),
    *MOVING,
    *LEAVING,
)
"""The making of a rule."""
