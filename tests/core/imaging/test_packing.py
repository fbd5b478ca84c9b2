"""What is kept of a look is all of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from core.imaging.verdict.compare import compare
from core.imaging.verdict.look import Planes
from core.imaging.verdict.packing import pack, unpack
from core.imaging.verdict.subject import Deeper, Subject, subject_of
from tests import gallery
from tests.core.imaging.judged import Held, encoded, photo


def _transparent() -> bytes:
    picture = photo("coffee").convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    return encoded(picture)


def _profiled() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    return encoded(photo("coffee"), "JPEG", quality=90, icc_profile=profile)


def _raw(folder: Path) -> bytes:
    return gallery.dng_of(gallery.photo("coffee"), folder / "a.dng").read_bytes()


def _planes(subject: Subject) -> list[np.ndarray]:
    layers: list[Planes | None] = [
        subject.look.shown,
        subject.look.over_black,
        subject.look.unmanaged,
    ]
    return [plane for each in layers if each for plane in (each.luma, each.chroma)]


@pytest.mark.parametrize("kind", ["jpeg", "png", "transparent", "profile", "raw", "dot"])
def test_a_subject_comes_back_as_it_was(kind: str, tmp_path: Path) -> None:
    data = {
        "jpeg": lambda: encoded(photo("retina", 900), "JPEG", quality=80),
        "png": lambda: encoded(photo("retina")),
        "transparent": _transparent,
        "profile": _profiled,
        "raw": lambda: _raw(tmp_path),
        "dot": lambda: encoded(Image.new("L", (1, 1))),
    }[kind]()
    subject = subject_of(data)
    for asked in (False, True):
        if asked:
            deeper = Deeper(subject.depths, Held(data))
            deeper.hash(), deeper.pixels(), deeper.strengths()
            deeper.detail_beyond(5, 3), deeper.detail_beyond(100, 100), deeper.real_size(100, 100)
        found = unpack(pack(subject))
        assert pack(found) == pack(subject)
        assert found.depths.real == subject.depths.real
        assert found.depths.beyond == subject.depths.beyond
        assert found.depths.known == subject.depths.known
        before, after = _planes(subject), _planes(found)
        assert len(before) == len(after)
        assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
        assert (found.jpeg, found.coding) == (subject.jpeg, subject.coding)
        if found.depths.strengths is not None and subject.depths.strengths is not None:
            assert np.array_equal(found.depths.strengths.bins, subject.depths.strengths.bins)
            assert np.array_equal(found.depths.strengths.counts, subject.depths.strengths.counts)


def test_a_verdict_of_what_was_kept_is_the_verdict() -> None:
    one = encoded(photo("coffee"), "JPEG", quality=92)
    other = encoded(photo("coffee"), "JPEG", quality=70)
    subjects = subject_of(one), subject_of(other)
    files = Held(one), Held(other)
    expected = compare(*subjects, files)
    assert expected.directions
    kept = [unpack(pack(each)) for each in subjects]
    # All that it takes is known: nobody has to read these files.
    assert compare(kept[0], kept[1], (Held(b""), Held(b""))) == expected
