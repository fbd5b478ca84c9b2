"""Every template, headless, over a library whose every file is labelled.

Each run has the catalog as the scan left it. Its decisions are held against the labels, and then
it is taken back: after that the library has to be what it was, to the byte, the name, the time,
the mode and the inode. What was wrongly trashed, or trashed for something made from it, is named
on stderr, pair by pair.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from core.libraries.folder import TRASH
from core.rules.templates import RECOMMENDED, templates
from tests.benchmarks.labelled import Kinship, Labelled, labelled
from tests.benchmarks.measure import AbsentError, Measure
from tests.benchmarks.tree import BETTERHALF, Cost, cost_of

_ASKING = """\
format = 1

[[rule]]
name = "asks for every verdict"
search.kinds = ["similar"]
comparison = ["verdict is different"]
action = "not related"
waiting_at_most = "no limit"
"""
"""So that what verdicts cost is measured by itself."""

Tree = dict[str, tuple[int, int, int, str]]
"""By path: inode, mode, modification time and SHA-256."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """A potential pair that the search found."""

    a: str
    b: str
    lossless: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """What one run came to."""

    decisions: list[dict[str, Any]]
    """As --json prints them, with paths below the library."""
    held: Counter[str]
    """Why pairs were left alone."""
    cost: Cost
    undoing: Cost
    gone: frozenset[str]
    stands: dict[str, str]
    """By what went: what stands in its place."""


def run() -> list[Measure]:
    """Scan, ask for all verdicts, then each template by itself, then several together."""
    library = labelled()
    if (library.folder / TRASH).exists():
        raise AbsentError(f"an audit was broken off in {library.folder}; delete it")
    before = _tree(library.folder)
    with tempfile.TemporaryDirectory() as folder:
        catalog = Path(folder, "catalog.db")
        scan = _betterhalf(library, catalog, "--process")
        asking = Path(folder, "asking.toml")
        asking.write_text(_ASKING)
        _betterhalf(library, catalog, "--rules-import", asking)
        judging = _betterhalf(library, catalog, "--process")
        pairs = _pairs(library, catalog)
        lines = [*_of_search(library, pairs), _spent("scan", scan), _spent("verdicts", judging)]
        total = [0.0, 0.0]
        for names in [(rule.name,) for rule in templates()]:
            found = _audited(library, catalog, names, before)
            total[0] += found.cost.wall
            total[1] += found.cost.processor
            lines += _told(library, names[0], found)
        lines.append(Measure("all templates, one by one", "", _seconds(*total)))
        recommended = _audited(library, catalog, ["recommended"], before)
        lines += _told(library, "recommended", recommended, "0 wrong")
        lines += _shares(library, pairs, recommended)
        together = _audited(library, catalog, [rule.name for rule in templates()], before)
        lines += _told(library, f"all {len(templates())} together", together)
    return lines


# Running ----------------------------------------------------------------------------------------


def _betterhalf(library: Labelled, catalog: Path, *arguments: str | Path) -> Cost:
    command = [*BETTERHALF, catalog, *arguments, "--json", library.folder]
    # Templates name folders of a home, and the library is one; what else betterhalf keeps there
    # must not get into it.
    aside = os.fspath(catalog.parent)
    home = {"HOME": os.fspath(library.folder), "XDG_CACHE_HOME": aside, "XDG_CONFIG_HOME": aside}
    cost = cost_of(command, home)
    if cost.code not in (0, 1):
        raise RuntimeError(f"{arguments}: exit code {cost.code}")
    return cost


def _objects(cost: Cost) -> list[dict[str, Any]]:
    return [json.loads(line) for line in cost.output.splitlines()]


def _below(library: Labelled, path: str) -> str:
    return os.path.relpath(path, library.folder)


def _pairs(library: Labelled, catalog: Path) -> list[_Pair]:
    listed = _objects(_betterhalf(library, catalog, "--list", "pairs"))
    return [
        _Pair(_below(library, each["a"]), _below(library, each["b"]), each["kind"] != "similar")
        for each in listed
    ]


def _audited(library: Labelled, catalog: Path, names: Sequence[str], before: Tree) -> _Found:
    """Run rules on a copy of the catalog, look at what is there, and take it all back."""
    own = catalog.with_name("run.db")
    shutil.copyfile(catalog, own)
    try:
        chosen = [word for name in names for word in ("--rule", name)]
        cost = _betterhalf(library, own, "--process", *chosen)
        here = {path for path in library.labels if (library.folder / path).exists()}
        objects = _objects(cost)
        undoing = cost_of([*BETTERHALF, own, "--undo", "last", "--json"])
    finally:
        for path in own.parent.glob("run.db*"):
            path.unlink()
    _compare(names, before, _tree(library.folder))
    decisions = [each for each in objects if each["type"] == "decision"]
    for each in decisions:
        each["a"], each["b"] = _below(library, each["a"]), _below(library, each["b"])
    held = Counter(_cause(each["cause"]) for each in objects if each["type"] == "refused")
    replaced = {each["b"]: each["a"] for each in decisions if each["operations"]}
    gone = frozenset(library.labels.keys() - here)
    stands = {}
    for path in gone:
        keeper = path
        while keeper in replaced:
            keeper = replaced[keeper]
        stands[path] = keeper
    return _Found(decisions, held, cost, undoing, gone, stands)


def _cause(cause: str) -> str:
    """Without the names and numbers of one pair."""
    cause = re.sub(r".* beside it", "a companion", cause.partition(":")[0])
    return re.sub(r"\d+ times", "so many times", cause)


def _tree(folder: Path) -> Tree:
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = "" if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()
        # A folder's own time is that of the last name in it, which an undo cannot bring back.
        when = 0 if path.is_dir() else status.st_mtime_ns
        found[os.fspath(path.relative_to(folder))] = status.st_ino, status.st_mode, when, content
    return found


def _compare(names: Sequence[str], before: Tree, after: Tree) -> None:
    if before == after:
        return
    odd = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    raise RuntimeError(f"{', '.join(names)}: {len(odd)} files are not what they were: {odd[:5]}")


# Telling ----------------------------------------------------------------------------------------


def _of_search(library: Labelled, pairs: Sequence[_Pair]) -> list[Measure]:
    known = {frozenset((pair.a, pair.b)) for pair in pairs}
    kinds = Counter(library.kinship(pair.a, pair.b) for pair in pairs)
    duplicates = _duplicates(library)
    found = sum(pair in known for pair in duplicates)
    told = ", ".join(f"{kinds[each]:,} {each}" for each in Kinship)
    return [
        Measure("labelled files, potential pairs", "", f"{len(library.labels):,}, {len(pairs):,}"),
        Measure("  by their labels", "", told),
        Measure(
            "  labelled duplicates among them",
            "",
            f"{found:,} of {len(duplicates):,} ({found / len(duplicates):.1%})",
        ),
    ]


def _duplicates(library: Labelled) -> list[frozenset[str]]:
    by_picture: dict[str, list[str]] = {}
    for label in library.labels.values():
        if label.sure:
            by_picture.setdefault(label.picture, []).append(label.path)
    return [frozenset(pair) for paths in by_picture.values() for pair in combinations(paths, 2)]


def _told(library: Labelled, name: str, found: _Found, target: str = "") -> list[Measure]:
    wrong, doubtful, worse, bare = 0, 0, 0, 0
    for each in found.decisions:
        keeper = found.stands[each["b"]] if each["operations"] else each["a"]
        kinship = library.kinship(keeper, each["b"])
        doubtful += kinship is Kinship.DOUBTFUL
        if not each["operations"]:
            is_wrong = kinship is Kinship.DUPLICATES
        else:
            is_wrong = kinship not in (Kinship.DUPLICATES, Kinship.DOUBTFUL) or keeper in found.gone
            if library.is_descendant(keeper, each["b"]):
                worse += 1
                _accuse("worse", library, each, keeper, kinship)
            bare += library.labels[each["b"]].exif and not library.labels[keeper].exif
        if is_wrong:
            wrong += 1
            _accuse("wrong", library, each, keeper, kinship)
    surplus = len(library.labels) - len({label.picture for label in library.labels.values()})
    trashed = sum(bool(each["operations"]) for each in found.decisions)
    text = f"{len(found.decisions):,} acts, {wrong} wrong; {trashed / surplus:.1%} of duplicates"
    if doubtful or worse or bare:
        text += f"; {doubtful} doubtful, {worse} kept a descendant, {bare} lost EXIF"
    lines = [Measure(name, target, text)]
    lines += [Measure("  held", "", f"{count:,}: {why}") for why, count in found.held.most_common()]
    lines.append(_spent("  run", found.cost))
    lines.append(_spent("  undo, all as before", found.undoing))
    return lines


def _accuse(
    word: str, library: Labelled, decision: dict[str, Any], keeper: str, kinship: Kinship
) -> None:
    ways = library.labels[keeper].way, library.labels[decision["b"]].way
    print(
        f"{word}: {decision['rule']}: kept {keeper} ({ways[0]}), not {decision['b']} ({ways[1]}),"
        f" {kinship}: {'; '.join(decision['reasons'])}",
        file=sys.stderr,
    )


def _shares(library: Labelled, pairs: Sequence[_Pair], found: _Found) -> list[Measure]:
    """What became of the duplicates, as pairs: settled where one of the two has gone."""
    lines = []
    for name, lossless, target in (("pixel", True, ">= 90 %"), ("visual", False, ">= 85 %")):
        all_ = [
            pair
            for pair in pairs
            if pair.lossless is lossless and library.kinship(pair.a, pair.b) is Kinship.DUPLICATES
        ]
        settled = [pair for pair in all_ if pair.a in found.gone or pair.b in found.gone]
        share = f"{len(settled) / len(all_):.1%} of {len(all_):,}"
        lines.append(Measure(f"  {name} duplicates settled, pairs", target, share))
        left = Counter(
            way
            for pair in set(all_) - set(settled)
            for way in {library.labels[pair.a].way, library.labels[pair.b].way}
        )
        told = ", ".join(f"{count} {way}" for way, count in left.most_common(8))
        lines.append(Measure("    left, by what was done", "", told or "none"))
    by_rule = Counter(each["rule"] for each in found.decisions)
    told = ", ".join(f"{by_rule[name]} {name}" for name in RECOMMENDED)
    lines.append(Measure("  acts by rule", "", told))
    return lines


def _spent(name: str, cost: Cost) -> Measure:
    return Measure(name, "", _seconds(cost.wall, cost.processor, cost.parent))


def _seconds(wall: float, processor: float, parent: float | None = None) -> str:
    own = "" if parent is None else f" (main process {parent:.1f} s)"
    return f"{wall:.1f} s, {processor:.1f} s CPU{own}"
