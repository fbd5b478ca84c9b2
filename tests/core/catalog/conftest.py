"""What several tests of the catalog begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import gallery
from tests.core.desk import Desk


@pytest.fixture
def files(library: Path, desk: Desk) -> list[Path]:
    """A photo, two exact copies of it, and a smaller one."""
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg")
    copies = [gallery.exact_copy(photo, library / name) for name in ("b.jpg", "c.jpg")]
    found = [photo, *copies, gallery.resized(photo, library / "small.jpg")]
    desk.scan()
    return found
