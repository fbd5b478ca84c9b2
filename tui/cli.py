"""From the command line to what it asks for, and to the exit code.

It decides between the screens and a headless run before either is loaded.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.address import is_remote
from core.errors import BetterhalfError, UnavailableError, UsageError
from core.text import printable
from tui.options import REVIEW, build_parser, command_of, refuse_misplaced

if TYPE_CHECKING:
    from core.settings import Settings


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

    refuse_misplaced(given)
    settings = settings_file.load(given.config)
    database = given.database or settings_file.database_path()
    distances = settings.distances(given.distance)
    command = command_of(given)
    if command == "compare":
        return _compare(given, settings.worker_count)
    if command == "undo":
        from core.libraries.immich.access import accesses
        from core.process.run import run
        from core.process.undoing import undo_decisions

        return run(
            undo_decisions(
                given.undo,
                database,
                given.json,
                lambda roots: accesses(roots, settings, _asking()),
                given.leave_edited,
                given.dry_run,
            )
        )
    if command == "dissolve":
        from core.process.relations import dissolve
        from core.process.run import run

        return run(dissolve(given.dissolve, database, given.json))
    folders = given.folders or list(settings.folders)
    asks = command == REVIEW and sys.stdin.isatty() and sys.stdout.isatty()
    if not folders and command not in _WITHOUT_FOLDERS and not asks:
        raise UsageError("", "no folder is named", "betterhalf FOLDER, or folders in the settings")
    if given.watch and folders and all(map(is_remote, folders)):
        cause = "an Immich server tells nobody of what arrives"
        raise UsageError("--watch", cause, "run --process from time to time")
    if command != REVIEW:
        return _headless(command, given, folders, database, settings)
    from tui.launch import launch
    from tui.logs import log_beside

    log_beside(database)
    images = given.images or settings.images
    config = given.config or settings_file.config_path()
    return launch(folders, database, distances, settings, images, given.watch, config)


def _asking() -> Callable[[str], str] | None:
    """How to ask a person for a key; None where nobody sits there."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    from getpass import getpass

    return getpass


_WITHOUT_FOLDERS = ("redo", "doctor", "list", "rules_export", "rules_import", "rules_remove")
"""Commands that need none."""


def _headless(
    command: str,
    given: argparse.Namespace,
    folders: Sequence[str],
    database: Path,
    settings: Settings,
) -> int:
    from core.actions.holdings import Wishes
    from core.libraries.immich.access import accesses
    from core.process.order import Order
    from core.process.run import process, run

    order = Order(
        folders=folders,
        database=database,
        distances=settings.distances(given.distance),
        workers=settings.worker_count,
        turns=settings.turns,
        rules=given.rules_remove or given.rule or settings.rules,
        wishes=Wishes.of(settings),
        access=lambda roots: accesses(roots, settings, _asking()),
        dry=given.dry_run,
        as_json=given.json,
        watch=given.watch,
    )
    match command:
        case "process":
            return run(process(order))
        case "redo":
            from core.process.redoing import redo_decisions

            return run(redo_decisions(order, given.redo))
        case "empty_trash":
            from core.process.emptying import empty_trash

            return run(empty_trash(order, given.older_than, given.yes, given.discarded))
        case "doctor":
            from core.process.doctor import doctor

            return run(doctor(order, given.thorough))
        case "list" if given.list == "history":
            from core.process.history import Wanted, list_history

            rules = given.rule or ()
            wanted = Wanted(rules, given.run, given.since, given.all, given.csv)
            return run(list_history(order, wanted))
        case "list":
            from core.process import lists

            return run(getattr(lists, f"list_{given.list}")(order))
        case "approve" | "deny":
            from core.process import approving

            named = getattr(given, command)
            ids = [each.strip() for each in named.split(",") if each.strip()]
            if not ids:
                remedy = "--list pending shows them; or say all"
                raise UsageError(f"--{command}", "no id is named", remedy)
            return run(getattr(approving, command)(order, ids))
        case "apply":
            from core.process.plans import apply_plan

            return run(apply_plan(order, given.apply))
        case "king":
            from core.process.relations import make_king

            return run(make_king(order, given.king))
        case "decide":
            from core.process.deciding import decide

            return run(decide(order, given.decide))
        case "deduplicate":
            from core.process.deduplicating import deduplicate

            return run(deduplicate(order))
        case "push_groups":
            from core.process.pushing import push_groups

            return run(push_groups(order))
        case "rules_import":
            from core.process.rule_files import import_rules

            return run(import_rules(order, given.rules_import))
        case "rules_remove":
            from core.process.rule_files import remove_rules

            return run(remove_rules(order))
        case _:
            from core.process.rule_files import export_rules

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
