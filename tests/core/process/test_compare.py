"""`--compare` as people and programs use it: files, streams and exit codes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests import gallery
from tests.core.headless import Headless, Outcome

PHOTO, OTHER = gallery.photo("coffee"), gallery.photo("chelsea")


def request(a: object, b: object) -> bytes:
    return json.dumps({"a": str(a), "b": str(b)}).encode() + b"\n"


def ask(betterhalf: Headless, lines: Sequence[bytes]) -> Outcome:
    with betterhalf.popen("--compare", "-", "--json", stdin=subprocess.PIPE) as process:
        stdout, stderr = process.communicate(b"".join(lines), timeout=60)
    return Outcome(process.returncode, stdout, stderr)


def test_a_person_gets_the_verdict_and_its_reasons(betterhalf: Headless, tmp_path: Path) -> None:
    small = gallery.resized(PHOTO, tmp_path / "small.jpg")
    done = betterhalf("--compare", PHOTO, small)
    assert (done.code, done.complaints) == (0, [])
    said = dict(
        line.split(maxsplit=1) for line in done.stdout.decode().splitlines() if line[0:1] > " "
    )
    assert (said["A"], said["B"]) == (str(PHOTO), str(small))
    assert said["verdict"].startswith("visual duplicate, ")
    assert said["because"]
    assert not betterhalf.database.exists()


def test_a_program_gets_one_object(betterhalf: Headless, tmp_path: Path) -> None:
    small = gallery.resized(PHOTO, tmp_path / "small.jpg")
    done = betterhalf("--compare", PHOTO, small, "--json")
    (answer,) = done.objects
    assert (answer["a"], answer["b"]) == (str(PHOTO), str(small))
    assert answer["verdict"] == "visual duplicate"
    assert answer["confidence"] in ("near perfect", "almost certain", "very probable")
    assert answer["kind"] is None
    assert answer["direction"] == {"side": "a", "is": "larger original"}
    assert answer["reasons"]
    assert answer["measurements"]
    assert abs(answer["blur"]) < 0.5
    assert abs(answer["noise"]) < 0.5
    assert answer["real_size"] is None
    assert answer["distance"] <= 4
    assert answer["seconds"] > 0
    (other,) = betterhalf("--compare", PHOTO, OTHER, "--json").objects
    assert (other["verdict"], other["confidence"]) == ("different", None)
    assert other["distance"] > 4


def test_the_second_answer_is_the_first_from_what_was_kept(
    betterhalf: Headless, tmp_path: Path
) -> None:
    small = gallery.resized(PHOTO, tmp_path / "small.jpg")
    looks = betterhalf.home / "cache" / "betterhalf" / "looks"
    answers = []
    for _ in range(2):
        answers += betterhalf("--compare", PHOTO, small, "--json").objects
        answers[-1].pop("seconds")
        assert len(list(looks.iterdir())) == 2
    assert answers[0] == answers[1]


def test_without_a_place_for_looks_the_answer_is_the_same(
    betterhalf: Headless, tmp_path: Path
) -> None:
    kept = betterhalf("--compare", PHOTO, OTHER, "--json").objects
    shutil.rmtree(betterhalf.home / "cache")
    (betterhalf.home / "cache").write_bytes(b"in the way")
    done = betterhalf("--compare", PHOTO, OTHER, "--json")
    assert (done.code, done.complaints) == (0, [])
    (answer,) = done.objects
    assert {**answer, "seconds": 0} == {**kept[0], "seconds": 0}


def test_a_person_gets_a_picture_of_where_they_differ(betterhalf: Headless, tmp_path: Path) -> None:
    marked, out = gallery.watermarked(PHOTO, tmp_path / "marked.jpg"), tmp_path / "where.png"
    done = betterhalf("--compare", PHOTO, marked, "--difference", out)
    assert (done.code, done.complaints) == (0, [])
    assert f"difference {out}" in done.stdout.decode()
    with Image.open(out) as drawn:
        assert (drawn.format, drawn.mode) == ("PNG", "RGB")
        bands = [np.asarray(band, dtype=int) for band in drawn.split()]
        coloured = (bands[0] - bands[2]) > 60
    # The mark is in the lower right corner.
    height, width = coloured.shape
    assert coloured[height // 2 :, width // 2 :].any()
    assert not coloured[: height // 2].any()


def test_no_file_is_overwritten_by_a_picture_of_differences(
    betterhalf: Headless, tmp_path: Path
) -> None:
    kept = gallery.exact_copy(OTHER, tmp_path / "kept.png")
    done = betterhalf("--compare", PHOTO, OTHER, "--difference", kept)
    complaint = f"betterhalf: {kept}: there is a file of this name; name a new one"
    assert (done.code, done.stdout, done.complaints) == (2, b"", [complaint])
    assert kept.read_bytes() == OTHER.read_bytes()
    nowhere = tmp_path / "none" / "out.png"
    done = betterhalf("--compare", PHOTO, PHOTO, "--difference", nowhere)
    complaint = f"betterhalf: {nowhere}: there is no such folder; make it first"
    assert (done.code, done.stdout, done.complaints) == (2, b"", [complaint])


def test_a_folder_that_nobody_may_write_to_is_exit_code_3(
    betterhalf: Headless, tmp_path: Path
) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o555)
    done = betterhalf.held_back()("--compare", PHOTO, PHOTO, "--difference", shut / "out.png")
    complaint = f"betterhalf: {shut / 'out.png'}: permission denied; check its owner and mode"
    assert (done.code, done.complaints) == (3, [complaint])


def test_two_different_pictures_have_no_picture_of_differences(
    betterhalf: Headless, tmp_path: Path
) -> None:
    out = tmp_path / "where.png"
    done = betterhalf("--compare", PHOTO, OTHER, "--difference", out, "--json")
    (answer,) = done.objects
    assert (done.code, done.complaints) == (0, [])
    assert answer["difference"] is None
    assert answer["difference_note"] == "They show different pictures."
    assert not out.exists()
    done = betterhalf("--compare", PHOTO, PHOTO, "--difference", out, "--json")
    assert done.objects[0]["difference"] == str(out)
    assert out.exists()


def test_a_file_that_cannot_be_read_is_exit_code_1(betterhalf: Headless, tmp_path: Path) -> None:
    cut = gallery.truncated(PHOTO, tmp_path / "cut.jpg")
    complaint = f"{cut}: the picture is cut off; restore it from a backup"
    done = betterhalf("--compare", PHOTO, cut)
    assert (done.code, done.stdout, done.complaints) == (1, b"", [complaint])
    done = betterhalf("--compare", PHOTO, cut, "--json")
    assert (done.code, done.complaints) == (1, [])
    assert done.objects == [{"a": str(PHOTO), "b": str(cut), "error": complaint}]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--compare", "one.jpg"),
        ("--compare", "one.jpg", "two.jpg", "three.jpg"),
        ("--compare", "-", "two.jpg"),
        ("folder", "--compare", "one.jpg", "two.jpg"),
        ("--compare", "one.jpg", "two.jpg", "--watch"),
        ("--compare", "one.jpg", "two.jpg", "--dry-run"),
        ("--compare", "-", "--difference", "out.png"),
        ("folder", "--process", "--difference", "out.png"),
    ],
)
def test_wrong_use_is_exit_code_2(betterhalf: Headless, arguments: tuple[str, ...]) -> None:
    done = betterhalf(*arguments)
    assert done.code == 2
    assert len(done.complaints) == 1


def test_lines_are_answered_in_their_order_and_errors_are_answers(
    betterhalf: Headless, tmp_path: Path
) -> None:
    odd = gallery.exact_copy(PHOTO, tmp_path / "b\udcffd\n.jpg")
    none = tmp_path / "none.jpg"
    cut = gallery.truncated(OTHER, tmp_path / "cut.jpg")
    lines = {
        request(PHOTO, OTHER): "different",
        request(PHOTO, none): f"{none}: there is no such file; check its name",
        b"\n": None,
        b"nonsense\n": "line 4: this is no JSON",
        b"[1, 2]\n": "line 5: this is no JSON object",
        b'{"a": "one.jpg"}\n': "line 6: it names no file as b",
        b'{"a": 1, "b": "x"}\n': "line 7: it names no file as a",
        request(cut, PHOTO): f"{cut}: the picture is cut off",
        b'{"a": "' + b"x" * 200_000 + b'", "b": "x"}\n': "line 9: it is longer than",
        b"[" * 100_000 + b"\n": "line 10: this is no JSON",
        b'{"a": "with\\u0000zero", "b": "x"}\n': "this is no path",
        request(PHOTO, odd): "pixel duplicate",
        b'{"a": "%s", "b": "%s"}\n'
        % (os.fsencode(PHOTO), os.fsencode(odd).replace(b"\n", b"\\n")): "pixel duplicate",
        request(OTHER, OTHER).rstrip(): "pixel duplicate",
    }
    done = ask(betterhalf, list(lines))
    assert (done.code, done.complaints) == (1, [])
    expected = [text for text in lines.values() if text is not None]
    for answer, text in zip(done.objects, expected, strict=True):
        assert text in (answer.get("error") or answer["verdict"])
        assert {"a", "b"} < set(answer)
    assert done.objects[1]["b"] == str(none)


def test_no_line_waits_for_the_next(betterhalf: Headless) -> None:
    with betterhalf.popen("--compare", "-", stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for a, b, verdict in (
            (PHOTO, PHOTO, "pixel duplicate"),
            (PHOTO, OTHER, "different"),
            (OTHER, OTHER, "pixel duplicate"),
        ):
            process.stdin.write(request(a, b))
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert (answer["a"], answer["verdict"]) == (str(a), verdict)
        process.stdin.close()
        assert process.stdout.read() == b""
        assert process.wait() == 0


def test_it_reads_little_further_than_it_answers_and_ends_when_nobody_listens(
    betterhalf: Headless, tmp_path: Path
) -> None:
    requests = tmp_path / "requests.jsonl"
    requests.write_bytes(request(PHOTO, OTHER) * 50_000)
    with (
        requests.open("rb") as stdin,
        betterhalf.popen("--compare", "-", stdin=stdin) as process,
    ):
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait() == 0
        # The two share one place in the file.
        assert 0 < os.lseek(stdin.fileno(), 0, os.SEEK_CUR) < requests.stat().st_size / 2
        assert process.stderr is not None
        assert process.stderr.read() == b""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("waits", [True, False], ids=["for a line", "for a worker"])
def test_a_signal_ends_it_cleanly(
    betterhalf: Headless, tmp_path: Path, number: signal.Signals, waits: bool
) -> None:
    options: dict[str, Any] = {"stdin": subprocess.PIPE, "start_new_session": True}
    with betterhalf.popen("--compare", "-", **options) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(request(PHOTO, OTHER) * (1 if waits else 100))
        process.stdin.flush()
        process.stdout.readline()
        os.killpg(process.pid, number)
        process.stdout.read()
        assert process.wait() == 128 + number
        assert process.stderr is not None
        assert process.stderr.read() == b"stopped\n"


def test_closed_input_is_said(betterhalf: Headless) -> None:
    with betterhalf.popen("--compare", "-", preexec_fn=lambda: os.close(0)) as process:
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"standard input is closed" in stderr
