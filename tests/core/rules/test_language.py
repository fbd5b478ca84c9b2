"""What a person can write as a test, and what they are told where it is none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from core.rules.fields import FIELDS, Kind
from core.rules.language import Leaf
from core.rules.parse import WordingError, parse, parse_one, parse_pair
from tests.core.rules import drawn

OF_ONE = """
type is JPEG or PNG
width > 128
size >= 2 MB
pixels >= 2 MP
aspect between 1.3 and 1.4
taken before 2010-01-01
modified since 2010-01-01 18:30:00
age > 7 days
duration <= 1.5 s
frame rate > 12.5
path is in ~/Pictures/Camera
path matches **/Export/*
folder is /photos/2024 or /photos/2025
library is ~/Pictures
name matches IMG_*
camera is Canon EOS 5D
camera is "this or that"
has EXIF
has GPS
has a sidecar
has transparency
JPEG quality >= 80
subsampling is 4:4:4
is progressive
rating >= 3
is a favorite
has tag holiday
has a tag of people
tag matches hol*
is in album Summer
has a description
visibility is archive
is seen
""".strip().splitlines()

OF_A_PAIR = """
A size > B size
A size >= 2 x B size + 10 kB
A width within 1% of B width
A taken within 2 s of B taken
A first seen < B first seen + 7 days
A pixels >= 1.25 x B pixels
A type is JPEG
B has EXIF
either rating >= 4
same type
different type
same folder
same camera
same capture second
same has EXIF
shares an album
shares a tag
shares a tag of people
A comes before B in folders [~/Originals, ~/Phone]
A has clearly better JPEG quality
A ranks above B
verdict at least almost certain
verdict is alternate or different
the bytes are equal
the pixels are equal
distance <= 4
B is the upscale
B is the re-encode of lower quality
A is the larger original
B is the one with the mark
B is the cropped one
the verdict names no side
blur within 0.2 octaves
noise within 1.0 levels
B is blurrier by 0.5 octaves
B is noisier by 3.0 levels
the change is border or "watermark or text"
""".strip().splitlines()


@given(drawn.one_leaves)
def test_every_test_of_one_file_is_read_back_from_its_text(leaf: Leaf) -> None:
    assert parse_one(str(leaf)) == leaf


@given(drawn.pair_leaves)
def test_every_test_of_a_pair_is_read_back_from_its_text(leaf: Leaf) -> None:
    assert parse_pair(str(leaf)) == leaf


@pytest.mark.parametrize("text", OF_ONE)
def test_what_the_manual_says_of_one_file_is_understood_as_it_stands(text: str) -> None:
    assert str(parse_one(text)) == text


@pytest.mark.parametrize("text", OF_A_PAIR)
def test_what_the_manual_says_of_a_pair_is_understood_as_it_stands(text: str) -> None:
    assert str(parse_pair(text)) == text


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("type is heif or jpg", "type is HEIC or JPEG"),
        ("size > 2MB", "size > 2 MB"),
        ("age > 1 day", "age > 1 days"),
        ("Width > 0128", "width > 128"),
        ("taken < 2010-01-01", "taken before 2010-01-01"),
        ("A first seen before B first seen", "A first seen < B first seen"),
        ("has exif", "has EXIF"),
    ],
)
def test_other_ways_to_say_it_are_understood(text: str, meant: str) -> None:
    assert str(parse(text)) == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("widht > 3", 'did you mean "width'),
        ("type is BNP", 'did you mean "BMP"'),
        ("size > 5", "is not a size"),
        ("width > 5 MB", "is not a whole number"),
        ("taken before yesterday", "is not a date"),
        ("width between 5 and 3", "the smaller one comes first"),
        ("path is in Pictures", "name a folder from / or ~/ on"),
        ("path matches Export/*", "begin a pattern"),
        ("camera is", 'say "is" or "matches"'),
        ("camera matches", 'say "is" or "matches"'),
        ('camera is "x', "do not close"),
        ("B size > A size", "is not a size"),
        ("A size > B width", 'is compared with "B size"'),
        ("B size > B size", "say it of A"),
        ("A taken > 2 x B taken", "have no multiples"),
        ("A taken within 1% of B taken", "have no percent"),
        ("B ranks above B", "say it of A"),
        ("same width", 'say "A width = B width"'),
        ("same exposure", "there is no"),
        ("same tag", "shares a tag"),
        ("tag is holiday", 'say "has tag ..."'),
        ("B is the upscaled", 'did you mean "upscale"'),
        ("verdict at least certain", 'did you mean "almost certain"'),
        ("distance small", "distance <= 4"),
        ("", "empty"),
    ],
)
def test_what_is_no_test_is_answered_by_what_to_write(text: str, said: str) -> None:
    with pytest.raises(WordingError, match=re.escape(said)):
        parse(text)


def test_a_test_of_one_file_has_to_name_its_side_in_a_comparison() -> None:
    with pytest.raises(WordingError, match='say of which side, as in "A has EXIF"'):
        parse_pair("has EXIF")


def test_a_test_of_a_pair_has_no_place_in_a_search() -> None:
    with pytest.raises(WordingError, match="belongs into the comparison"):
        parse_one("A size > B size")


def test_every_field_can_be_asked_for() -> None:
    example = {Kind.FLAG: "", Kind.WORD: " matches x", Kind.PATH: " is in /x"}
    for field in FIELDS.values():
        if field.kind in example:
            assert str(parse_one(field.word + example[field.kind])).startswith(field.word)
