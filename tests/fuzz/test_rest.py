"""Every operation of docs/openapi.json, with what its schema allows and with what it does not."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import asyncpg
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

from chalicelib.domain.permissions import WorkspaceRole
from chalicelib.handlers.rest import Operation
from infra.generate.openapi import operations
from tests.client import Person
from tests.fuzz.effort import EXAMPLES, effort
from tests.permissions.grid import give_roles
from tests.system import System

SCHEMA: Final[Any] = schemathesis.openapi.from_dict(
    json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())
)
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    ignored_auth,
]
TOO_LONG: Final = 414
TELLTALE: Final = ("Traceback", 'File "', "chalicelib", "asyncpg", "pymongo", "bcrypt")


@pytest.fixture(scope="module")
async def people(
    parley_without_cassandra: System, stores_without_cassandra: Mapping[str, str]
) -> Mapping[WorkspaceRole, Person]:
    """One of each role in the workspace."""
    found = {role: await parley_without_cassandra.person() for role in WorkspaceRole}
    link = await asyncpg.connect(stores_without_cassandra["POSTGRES_URL"])
    try:
        await give_roles(link, found)
    finally:
        await link.close()
    return found


def attempt(parley: System, operation: Operation, mode: GenerationMode, person: Person | None, part: int = 0) -> None:
    """Call one operation with what hypothesis makes up. Raises what is wrong with an answer."""
    headers = {"Authorization": f"Bearer {person.token}"} if person is not None else {}

    @effort(EXAMPLES if person is None else -(-EXAMPLES // len(WorkspaceRole)), part)
    @given(case=SCHEMA[operation.path][operation.method.lower()].as_strategy(generation_mode=mode))
    def answers(case: Any) -> None:
        answer = case.call(base_url=f"{parley.url}/api", headers=headers)
        if answer.status_code == TOO_LONG:  # API Gateway's own answer: no function has seen the request
            return
        case.validate_response(answer, checks=CHECKS if person is not None else CHECKS[:-1], headers=headers)
        assert not [it for it in TELLTALE if it in answer.text]

    answers()


def tried(*, public: bool) -> list[Any]:
    """Operations with the modes in which each is tried, as pytest's parameters."""
    return [
        pytest.param(it, mode, id=f"{it.name}-{mode.value}")
        for it in operations()
        if it.public is public
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        # Where nothing is sent, nothing can be wrong with it.
        if mode is GenerationMode.POSITIVE or it.body or it.query or "{" in it.path
    ]


@pytest.mark.parametrize(("operation", "mode"), tried(public=True))
async def test_23_an_answer_to_nobody_is_what_the_document_says(
    parley_without_cassandra: System, operation: Operation, mode: GenerationMode
) -> None:
    await asyncio.to_thread(attempt, parley_without_cassandra, operation, mode, None)


@pytest.mark.parametrize(("operation", "mode"), tried(public=False))
async def test_23_an_answer_to_each_role_is_what_the_document_says(
    parley_without_cassandra: System,
    people: Mapping[WorkspaceRole, Person],
    operation: Operation,
    mode: GenerationMode,
) -> None:
    for part, (role, registered) in enumerate(people.items()):
        person = await parley_without_cassandra.somebody().log_in(registered.email)
        await asyncio.to_thread(attempt, parley_without_cassandra, operation, mode, person, part)
        assert (await person.get("/bootstrap"))["workspace_role"] == role
