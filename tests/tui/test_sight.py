"""Where a person looks, and what is seen from there: scales, places and steps, without pixels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.imaging.verdict.difference import Difference
from core.model import WHOLE, Asset, Facts, Metadata, Region
from tui.preview.protocol import Cell, Protocol
from tui.preview.sight import Sight
from tui.preview.view import FIT, Laid, Look, Stage, View, Viewport, views

STAGE = Stage(60, 20, Cell(10, 20), Protocol.KITTY)
"""600 x 400 pixels."""

LARGE, SMALL = (4000, 3000), (1600, 1200)


def asset(size: tuple[int, int], frames: int = 1) -> Asset:
    facts = Facts("JPEG", 1, *size, frames=frames)
    return Asset(1, Path(f"/{size}"), 0, b"", 1, facts, Metadata())


A, B = asset(LARGE), asset(SMALL)


@pytest.mark.parametrize(
    ("size", "cells"),
    [
        ((4000, 3000), (53, 20)),
        ((3000, 4000), (30, 20)),
        ((10_000, 10), (60, 1)),
        ((9, 9), (40, 20)),
    ],
)
def test_all_of_a_picture_fills_its_place(size: tuple[int, int], cells: tuple[int, int]) -> None:
    shot = STAGE.shot(size, FIT)
    assert (shot.frame.columns, shot.frame.rows) == cells
    assert shot.region == WHOLE
    assert shot.frame.pixels == (cells[0] * 10, cells[1] * 20)


def test_half_blocks_are_two_dots_a_cell() -> None:
    shot = replace(STAGE, protocol=Protocol.HALF).shot(LARGE, FIT)
    assert shot.frame.pixels == (shot.frame.columns, shot.frame.rows * 2)


def test_near_by_both_show_the_same_part_at_the_same_scale() -> None:
    viewport = Viewport(1.0, 0.3, 0.6)
    one, other = views(Look.SIDE_BY_SIDE, LARGE, SMALL, viewport, None)
    shots = [STAGE.shot(view.canvas, view.viewport) for view in (one, other)]
    assert shots[0] == shots[1]
    # 1:1 of the larger: as many of its pixels as there are dots.
    assert shots[0].region.width == pytest.approx(600 / 4000)
    assert shots[0].region.height == pytest.approx(400 / 3000)


def test_a_picture_that_was_cut_in_height_keeps_the_scale_of_its_width() -> None:
    one, other = views(Look.SIDE_BY_SIDE, (4000, 3000), (2000, 1000), Viewport(1.0), None)
    assert one.canvas == (4000, 3000)
    assert other.canvas == (4000, 2000)


def test_near_by_a_crop_shows_what_lies_there() -> None:
    laid = Laid(place=Region(0.25, 0.25, 0.5, 0.5))
    one, other = views(Look.SIDE_BY_SIDE, (4000, 3000), (2000, 1500), Viewport(1.0), laid)
    assert one.canvas == other.canvas == (4000, 3000)
    assert other.place == laid.place


def test_in_one_place_the_finer_picture_gives_the_scale() -> None:
    one, other = views(Look.FLICKER, SMALL, LARGE, FIT, Laid())
    assert one.canvas == other.canvas == LARGE
    turned = views(Look.FLICKER, SMALL, (3000, 4000), FIT, Laid(turn=6))
    assert turned[1].canvas == LARGE
    assert turned[1].turn == 6


def test_steps_to_the_pixels_stop_at_one_to_one() -> None:
    viewport, seen = FIT, []
    for _ in range(20):
        viewport = STAGE.zoomed(LARGE, viewport, 1)
        seen.append(STAGE.scale(LARGE, viewport))
    assert 1.0 in seen
    assert seen == sorted(seen)
    assert seen[-1] == seen[-2]
    assert STAGE.zoomed(LARGE, viewport, -20) == FIT


def test_nothing_beyond_the_edges_is_seen() -> None:
    near = STAGE.zoomed(LARGE, FIT, 3)
    for across, down in ((-50, -50), (50, 50), (50, -50)):
        region = STAGE.shot(LARGE, STAGE.panned(LARGE, near, across, down)).region
        assert region.left >= 0
        assert region.top >= 0
        assert region.right <= 1 + 1e-9
        assert region.bottom <= 1 + 1e-9
    corner = STAGE.panned(LARGE, near, 50, 50)
    back = STAGE.panned(LARGE, corner, -1, 0)
    assert back.x < corner.x


def test_a_step_to_the_side_leaves_most_of_what_was_seen() -> None:
    near = Viewport(1.0)
    before = STAGE.shot(LARGE, near).region
    after = STAGE.shot(LARGE, STAGE.panned(LARGE, near, 1, 0)).region
    assert after.left == pytest.approx(before.left + before.width / 4)
    assert after.top == before.top


PLACES = (Region(0.7, 0.2, 0.02, 0.02), Region(0.1, 0.8, 0.3, 0.1))


def knowing(sight: Sight) -> Sight:
    difference = Difference(None, "", regions=PLACES)
    return sight.knowing(difference, STAGE, A, B)


def test_a_loupe_goes_to_the_strongest_place_and_on() -> None:
    sight = knowing(Sight().turned_to(STAGE, A, B, Look.LOUPE))
    assert sight.chosen == 0
    for place in (*PLACES, PLACES[0]):
        region = STAGE.shot(LARGE, sight.viewport).region
        assert region.left < place.left + place.width / 2 < region.right
        assert region.top < place.top + place.height / 2 < region.bottom
        assert STAGE.scale(LARGE, sight.viewport) >= 2
        sight = sight.stepped(STAGE, A, B, 1)
    assert sight.stepped(STAGE, A, B, -1).chosen == 0
    assert sight.turned_to(STAGE, A, B, Look.LOUPE) == replace(
        sight, look=Look.SIDE_BY_SIDE, viewport=FIT, chosen=None
    )


def test_what_has_to_be_known_of_the_difference() -> None:
    asked = {look: Sight(look).needs_difference(A, B) for look in Look}
    assert [look for look, needed in asked.items() if needed] == [
        *(Look.FLICKER, Look.DIFFERENCE, Look.LOUPE)
    ]
    assert not knowing(Sight(Look.FLICKER)).needs_difference(A, B)
    near = Sight(viewport=Viewport(1.0))
    assert not near.needs_difference(A, B)
    assert near.needs_difference(A, asset((2000, 1000)))


def test_the_scenes_of_each_look() -> None:
    both = Sight().scenes(A, B)
    assert [scene.asset for scene in both] == [A, B]
    flicker = knowing(Sight(Look.FLICKER))
    assert [scene.view.label for scene in flicker.scenes(A, B)] == ["A", "B"]
    assert [scene.view.label for scene in flicker.flipped().scenes(A, B)] == ["B", "A"]
    (lit,) = knowing(Sight(Look.DIFFERENCE)).scenes(A, B)
    assert lit.view.lit
    assert lit.view.marked == PLACES
    assert lit.against is B


def test_only_what_moves_has_frames() -> None:
    moving = asset((400, 300), frames=8)
    sight = Sight().turned_page(1).turned_page(1)
    views_ = [scene.view for scene in sight.scenes(moving, B)]
    assert [view.page for view in views_] == [2, None]
    assert "frame 3 of 8" in sight.caption(STAGE, moving, B)


def test_the_next_pair_is_looked_at_in_the_same_way_from_the_start() -> None:
    sight = knowing(Sight(Look.FLICKER, Viewport(1.0), 1))
    assert sight.of_next_pair() == Sight(Look.FLICKER)


def test_a_caption_says_the_scale() -> None:
    assert Sight().caption(STAGE, A, B) == ""
    assert Sight(viewport=Viewport(2.0)).caption(STAGE, A, B) == "2:1"
    assert Sight(Look.FLICKER, Viewport(0.5)).caption(STAGE, A, B) == "flicker · 1:2"


def test_views_can_be_told_apart_by_value() -> None:
    assert View(LARGE) == View(LARGE)
    assert len({View(LARGE), View(LARGE, Viewport(1.0)), View(LARGE)}) == 2
