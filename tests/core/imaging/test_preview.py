from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from core.errors import ImageError
from core.imaging.preview import preview
from tests import gallery


@pytest.mark.parametrize(
    ("box", "size"),
    [((300, 300), (300, 200)), ((300, 100), (150, 100)), ((1200, 1200), (1200, 800))],
)
def test_a_preview_fills_its_box_and_keeps_its_shape(
    box: tuple[int, int], size: tuple[int, int]
) -> None:
    shown = preview(gallery.photo("coffee").read_bytes(), *box)
    assert shown.size == size
    assert shown.mode == "RGB"


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_picture_is_shown_upright(orientation: int, tmp_path: Path) -> None:
    photo = gallery.photo("coffee")
    turned = gallery.exif_rotated_png(photo, tmp_path / "turned.png", orientation=orientation)
    upright = gallery.png_of(photo, tmp_path / "upright.png")
    shown, expected = (
        np.asarray(preview(path.read_bytes(), 120, 120), np.int16) for path in (turned, upright)
    )
    assert shown.shape == expected.shape
    assert np.abs(shown - expected).mean() < 3


@pytest.mark.parametrize("name", ["chelsea", "retina"])
def test_a_preview_looks_like_the_picture_scaled_by_hand(name: str) -> None:
    with Image.open(gallery.photo(name)) as image:
        expected = np.asarray(ImageOps.contain(image, (150, 150)), np.int16)
    shown = preview(gallery.photo(name).read_bytes(), 150, 150)
    assert np.abs(np.asarray(shown, np.int16) - expected).mean() < 6


def test_a_bomb_is_not_previewed(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="decompression bomb"):
        preview(gallery.bomb_png(tmp_path / "bomb.png").read_bytes(), 100, 100)
