"""Which file of a built web app answers a request, and with which headers."""

import re
from mimetypes import guess_type
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

#: Bundlers name files by their content: main-BX3kZ9aQ.js, logo.3f2a91c4.svg. Such a file never changes.
_HASHED = re.compile(r"[.-][A-Za-z0-9_-]{8,}\.[a-z0-9]+$")
#: Not left to the machine's own table, which differs.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"


def static_path(root: Path, url_path: str) -> Path | None:
    """The file inside `root` a URL path names, None where it points outside. `root` must be resolved."""
    decoded = unquote(url_path)
    if "\0" in decoded or "\\" in decoded:
        return None
    candidate = (root / decoded.lstrip("/")).resolve()
    return candidate if candidate.is_relative_to(root) else None


def is_navigation(method: str, accept: str, url_path: str) -> bool:
    """Whether a browser asks for a page, so that the app's index.html answers paths of its client-side routes."""
    looks_like_file = "." in PurePosixPath(url_path).name
    return method in ("GET", "HEAD") and "text/html" in accept and not looks_like_file


def content_type(path: Path) -> str:
    """The media type by the file's suffix."""
    return _TYPES.get(path.suffix.lower()) or guess_type(path.name)[0] or "application/octet-stream"


def cache_control(path: Path) -> str:
    """Files with a hash in their name are kept for good, all others are asked for again each time."""
    return IMMUTABLE if path.suffix != ".html" and _HASHED.search(path.name) else REVALIDATE
