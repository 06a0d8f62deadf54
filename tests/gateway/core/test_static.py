"""Which file answers a request, and how it is cached."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.gateway.core.static import IMMUTABLE, REVALIDATE, cache_control, content_type, is_navigation, static_path

ROOT = Path("/srv/site")


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("/", ROOT),
        ("/index.html", ROOT / "index.html"),
        ("/assets/a%20b.js", ROOT / "assets" / "a b.js"),
        ("//assets", ROOT / "assets"),
        ("/../etc/passwd", None),
        ("/%2e%2e/%2e%2e/etc/passwd", None),
        ("/a/../../sitemap", None),
        ("/..%5cetc", None),
        ("/a%00b", None),
    ],
)
def test_a_path_stays_inside_its_folder(url: str, file: Path | None) -> None:
    assert static_path(ROOT, url) == file


@given(st.text(alphabet="/.%25c0ae\\x", max_size=40))
def test_no_path_leaves_its_folder(url: str) -> None:
    path = static_path(ROOT, url)
    assert path is None or path.is_relative_to(ROOT)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("assets/index-BX3kZ9aQ.js", IMMUTABLE),
        ("logo.3f2a91c4.svg", IMMUTABLE),
        ("index.html", REVALIDATE),
        ("favicon.ico", REVALIDATE),
        ("robots.txt", REVALIDATE),
        ("index-BX3kZ9aQ.html", REVALIDATE),
    ],
)
def test_only_files_named_by_their_content_are_kept_for_good(name: str, rule: str) -> None:
    assert cache_control(ROOT / name) == rule


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.woff2", "font/woff2"),
        ("a.webmanifest", "application/manifest+json"),
        ("a.png", "image/png"),
        ("a.unknown-kind", "application/octet-stream"),
    ],
)
def test_content_types_do_not_depend_on_the_machine(name: str, kind: str) -> None:
    assert content_type(ROOT / name) == kind


def test_a_navigation_is_a_page_a_browser_asks_for() -> None:
    html = "text/html,application/xhtml+xml"
    assert is_navigation("GET", html, "/rooms/7")
    assert not is_navigation("POST", html, "/rooms/7")
    assert not is_navigation("GET", "application/json", "/rooms/7")
    assert not is_navigation("GET", html, "/assets/missing.js")
