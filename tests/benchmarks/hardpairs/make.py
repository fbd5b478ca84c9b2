"""Makes the pairs: a source, what was done to one side, a chain on each, and the label.

The label follows what there is to see, measured on the very pair: an edit that the chain (or its
own faintness) left invisible is lax and accepts both verdicts. A label is about pictures, so it is
taken from pixels alone, never from what a verdict says.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from tests.benchmarks.hardpairs import chains, drawn, edits, profiles, sources
from tests.benchmarks.hardpairs.chains import Chain, Save

PROCESSES = 2
_LEVELS = 3.0
"""Levels (of 255, mean of 3 x 3 pixels) from which an edit counts as seen."""
_LEVELS_REPLACED = 5.0
"""The same where grain is replaced by other grain, which differs without being seen."""
_REPLACING = ("erase", "clone", "blur", "warp", "pixelate")
_PIXELS = 12
"""Fewer changed pixels than that, at the smaller of the two sizes, are not seen."""
_MOVED = 2.0
"""Pixels at the smaller size that geometry must be off; less is a resizer's rounding."""

_BOTH = ("alternate", "visual-duplicate")
_FAMILIES = {
    "visual": 42,
    "lax": 6,
    "profile": 3,
    "local": 25,
    "colour": 8,
    "geometry": 8,
    "alpha": 1,
    "burst": 3,
    "words": 2,
    "different": 2,
}
"""How often of 100."""


