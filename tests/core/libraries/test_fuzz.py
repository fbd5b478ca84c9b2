"""A sample of the broken files of `tests.benchmarks.fuzz`: a reading or an `ImageError`, always.

In this process on purpose: a worker pool would turn whatever else comes out into an `ImageError`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import ImageError
from core.imaging.preview import shown
from core.libraries.reader import file_digest, read_image, read_pixel_digest
from core.model import Reading
from tests.benchmarks.fuzz import Sound, broken, every_format

CASES = 4 * len(every_format())
"""Every format comes up four times."""


def fails(read: Callable[[], object]) -> bool:
    """Whether `read` raises an `ImageError`; anything else that it raises ends the test."""
    try:
        read()
    except ImageError:
        return True
    return False


@pytest.mark.parametrize("sound", every_format(), ids=lambda sound: sound.name)
def test_what_is_broken_was_sound(tmp_path: Path, sound: Sound) -> None:
    path = tmp_path / f"sound{sound.suffix}"
    path.write_bytes(sound.data)
    reading = read_image(str(path))
    assert reading.problem is None
    assert reading.metadata.problem is None


@pytest.mark.parametrize("number", range(CASES))
def test_a_broken_file_is_read_or_refused(tmp_path: Path, number: int) -> None:
    made = broken(number)
    path = tmp_path / made.name
    path.write_bytes(made.data)
    reading = read_image(str(path))
    assert isinstance(reading, Reading)
    assert reading.digest == file_digest(path)
    assert (reading.facts is None) == (reading.fingerprint is None) == bool(reading.problem)
    unseen = fails(lambda: shown(made.data, 100))
    undigested = fails(lambda: read_pixel_digest(str(path)))
    # What is offered for comparison can be compared.
    assert reading.problem is not None or not (unseen or undigested)


def test_a_broken_file_is_the_same_every_time() -> None:
    assert [broken(number) for number in range(20)] == [broken(number) for number in range(20)]
