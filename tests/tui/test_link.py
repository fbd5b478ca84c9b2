"""What is sent ahead of a terminal that takes its time, and what is left out."""

from __future__ import annotations

import asyncio

from tui.preview import kitty
from tui.preview.link import Link
from tui.preview.wire import Wire


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def taken(link: Link, clock: Clock, count: int, seconds: float) -> None:
    """The terminal takes so many bytes in that time, and says so."""
    assert link.sent(count)
    clock.now += seconds
    link.answered()


def test_a_terminal_that_is_near_is_fast_until_it_proves_slow() -> None:
    clock = Clock()
    link = Link(clock=clock, round_trip=0.001)
    assert not link.slow
    taken(link, clock, 1_000_000, 4.0)
    assert link.slow
    assert link.rate is not None
    assert 200_000 < link.rate < 300_000


def test_a_distant_one_is_slow_until_it_proves_fast() -> None:
    clock = Clock()
    link = Link(distant=True, clock=clock, round_trip=0.15)
    assert link.slow
    taken(link, clock, 1_000_000, 0.2)
    assert not link.slow


def test_a_few_bytes_are_not_asked_about() -> None:
    link = Link()
    assert not link.sent(100)
    assert link.sent(100_000)


def test_what_is_on_its_way_stays_within_what_is_taken_soon() -> None:
    clock = Clock()
    link = Link(distant=True, clock=clock, round_trip=0.1)
    sent = 0
    while not link.full:
        link.sent(10_000)
        sent += 10_000
    assert sent < 100_000
    # At 100 kB/s less goes ahead, at 10 MB/s more.
    for _ in range(20):
        taken(link, clock, 100_000, 1.1)
    slowly = _ahead(link)
    link.restart()
    for _ in range(20):
        taken(link, clock, 100_000, 0.11)
    assert _ahead(link) > 10 * slowly


def _ahead(link: Link) -> int:
    sent = 0
    while not link.full:
        link.sent(10_000)
        sent += 10_000
    link.restart()
    return sent


async def test_who_waits_goes_on_with_the_answer() -> None:
    link = Link(distant=True)
    link.sent(1_000_000)
    assert link.full
    waiting = asyncio.create_task(link.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    link.answered()
    await waiting


def test_a_terminal_that_answers_nothing_is_not_waited_for() -> None:
    clock = Clock()
    link = Link(clock=clock)
    for _ in range(2):
        link.sent(10_000_000)
        assert link.full
        clock.now += 60
        assert not link.full
    assert not link.sent(10_000_000)
    assert not link.full


PICTURE = [f"\x1b_Gi=7,m=1;{'A' * 4096}\x1b\\" for _ in range(20)]


async def test_a_picture_waits_for_room_between_its_pieces() -> None:
    written: list[str] = []
    link = Link(distant=True)
    wire = Wire(link, written.append)
    link.sent(1_000_000)
    sending = asyncio.create_task(wire.send(7, PICTURE))
    await asyncio.sleep(0)
    assert written == []
    link.answered()
    await sending
    assert "".join(written) == "".join(PICTURE)
    assert wire.has(7)


async def test_a_picture_that_is_broken_off_is_taken_back() -> None:
    written: list[str] = []
    link = Link(distant=True)

    def write(text: str) -> None:
        written.append(text)
        link.sent(1_000_000)

    wire = Wire(link, write)
    sending = asyncio.create_task(wire.send(7, PICTURE))
    await asyncio.sleep(0)
    wire.free(5)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert written[-1] == kitty.END + kitty.deletion(7)
    assert not wire.has(7)
    assert wire.farewell() == ""


async def test_a_picture_is_freed_only_between_pictures() -> None:
    written: list[str] = []
    link = Link(distant=True)
    wire = Wire(link, written.append)
    await wire.send(5, PICTURE[:1])
    link.sent(1_000_000)
    sending = asyncio.create_task(wire.send(7, PICTURE))
    await asyncio.sleep(0)
    wire.free(5)
    assert wire.has(5)
    link.answered()
    await sending
    assert written[-1] == kitty.deletion(5)
    assert not wire.has(5)
    assert wire.farewell() == kitty.deletion(7)


async def test_tmux_is_told_to_hand_on_each_sequence() -> None:
    written: list[str] = []
    await Wire(Link(), written.append, tmux=True).send(7, ["\x1b_Gi=7;AAAA\x1b\\"])
    assert written == ["\x1bPtmux;\x1b\x1b_Gi=7;AAAA\x1b\x1b\\\x1b\\"]
