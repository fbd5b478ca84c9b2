"""What a verdict answered on labelled pairs: a table, a plot of the scores, a sheet of the worst.

Works on any folder with such a labels.json. The score counts, not the word: it says how far from
its limit a kind is, which a list of errors does not.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import log, log10
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw, ImageOps

from tests.benchmarks.hardpairs.drawn import font

pillow_heif.register_heif_opener()
with suppress(ImportError):
    import pillow_jxl  # noqa: F401

CLASSES = ("pixel-duplicate", "visual-duplicate", "alternate", "different")
_TIERS = ("near perfect", "almost certain")
"""Confidences that a rule may trust without asking."""

_RANGE = 0.03, 30.0
"""Scores at the ends of the plot's axis; what lies outside is drawn at the end."""
_LEFT, _WIDE, _ROW = 340, 900, 16
_CELL = 300
_MARKS = {"wanted": (30, 130, 60), "refused": (190, 40, 30), "lax": (150, 150, 150)}
"""Colours of pairs that must be called duplicates, that must not be, and that may be both."""


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled pair and what was answered."""

    number: int
    folder: Path
    label: dict[str, Any]
    answer: dict[str, Any]

    @property
    def duplicate(self) -> bool:
        """Called a duplicate that a rule may act on."""
        said = str(self.answer.get("verdict", "different")).replace("-", " ")
        return said == "pixel duplicate" or (
            said == "visual duplicate" and self.answer.get("confidence") in _TIERS
        )

    @property
    def wanted(self) -> bool:
        return str(self.label["class"]).endswith("duplicate")

    @property
    def lax(self) -> bool:
        """Either answer is right."""
        accept = [str(name) for name in self.label["accept"]]
        both = any(name.endswith("duplicate") for name in accept)
        return not self.label["strict"] and (self.wanted or both)

    @property
    def wrong(self) -> bool:
        return not self.lax and self.duplicate is not self.wanted

    @property
    def score(self) -> float | None:
        """Larger is more different, 1 the limit; None where nothing was compared."""
        given = self.answer.get("score")
        return max(1e-6, float(given)) if isinstance(given, int | float) else None

    @property
    def margin(self) -> float:
        """How far on its right side of the limit, in natural logarithms; below 0 is wrong."""
        assert self.score is not None
        return -log(self.score) if self.wanted else log(self.score)

    @property
    def mark(self) -> str:
        return "lax" if self.lax else "wanted" if self.wanted else "refused"

    def param(self, name: str) -> str:
        return str(self.label["params"].get(name, "-"))


def read(
    folder: Path, answers: Path, class_: str | None = None, kind: str | None = None
) -> list[Row]:
    """Every pair of `folder` with its answer, of that class and kind only.

    Raises:
        SystemExit: there are not as many answers as pairs.
    """
    labels = json.loads((folder / "labels.json").read_text())["pairs"]
    given = [json.loads(line) for line in answers.read_text().splitlines() if line.strip()]
    if len(labels) != len(given):
        raise SystemExit(f"{answers} holds {len(given)} answers for {len(labels)} pairs")
    rows = [
        Row(number, folder, label, answer)
        for number, (label, answer) in enumerate(zip(labels, given, strict=True))
    ]
    return [
        row
        for row in rows
        if (class_ is None or row.label["class"] == class_)
        and (kind is None or row.label["transform"].startswith(kind))
    ]


def _spread(scores: Iterable[float | None]) -> str:
    """Least, 5th, 50th and 95th percentile, and most."""
    known = sorted(score for score in scores if score is not None)
    if not known:
        return ""
    cuts = quantiles(known, n=20, method="inclusive") if len(known) > 1 else known * 19
    return "".join(f"{v:>9.3g}" for v in (known[0], cuts[0], cuts[9], cuts[18], known[-1]))


def table(rows: Sequence[Row], by: Sequence[str]) -> list[str]:
    """For each kind (and value of the params `by`): how many were called duplicates, how scored."""
    kinds: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        parts = [row.label["class"], row.mark, row.label["transform"], *map(row.param, by)]
        kinds[tuple(parts)].append(row)
    numbers = f"{'n':>6}{'dup':>6}{'share':>8}{'wrong':>7}"
    head = f"{'class':<18}{'must be':<9}{'kind':<26}{' '.join(by):<18}{numbers}"
    lines = [head + "".join(f"{name:>9}" for name in ("min", "p5", "median", "p95", "max"))]
    for key, members in sorted(kinds.items()):
        called, wrong = sum(row.duplicate for row in members), sum(row.wrong for row in members)
        counts = f"{len(members):>6}{called:>6}{called / len(members):>8.3f}{wrong or '':>7}"
        name = f"{key[0]:<18}{key[1]:<9}{key[2]:<26}{' '.join(key[3:]):<18}"
        lines.append(name + counts + _spread(row.score for row in members))
    total, wrong_of = Counter(row.mark for row in rows), Counter(r.mark for r in rows if r.wrong)
    lines.append(f"missed {wrong_of['wanted']} of {total['wanted']} that must be duplicates")
    lines.append(f"false  {wrong_of['refused']} of {total['refused']} that must not be")
    return lines


def _across(score: float) -> int:
    low, high = (log10(end) for end in _RANGE)
    return _LEFT + round(_WIDE * (min(high, max(low, log10(score))) - low) / (high - low))


def plot(rows: Sequence[Row]) -> Image.Image:
    """A strip for each kind, a dot for each pair, on a logarithmic axis with the limit at 1."""
    strips: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.score is not None:
            order = {"wanted": "0", "lax": "1", "refused": "2"}[row.mark]
            name = f"{row.label['transform']} {row.param('strength')}".removesuffix(" -")
            if row.mark == "wanted":
                name = row.label["transform"]
            strips[order, name].append(row)
    height = 40 + _ROW * len(strips)
    sheet = Image.new("RGB", (_LEFT + _WIDE + 60, height), "white")
    draw = ImageDraw.Draw(sheet)
    for score in (0.03, 0.1, 0.3, 1, 3, 10, 30):
        x = _across(score)
        ink = (40, 60, 200) if score == 1 else (215, 215, 215)
        draw.line((x, 24, x, height), ink, 2 if score == 1 else 1)
        draw.text((x, 4), f"{score:g}", (0, 0, 0), font(13), "ma")
    random = Random(0)
    for place, ((_, name), members) in enumerate(sorted(strips.items())):
        y = 30 + _ROW * place
        wrong = sum(row.wrong for row in members)
        ink = (0, 0, 0) if not wrong else (200, 0, 0)
        text = f"{name}  {len(members)}{f', {wrong} wrong' if wrong else ''}"
        draw.text((4, y), text, ink, font(12))
        for row in members:
            assert row.score is not None
            x, up = _across(row.score), y + random.randint(2, _ROW - 3)
            draw.ellipse((x - 2, up - 2, x + 2, up + 2), _MARKS[row.mark])
    return sheet


def _shown(path: Path) -> Image.Image:
    """The picture, upright, what is transparent in magenta."""
    with Image.open(path) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    ground = Image.new("RGBA", upright.size, (255, 0, 255, 255))
    ground.alpha_composite(upright)
    return ground.convert("RGB")


def _near(picture: Image.Image, params: dict[str, Any]) -> Image.Image | None:
    """The edit's surroundings, if it has a place."""
    if "box" not in params or "of" not in params:
        return None
    x, y, width, height = params["box"]
    whole = params["of"]
    reach = 0.8 * max(width, height, 40)
    corners = [
        (min(side, max(0, middle + sign * reach)) / side)
        for sign in (-1, 1)
        for middle, side in zip((x + width / 2, y + height / 2), whole, strict=True)
    ]
    left, top, right, bottom = (
        round(share * side) for share, side in zip(corners, picture.size * 2, strict=True)
    )
    near = picture.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
    return ImageOps.contain(near, (_CELL, _CELL), Image.Resampling.NEAREST)


