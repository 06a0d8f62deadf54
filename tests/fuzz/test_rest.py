"""Every operation of docs/openapi.json, with what its schema allows and with what it does not."""

import asyncio
import json
from pathlib import Path
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import given
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_schema_conformance,
    status_code_conformance,
)

from chalicelib.handlers.rest import Operation
from infra.generate.openapi import operations
from tests.client import Person
from tests.fuzz.effort import EXAMPLES, effort
from tests.system import System

DOCUMENT: Final = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    ignored_auth,
]
TOO_LONG: Final = 414
TELLTALE: Final = ("Traceback", 'File "', "chalicelib", "asyncpg", "pymongo", "bcrypt")


def attempt(parley: System, person: Person | None, path: str, method: str, mode: GenerationMode) -> None:
    """Call one operation with what hypothesis makes up. Raises what is wrong with an answer."""
    schema: Any = schemathesis.openapi.from_dict(DOCUMENT)
    headers = {"Authorization": f"Bearer {person.token}"} if person is not None else {}

    @effort(EXAMPLES)
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def answers(case: Any) -> None:
        answer = case.call(base_url=f"{parley.url}/api", headers=headers)
        if answer.status_code == TOO_LONG:  # API Gateway's own answer: no function has seen the request
            return
        case.validate_response(answer, checks=CHECKS if person is not None else CHECKS[:-1], headers=headers)
        assert not [it for it in TELLTALE if it in answer.text]

    answers()


TRIED: Final = [
    pytest.param(it, mode, id=f"{it.name}-{mode.value}")
    for it in operations()
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    # Where nothing is sent, nothing can be wrong with it.
    if mode is GenerationMode.POSITIVE or it.body or it.query or "{" in it.path
]


@pytest.mark.parametrize(("operation", "mode"), TRIED)
async def test_23_an_answer_is_what_the_document_says(
    parley_without_cassandra: System, operation: Operation, mode: GenerationMode
) -> None:
    person = None if operation.public else await parley_without_cassandra.person()
    await asyncio.to_thread(attempt, parley_without_cassandra, person, operation.path, operation.method.lower(), mode)
