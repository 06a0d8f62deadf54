"""Names of rooms, and the key of a pair."""

import pytest

from chalicelib.domain.rooms import clean_line, dm_key
from chalicelib.errors import BadRequest


def test_a_pair_has_one_key_whoever_comes_first() -> None:
    assert dm_key("ada", "grace") == dm_key("grace", "ada") != dm_key("ada", "alan")


def test_a_line_is_stored_with_single_spaces() -> None:
    assert clean_line("  lunch \n plans ", "topic") == "lunch plans"


def test_what_cannot_be_shown_is_refused_and_the_field_is_named() -> None:
    with pytest.raises(BadRequest) as refused:
        clean_line("a\x1b[31m", "name")
    assert refused.value.details == {"fields": ["name"]}
