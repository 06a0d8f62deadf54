"""The built web app beside the APIs, on one port."""

from pathlib import Path

import aiohttp
import pytest
from multidict import CIMultiDictProxy

from infra.gateway import Gateway
from tests.gateway.conftest import StartGateway

HTML = {"Accept": "text/html,*/*"}


@pytest.fixture
async def site(start_gateway: StartGateway, tmp_path: Path) -> Gateway:
    root = tmp_path / "dist"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<title>app</title>")
    (root / "assets" / "index-BX3kZ9aQ.js").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")
    return await start_gateway("rest", static=root, static_headers=(("X-Frame-Options", "DENY"),))


async def fetch(
    gateway: Gateway, path: str, method: str = "GET", headers: dict[str, str] | None = None
) -> tuple[int, str, CIMultiDictProxy[str]]:
    async with aiohttp.ClientSession() as session:
        url = f"{gateway.url}{path}"
        async with session.request(method, url, headers=headers, allow_redirects=False) as response:
            return response.status, await response.text(), response.headers


async def test_the_index_answers_the_root_and_every_navigation(site: Gateway) -> None:
    for path in ("/", "/rooms/7", "/index.html"):
        status, body, headers = await fetch(site, path, headers=HTML)
        assert (status, body) == (200, "<title>app</title>")
        assert headers["Cache-Control"] == "no-cache"


async def test_an_asset_is_served_for_good_with_the_headers_of_the_option(site: Gateway) -> None:
    status, body, headers = await fetch(site, "/assets/index-BX3kZ9aQ.js")
    assert (status, body) == (200, "1")
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "immutable" in headers["Cache-Control"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_a_service_worker_and_a_manifest_are_asked_for_again_each_time(site: Gateway) -> None:
    root = site.settings.static
    assert root is not None
    (root / "icons").mkdir()
    for name in ("sw.js", "manifest.webmanifest", "icons/maskable.png"):
        (root / name).write_text("1")
        _, _, headers = await fetch(site, f"/{name}")
        assert headers["Cache-Control"] == "no-cache"
    assert headers["Content-Type"] == "image/png"


async def test_an_unchanged_file_is_not_sent_again(site: Gateway) -> None:
    _, _, headers = await fetch(site, "/index.html")
    status, body, _ = await fetch(site, "/index.html", headers={"If-None-Match": headers["ETag"]})
    assert (status, body) == (304, "")


async def test_a_missing_asset_is_404_and_not_the_index(site: Gateway) -> None:
    assert (await fetch(site, "/assets/missing.js", headers=HTML))[0] == 404
    assert (await fetch(site, "/data", headers={"Accept": "application/json"}))[0] == 404


@pytest.mark.parametrize("path", ["/link.txt", "/..%2fsecret.txt", "/assets/..%2f..%2fsecret.txt"])
async def test_nothing_outside_the_folder_is_served(site: Gateway, path: str) -> None:
    status, body, _ = await fetch(site, path)
    assert status == 404
    assert "secret" not in body


async def test_a_folder_is_answered_by_its_index_and_a_name_no_file_can_have_is_404(site: Gateway) -> None:
    root = site.settings.static
    assert root is not None
    (root / "help").mkdir()
    (root / "help" / "index.html").write_text("help")
    assert (await fetch(site, "/help/"))[:2] == (200, "help")
    assert (await fetch(site, f"/{'x' * 300}"))[0] == 404


async def test_files_can_only_be_read(site: Gateway) -> None:
    assert (await fetch(site, "/index.html", "POST"))[0] == 405
    status, body, headers = await fetch(site, "/index.html", "HEAD")
    assert (status, body, headers["Content-Length"]) == (200, "", "18")


async def test_the_api_is_not_shadowed(site: Gateway) -> None:
    assert (await fetch(site, "/api/things/7"))[1] == '{"thing":"7"}'
    assert (await fetch(site, "/api/missing", headers=HTML))[0] == 403


async def test_without_a_web_app_other_paths_are_forbidden(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("rest")
    assert (await fetch(gateway, "/", headers=HTML))[0] == 403
