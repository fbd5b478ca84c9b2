"""The README says what rules can say, and nothing that they cannot."""

from __future__ import annotations

import re
import tomllib

import pytest

from core.rules.check import warnings
from core.rules.fields import FIELDS
from core.rules.parse import parse_one, parse_pair
from core.rules.toml_form import read_rules
from tests.core.rules.manual import README, asked, renewed

TEXT = README.read_text("utf-8")


def _part(start: str, end: str) -> str:
    return TEXT.split(start)[1].split(end)[0]


COMPARATORS = re.findall(r"`([^`]+)`", _part("test_manual.py -->", "<!-- end of comparators"))


def test_the_tables_are_those_of_the_program() -> None:
    assert renewed(TEXT) == TEXT


@pytest.mark.parametrize("word", FIELDS)
def test_every_field_is_asked_for_as_the_readme_says(word: str) -> None:
    for text in asked(FIELDS[word]):
        assert str(parse_one(text)) == text


@pytest.mark.parametrize("text", COMPARATORS)
def test_every_comparator_of_the_table_is_read_as_it_stands(text: str) -> None:
    if text.startswith("{"):
        tomllib.loads(f"test = {text}")
        rule = f'format = 1\n[[rule]]\nname = "r"\naction = "better"\ncomparison = [{text}]'
        assert read_rules(rule, "README.md")
    else:
        assert str(parse_pair(text)) == text


def test_the_example_is_a_rule_that_needs_no_warning() -> None:
    (rule,) = read_rules(_part("## Rules", "## Terminals").split("```")[1][len("toml") :], "README")
    assert warnings(rule) == ()
