import pytest

from chalicelib.domain.accounts import clean_name
from chalicelib.domain.identities import Profile, names
from chalicelib.limits import NAME_LENGTH


@pytest.mark.parametrize(
    ("name", "email", "first"),
    [
        ("Ada  Lovelace", "ada@example.org", "Ada Lovelace"),
        ("ada@example.org", "ada@example.org", "ada"),
        ("", "ada@example.org", "ada"),
        ("\u200b", "ada@example.org", "ada"),
        ("", "\u200b@example.org", "Newcomer"),
        ("x" * 100, "ada@example.org", "x" * (NAME_LENGTH - 3)),
    ],
)
def test_a_newcomer_is_called_as_at_the_provider_where_that_can_be_a_name(name: str, email: str, first: str) -> None:
    found = names(Profile("https://id.example.org", "7", email, verified=True, name=name))
    assert found[:2] == [first, f"{first} 2"]
    assert all(clean_name(it) == it and len(it) <= NAME_LENGTH for it in found)
