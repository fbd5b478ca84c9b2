"""The generator of hard pairs: a verdict is only as good as the pairs that it was measured on."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.imaging.facts import examine
from core.libraries.formats import SUFFIXES_OF_FORMAT
from tests.benchmarks.hardpairs.make import Recipe, pair
from tests.gallery import PHOTOS

_COUNT = 40
_SEED = "1"
_ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of `_COUNT` small pairs and their labels, made as a person makes it."""
    out = tmp_path_factory.mktemp("pairs")
    command = f"-m tests.benchmarks pairs make --count {_COUNT} --seed {_SEED}"
    subprocess.run(
        [sys.executable, *command.split(), "--megapixels", "0.04", "0.08", "--out", out],
        cwd=_ROOT,
        capture_output=True,
        check=True,
    )
    return out


@pytest.fixture
def again(tmp_path: Path) -> Recipe:
    """How to make single pairs of `made` once more, elsewhere."""
    return Recipe(tmp_path, _SEED, (0.04, 0.08), tuple(sorted(PHOTOS.glob("*.jpg"))))


def labels_of(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "labels.json").read_text())["pairs"]
    return found


def test_every_file_is_a_picture_of_its_suffix_and_has_a_label(made: Path) -> None:
    labels = labels_of(made)
    assert len(labels) == _COUNT
    named = [label[side] for label in labels for side in ("a", "b")]
    written = [path.relative_to(made).as_posix() for path in made.glob("images/*/*")]
    assert sorted(named) == sorted(written)
    for name in named:
        facts, _ = examine((made / name).read_bytes())
        assert Path(name).suffix in SUFFIXES_OF_FORMAT[facts.format]
        assert min(facts.width, facts.height) >= 16


def test_a_label_accepts_its_own_class_and_says_what_must_never_be_lost(made: Path) -> None:
    for label in labels_of(made):
        assert set(label["accept"]) <= {"visual-duplicate", "alternate", "different"}
        assert label["class"] in label["accept"]
        assert label["critical"] is ("visual-duplicate" not in label["accept"])
        assert label["transform"]
        assert label["group"]
        assert {"source", "swapped"} <= label["params"].keys()
    assert {label["class"] for label in labels_of(made)} == {
        "visual-duplicate",
        "alternate",
        "different",
    }


def test_number_and_seed_alone_say_what_a_pair_is(made: Path, again: Recipe) -> None:
    for number, label in list(enumerate(labels_of(made)))[::8]:
        assert json.loads(json.dumps(pair(again, number))) == label
        for side in ("a", "b"):
            assert (again.out / label[side]).read_bytes() == (made / label[side]).read_bytes()


def test_another_seed_makes_other_pairs(made: Path, again: Recipe) -> None:
    others = [pair(replace(again, seed="2"), number) for number in range(4)]
    assert [other["params"] for other in others] != [
        label["params"] for label in labels_of(made)[:4]
    ]
