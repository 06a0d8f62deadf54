"""Serves the files of a built single-page app."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.gateway.core.static import cache_control, content_type, is_navigation, static_path
from infra.gateway.shell.http import HttpRequest, HttpResponse, json_response

_NOT_FOUND = b'{"message":"Not Found"}'


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    tag: str
    body: bytes


class StaticFiles:
    """Answers from a folder; `headers` are added to every answer."""

    def __init__(self, root: Path, headers: Sequence[tuple[str, str]]) -> None:
        self._root = root.resolve()
        self._headers = tuple(headers)

    async def answer(self, request: HttpRequest) -> HttpResponse:
        """The file, index.html for a navigation, else 404."""
        if request.method not in ("GET", "HEAD"):
            return json_response(405, b'{"message":"Method Not Allowed"}', ("Allow", "GET, HEAD"), *self._headers)
        found = await asyncio.to_thread(self._find, request)
        if found is None:
            return json_response(404, _NOT_FOUND, *self._headers)
        headers = (
            ("Content-Type", content_type(found.path)),
            ("Cache-Control", cache_control(found.path)),
            ("ETag", found.tag),
            ("X-Content-Type-Options", "nosniff"),
            *self._headers,
        )
        if request.headers.get("if-none-match") == found.tag:
            return HttpResponse(304, b"", headers)
        return HttpResponse(200, found.body, headers)

    def _find(self, request: HttpRequest) -> _File | None:
        candidates = [static_path(self._root, path) for path in (request.path, f"{request.path}/index.html")]
        if is_navigation(request.method, request.headers.get("accept", ""), request.path):
            candidates.append(self._root / "index.html")
        return next((file for path in candidates if path is not None and (file := _read(path)) is not None), None)


def _read(path: Path) -> _File | None:
    """A file, None if there is none or it cannot be read."""
    try:
        status = path.stat()
        body = path.read_bytes()
    except OSError:
        return None
    return _File(path, f'"{status.st_mtime_ns:x}-{status.st_size:x}"', body)
