"""Every command is declared once, here; keys, hint bar, palette, help and README come from it."""

from __future__ import annotations

from textual.binding import Binding

from tui.command import Command
from tui.library_commands import FOLDER_LIST, KEYS, LIBRARIES, SETTINGS, UNREADABLE
from tui.past_commands import DENIED, HISTORY, LEDGER, TRASH
from tui.rule_commands import LEAVING, PENDING, PLACES, RULES, WIZARD
from tui.start_commands import FOLDERS, OFFERS

REVIEW = (
    Command("accept", ("enter",), "accept", "Do what is suggested: the side with ● stays."),
    Command("keep_left", ("left", "h"), "keep A", "Keep A; B goes to the trash."),
    Command("keep_right", ("right", "l"), "keep B", "Keep B; A goes to the trash."),
    Command("alternates", ("b",), "both", "Keep both: alternates, the same picture changed."),
    Command("not_related", ("n",), "not dup", "Keep both: these are no duplicates at all."),
    Command("undo", ("u",), "undo", "Take the last decision back, files included."),
    Command("group", ("g",), "group", "See all of its group at once, and decide it as one."),
    Command("redo", ("ctrl+r",), "", "Decide again what was taken back last."),
    Command("same_quality", ("equals_sign", "e"), "same", "Keep both: duplicates, equally good."),
    Command("skip", ("s", "down", "j"), "skip", "Leave this pair for later."),
    Command("back", ("up", "k", "backspace"), "", "Go back to the pair before."),
    Command("pairs", ("slash",), "list", "List the pairs; find one by a part of its name."),
    Command("lens", ("v",), "see", "Choose which pairs to see, and in which order."),
    Command("swap", ("x",), "", "Swap the sides: A becomes B."),
    Command("why", ("w",), "", "Show all that was weighed for the suggestion."),
    Command("flicker", ("f",), "flicker", "Show A and B in turn in one place; again: the other."),
    Command("flicker_by_itself", ("F",), "", "Let A and B take turns by themselves."),
    Command("difference", ("d",), "differ", "Light up where they differ."),
    Command("next_place", ("right_square_bracket",), "", "Go to the next place that differs."),
    Command("previous_place", ("left_square_bracket",), "", "Go to the place before."),
    Command("loupe", ("o",), "", "Enlarge both where they differ most."),
    Command("zoom_in", ("z",), "zoom", "See both nearer, at one scale; 1:1 is one of the steps."),
    Command("zoom_out", ("Z",), "", "See both from further away."),
    Command("zoom_fit", ("0",), "", "See all of both."),
    Command("pan_left", ("shift+left",), "", "Look further to the left, on both sides."),
    Command("pan_right", ("shift+right",), "", "Look further to the right."),
    Command("pan_up", ("shift+up",), "", "Look further up."),
    Command("pan_down", ("shift+down",), "", "Look further down."),
    Command("single", ("i",), "", "Show one of them alone on the whole screen; f the other."),
    Command(
        "leave", ("escape",), "", "Show both beside each other again; from there, see all pairs."
    ),
    Command("next_frame", ("full_stop",), "", "Show the next frame of an animation."),
    Command("previous_frame", ("comma",), "", "Show the frame before."),
    Command("play", ("greater_than_sign",), "", "Let an animation run, or stop it."),
    Command("copy_path", ("y",), "", "Copy the full path of A, over SSH too (OSC 52)."),
    Command("copy_other_path", ("Y",), "", "Copy the full path of B."),
    Command("all_fields", ("m",), "", "Show all fields, or only what differs."),
    Command("layout", ("tab",), "", "More room for pictures, or for fields, or shared."),
    Command("fields_down", ("pagedown",), "", "Scroll the fields down."),
    Command("fields_up", ("pageup",), "", "Scroll the fields up."),
    Command("deduplicate", ("D",), "", "Follow the suggestions for all groups, told before."),
    Command("problems", ("p",), "", "List files that could not be read, and why."),
    *PLACES,
    Command("redraw", ("ctrl+l",), "", "Draw the screen anew, pictures included."),
    Command("suspend", ("ctrl+z",), "", "Back to the shell; fg there goes on."),
    Command("palette", ("ctrl+p", "colon"), "", "Find any command by name."),
    Command("help", ("question_mark", "f1"), "help", "Show all keys."),
    Command("quit", ("q",), "quit", "Quit; all decisions are carried out."),
)
"""The review screen's commands, in the order they are listed."""

