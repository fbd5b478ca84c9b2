"""What several tests of the screens begin with."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import gallery


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """An app takes all there is for what stays as long as it does; here many follow each other."""
    yield
    gc.unfreeze()


@pytest.fixture
def three(library: Path) -> Path:
    """A library with three similar photos, `0.jpg` the oldest."""
    for number in range(3):
        name = library / f"{number}.jpg"
        gallery.recompressed(gallery.photo("chelsea"), name, quality=80 - number)
        os.utime(name, (1e9 + number, 1e9 + number))
    return library
