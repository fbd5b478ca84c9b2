"""Pictures on the wire: what is sent is decoded back and compared with what was meant."""

from __future__ import annotations

import asyncio
import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from textual.strip import Strip

from core.errors import ImageError
from core.model import Asset, Facts, Metadata
from tests.emulator import decode_sixels
from tui.preview import half, kitty, sixel
from tui.preview.link import Link
from tui.preview.loader import PictureLoader
from tui.preview.picture import Picture, draw
from tui.preview.protocol import Cell, Frame, Protocol
from tui.preview.sources import Sources
from tui.preview.view import Stage, View
from tui.preview.wire import Wire

CELL = Cell(10, 20)


def gradient(width: int, height: int) -> Image.Image:
    """Every pixel another colour."""
    y, x = np.mgrid[0:height, 0:width]
    channels = [x * 255 // max(1, width - 1), y * 255 // max(1, height - 1), (x + y) % 256]
    return Image.fromarray(np.stack(channels, axis=2).astype(np.uint8))


def grainy(width: int, height: int) -> Image.Image:
    """Like a photo, hard to compress."""
    noise = np.random.default_rng(7).integers(-20, 20, (height, width, 3))
    mixed = np.asarray(gradient(width, height)).astype(int) + noise
    return Image.fromarray(mixed.clip(0, 255).astype(np.uint8))


def asset(path: Path, size: tuple[int, int]) -> Asset:
    return Asset(1, path, 0, b"", 1, Facts("PNG", 1, *size), Metadata())


def drawing(of: Asset, view: View, whole: bool = True) -> Picture:
    """A picture as half blocks, 40 x 20 cells."""
    return draw(Sources(), of, view, Stage(40, 20, CELL, Protocol.HALF), None, whole)


def pixels_of(strips: list[Strip]) -> np.ndarray:
    """The picture that half blocks draw."""
    rows = []
    for strip in strips:
        upper, lower = [], []
        for segment in strip:
            assert segment.style is not None
            for colours, colour in ((upper, segment.style.color), (lower, segment.style.bgcolor)):
                assert colour is not None
                colours += [tuple(colour.get_truecolor())] * len(segment.text)
        rows += [upper, lower]
    return np.array(rows)


def test_half_blocks_draw_the_picture() -> None:
    picture = gradient(31, 18)
    drawn = pixels_of(half.encode(picture, True))
    assert drawn.shape == (18, 31, 3)
    assert np.abs(drawn.astype(int) - np.asarray(picture).astype(int)).max() <= 3


def test_even_areas_are_sent_as_runs() -> None:
    (strip,) = half.encode(Image.new("RGB", (50, 2), "navy"), True)
    assert len(list(strip)) == 1


def test_kitty_gets_the_picture_in_pieces_it_takes() -> None:
    picture, frame = grainy(400, 300), Frame(40, 15, (400, 300))
    sent = "".join(kitty.transmission(picture, frame, 0x123456, True))
    chunks = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", sent)
    assert "".join(f"\x1b_G{control};{payload}\x1b\\" for control, payload in chunks) == sent
    assert "U=1" in chunks[0][0]
    assert "i=1193046,c=40,r=15" in chunks[0][0]
    assert all(len(payload) <= 4096 for _, payload in chunks)
    assert [control[:3] for control, _ in chunks[1:]] == ["m=1"] * (len(chunks) - 2) + ["m=0"]
    data = base64.standard_b64decode("".join(payload for _, payload in chunks))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), np.asarray(picture))


def test_a_slow_link_gets_a_smaller_transmission() -> None:
    picture, frame = grainy(400, 300), Frame(40, 15, (400, 300))
    whole = "".join(kitty.transmission(picture, frame, 1, True))
    assert len("".join(kitty.transmission(picture, frame, 1, False))) < len(whole)


def test_sixels_draw_the_picture() -> None:
    picture = Image.new("RGB", (60, 40), "teal")
    picture.paste("orange", (10, 10, 30, 25))
    drawn = decode_sixels(sixel.encode(picture, True, 12, picture.size)[2:-2])[..., :3]
    assert np.abs(drawn.astype(int) - np.asarray(picture).astype(int)).max() <= 3


@pytest.mark.parametrize("protocol", [Protocol.HALF, Protocol.SIXEL, Protocol.KITTY])
async def test_a_picture_is_made_and_sent_once(tmp_path: Path, protocol: Protocol) -> None:
    path = tmp_path / "a.png"
    gradient(64, 48).save(path)
    one = asset(path, (64, 48))
    sent: list[str] = []
    wire = Wire(Link(), sent.append)
    loader = PictureLoader(protocol, CELL, wire)
    first = await loader.load(one, View((64, 48)), (20, 10))
    path.unlink()
    assert await loader.load(one, View((64, 48)), (20, 10)) is first
    assert loader.ready(one, View((64, 48)), (20, 10)) is first
    await asyncio.gather(loader.place(first), loader.place(first))
    await loader.place(first)
    assert loader.placed(first)
    assert len(sent) == (1 if protocol is Protocol.KITTY else 0)
    loader.close()
    assert ("a=d,d=I" in wire.farewell()) is (protocol is Protocol.KITTY)


async def test_a_picture_that_is_gone_says_so(tmp_path: Path) -> None:
    loader = PictureLoader(Protocol.HALF, CELL, Wire(Link(), lambda _: None))
    with pytest.raises(ImageError, match="it is gone"):
        await loader.load(asset(tmp_path / "gone.jpg", (4, 3)), View((4, 3)), (20, 10))
    loader.close()


def test_a_turned_photo_is_drawn_upright(tmp_path: Path) -> None:
    from tests import gallery

    turned = gallery.exif_rotated_png(gallery.photo("coffee"), tmp_path / "t.png", orientation=6)
    plain = gallery.png_of(gallery.photo("coffee"), tmp_path / "p.png")
    with Image.open(plain) as opened:
        size = opened.size
    drawn = [
        pixels_of(list(drawing(asset(path, size), View(size)).strips)) for path in (turned, plain)
    ]
    assert np.abs(drawn[0].astype(int) - drawn[1].astype(int)).mean() < 3
