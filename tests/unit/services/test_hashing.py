"""Passwords hashed by a function of its own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from chalicelib.gateways.passwords import Bcrypt, BcryptHasher, InvokedHash
from chalicelib.services.hashing import Hashing

PEPPERS = {"": b"p" * 32}
COST = 4


@dataclass(slots=True)
class Functions:
    """Invokes the service in this process, with what JSON leaves of requests and answers."""

    payloads: list[str] = field(default_factory=list)

    async def invoke(self, function: str, payload: Mapping[str, object]) -> bool:
        raise AssertionError((function, payload))

    async def ask(self, function: str, payload: Mapping[str, object]) -> object:
        assert function == "hash_password"
        self.payloads.append(json.dumps(payload))
        answer: object = json.loads(json.dumps(await Hashing(Bcrypt()).answer(json.loads(self.payloads[-1]))))
        return answer


async def test_a_hash_of_the_function_is_one_that_was_made_in_process_and_the_other_way_round() -> None:
    here = BcryptHasher(PEPPERS, COST)
    there = BcryptHasher(PEPPERS, COST, InvokedHash(Functions(), "hash_password"))
    for maker, judge in ((here, there), (there, here)):
        stored = await maker.hash("correct horse")
        assert stored.startswith("$2b$04$")
        assert await judge.verify("correct horse", stored)
        assert not await judge.verify("correct horsE", stored)
    assert not await there.verify("correct horse", None)


async def test_the_function_never_gets_the_password() -> None:
    functions = Functions()
    hasher = BcryptHasher(PEPPERS, COST, InvokedHash(functions, "hash_password"))
    await hasher.verify("correct horse", await hasher.hash("correct horse"))
    assert len(functions.payloads) == 2
    assert not [it for it in functions.payloads if "correct horse" in it]


async def test_a_request_for_something_else_is_refused() -> None:
    with pytest.raises(KeyError):
        await Hashing(Bcrypt()).answer({"prepared": "x"})
