"""Every screen at three sizes in two themes, as it was when somebody last looked at it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from rich.cells import cell_len

from tests.tui.scenes import SCENES, SHOTS, SIZES, path_of, taken


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """File times are shown in the local zone."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", SCENES)
async def test_a_screen_looks_as_it_did(scene: str, size: tuple[int, int]) -> None:
    assert await taken(scene, size) == path_of(scene, size).read_text("utf-8")


def test_no_shot_is_of_a_scene_that_is_gone() -> None:
    assert set(SHOTS.iterdir()) == {path_of(scene, size) for scene in SCENES for size in SIZES}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_is_wider_than_its_terminal(size: tuple[int, int]) -> None:
    for scene in SCENES:
        lines = path_of(scene, size).read_text("utf-8").split("\n")[: size[1]]
        assert max(map(cell_len, lines)) <= size[0]
