"""What each screen is for, said once: above its keys in the help, and in the README."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "review": "One pair at a time: the two pictures, what differs, and what is suggested. What"
        " goes moves to the trash; `u` brings it back.",
        "group": "All pictures that belong together, decided as one. `●` stays, `○` goes, `▣` is"
        " stacked, `≈` is an alternate, `≠` no duplicate, `?` stays undecided.",
        "compare": "Two pictures of a group beside each other. Nothing is decided here.",
        "pairs": "All open pairs, a line each, to go to one of them.",
        "rules": "All rules, the first to be asked first: what each looks for, what it is at, how"
        " many pairs stand where, and what has become of its choices. A rule that asks (*asks*)"
        " proposes under `P`; one that acts (*acts*) does it by itself, as the history tells.",
        "rule": "A rule is made in five steps, the way that a pair takes through it: which pairs it"
        " looks for, what has to hold of A and B, what is done, a preview of that, and its name and"
        " mode. The sentence above and the counts below are always those of the rule as it stands;"
        " a line with ! is wrong or dangerous, and says why. Nothing is saved before `s`.",
        "pending": "What rules that ask would do, and what rules that act held back for you: both"
        " files, with their pictures where the terminal is wide, why, and each operation. Approve"
        " or deny one, or all that you select; `u` takes an answer back.",
        "proposal": "What a rule would do, beside the pictures: A stays. Approve it, deny it, or"
        " leave it for later.",
        "look": "Pairs that a rule means, only to be looked at.",
        "offers": "The rules that are safe for anyone, each with the pairs here that it would act"
        " on, what that frees, and how many pairs have still to be looked at for it. Those that you"
        " choose are saved as rules that ask; nothing is done before that.",
        "folders": "Where are your photos? What you choose is scanned now, and opened whenever no"
        " folder is named.",
        "libraries": "The libraries that are open: how far their scan is, how much they hold, what"
        " could not be read, and what holds for each of them: distance, merge policy, protected and"
        " preferred folders.",
        "settings": "What the settings file says (●), and what holds anyway. A change is written"
        " back at once, and leaves all else in the file as it is, comments too; `u` takes it back.",
        "keys": "All commands, screen by screen, with the keys that do them; ● marks what is not as"
        " usual. A change is written to the settings file and holds at once. What is wrong with a"
        " key is said beside it. No command loses its only key to another, or one that you have"
        " given it yourself.",
        "folder_list": "A setting with several lines, in the order that counts. It is saved when"
        " you go back.",
        "unreadable": "What could not be read, each with its reason and what helps. Once that is"
        " mended, have it read again.",
        "history": "All that was decided, the newest first: by whom, why, what was done to which"
        " file, and what can be taken back.",
        "denied": "Pairs that rules were denied. They are not proposed again, unless you reopen"
        " them.",
        "trash": "What lies in the trash of each library. It can be put back until you empty it.",
        "ledger": "What rules and people have done so far: what was freed, and how often they were"
        " right.",
    }
)
"""By the names of `tui.commands.SCREENS`; what is in backquotes is a key."""