def _cells(row: Row) -> list[Image.Image]:
    """A and B, the place of the edit in both, and the difference picture of the answer."""
    sides = [_shown(row.folder / row.label[side]) for side in "ab"]
    places = [_near(side, row.label["params"]) for side in sides]
    cells = [*sides, *(place for place in places if place is not None)]
    difference = row.answer.get("difference")
    if isinstance(difference, str) and Path(difference).exists():
        cells.append(_shown(Path(difference)))
    return [ImageOps.contain(cell, (_CELL, _CELL - 4)) for cell in cells]


def sheet(rows: Sequence[Row], count: int, lax: bool) -> Image.Image:
    """The `count` pairs furthest on the wrong side, or nearest to it, worst first."""
    scored = [row for row in rows if row.score is not None and (lax or not row.lax)]
    worst = sorted(scored, key=lambda row: row.margin)[:count]
    if not worst:
        raise SystemExit("no answer has a score")
    page = Image.new("RGB", (5 * (_CELL + 4), len(worst) * (_CELL + 40)), "white")
    draw = ImageDraw.Draw(page)
    for place, row in enumerate(worst):
        top = place * (_CELL + 40)
        said = row.answer.get("verdict"), row.answer.get("confidence")
        first = f"{row.number} {row.label['transform']}: score {row.score:.3g}, {said}, {row.mark}"
        draw.text((4, top + 2), first, (190, 0, 0) if row.wrong else (0, 0, 0), font(14))
        draw.text((4, top + 19), json.dumps(row.label["params"])[:230], (70, 70, 70), font(12))
        for column, cell in enumerate(_cells(row)):
            page.paste(cell, (column * (_CELL + 4), top + 38))
    return page
