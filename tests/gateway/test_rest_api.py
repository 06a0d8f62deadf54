"""The REST API over HTTP: routes, errors, CORS, binary bodies, authorizers."""

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from infra.gateway import Gateway, Limits
from infra.gateway.core.events import Api
from infra.gateway.core.manifest import Manifest, RouteMethod
from infra.gateway.core.rest import RestRequest, RestRoutes
from tests.gateway.conftest import StartGateway, sample, write_project

BLUEPRINT_APP = """
from chalice import Chalice
from chalicelib import things

app = Chalice(app_name="made")
app.register_blueprint(things, url_prefix="/things")
"""
BLUEPRINT = """
from chalice import Blueprint
from packaged import VALUE

things = Blueprint(__name__)

@things.route("/{name}")
def thing(name):
    return {"thing": name, "value": VALUE}
"""
MISSING = {"message": "Missing Authentication Token"}


@pytest.fixture(scope="session")
async def rest(records_folder: Path) -> AsyncIterator[Gateway]:
    async with sample("rest", records_folder) as gateway:
        yield gateway


@pytest.fixture
async def http(rest: Gateway) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"{rest.url}/api/") as session:
        yield session


async def get(http: aiohttp.ClientSession, path: str | URL, **options: Any) -> tuple[int, Any]:
    """Status and JSON of a GET."""
    async with http.get(path, **options) as response:
        return response.status, json.loads(await response.read())


async def test_the_root_resource_is_found_with_and_without_a_slash(rest: Gateway) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/api", "/api/"):
            async with session.get(rest.url + path) as response:
                assert await response.json() == {"greeting": "hello", "overridden": "dev"}


