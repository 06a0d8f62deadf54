"""Password hashing."""

from itertools import pairwise

import bcrypt
import pytest

from chalicelib.gateways.passwords import BcryptHasher

COST = 4
hasher = BcryptHasher({"": b"p" * 32}, COST)


async def test_a_hash_is_bcrypt_with_the_cost_that_is_set_and_never_the_password() -> None:
    stored = await hasher.hash("correct horse")
    assert stored.startswith(f"$2b$0{COST}$")
    assert not bcrypt.checkpw(b"correct horse", stored.encode())
    assert await hasher.verify("correct horse", stored)


@pytest.mark.parametrize(
    ("one", "other"),
    [("x" * 72 + "a", "x" * 72 + "b"), ("ab", "ab\0ab"), ("🔑" * 128, "🔑" * 127), ("pass", "Pass"), ("a", "a ")],
)
async def test_every_character_counts(one: str, other: str) -> None:
    stored = await hasher.hash(one)
    assert await hasher.verify(one, stored)
    assert not await hasher.verify(other, stored)


async def test_a_hash_is_of_no_use_without_the_pepper() -> None:
    stored = await hasher.hash("correct horse")
    assert not await BcryptHasher({"": b"q" * 32}, COST).verify("correct horse", stored)


async def test_an_unknown_account_costs_one_verification_too_and_is_refused() -> None:
    calls: list[bytes] = []

    class Counting(BcryptHasher):
        @staticmethod
        def _prepare(password: str, pepper: bytes) -> str:
            calls.append(password.encode())
            return BcryptHasher._prepare(password, pepper)

    counting = Counting({"": b"p" * 32}, COST)
    assert not await counting.verify("nobody", None)
    assert len(calls) == 1


def test_only_hashes_of_a_lower_cost_are_outdated() -> None:
    hashes = [BcryptHasher({"": b"p" * 32}, cost) for cost in (4, 5, 6)]
    for lower, higher in pairwise(hashes):
        old = bcrypt.hashpw(b"x", bcrypt.gensalt(lower._cost)).decode()
        assert higher.outdated(old)
        assert not lower.outdated(old)
    assert hasher.outdated("$argon2id$something else")


async def test_with_two_peppers_old_hashes_verify_and_are_renewed_and_without_the_old_one_they_do_not() -> None:
    old, new = b"p" * 32, b"q" * 32
    first = await BcryptHasher({"": old}, COST).hash("correct horse")
    rotating = BcryptHasher({"2": new, "": old}, COST)
    assert await rotating.verify("correct horse", first)
    assert not await rotating.verify("wrong", first)
    assert rotating.outdated(first)
    second = await rotating.hash("correct horse")
    assert second.startswith("2$2b$")
    assert not rotating.outdated(second)
    rotated = BcryptHasher({"2": new}, COST)
    assert await rotated.verify("correct horse", second)
    assert not await rotated.verify("correct horse", first)
    assert not await rotated.verify("nobody", None)
