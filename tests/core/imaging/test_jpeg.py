"""What the header of a JPEG says of its quality."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from core.imaging.decode import open_image
from core.imaging.jpeg import Jpeg, ijg_quality, jpeg_of
from tests.core.imaging.judged import encoded, photo

SMALL = (64, 48)


def header(data: bytes) -> Jpeg:
    found = jpeg_of(open_image(data))
    assert found is not None
    return found


def test_every_quality_a_jpeg_can_be_saved_with_is_read_back() -> None:
    picture = photo("clock").resize(SMALL)
    for number in range(1, 101):
        assert header(encoded(picture, "JPEG", quality=number)).quality == number


@pytest.mark.parametrize("name", ["4:4:4", "4:2:2", "4:2:0"])
def test_the_subsampling_has_its_usual_name(name: str) -> None:
    data = encoded(photo("clock").resize(SMALL), "JPEG", quality=80, subsampling=name)
    assert (header(data).quality, header(data).subsampling) == (80, name)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_of_several_passes_is_told_from_one(progressive: bool) -> None:
    data = encoded(photo("clock").resize(SMALL), "JPEG", progressive=progressive)
    assert header(data).progressive is progressive


def test_a_grey_jpeg_has_nothing_to_subsample() -> None:
    data = encoded(photo("clock").resize(SMALL).convert("L"), "JPEG", quality=33)
    assert (header(data).quality, header(data).subsampling) == (33, "grey")


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_other_formats_have_no_quality_of_this_scale(kind: str) -> None:
    assert jpeg_of(open_image(encoded(photo("clock").resize(SMALL), kind))) is None


def test_a_table_of_another_encoder_gets_the_nearest_quality() -> None:
    with Image.open(
        io.BytesIO(encoded(photo("clock").resize(SMALL), "JPEG", quality=70))
    ) as opened:
        table = tuple(opened.quantization[0])  # type: ignore[attr-defined]
    other = tuple(step + (place % 7 == 0) for place, step in enumerate(table))
    assert abs(ijg_quality(other) - 70) <= 3
    assert ijg_quality((1,) * 64) == 100
    assert ijg_quality((255,) * 64) < 10


def test_the_scale_reads_tables_row_by_row() -> None:
    data = encoded(photo("clock").resize(SMALL), "JPEG", quality=50)
    # Table K.1 of ITU-T T.81 begins so, and is not symmetric.
    with Image.open(io.BytesIO(data)) as opened:
        assert list(opened.quantization[0][:10]) == [16, 11, 10, 16, 24, 40, 51, 61, 12, 12]  # type: ignore[attr-defined]
