"""`python -m tests.benchmarks pairs make|table|plot|sheet ...`"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.benchmarks.hardpairs import report
from tests.benchmarks.hardpairs.make import Recipe, make
from tests.gallery import PHOTOS

_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic")


def _photos(folder: Path) -> tuple[Path, ...]:
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
    if not found:
        raise SystemExit(f"{folder} holds no photos; give another folder as --sources")
    return tuple(found)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks pairs", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make", help="write pairs and labels.json into a folder")
    making.add_argument("--out", type=Path, required=True)
    making.add_argument("--count", type=int, default=1000)
    making.add_argument("--seed", default="1")
    making.add_argument("--sources", type=Path, default=PHOTOS, help="a folder of photos")
    making.add_argument(
        "--megapixels", type=float, nargs=2, default=(0.2, 2.0), metavar=("LEAST", "MOST")
    )
    for name, what in (
        ("table", "how often each kind was called a duplicate"),
        ("plot", "where the scores of each kind lie, as a PNG"),
        ("sheet", "the pairs nearest to wrong, or most wrong, as a PNG"),
    ):
        reading = commands.add_parser(name, help=what)
        reading.add_argument("folder", type=Path)
        reading.add_argument("answers", type=Path)
        reading.add_argument("--class", dest="class_", choices=report.CLASSES)
        reading.add_argument("--kind", help="only kinds that begin with that")
        if name == "table":
            reading.add_argument("--by", nargs="*", default=["strength"], help="keys of params")
        else:
            reading.add_argument("png", type=Path)
        if name == "sheet":
            reading.add_argument("--count", type=int, default=24)
            reading.add_argument("--lax", action="store_true", help="lax pairs too")
    return parser


def main(arguments: list[str]) -> int:
    given = _parser().parse_args(arguments)
    if given.command == "make":
        low, high = given.megapixels
        make(Recipe(given.out, given.seed, (low, high), _photos(given.sources)), given.count)
        return 0
    rows = report.read(given.folder, given.answers, given.class_, given.kind)
    if given.command == "table":
        print("\n".join(report.table(rows, given.by)))
    elif given.command == "plot":
        report.plot(rows).save(given.png)
    else:
        report.sheet(rows, given.count, given.lax).save(given.png)
    return 0
