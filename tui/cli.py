"""The command line. It decides between the screens and a headless run before either is loaded.

Nothing is imported here that `--help` does not need: cron and shell completion wait for it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import BetterhalfError, UnavailableError, UsageError
from core.text import printable

if TYPE_CHECKING:
    from core.settings import Settings

_DESCRIPTION = """\
Find near-copies among photos, see each pair side by side, keep the better half.
Nothing is ever deleted: what loses goes to .betterhalf-trash at the library's root, and
--undo brings it back."""

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


_LISTS = ("pairs", "rules", "pending", "denied", "history")


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="betterhalf",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("folders", nargs="*", metavar="FOLDER", help="libraries to open")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--process", action="store_true", help="work without screens: scan, pair, apply rules"
    )
    what.add_argument(
        "--undo", metavar="ID|last", help="take a decision back; last: also a whole headless run"
    )
    parser.add_argument(
        "--leave-edited",
        action="store_true",
        help="with --undo: leave sidecars alone that were edited since, and bring back the rest",
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
        "--rules-export",
        nargs="?",
        const="-",
        metavar="FILE",
        help="write rules as TOML: the saved ones, or those of --rule",
    )
    what.add_argument(
        "--rules-import", metavar="FILE", help="save the rules of a file; --dry-run: only try them"
    )
    parser.add_argument(
        "--rule",
        action="append",
        metavar="NAME",
        help="only this rule, saved or a template; recommended: the recommended templates",
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run betterhalf; returns its exit code."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Closed by whoever started us (>&-).
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
        # Whatever the locale, a strange file name must not end the program.
        getattr(sys, name).reconfigure(errors="backslashreplace")
    given = build_parser().parse_args(arguments)
    try:
        return _dispatch(given)
    except BetterhalfError as error:
        print(printable(f"betterhalf: {error}"), file=sys.stderr)
        return 3 if isinstance(error, UnavailableError) else 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return _internal_error(error, given.database)


def _internal_error(error: Exception, database: Path | None) -> int:
    """One line for the person, the traceback for the log; the exit code of `sysexits.h`."""
    from core.settings import database_path
    from tui.logs import log, log_beside

    path = log_beside(database or database_path())
    log.error("internal error", exc_info=error)
    cause = f"internal error ({type(error).__name__}: {error})"
    print(printable(f"betterhalf: {cause}; nothing is lost; see {path}"), file=sys.stderr)
    return 70


def _dispatch(given: argparse.Namespace) -> int:
    from core import settings as settings_file

    settings = settings_file.load(given.config)
    database = given.database or settings_file.database_path()
    distances = settings.distances(given.distance)
    answers = given.approve is not None or given.deny is not None
    about_rules = answers or given.rules_export or given.list
    if given.rule and not (given.process or about_rules):
        raise UsageError("--rule", "this belongs to a headless run", "add --process")
    if given.dry_run and not (given.process or given.rules_import or given.decide):
        raise UsageError("--dry-run", "this belongs to a headless run", "add --process")
    if given.leave_edited and given.undo is None:
        raise UsageError("--leave-edited", "this belongs to undo", "--undo ID --leave-edited")
    if given.difference is not None and (given.compare is None or "-" in given.compare):
        raise UsageError("--difference", "this belongs to two files", "--compare A B")
    settles = answers or given.apply or given.decide
    keeps_rules = given.rules_export or given.rules_import
    if given.watch and (given.undo or given.list or given.compare or settles or keeps_rules):
        raise UsageError("--watch", "this belongs to a review or a headless run", "leave it out")
    if given.compare is not None:
        return _compare(given, settings.worker_count)
    if given.undo is not None:
        if given.folders:
            raise UsageError("--undo", "it takes no folder", "--list history shows the numbers")
        from core.process.run import run
        from core.process.undoing import undo_decisions

        return run(undo_decisions(given.undo, database, given.json, given.leave_edited))
    folders = given.folders or list(settings.folders)
    if not folders and not (given.list or keeps_rules):
        raise UsageError("", "no folder is named", "betterhalf FOLDER, or folders in the settings")
    if given.process or given.list or settles or keeps_rules:
        return _headless(given, folders, database, settings)
    from tui.launch import launch
    from tui.logs import log_beside

    log_beside(database)
    images = given.images or settings.images
    return launch(folders, database, distances, settings, images, given.watch)


def _headless(
    given: argparse.Namespace, folders: Sequence[str], database: Path, settings: Settings
) -> int:
    from core.metadata.policies import Merging
    from core.process.order import Order
    from core.process.run import process, run

    order = Order(
        folders=folders,
        database=database,
        distances=settings.distances(given.distance),
        workers=settings.worker_count,
        turns=settings.turns,
        rules=given.rule or settings.rules,
        protected=settings.protected_folders,
        merging=Merging.parse(settings.merge, settings.merges),
        dry=given.dry_run,
        as_json=given.json,
        watch=given.watch,
    )
    if given.process:
        return run(process(order))
    if given.list:
        from core.process import lists

        return run(getattr(lists, f"list_{given.list}")(order))
    if given.approve is not None or given.deny is not None:
        from core.process.approving import approve, deny

        yes = given.approve is not None
        named = given.approve if yes else given.deny
        ids = [each.strip() for each in named.split(",") if each.strip()]
        if not ids:
            flag = "--approve" if yes else "--deny"
            raise UsageError(flag, "no id is named", "--list pending shows them; or say all")
        return run((approve if yes else deny)(order, ids))
    if given.apply:
        from core.process.plans import apply_plan

        return run(apply_plan(order, given.apply))
    if given.decide:
        from core.process.deciding import decide

        return run(decide(order, given.decide))
    from core.process.rule_files import export_rules, import_rules

    if given.rules_import:
        return run(import_rules(order, given.rules_import))
    return run(export_rules(order, given.rules_export))


def _compare(given: argparse.Namespace, workers: int) -> int:
    lines = "-" in given.compare
    if given.folders or len(given.compare) != (1 if lines else 2):
        raise UsageError("--compare", "it takes two files", "or - for JSON lines from stdin")
    from core.process.compare import compare_files, compare_lines
    from core.process.run import run

    compare = (
        compare_lines(workers)
        if lines
        else compare_files(*given.compare, given.json, given.difference)
    )
    return run(compare, "stopped")


if __name__ == "__main__":
    sys.exit(main())
