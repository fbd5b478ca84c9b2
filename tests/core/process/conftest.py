"""What several tests of headless runs begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.desk import Desk
from tests.core.headless import Headless


@pytest.fixture
def office(betterhalf: Headless, library: Path, copies: list[Path]) -> Desk:
    """The core on the catalog of `betterhalf`, scanned once the `copies` of a test are there."""
    desk = Desk(betterhalf.database, [library])
    desk.scan()
    return desk
