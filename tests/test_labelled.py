"""The labelled library says of every file what it is."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.benchmarks.labelled import Kinship, Label, Labelled, labelled

FILES = 100


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Labelled:
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BETTERHALF_BENCHMARKS", str(folder))
        made = labelled(FILES)
        # What is there already is not made again.
        before = made.folder.stat().st_mtime_ns
        assert labelled(FILES).labels == made.labels
        assert made.folder.stat().st_mtime_ns == before
    return made


def of_way(library: Labelled, *ways: str) -> list[tuple[Path, Path]]:
    """Files that were made so, each with what it was made from."""
    return [
        (library.folder / label.path, library.folder / label.of)
        for label in library.labels.values()
        if label.way in ways and label.of
    ]


def test_every_picture_has_a_label_and_every_label_a_picture(library: Labelled) -> None:
    pictures = {
        str(path.relative_to(library.folder))
        for path in library.folder.rglob("*.*")
        if path.suffix not in (".xmp", ".cr2", ".mov")
    }
    assert pictures == set(library.labels)
    assert len(pictures) == FILES
    # Nothing that only stood in for a file on its way was left.
    assert not [path for path in pictures if "/." in path]


def test_copies_have_the_same_bytes_and_what_is_lossless_the_same_pixels(
    library: Labelled,
) -> None:
    copies = of_way(library, "copied", "copied again")
    assert copies
    for path, of in copies:
        assert path.read_bytes() == of.read_bytes()
    same = [
        each for each in of_way(library, "png", "stripped", "described") if each[1].suffix == ".jpg"
    ]
    assert same
    for path, of in same:
        with Image.open(path) as one, Image.open(of) as other:
            assert np.array_equal(np.asarray(one.convert("RGB")), np.asarray(other.convert("RGB")))


def test_households_are_strangers_and_an_edit_is_no_duplicate(library: Labelled) -> None:
    first, *_, last = [label for label in library.labels.values() if label.way == "as it was"]
    assert library.kinship(first.path, last.path) is Kinship.STRANGERS
    edited = [label for label in library.labels.values() if label.way in ("cropped", "next moment")]
    assert edited
    for label in edited:
        assert label.of
        assert library.kinship(label.path, label.of) is Kinship.ALTERNATES
    kinds = Counter(library.kinship(*pair) for pair in combinations(library.labels, 2))
    assert all(kinds[each] for each in (Kinship.DUPLICATES, Kinship.ALTERNATES))


def test_what_was_made_by_loss_descends_from_what_it_was_made_from() -> None:
    labels = [
        Label("raw.jpg", "1", "1", "as it was"),
        Label("copy.jpg", "1", "1", "copied", "raw.jpg"),
        Label("small.jpg", "1", "1", "smaller", "copy.jpg"),
        Label("small.png", "1", "1", "png", "small.jpg"),
    ]
    library = Labelled(Path("/"), {label.path: label for label in labels})
    assert library.is_descendant("small.png", "raw.jpg")
    assert not library.is_descendant("copy.jpg", "raw.jpg")
    assert not library.is_descendant("small.png", "small.jpg")
    assert not library.is_descendant("raw.jpg", "small.jpg")
