"""What every test may ask for: a folder to be a library, a catalog, and betterhalf itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# Before numpy loads: its threads, one a processor, wait for each other longer than they work.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

from tests.core.desk import Desk
from tests.core.headless import Headless
from tests.core.mounts import unmount


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache folder that is nobody's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """An empty folder; its path has no links in it, as the catalog's have none."""
    folder = tmp_path.resolve() / "library"
    folder.mkdir()
    return folder


@pytest.fixture
def desk(library: Path) -> Iterator[Desk]:
    """The core without processes, opened on `library`."""
    with Desk(library.parent / "catalog.db", [library]) as opened:
        yield opened


@pytest.fixture
def betterhalf(tmp_path: Path) -> Headless:
    """The command line in processes of its own, with a home and a catalog in `tmp_path`."""
    return Headless(tmp_path / "home", tmp_path / "catalog.db")


@pytest.fixture
def mounted() -> Iterator[Callable[[Path], Path]]:
    """Takes note of a mount point, so that it is unmounted after the test."""
    points: list[Path] = []

    def note(point: Path) -> Path:
        points.append(point)
        return point

    yield note
    for point in reversed(points):
        unmount(point)
