"""docs/openapi.json from the operations as the REST handlers declare them."""

import re
from collections.abc import Mapping

from chalicelib.domain.ids import ULID_PATTERN
from chalicelib.handlers.rest import Operation
from chalicelib.handlers.surface import REST

_IN_PATH = re.compile(r"\{(\w+)\}")


def operations() -> list[Operation]:
    """All REST operations."""
    return [operation for part in REST.values() for operation in part.operations]


def openapi(schemas: Mapping[str, object]) -> dict[str, object]:
    """The document, with `schemas` (refs into #/components/schemas) as its components."""
    paths: dict[str, dict[str, object]] = {}
    for tag, part in REST.items():
        for operation in part.operations:
            entry = paths.setdefault(operation.path, {})
            entry[operation.method.lower()] = _operation(operation, tag, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Parley REST API",
            "version": "1",
            "description": "What needs history or relations. What is live goes over the socket: see asyncapi.json.",
        },
        "servers": [{"url": "/api"}],
        "paths": paths,
        "components": {
            "schemas": dict(schemas),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(operation: Operation, tag: str, schemas: Mapping[str, object]) -> dict[str, object]:
    described: dict[str, object] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [tag],
        "security": [] if operation.public else [{"bearer": []}],
        "parameters": [*_path_parameters(operation.path), *_query_parameters(operation, schemas)],
        "responses": {
            str(operation.status): _answer(operation),
            "default": {"description": "Refused.", **_json("ErrorAnswer")},
        },
    }
    if operation.body is not None:
        described["requestBody"] = {"required": True, **_json(operation.body.__name__)}
    return described


def _answer(operation: Operation) -> dict[str, object]:
    answer: dict[str, object] = {"description": operation.summary}
    return answer if operation.answer is None else {**answer, **_json(operation.answer.__name__)}


def _json(model: str) -> dict[str, object]:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}}


def _path_parameters(path: str) -> list[dict[str, object]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": ULID_PATTERN}}
        for name in _IN_PATH.findall(path)
    ]


def _query_parameters(operation: Operation, schemas: Mapping[str, object]) -> list[dict[str, object]]:
    if operation.query is None:
        return []
    schema = schemas[operation.query.__name__]
    properties = schema["properties"] if isinstance(schema, dict) else {}
    required = schema.get("required", []) if isinstance(schema, dict) else []
    return [
        {"name": name, "in": "query", "required": name in required, "schema": described}
        for name, described in properties.items()
    ]