async def test_the_chalice_stage_chooses_variables_and_the_api_s_stage(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("rest", chalice_stage="prod")
    async with aiohttp.ClientSession() as session, session.get(f"{gateway.url}/v1/") as response:
        assert await response.json() == {"greeting": "hello", "overridden": "prod"}


async def test_a_request_arrives_whole(http: aiohttp.ClientSession) -> None:
    async with http.post(
        "echo/bob?a=1&a=2&b=%20x",
        data="grüße".encode(),
        headers={"X-Mixed-Case": "1", "Content-Type": "application/json"},
    ) as response:
        seen = await response.json()
    assert (seen["name"], seen["method"], seen["body"]) == ("bob", "POST", "grüße")
    assert seen["query"] == {"a": ["1", "2"], "b": [" x"]}
    assert seen["headers"]["x-mixed-case"] == "1"
    assert seen["headers"]["x-forwarded-for"] == "127.0.0.1"
    context = seen["context"]
    assert context["identity"] == {"sourceIp": "127.0.0.1", "userAgent": seen["headers"]["user-agent"]}
    assert (context["path"], context["resourcePath"]) == ("/api/echo/bob", "/echo/{name}")
    assert context["stage"] == "api"
    event = seen["event"]
    assert (event["path"], event["resource"], event["httpMethod"]) == ("/echo/bob", "/echo/{name}", "POST")
    assert event["queryStringParameters"] == {"a": "2", "b": " x"}


async def test_without_a_query_there_are_no_parameters(http: aiohttp.ClientSession) -> None:
    _, seen = await get(http, "echo/bob")
    assert seen["event"]["queryStringParameters"] is None
    assert seen["event"]["stageVariables"] is None
    assert seen["event"]["body"] is None


async def test_a_path_parameter_stays_as_the_client_encoded_it(http: aiohttp.ClientSession) -> None:
    """As on AWS: aws/chalice issue 511, aws-sam-cli issue 771."""
    _, seen = await get(http, URL("echo/a%2Fb%20c+d", encoded=True))
    assert seen["event"]["pathParameters"] == {"name": "a%2Fb%20c+d"}
    assert (seen["name"], seen["event"]["path"]) == ("a%2Fb%20c+d", "/echo/a%2Fb%20c+d")


async def test_a_trailing_slash_does_not_matter(http: aiohttp.ClientSession) -> None:
    assert await get(http, "things/7/") == (200, {"thing": "7"})


def test_path_parameters_are_those_of_the_route_and_none_without_any() -> None:
    routes = {path: {"GET": RouteMethod()} for path in ("/a/{x}/b", "/a/{y}/c", "/d")}
    table = RestRoutes(Manifest("made", "api", {}, routes, [], {}, [], {}))

    def parameters(target: str) -> object:
        request = RestRequest("GET", target, [], b"", "127.0.0.1", "")
        return table.match(request, Api("a", "api", "localhost:1"), "r", 0.0).event["pathParameters"]

    assert parameters("/a/1/c") == {"y": "1"}
    assert parameters("/d") is None


@pytest.mark.parametrize("types", [["*/*"], ["text/plain"], []])
def test_every_body_is_binary_when_the_app_says_so(types: list[str]) -> None:
    routes = {"/": {"POST": RouteMethod()}}
    table = RestRoutes(Manifest("made", "api", {}, routes, types, {}, [], {}))
    request = RestRequest("POST", "/", [("Content-Type", "text/plain")], b"text", "127.0.0.1", "")
    event = table.match(request, Api("a", "api", "localhost:1"), "r", 0.0).event
    assert (event["body"], event["isBase64Encoded"]) == (("dGV4dA==", True) if types else ("text", False))


async def test_a_forwarded_address_is_kept_and_the_peer_is_added(http: aiohttp.ClientSession) -> None:
    _, seen = await get(http, "echo/bob", headers={"X-Forwarded-For": "203.0.113.7"})
    assert seen["headers"]["x-forwarded-for"] == "203.0.113.7, 127.0.0.1"
    assert seen["context"]["identity"]["sourceIp"] == "127.0.0.1"


async def test_blueprints_and_vendored_packages_are_found(start_gateway: StartGateway, tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", BLUEPRINT_APP)
    for folder, code in (("chalicelib", BLUEPRINT), ("vendor/packaged", "VALUE = 7")):
        (project / folder).mkdir(parents=True)
        (project / folder / "__init__.py").write_text(code)
    gateway = await start_gateway(project)
    async with aiohttp.ClientSession(f"{gateway.url}/api/") as http:
        assert await get(http, "things/seven") == (200, {"thing": "seven", "value": 7})


async def test_no_such_path_or_method_is_403_as_on_api_gateway(http: aiohttp.ClientSession) -> None:
    assert await get(http, "missing") == (403, MISSING)
    async with http.delete("echo/bob") as response:
        assert (response.status, await response.json()) == (403, MISSING)
        assert response.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"


async def test_chalice_s_errors_keep_their_status(http: aiohttp.ClientSession) -> None:
    status, body = await get(http, "fail/bad")
    assert (status, body) == (400, {"Code": "BadRequestError", "Message": "that was wrong"})
    status, body = await get(http, "fail/raise")
    assert (status, body["Code"]) == (500, "InternalServerError")


async def test_a_function_that_exits_is_a_502(http: aiohttp.ClientSession) -> None:
    assert await get(http, "fail/exit") == (502, {"message": "Internal server error"})


async def test_a_function_that_takes_longer_than_the_integration_may_is_a_504(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("rest", limits=Limits(integration_timeout=0.8))
    async with aiohttp.ClientSession() as session, session.get(f"{gateway.url}/api/fail/slow") as response:
        assert response.status == 504
        assert await response.json() == {"message": "Endpoint request timed out"}


async def test_binary_bodies_pass_both_ways(http: aiohttp.ClientSession) -> None:
    kind = "application/octet-stream"
    async with http.post("bytes", data=b"\x00\xff\x01", headers={"Content-Type": kind, "Accept": kind}) as response:
        assert (response.status, await response.read()) == (200, b"\x01\xff\x00")
        assert response.headers["Content-Type"] == kind


async def test_a_header_may_be_sent_twice(http: aiohttp.ClientSession) -> None:
    async with http.get("cookies") as response:
        assert response.status == 201
        assert response.headers.getall("Set-Cookie") == ["a=1", "b=2"]
        assert response.headers["Content-Type"] == "text/plain"


async def test_headers_that_are_api_gateway_s_own_are_dropped_or_renamed(http: aiohttp.ClientSession) -> None:
    async with http.get("locked") as response:
        assert (response.status, await response.text()) == (401, "no")
        assert response.headers["x-amzn-Remapped-WWW-Authenticate"] == "Basic"
        assert response.headers["x-amzn-Remapped-Server"] == "app"
        assert response.headers["X-Other"] == "1"
        assert not {"WWW-Authenticate", "Server"} & set(response.headers)


async def test_a_204_has_no_body_and_the_connection_goes_on(rest: Gateway) -> None:
    connector = aiohttp.TCPConnector(limit=1)
    async with aiohttp.ClientSession(f"{rest.url}/api/", connector=connector) as http:
        for _ in range(2):
            async with http.get("nothing") as response:
                assert (response.status, await response.read()) == (204, b"")
            assert await get(http, "things/7") == (200, {"thing": "7"})


async def test_requests_beyond_the_rate_are_429(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("rest", limits=Limits(requests_per_second=0.001, request_burst=1))
    async with aiohttp.ClientSession(f"{gateway.url}/api/") as http:
        assert await get(http, "things/7") == (200, {"thing": "7"})
        assert await get(http, "things/7") == (429, {"message": "Too Many Requests"})


async def test_a_preflight_is_answered_without_the_function(start_gateway: StartGateway) -> None:
    rest = await start_gateway("rest")
    async with aiohttp.ClientSession() as session, session.options(f"{rest.url}/api/echo/bob") as response:
        assert response.status == 200
        headers = response.headers
    assert headers["Access-Control-Allow-Origin"] == "https://example.org"
    assert headers["Access-Control-Allow-Methods"] == "GET,POST,OPTIONS"
    assert "X-Special" in headers["Access-Control-Allow-Headers"]
    assert headers["Access-Control-Max-Age"] == "600"
    assert rest.environment_pids["api_handler"] == []


async def test_a_preflight_of_a_route_without_cors_allows_nothing(http: aiohttp.ClientSession) -> None:
    async with http.options("cookies") as response:
        assert response.headers["Access-Control-Allow-Methods"] == "OPTIONS"
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_an_authorizer_lets_in_whom_its_policy_allows(http: aiohttp.ClientSession) -> None:
    status, body = await get(http, "guarded", headers={"Authorization": "open"})
    assert (status, body) == (200, {"authorizer": {"principalId": "visitor", "key": "open"}})


@pytest.mark.parametrize("token", ["half", "unknown"])
async def test_an_authorizer_keeps_out_whom_its_policy_does_not_allow(http: aiohttp.ClientSession, token: str) -> None:
    status, body = await get(http, "guarded", headers={"Authorization": token})
    assert (status, body) == (403, {"Message": "User is not authorized to access this resource"})


async def test_without_a_token_the_authorizer_is_not_asked(start_gateway: StartGateway) -> None:
    rest = await start_gateway("rest")
    async with aiohttp.ClientSession(f"{rest.url}/api/") as http:
        assert await get(http, "guarded") == (401, {"message": "Unauthorized"})
    assert rest.environment_pids["door"] == []


async def test_a_body_over_10_mb_is_refused(http: aiohttp.ClientSession) -> None:
    async with http.post("echo/bob", data=io.BytesIO(b"x" * (10 * 1024 * 1024 + 1))) as response:
        assert response.status == 413


async def test_a_request_whose_event_is_larger_than_lambda_s_6_mb_is_refused(http: aiohttp.ClientSession) -> None:
    """A binary body is a third longer in its event. That Lambda refuses it is documented, the status is not: 413 is
    that of REQUEST_TOO_LARGE among the gateway responses."""
    large = b"x" * (5 * 1024 * 1024)
    for kind, status in (("text/plain", 200), ("application/octet-stream", 413)):
        async with http.post(
            "size", data=io.BytesIO(large), headers={"Content-Type": kind, "Accept": "*/*"}
        ) as response:
            assert response.status == status
            assert json.loads(await response.read()) == (
                len(large) if status == 200 else {"message": "Request Too Long"}
            )


async def test_a_head_request_has_no_body(rest: Gateway, http: aiohttp.ClientSession) -> None:
    async with http.head("missing") as response:
        assert response.status == 403
        assert await response.read() == b""
