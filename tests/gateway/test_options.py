"""What the command line's options ask for."""

from pathlib import Path

import pytest

from infra.gateway.core.async_policy import AsyncPolicy
from infra.gateway.core.faults import Faults
from infra.gateway.environment_file import EnvironmentFileError, read_environment, read_environment_file
from infra.gateway.options import parse, settings_from
from infra.gateway.settings import Settings


def settings(*options: str) -> Settings:
    return settings_from(parse(["run", "project", *options]))


def test_without_options_the_settings_are_the_defaults_on_port_8000() -> None:
    chosen = settings()
    expected = Settings(project=Path("project"), port=8000, credentials=chosen.credentials)
    assert chosen == expected


def test_credentials_are_random_unless_given() -> None:
    assert settings().credentials != settings().credentials
    chosen = settings("--access-key-id=A", "--secret-access-key=S").credentials
    assert (chosen.access_key_id, chosen.secret_access_key) == ("A", "S")


def test_an_access_key_needs_its_secret(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        settings("--access-key-id=A")
    assert "--secret-access-key" in capsys.readouterr().err


def test_asynchronous_policies_are_set_by_function() -> None:
    chosen = settings("--retries=flush=0", "--maximum-age=fanout=60", "--on-failure=flush=alarm", "--retry-factor=0.5")
    assert chosen.async_policy == AsyncPolicy(factor=0.5)
    assert chosen.async_policies == {
        "flush": AsyncPolicy(retries=0, on_failure="alarm", factor=0.5),
        "fanout": AsyncPolicy(maximum_age=60, factor=0.5),
    }


def test_destinations_are_set_by_function() -> None:
    chosen = settings("--on-success=flush=witness", "--on-failure=flush=alarm").async_policies
    assert chosen == {"flush": AsyncPolicy(on_success="witness", on_failure="alarm")}


def test_faults_are_chosen_one_by_one() -> None:
    chosen = settings(
        "--drop-disconnect",
        "--fail-connect=503",
        "--duplicate-schedules",
        "--duplicate-invocations",
        "--delay-messages=1.5",
        "--reorder-messages=0.2",
        "--callbacks-per-second=3",
        "--control",
    )
    assert chosen.control
    assert chosen.faults == Faults(
        drop_disconnect=True,
        fail_connect=503,
        duplicate_schedules=True,
        duplicate_invocations=True,
        delay_messages=1.5,
        reorder_messages=0.2,
        callbacks_per_second=3,
    )


def test_the_memory_limit_can_be_switched_off() -> None:
    assert settings().limits.memory
    assert not settings("--no-memory-limit").limits.memory


@pytest.mark.parametrize(
    "option",
    [
        "--retries=flush",
        "--retries=flush=many",
        "--retries=flush=-1",
        "--maximum-age=flush=0",
        "--static-header=nothing",
        "--static-header=Name: \u2603",
        "--static=nowhere",
        "--fail-connect=200",
        "--port=65536",
        "--port=-1",
        "--rest-stage=a/b",
        "--websocket-stage=",
        "--environments=0",
        "--send-buffer=1.5",
        "--idle-timeout=0",
        "--idle-timeout=nan",
        "--connection-age=inf",
        "--requests-per-second=0",
        "--retry-factor=-1",
    ],
)
def test_an_option_that_cannot_be_read_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        settings(option)
    assert option.partition("=")[0] in capsys.readouterr().err


def test_static_headers_may_contain_colons() -> None:
    assert settings("--static-header=Content-Security-Policy: a:b").static_headers == (
        ("Content-Security-Policy", "a:b"),
    )


def test_variables_beat_files_and_names_alone_are_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSED_ON", "machine")
    monkeypatch.delenv("NOT_THERE", raising=False)
    file = tmp_path / "variables"
    file.write_text("# comment\n\nA=file\nB=file = with equals\nPASSED_ON\n")
    chosen = settings(f"--env-file={file}", "--env=A=line", "--env=NOT_THERE", "--env=EMPTY=")
    assert chosen.environment == {
        "A": "line",
        "B": "file = with equals",
        "PASSED_ON": "machine",
        "EMPTY": "",
    }


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFileError, match=r"cannot be read: No such file or directory\.$"):
        read_environment_file(tmp_path / "nothing", {})


def test_a_file_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "variables").write_bytes(b"A=\xff\n")
    with pytest.raises(EnvironmentFileError, match=r"cannot be read: it is no UTF-8\.$"):
        read_environment_file(tmp_path / "variables", {})


def test_an_entry_without_a_name_is_refused() -> None:
    with pytest.raises(EnvironmentFileError, match=r"write NAME=VALUE\.$"):
        read_environment(["=value"], {})
