"""ThumbHashes that another program made: what is drawn of them is the picture, out of focus."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from PIL import Image, ImageFilter

from core.imaging.thumbhash import blurred
from tests import gallery

HASHES = {
    "coffee": "GIoKDYSlqIdPUXd3eEeHh9N/YIkI",
    "clock": "JAgGBYBvyFd7h4eCfJR4egAAAAAA",
    "chelsea": "XUkGFYL2V2ix5qmreEWIhQx31HBm",
}


@pytest.mark.parametrize("name", HASHES)
def test_what_is_drawn_is_the_picture_out_of_focus(name: str) -> None:
    photo = Image.open(gallery.photo(name)).convert("RGB")
    drawn = blurred(base64.b64decode(HASHES[name]), photo.width / photo.height)
    assert drawn is not None
    assert abs(drawn.width / drawn.height - photo.width / photo.height) < 0.02
    expected = photo.resize(drawn.size).filter(ImageFilter.GaussianBlur(10))
    pixels = (np.asarray(each).astype(int) for each in (drawn, expected))
    apart = np.abs(next(pixels) - next(pixels)).mean()
    others = [
        np.abs(np.asarray(drawn).astype(int) - np.asarray(other.resize(drawn.size))).mean()
        for other in (
            Image.open(gallery.photo(each)).convert("RGB") for each in HASHES if each != name
        )
    ]
    assert apart < 12
    assert apart < min(others) / 2


@pytest.mark.parametrize("text", [b"", b"abc", base64.b64decode(HASHES["clock"])[:9]])
def test_what_is_no_hash_is_no_picture(text: bytes) -> None:
    assert blurred(text, 1.5) is None