Files = tuple[tuple[bytes, str], tuple[bytes, str]]
"""Bytes and suffix of each of two files."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a set of pairs is made from."""

    out: Path
    seed: str
    megapixels: tuple[float, float]
    photos: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files to be, the untouched side first, and what the label says of them."""

    files: Files
    kind: str
    class_: str
    accept: tuple[str, ...]
    strict: bool
    group: str
    params: dict[str, object] = field(default_factory=dict)


class _NothingToSeeError(Exception):
    """The edit met a place where it changes no pixel; another throw of the dice will."""


def _ended(chain: Chain, picture: Image.Image) -> tuple[bytes, str]:
    last = chain[-1]
    assert isinstance(last, Save)
    return chains.run(chain, picture), chains.SUFFIXES[last.format]


def _told(chain: Chain) -> list[str]:
    return [str(step) for step in chain]


def _source(random: Random, recipe: Recipe, kinds: Iterable[str] = ()) -> sources.Source:
    """Of one of `kinds`, or of any but a cut-out."""
    kind = random.choice(tuple(kinds)) if kinds else sources.pick_kind(random)
    while not kinds and kind == "cutout":
        kind = sources.pick_kind(random)
    return sources.source(random, kind, recipe.photos, sources.size(random, recipe.megapixels))


def _mild(random: Random, size: tuple[int, int], alpha: bool = False) -> Chain:
    """What usually happens around an edit: nothing much, or up to two steps."""
    steps = random.choices((0, 1, 2), (40, 35, 25))[0]
    return chains.chain(random, size, steps, (55, 96), alpha)


# What there is to see ---------------------------------------------------------------------------


def _difference(a: Image.Image, b: Image.Image, size: tuple[int, int]) -> drawn.Pixels:
    """Signed difference at `size`, mean of 3 x 3 pixels, shape (height, width, 3)."""
    both = [
        np.asarray(p.resize(size, Image.Resampling.BOX) if p.size != size else p, np.float32)
        for p in (a, b)
    ]
    wide = np.pad(both[1] - both[0], ((1, 1), (1, 1), (0, 0)), "edge")
    rows = wide[:-2] + wide[1:-1] + wide[2:]
    return (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9


@dataclass(frozen=True, slots=True)
class _Seen:
    levels: float
    """How strong the difference is where it is, at the smaller size."""
    pixels: int
    """How many differ by 2 levels or more."""
    kept: float
    """How much of it the chains left, 0 to 1."""
    files: Files
    """The untouched picture at the end of the first way, the edited one at that of the second."""

    def enough(self, levels: float) -> bool:
        return self.levels * self.kept >= levels and self.pixels >= _PIXELS

    def told(self) -> dict[str, object]:
        levels, kept = round(self.levels, 2), round(self.kept, 3)
        return {"levels": levels, "changed": self.pixels, "kept": kept}


def _seen(
    before: Image.Image, after: Image.Image, ways: tuple[Chain, Chain], everywhere: bool
) -> _Seen:
    """How visible the step from one to the other (of one size) is after both ways.

    Each way is run on both pictures: the part of their difference that comes out at its end is
    what the way kept, whatever its own coding noise.
    """
    scale = min(1.0, *(chains.scale(way) for way in ways))
    size = max(1, round(before.width * scale)), max(1, round(before.height * scale))
    plain = _difference(before, after, size)
    strength = np.abs(plain).max(-1)
    changed = strength[strength > 0.5]
    if not changed.size:
        raise _NothingToSeeError
    levels = float(np.percentile(strength, 80) if everywhere else np.percentile(changed, 90))
    energy = float((plain * plain).sum())
    kept = 1.0
    files = []
    for side, way in enumerate(ways):
        ended = [_ended(way, picture) for picture in (before, after)]
        files.append(ended[side])
        ends = [chains.decoded(file, "RGB") for file, _ in ended]
        kept = min(kept, float((_difference(*ends, size) * plain).sum()) / energy)
    return _Seen(levels, int((strength >= 2).sum()), max(0.0, kept), (files[0], files[1]))


# Families ---------------------------------------------------------------------------------------


def _visual(random: Random, recipe: Recipe) -> Pair:
    kinds = ("cutout",) if random.random() < 0.04 else ()
    source = _source(random, recipe, kinds)
    picture, alpha = source.picture, source.kind == "cutout"
    steps = random.randint(1, 3)
    both = random.random() < 0.4
    way = chains.chain(random, picture.size, steps, (40, 98), alpha)
    first: Chain = (
        random.choice(
            (Save("png"), Save("png") if alpha else Save("jpeg", random.randint(90, 98), "4:4:4"))
        ),
    )
    other = (
        chains.chain(random, picture.size, random.randint(1, 2), (40, 98), alpha) if both else first
    )
    saves = [step for step in way + other if isinstance(step, Save)]
    lossy = [step for step in saves if step.format != "png"]
    worst = min(lossy, key=lambda step: step.quality).format if lossy else "png"
    resized = chains.scale(way) != 1 or chains.scale(other) != 1
    enlarged = chains.scale(way) > 1 or chains.scale(other) > 1
    name = f"visual_{'enlarge+' if enlarged else 'resize+' if resized else ''}{worst}"
    params = {
        "strength": f"{steps} steps{', both' if both else ''}", "chain_a": _told(other),
        "chain_b": _told(way), "source": source.kind,
        "scale": round(chains.scale(way) / chains.scale(other), 3),
    }  # fmt: skip
    files = _ended(other, picture), _ended(way, picture)
    return Pair(files, name, "visual-duplicate", ("visual-duplicate",), True, source.group, params)


def _lax(random: Random, recipe: Recipe) -> Pair:
    source = _source(random, recipe)
    picture = source.picture
    kind = random.choice(
        (
            "low_quality",
            "palette",
            "gif",
            "cmyk",
            "fake_resolution",
            "sharpened_upscale",
            "grey",
            "odd_row",
        )
    )
    untouched, small = picture, random.uniform(0.3, 0.7)
    way: Chain = (Save("jpeg", random.randint(80, 95)),)
    if kind == "low_quality":
        save = chains.save(random, 15, 39, False, 0)
        way = (replace(save, quality=min(save.quality, 39)),)
    elif kind == "palette":
        way = (Save("png8"),)
    elif kind == "gif":
        way = (Save("gif"),)
    elif kind == "cmyk":
        way = (Save("cmyk", random.randint(75, 95)),)
    elif kind == "fake_resolution":
        way = (chains.resize(random, small), chains.Resize(1 / small, "bicubic"), *way)
    elif kind == "sharpened_upscale":
        factor = random.uniform(1.3, 2)
        way = (chains.Resize(factor, "lanczos"), chains.Sharpen(random.randint(50, 150)), *way)
    elif kind == "grey":
        untouched = picture = picture.convert("L")
        way = (chains.save(random, 50, 95, False, 0),)
        if way[0].format not in ("jpeg", "avif"):
            way = (Save("jpeg", way[0].quality),)
    else:
        picture = picture.crop((0, 0, picture.width - random.randint(0, 1), picture.height - 1))
    files = _ended((Save("png"),), untouched), _ended(way, picture)
    params: dict[str, object] = {"chain_b": _told(way), "source": source.kind}
    return Pair(files, f"lax_{kind}", "visual-duplicate", _BOTH[::-1], False, source.group, params)


def _profile(random: Random, recipe: Recipe) -> Pair:
    """The same colours in the numbers of another profile."""
    source = _source(random, recipe)
    name = random.choice(profiles.NAMES)
    lost = profiles.error(source.picture, name)
    save = random.choice((Save("png"), chains.save(random, 70, 96, False, 0)))
    if save.format == "jxl":
        # Its encoder takes all numbers for sRGB, so that the file would show other colours.
        save = Save("png")
    way = (replace(save, profile=profiles.profile(name)),)
    first: Chain = (Save("jpeg", 95, "4:4:4"),)
    files = _ended(first, source.picture), _ended(way, profiles.converted(source.picture, name))
    params: dict[str, object] = {
        "profile": name,
        "lost": round(lost, 2),
        "chain_b": _told(way),
        "source": source.kind,
    }
    strict = lost < _LEVELS
    accept = ("visual-duplicate",) if strict else _BOTH[::-1]
    return Pair(files, "profile", "visual-duplicate", accept, strict, source.group, params)


def _visible(random: Random, name: str) -> bool:
    return name in edits.ALWAYS_VISIBLE or random.random() < 0.5


def _alternate(
    name: str,
    strict: bool,
    source: sources.Source,
    files: Files,
    params: dict[str, object],
    accept: tuple[str, ...] = ("alternate",),
) -> Pair:
    if not strict:
        accept = tuple(dict.fromkeys((*accept, *_BOTH)))
    return Pair(
        files, name, "alternate", accept, strict, source.group, params | {"source": source.kind}
    )


def _edited(random: Random, recipe: Recipe, table: dict[str, edits.Edit]) -> Pair:
    source = _source(random, recipe)
    name = random.choice(list(table))
    visible = _visible(random, name)
    made = table[name](source.picture, random, visible)
    ways = _mild(random, source.picture.size), _mild(random, made.picture.size)
    params: dict[str, object] = {
        "strength": "visible" if visible else "barely", **made.params,
        "chain_a": _told(ways[0]), "chain_b": _told(ways[1]),
    }  # fmt: skip
    strict = True
    if made.moved is not None:
        moved = made.moved * min(1.0, *(chains.scale(way) for way in ways))
        params["moved"] = round(moved, 2)
        strict = moved >= _MOVED
    if made.picture.size == source.picture.size:
        seen = _seen(source.picture, made.picture, ways, everywhere=table is edits.COLOUR)
        params |= seen.told()
        replacing = name in _REPLACING or table is edits.GEOMETRY
        strict = strict and seen.enough(_LEVELS_REPLACED if replacing else _LEVELS)
        files = seen.files
    else:
        files = _ended(ways[0], source.picture), _ended(ways[1], made.picture)
    if made.box is not None:
        params |= {"box": list(made.box), "of": list(source.picture.size)}
    turned = name in (
        "mirror",
        "rotate_quarter",
        "rotate_slightly",
        "invert",
        "sepia",
        "greyscale",
        "squash",
    )
    accept = ("alternate", "different") if turned else ("alternate",)
    return _alternate(name, strict, source, files, params, accept)


def _alpha(random: Random, recipe: Recipe) -> Pair:
    """A cut-out beside what it was cut from, beside another cut, or laid on white."""
    source = _source(random, recipe, ("cutout",))
    picture = source.picture
    ways = tuple(
        chains.chain(random, picture.size, random.randint(0, 1), (70, 96), True) for _ in range(2)
    )
    kind = random.choice(("alpha_dropped", "alpha_hole", "alpha_on_white"))
    strict = kind != "alpha_on_white"
    if kind == "alpha_dropped":
        made = picture.convert("RGB")
    elif kind == "alpha_hole":
        made = picture.copy()
        alpha = picture.getchannel("A")
        # Where there is something to cut: between two shapes a hole would change nothing.
        rows, columns = np.nonzero(np.asarray(alpha) > 200)
        spot = random.randrange(len(rows))
        x, y = int(columns[spot]), int(rows[spot])
        reach = max(4, round(min(picture.size) * random.uniform(0.02, 0.08)))
        ImageDraw.Draw(alpha).ellipse((x - reach, y - reach, x + reach, y + reach), 0)
        made.putalpha(alpha)
        strict = reach * min(1.0, *(chains.scale(way) for way in ways)) >= 3
    else:
        made = Image.new("RGB", picture.size, "white")
        made.paste(picture, (0, 0), picture)
    files = _ended(ways[0], picture), _ended(ways[1], made)
    params: dict[str, object] = {"chain_a": _told(ways[0]), "chain_b": _told(ways[1])}
    return _alternate(kind, strict, source, files, params)


def _burst(random: Random, recipe: Recipe) -> Pair:
    """Two shutter moments: moved by some pixels, other grain, something in front went on."""
    margin = 14
    width, height = sources.size(random, recipe.megapixels)
    wanted = width + 2 * margin, height + 2 * margin
    source = sources.source(
        random, random.choice(("photo", "photo", "night", "texture")), recipe.photos, wanted
    )
    visible = random.random() < 0.5
    by = random.randint(4, 10) if visible else random.randint(2, 3)
    x, y = random.choice(((by, 0), (0, by), (by, by // 2), (-by, 1), (1, -by)))
    rng = drawn.generator(random)
    grain = random.uniform(0.5, 3)
    thing = edits.object_(source.picture, random, True) if visible else None
    shots = []
    for offset in ((0, 0), (x, y)):
        scene = source.picture
        if thing is not None and thing.box is not None:
            left, top, across, down = thing.box
            piece = thing.picture.crop((left, top, left + across, top + down))
            ahead = (left + 3 * offset[0], top + 2 * offset[1])
            mask = Image.new("L", piece.size, 0)
            ImageDraw.Draw(mask).ellipse((1, 1, across - 2, down - 2), 255)
            scene = scene.copy()
            scene.paste(piece, ahead, mask.filter(ImageFilter.GaussianBlur(1)))
        start = margin + offset[0], margin + offset[1]
        shot = scene.crop((*start, start[0] + width, start[1] + height))
        shots.append(drawn.image(np.asarray(shot, np.float32) + drawn.noise(rng, shot.size, grain)))
    ways = _mild(random, shots[0].size), _mild(random, shots[1].size)
    moved = by * min(1.0, *(chains.scale(way) for way in ways))
    seen = moved >= _MOVED
    params: dict[str, object] = {
        "strength": "visible" if visible else "barely", "by": [x, y], "moved": round(moved, 2),
        "grain": round(grain, 1), "chain_a": _told(ways[0]), "chain_b": _told(ways[1]),
        "source": source.kind,
    }  # fmt: skip
    accept = ("different", "alternate") if seen else ("different", *_BOTH)
    return Pair(
        (_ended(ways[0], shots[0]), _ended(ways[1], shots[1])),
        "burst",
        "different",
        accept,
        seen,
        source.group,
        params,
    )


def _words(random: Random, recipe: Recipe) -> Pair:
    """One template, other words: all of them, or those of a single line."""
    kind = random.choice(drawn.WRITTEN)
    seed, size = f"{random.getrandbits(60)}", sources.size(random, recipe.megapixels)
    words = drawn.Words(seed)
    before = drawn.PAINTERS[kind](seed, words, size)
    visible = random.random() < 0.5
    altered = (
        frozenset(range(words.count)) if visible else frozenset((random.randrange(words.count),))
    )
    after = drawn.PAINTERS[kind](seed, drawn.Words(seed, altered), size)
    ways = _mild(random, size), _mild(random, size)
    seen = _seen(before, after, ways, everywhere=False)
    strict = seen.enough(_LEVELS)
    params: dict[str, object] = {
        "strength": "visible" if visible else "barely", **seen.told(),
        "chain_a": _told(ways[0]), "chain_b": _told(ways[1]), "source": kind,
    }  # fmt: skip
    accept = ("alternate", "different") if strict else ("different", *_BOTH)
    class_ = "different" if visible else "alternate"
    return Pair(seen.files, f"words_{kind}", class_, accept, strict, f"drawn-{kind}", params)


def _different(random: Random, recipe: Recipe) -> Pair:
    """Two halves of one picture, or two pictures of one kind."""
    size = sources.size(random, recipe.megapixels)
    kind = random.choice(("halves", "other"))
    if kind == "halves":
        wide = 2 * size[0], size[1]
        source = sources.source(
            random, random.choice(("texture", "photo", "sky")), recipe.photos, wide
        )
        left = source.picture.crop((0, 0, *size))
        right = source.picture.crop((size[0], 0, *wide))
    else:
        name = random.choice(
            ("page", "screenshot", "line_art", "cartoon", "texture", "night", "photo")
        )
        source = sources.source(random, name, recipe.photos, size)
        left = source.picture
        right = sources.source(random, name, recipe.photos, size).picture
        if name in ("night", "photo"):
            # The photo may be the same one, so the second is mirrored and turned to be another.
            right = ImageOps.fit(ImageOps.flip(right).rotate(90, expand=True), size)
    ways = _mild(random, size), _mild(random, size)
    files = _ended(ways[0], left), _ended(ways[1], right)
    params: dict[str, object] = {
        "chain_a": _told(ways[0]),
        "chain_b": _told(ways[1]),
        "source": source.kind,
    }
    return Pair(
        files,
        f"different_{kind}",
        "different",
        ("different", "alternate"),
        True,
        source.group,
        params,
    )


_MAKERS: dict[str, Callable[[Random, Recipe], Pair]] = {
    "visual": _visual,
    "lax": _lax,
    "profile": _profile,
    "local": partial(_edited, table=edits.LOCAL),
    "colour": partial(_edited, table=edits.COLOUR),
    "geometry": partial(_edited, table=edits.GEOMETRY),
    "alpha": _alpha,
    "burst": _burst,
    "words": _words,
    "different": _different,
}


def pair(recipe: Recipe, number: int) -> dict[str, object]:
    """Write the pair of that number, and give its label."""
    family = Random(f"{recipe.seed}/{number}").choices(list(_FAMILIES), list(_FAMILIES.values()))[0]
    throw = 0
    while True:
        random = Random(f"{recipe.seed}/{number}/{throw}")
        try:
            made = _MAKERS[family](random, recipe)
            break
        except _NothingToSeeError:
            throw += 1
    folder = Path("images", f"{number // 100:03}")
    (recipe.out / folder).mkdir(parents=True, exist_ok=True)
    names = []
    swapped = random.random() < 0.5
    for side, (file, suffix) in zip("ba" if swapped else "ab", made.files, strict=True):
        names.append(folder / f"{number:05}{side}.{suffix}")
        (recipe.out / names[-1]).write_bytes(file)
    first, second = sorted(names)
    return {
        "a": first.as_posix(),
        "b": second.as_posix(),
        "class": made.class_,
        "accept": list(made.accept),
        "strict": made.strict,
        "critical": made.class_ != "visual-duplicate" and "visual-duplicate" not in made.accept,
        "transform": made.kind,
        # The untouched side, and what was done to it, is chain_a whichever side it became.
        "params": made.params | {"swapped": swapped},
        "psnr": None,
        "origin": "derived",
        "group": made.group,
    }


def make(recipe: Recipe, count: int) -> None:
    """Write `count` pairs and labels.json into `recipe.out`, and print what they are."""
    recipe.out.mkdir(parents=True, exist_ok=True)
    labels: list[dict[str, object]] = []
    with ProcessPoolExecutor(PROCESSES) as pool:
        for label in pool.map(partial(pair, recipe), range(count), chunksize=4):
            labels.append(label)
            if not len(labels) % 100:
                print(f"{len(labels)} of {count}", file=sys.stderr)
    text = ",\n".join(json.dumps(label) for label in labels)
    (recipe.out / "labels.json").write_text(
        f'{{"seed": {json.dumps(recipe.seed)}, "pairs": [\n{text}\n]}}\n'
    )
    kinds = Counter(
        (str(x["transform"]), str(x["class"]), "strict" if x["strict"] else "lax") for x in labels
    )
    for (kind, class_, strict), number in sorted(
        kinds.items(), key=lambda item: (item[0][1], item[0][0])
    ):
        print(f"{kind:<28}{class_:<18}{strict:<8}{number:>6}")
    for (class_, strict), number in sorted(Counter((k[1], k[2]) for k in kinds.elements()).items()):
        print(f"{'all':<28}{class_:<18}{strict:<8}{number:>6}")
