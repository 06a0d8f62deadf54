"""What `make run` checks and makes before it starts anything."""

import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.processes.ports import free_port
from infra.run.checks import NEEDED_BYTES, check_disk, check_port, free_bytes
from infra.run.errors import BadSetting, DiskFull, PortInUse, SecretsUnreadable
from infra.run.keys import load_keys
from infra.run.logs import FailedInvocations, bound, tail
from infra.run.settings import RunSettings, parse


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server


def test_a_port_in_use_is_one_clear_sentence(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with pytest.raises(PortInUse) as refusal:
        check_port(port)
    assert str(refusal.value) == (
        f"Port {port} is in use: stop the program that uses it, or choose another one, "
        f"for example: make run PORT={port + 1}"
    )


def test_a_program_on_the_other_loopback_address_counts_as_well() -> None:
    port = free_port()
    with socket.socket(socket.AF_INET6) as server:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        server.bind(("::1", port))
        server.listen()
        with pytest.raises(PortInUse):
            check_port(port)
    check_port(port)


def test_a_full_disk_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(DiskFull) as refusal:
        check_disk(tmp_path, free=lambda _: NEEDED_BYTES - 1)
    assert str(refusal.value) == (
        f"Only 499 MB are free on the disk of {tmp_path}, and Parley needs 500: "
        "make room, or choose a folder on another disk with DATA_DIR=."
    )
    check_disk(tmp_path, free=lambda _: NEEDED_BYTES)


def test_the_disk_of_a_folder_that_is_not_there_yet_is_the_one_it_will_be_on(tmp_path: Path) -> None:
    assert abs(free_bytes(tmp_path / "a" / "b") - free_bytes(tmp_path)) < NEEDED_BYTES


def test_secrets_are_made_once_and_only_the_owner_may_read_them(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    keys = load_keys(path, {})
    assert load_keys(path, {}) == keys
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(bytes.fromhex(keys["PASSWORD_PEPPER"])) == 32
    key_id, _, key = keys["TOKEN_KEYS"].partition(":")
    assert key_id
    assert len(bytes.fromhex(key)) == 32
    assert load_keys(tmp_path / "other.json", {}) != keys


def test_secrets_of_the_environment_come_first_and_are_not_written_down(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    assert load_keys(path, {"PASSWORD_PEPPER": "given"})["PASSWORD_PEPPER"] == "given"
    assert json.loads(path.read_text())["PASSWORD_PEPPER"] != "given"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"PASSWORD_PEPPER": "00"}'])
def test_damaged_secrets_are_never_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(content)
    with pytest.raises(SecretsUnreadable, match=r"secrets.json cannot be used \(it is damaged\): restore it"):
        load_keys(path, {})
    assert path.read_text() == content


def test_settings_come_from_the_environment_and_arguments_come_first(tmp_path: Path) -> None:
    assert parse(["--listen", "::1"], {}).listen == parse([], {"LISTEN": "::1"}).listen == "::1"
    assert parse([], {}) == RunSettings(8000, Path(".data").absolute())
    given = {"PORT": "9000", "DATA_DIR": str(tmp_path)}
    assert parse([], given) == RunSettings(9000, tmp_path)
    assert parse(["--port", "9001"], given) == RunSettings(9001, tmp_path)
    assert parse([], given).url == "http://localhost:9000"


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", ""])
def test_a_port_that_makes_no_sense_is_one_clear_sentence(port: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        parse(["--port", port], {})
    assert str(refusal.value) == f"PORT={port} is not a port number from 1 to 65535: correct it and try again."


def test_help_says_why_it_listens_on_the_loopback_address(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--help"], {})
    assert "listens on 127.0.0.1. Its cookies are `__Host-` and `Secure`" in capsys.readouterr().out


def test_a_log_that_grew_too_long_is_emptied_while_it_is_written(tmp_path: Path) -> None:
    log = tmp_path / "gateway.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"first " * 30)
        bound(tmp_path, most=200)
        assert log.stat().st_size == 180
        writer.write(b"second" * 30)
        bound(tmp_path, most=200)
        assert log.read_bytes() == b""
        writer.write(b"third")
    assert log.read_bytes() == b"third"
    kept = (tmp_path / "gateway.log.1").read_bytes()
    assert len(kept) == 200
    assert kept.endswith(b"second" * 30)


def test_the_end_of_a_log_can_be_shown(tmp_path: Path) -> None:
    log = tmp_path / "mongodb.log"
    assert tail(log, 2) == ""
    log.write_text("".join(f"line {n}\n" for n in range(5000)))
    assert tail(log, 2) == "line 4998\nline 4999"


def test_failed_invocations_are_told_once_and_others_are_not(tmp_path: Path) -> None:
    log = tmp_path / "gateway.log"
    log.write_text("10:00:00.000 flush                     12.0 ms  warm  error  id-0  schedule\n")
    failed = FailedInvocations(log)
    assert failed.read() == []
    with log.open("a") as file:
        file.write("10:00:01.000 api_handler              400.8 ms  cold  ok  id-1  GET /api/health\n")
        file.write("10:00:02.000 flush                   3000.0 ms  warm  timeout  id-2  schedule\n")
        file.write("10:00:03.000 api_handler              100.0 ms  cold  init error  id-3  GET /api/me\n")
        file.write("10:00:04.000 flush                     12.0 ms  warm  err")
    assert failed.read() == [
        f"flush failed (timeout; schedule): see {log}",
        f"api_handler failed (init error; GET /api/me): see {log}",
    ]
    with log.open("a") as file:
        file.write("or  id-4  schedule\n")
    assert failed.read() == [f"flush failed (error; schedule): see {log}"]
    log.write_text("")
    assert failed.read() == []
    log.unlink()
    assert failed.read() == []
