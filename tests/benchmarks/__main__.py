"""`python -m tests.benchmarks [NAME ...]`: measure, and print a table.

`python -m tests.benchmarks pairs ...` makes labelled pairs and reads a verdict's answers on them.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

from tests.benchmarks.measure import AbsentError, Measure

NAMES = (
    *("startup", "verdict", "keys", "wire", "assets", "rules", "relations", "resolver"),
    *("queue", "pages", "groups", "servers"),
    *("scan", "decisions", "peers", "search", "suggestions", "audit", "fuzz", "crash"),
)
"""Modules here, each with a `run` that returns its lines; what takes longest comes last."""

_HEADINGS = Measure("measure", "target", "measured")
_WIDTHS = 45, 9
"""Characters of the first two columns."""


def _lines(name: str) -> list[Measure]:
    """What the benchmark of that name measured, or one line that says why it did not."""
    try:
        found: list[Measure] = import_module(f"tests.benchmarks.{name}").run()
    except (AbsentError, ImportError) as error:
        return [Measure(name, "", f"skipped: {error}")]
    return found


def _print(lines: list[Measure]) -> None:
    # Line by line: what has been measured is on paper, whatever happens to the rest.
    for line in lines:
        print(f"{line.name:<{_WIDTHS[0]}} | {line.target:<{_WIDTHS[1]}} | {line.measured}")
    sys.stdout.flush()


def _load() -> str:
    try:
        return f"load {' '.join(f'{average:.1f}' for average in os.getloadavg())}"
    except OSError:
        return "load unknown"


def _main(names: list[str]) -> int:
    if names[:1] == ["pairs"]:
        # Imported here: the other benchmarks need none of it.
        from tests.benchmarks.hardpairs.command import main

        return main(names[1:])
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"there is no benchmark {unknown[0]}; known are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    before = _load()
    _print([_HEADINGS])
    print("-+-".join("-" * width for width in (*_WIDTHS, 30)))
    for name in names or NAMES:
        _print(_lines(name))
    print(f"\n{os.cpu_count()} processors, {before} before, {_load()} after")
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
