from __future__ import annotations

from pathlib import Path

import pytest

from core.model import Distances

DISTANCES = Distances(4, ((Path("/photos/scans"), 8), (Path("/photos/scans/good"), 0)))


@pytest.mark.parametrize(
    ("path", "distance"),
    [
        ("/photos/a.jpg", 4),
        ("/photos/scans/a.jpg", 8),
        ("/photos/scans/good/a.jpg", 0),
        ("/photos/scans of yesterday/a.jpg", 4),
    ],
)
def test_the_innermost_library_says_how_far_apart_a_pair_may_be(path: str, distance: int) -> None:
    assert DISTANCES.at(Path(path)) == distance


@pytest.mark.parametrize(
    ("roots", "largest"),
    [
        ([], 8),
        (["/photos"], 8),
        (["/elsewhere"], 4),
        (["/photos/scans/good"], 0),
        (["/photos/scans/good", "/elsewhere"], 4),
        (["/photos/scans/bad"], 8),
    ],
)
def test_the_search_goes_as_far_as_any_library_that_is_open(roots: list[str], largest: int) -> None:
    assert DISTANCES.largest(list(map(Path, roots))) == largest