GROUP = (
    Command("apply", ("enter",), "apply", "Do what is marked, as one; what has a ? stays open."),
    Command(
        "keep_or_trash", ("space",), "●/○", "Keep ● the focused photo, or let it go to the trash ○."
    ),
    Command("best", ("p",), "best", "Make it the best one, which the others are compared with."),
    Command("keep_only", ("x",), "only it", "Keep it, and trash all others of its group."),
    Command("compare", ("v",), "compare", "See it and the best one side by side."),
    Command("next_group", ("down", "j"), "next", "Leave this group for later."),
    Command("leave", ("g", "escape"), "pairs", "Back to the pairs."),
    Command("undo", ("u",), "undo", "Take the last decision back, files included."),
    Command("stack", ("s",), "stack", "Stack ▣ it under the best one: both stay."),
    Command("alternate", ("a",), "alternate", "It stays as an alternate ≈ of the best one."),
    Command(
        "not_related", ("n",), "not dup", "It stays, as no duplicate ≠ of the best one at all."
    ),
    Command("deduplicate", ("D",), "all", "Follow the suggestions for all groups, told before."),
    Command("redo", ("ctrl+r",), "", "Decide again what was taken back last."),
    Command("previous_group", ("up", "k", "backspace"), "", "Go back to the group before."),
    Command("next_picture", ("right", "l"), "", "Focus the next photo."),
    Command("previous_picture", ("left", "h"), "", "Focus the photo before."),
    Command("keep_all", ("A",), "", "Keep all of them, as equally good."),
    Command("trash_all", ("X",), "", "Trash all of them; asks before."),
    Command("suggested", ("r",), "", "Back to what is suggested."),
    Command("copy_path", ("y",), "", "Copy the full path, over SSH too (OSC 52)."),
    Command("all_fields", ("m",), "", "Show all fields, or only what differs."),
    Command("layout", ("tab",), "", "More room for pictures, or for fields, or shared."),
    Command("fields_down", ("pagedown",), "", "Scroll the fields down."),
    Command("fields_up", ("pageup",), "", "Scroll the fields up."),
    Command("redraw", ("ctrl+l",), "", "Draw the screen anew, pictures included."),
    Command("suspend", ("ctrl+z",), "", "Back to the shell; fg there goes on."),
    Command("palette", ("ctrl+p", "colon"), "", "Find any command by name."),
    Command("help", ("question_mark", "f1"), "help", "Show all keys."),
    Command("quit", ("q",), "quit", "Quit; all decisions are carried out."),
)
"""The group view's commands."""

_DECIDING = (
    *("accept", "keep_left", "keep_right", "alternates", "not_related", "undo", "redo"),
    *("same_quality", "skip", "back", "pairs", "lens", "group", "deduplicate", "problems", "quit"),
    *(each.id for each in PLACES),
)
COMPARE = (
    *(each for each in REVIEW if each.id not in _DECIDING),
    Command("close", ("v", "q"), "back", "Back to the group."),
)
"""Those of two pictures of a group side by side: all of the review that only look."""


PAIRS = (
    Command("open", ("enter",), "go to it", "Go to the marked pair."),
    Command("find", ("slash",), "find", "Find pairs by a part of a name or a folder."),
    Command("up", ("up", "k"), "", "Mark the pair above."),
    Command("down", ("down", "j"), "", "Mark the pair below."),
    Command("page_up", ("pageup",), "", "Go a page up."),
    Command("page_down", ("pagedown",), "", "Go a page down."),
    Command("first", ("home",), "", "Go to the first pair."),
    Command("last", ("end",), "", "Go to the last pair."),
    Command("close", ("escape", "q"), "back", "Leave the search, or the list."),
)
"""Those of the list of pairs."""


_SEEING = tuple(
    each for each in COMPARE if each.id not in ("close", "palette", "help", "redraw", "suspend")
)

LOOK = (
    Command("next", ("down", "j", "s", "enter"), "next", "Go to the next pair."),
    Command("previous", ("up", "k", "backspace"), "before", "Go back to the one before."),
    *_SEEING,
    *LEAVING[:-1],
    Command("close", ("q",), "back", "Go back to where it was opened from."),
)
"""Those of pairs that a rule means, only looked at."""

PROPOSAL = (
    Command("approve", ("a", "enter"), "approve", "Have it done, and go to the next."),
    Command("deny", ("n",), "deny", "Never ask for it again, and go to the next."),
    Command("undo", ("u",), "undo", "Take the last answer back, files included."),
    Command("next", ("down", "j", "s"), "next", "Leave it, and go to the next."),
    Command("previous", ("up", "k", "backspace"), "", "Go back to the one before."),
    Command("decide", ("e",), "", "Decide the pair in the review instead."),
    *_SEEING,
    *LEAVING[:-1],
    Command("close", ("q",), "back", "Go back to the list."),
)
"""Those of pairs that rules would act on."""


SCREENS = {
    "review": REVIEW,
    "group": GROUP,
    "compare": COMPARE,
    "pairs": PAIRS,
    "rules": RULES,
    "rule": WIZARD,
    "pending": PENDING,
    "history": HISTORY,
    "denied": DENIED,
    "trash": TRASH,
    "ledger": LEDGER,
    "proposal": PROPOSAL,
    "look": LOOK,
    "folders": FOLDERS,
    "offers": OFFERS,
    "libraries": LIBRARIES,
    "settings": SETTINGS,
    "keys": KEYS,
    "folder_list": FOLDER_LIST,
    "unreadable": UNREADABLE,
}
"""The commands of each screen, by its name in the settings."""


def command_id(screen: str, command: Command) -> str:
    """What the settings call a command: ``keep_left``, and of another screen ``pairs.open``."""
    return command.id if screen == "review" else f"{screen}.{command.id}"


def bindings(screen: str) -> list[Binding]:
    """Textual bindings of the commands of a screen."""
    return [
        Binding(
            ",".join(command.keys),
            command.id,
            command.help,
            id=command_id(screen, command),
            show=False,
        )
        for command in SCREENS[screen]
    ]


def key_table(commands: tuple[Command, ...]) -> str:
    """The commands as a Markdown table, as the README shows them."""
    rows = [
        f"| {' '.join(f'`{name}`' for name in command.key_names)} | {command.help} |"
        for command in commands
    ]
    return "\n".join(["| key | what it does |", "|---|---|", *rows]) + "\n"
