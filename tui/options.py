"""What may be said on the command line, and what together with what.

Nothing is imported here that `--help` does not need: cron and shell completion wait for it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from core.errors import UsageError

_DESCRIPTION = """\
Find near-copies among photos, see each pair side by side, keep the better half.
Nothing is deleted: what loses goes to .betterhalf-trash at the library's root, and --undo
brings it back until you empty that."""

_EPILOG = """\
examples:
  betterhalf ~/Pictures                         review its pairs
  betterhalf --process ~/Pictures               scan, report, change nothing
  betterhalf --process --rule recommended --dry-run ~/Pictures
                                                what the recommended rules would do
  betterhalf --watch ~/Pictures                 go on with the files that arrive
  betterhalf --compare one.jpg other.jpg        what two files are to each other, and why
  betterhalf --undo last                        take the last decision or headless run back

exit codes: 0 done, 1 some files could not be read, 2 wrong use or settings,
3 something needed is locked or missing"""


def _version() -> str:
    from importlib.metadata import version

    return f"betterhalf {version('betterhalf')}"


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: reading package metadata costs 20 ms."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(_version())
        parser.exit()


def _distance(text: str) -> int:
    from core.settings import parse_distance

    try:
        return parse_distance(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < _DIGITS):
        raise argparse.ArgumentTypeError(f"{text} is no number of a run")
    return int(text)


_DIGITS = 19
"""Of the first number that a database could not hold."""


def _days(text: str) -> float:
    days = float(text)
    if not 0 <= days < 36_500:
        raise argparse.ArgumentTypeError(f"{text} is no number of days")
    return days


_LISTS = ("pairs", "relations", "rules", "pending", "denied", "history")


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="betterhalf",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "folders",
        nargs="*",
        metavar="FOLDER",
        help="libraries to open; of --list relations also files",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--process", action="store_true", help="work without screens: scan, pair, apply rules"
    )
    what.add_argument(
        "--undo",
        metavar="WHICH",
        help="take decisions back: ID, last (or a whole run), run:N, rule:NAME, since:TIME",
    )
    what.add_argument(
        "--redo",
        metavar="WHICH",
        help="make decisions again that were taken back; the same words, last: the last --undo",
    )
    what.add_argument(
        "--empty-trash",
        action="store_true",
        help="remove for good what something better stands for; says first what, and asks",
    )
    parser.add_argument(
        "--older-than",
        type=_days,
        metavar="DAYS",
        help="with --empty-trash: leave alone what was decided later than that",
    )
    parser.add_argument(
        "--discarded",
        action="store_true",
        help="with --empty-trash: also what you let go though nothing better was kept",
    )
    parser.add_argument("--yes", action="store_true", help="with --empty-trash: agree to it")
    what.add_argument(
        "--doctor",
        action="store_true",
        help="hold catalog, journal, trash and files against each other; mend what is safe to mend",
    )
    parser.add_argument(
        "--thorough", action="store_true", help="with --doctor: read what is in the trash again"
    )
    parser.add_argument(
        "--leave-edited",
        action="store_true",
        help="with --undo: leave sidecars alone that were edited since, and bring back the rest",
    )
    what.add_argument(
        "--dissolve", metavar="ID", help="end a decision's relation; files stay as they are"
    )
    what.add_argument(
        "--king", metavar="FILE", help="have this file stand for its group; nothing moves"
    )
    what.add_argument(
        "--compare",
        nargs="+",
        metavar="FILE",
        help="print what two files are to each other; -: answer JSON lines from stdin",
    )
    parser.add_argument(
        "--difference",
        metavar="OUT.png",
        help="with --compare: also draw where they differ, over a grey version of the first",
    )
    what.add_argument("--list", choices=_LISTS, help="print what the catalog knows")
    what.add_argument(
        "--approve",
        metavar="ID,...",
        help="have rules do what they propose; all: everything",
    )
    what.add_argument(
        "--deny", metavar="ID,...", help="have them never propose it again; all: everything"
    )
    what.add_argument(
        "--apply", metavar="PLAN", help="carry out what --dry-run --json printed, line by line"
    )
    what.add_argument(
        "--decide",
        metavar="LINES",
        help="carry out what JSON lines say of groups: keep, trash, stack, alternates, unrelated",
    )
    what.add_argument(
        "--deduplicate",
        action="store_true",
        help="scan, and follow what is suggested for each group of near-copies where it is sure",
    )
    what.add_argument(
        "--push-groups",
        action="store_true",
        help="scan, and give Immich servers the groups of near-copies that they have not found",
    )
    what.add_argument(
        "--rules-export",
        nargs="?",
        const="-",
        metavar="FILE",
        help="write rules as TOML: the saved ones, or those of --rule",
    )
    what.add_argument(
        "--rules-import", metavar="FILE", help="save the rules of a file; --dry-run: only try them"
    )
    what.add_argument(
        "--rules-remove",
        action="append",
        metavar="NAME",
        help="forget a saved rule; what it did and was denied stays on record",
    )
    parser.add_argument(
        "--rule",
        action="append",
        metavar="NAME",
        help="only this rule, saved or a template; recommended: the recommended templates",
    )
    parser.add_argument(
        "--since", metavar="TIME", help="with --list history: from that day, moment or time on"
    )
    parser.add_argument("--run", type=_number, metavar="N", help="with --list history: one run")
    parser.add_argument(
        "--all", action="store_true", help="with --list history: more than the latest 1,000"
    )
    parser.add_argument(
        "--csv", action="store_true", help="with --list history: for spreadsheets, a row a decision"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="print what would be done, and do nothing"
    )
    parser.add_argument(
        "--watch", action="store_true", help="after the scan, go on with the files that arrive"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line on stdout")
    parser.add_argument(
        "--distance",
        type=_distance,
        metavar="N|NAME",
        help="largest distance of a pair: 0 exact, 2 very-similar, 4 similar, 8 speculative",
    )
    parser.add_argument(
        "--images",
        choices=["auto", "kitty", "sixel", "half", "off"],
        help="how to draw previews (auto)",
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings file to use")
    parser.add_argument("--database", type=Path, metavar="FILE", help="catalog to use")
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    return parser


REVIEW = "review"
"""What is done where no command is given."""

_COMMANDS = (
    *("process", "compare", "list"),
    *("decide", "deduplicate", "push_groups"),
    *("undo", "redo", "empty_trash", "doctor", "dissolve", "king"),
    *("approve", "deny", "apply"),
    *("rules_export", "rules_import", "rules_remove"),
)

_RUNS = ("this belongs to a headless run", "add --process")
_OF_HISTORY = ("this belongs to the history", "add --list history")
_BELONGS = {
    "rule": ("process list approve deny rules_export", *_RUNS),
    "dry_run": (
        "process undo redo empty_trash doctor king decide deduplicate push_groups rules_import",
        *_RUNS,
    ),
    "leave_edited": ("undo", "this belongs to undo", "--undo ID --leave-edited"),
    **dict.fromkeys(("since", "run", "all", "csv"), ("history", *_OF_HISTORY)),
    "thorough": ("doctor", "this belongs to the doctor", "add --doctor"),
    "older_than": ("empty_trash", "this belongs to the trash", "add --empty-trash"),
    "discarded": ("empty_trash", "this belongs to the trash", "add --empty-trash"),
    "yes": ("empty_trash", "this belongs to the trash", "add --empty-trash"),
    "difference": ("compare", "this belongs to two files", "--compare A B"),
    "watch": (
        f"process {REVIEW}",
        "this belongs to a review or a headless run",
        "leave it out",
    ),
}
"""Of options that are not for everything: the commands, and what to say beside any other."""


def command_of(given: argparse.Namespace) -> str:
    """Which command was given, or `REVIEW`."""
    for name in _COMMANDS:
        if getattr(given, name) not in (None, False):
            return name
    return REVIEW


def refuse_misplaced(given: argparse.Namespace) -> None:
    """Raise UsageError where something stands beside a command that it does not belong to."""
    command = command_of(given)
    said = {command, given.list}
    for name, (commands, cause, remedy) in _BELONGS.items():
        if getattr(given, name) not in (None, False) and said.isdisjoint(commands.split()):
            raise UsageError(f"--{name.replace('_', '-')}", cause, remedy)
    if given.difference is not None and "-" in given.compare:
        raise UsageError("--difference", *_BELONGS["difference"][1:])
    if command in ("undo", "dissolve") and given.folders:
        raise UsageError(f"--{command}", "it takes no folder", "--list history shows the numbers")
