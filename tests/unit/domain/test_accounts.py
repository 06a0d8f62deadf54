"""Names, emails, passwords."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.accounts import check_password, clean_email, clean_name, key
from chalicelib.errors import BadRequest


@pytest.mark.parametrize(("raw", "cleaned"), [("  Ada   Lovelace ", "Ada Lovelace"), ("\uff27race", "Grace")])
def test_a_name_is_shown_normalised(raw: str, cleaned: str) -> None:
    assert clean_name(raw) == cleaned


@pytest.mark.parametrize("raw", ["", "   ", "a\u200bb", "a\0", "a@b"])
def test_a_name_that_could_deceive_is_refused(raw: str) -> None:
    with pytest.raises(BadRequest):
        clean_name(raw)


@pytest.mark.parametrize("raw", ["", "ada", "ada@", "@x.org", "a b@x.org", "ada@x", "a@x..org", "a\0@x.org"])
def test_what_cannot_be_an_email_is_refused(raw: str) -> None:
    with pytest.raises(BadRequest):
        clean_email(raw)


def test_an_email_is_kept_as_it_is_written_but_for_the_space_around_it() -> None:
    assert clean_email(" Ada.L+chat@Example.org ") == "Ada.L+chat@Example.org"


@given(st.text())
def test_case_does_not_tell_two_keys_apart(text: str) -> None:
    assert key(key(text)) == key(text)
    assert key("STRASSE") == key("straße")


@pytest.mark.parametrize("length", [8, 64, 128])
def test_passwords_of_8_to_128_characters_are_allowed_whatever_they_are_made_of(length: int) -> None:
    check_password("🔑" * length)


@pytest.mark.parametrize("length", [7, 129])
def test_other_lengths_are_not(length: int) -> None:
    with pytest.raises(BadRequest):
        check_password("🔑" * length)
