from dataclasses import replace
from pathlib import Path

import pytest

from infra.scale import __main__, charts, report
from infra.scale.scenarios import Scenario, ordinary, pushes, storms
from infra.scale.simulation.fan_out import Push, push
from infra.scale.simulation.reconnect import Storm, reconnect
from tests.unit.scale.cases import FUNCTIONS

STORM = Scenario("200", Storm(200, seconds=60), "200")
PUSH = Scenario("50", Push(50, delivery=0.001, messages=2, every=0.5, seconds=30), "50")


def test_marked_parts_are_made_anew_and_the_prose_is_left_alone() -> None:
    text = (
        "Before\n<!-- generated: cost -->\nold\n<!-- end -->\nbetween\n<!-- generated: other -->\nkept\n<!-- end -->\n"
    )
    filled = report.fill(text, {"cost": "new\n"})
    assert filled == text.replace("old", "new")
    assert report.fill(filled, {"cost": "new\n"}) == filled


def test_a_part_without_a_place_is_an_error() -> None:
    with pytest.raises(KeyError, match="cost"):
        report.fill("nothing here", {"cost": "new\n"})


def test_the_document_has_a_place_for_every_part() -> None:
    simulated = report.simulated([(STORM, reconnect(STORM.case))], [], [(PUSH, push(PUSH.case))])
    report.fill(__main__.DOCUMENT.read_text(), {**report.calculated(FUNCTIONS), **simulated})


def test_what_was_simulated_is_told_in_a_row() -> None:
    parts = report.simulated(
        [(STORM, reconnect(STORM.case))], [(PUSH, push(replace(PUSH.case, messages=1)))], [(PUSH, push(PUSH.case))]
    )
    assert parts["storms"].splitlines()[2].startswith("| 200 | 0.")
    assert parts["pushes"].splitlines()[2].startswith("| 50 | 100% | 0.")
    assert parts["ordinary"].splitlines()[2] == "| 50 | 2 | 100.0% | 100.0% | 0.0% |"


def test_who_never_came_back_is_said_to() -> None:
    hopeless = Scenario("200", replace(STORM.case, seconds=0.01))
    parts = report.simulated([(hopeless, reconnect(hopeless.case))], [], [])
    assert "| never in that time | never in that time |" in parts["storms"]


def test_every_plot_can_be_drawn() -> None:
    assert "Parley on AWS" in charts.cost(FUNCTIONS)
    assert "as it is" in charts.requests(FUNCTIONS)
    assert "200" in charts.storms([(STORM, reconnect(STORM.case))])
    assert "50" in charts.pushes([(PUSH, push(replace(PUSH.case, messages=1)))])


def test_the_scenarios_are_of_a_hundred_thousand_and_a_million() -> None:
    assert {it.case.clients for it in storms()} == {100_000, 1_000_000}
    assert {it.case.recipients for it in pushes(FUNCTIONS)} == {10_000, 100_000, 1_000_000}
    assert all(it.case.background > 0 for it in ordinary(FUNCTIONS))


def test_what_is_stale_is_named_with_the_command_that_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(__main__, "ROOT", tmp_path)
    monkeypatch.setattr(__main__, "IMAGES", tmp_path)
    document = tmp_path / "scale.md"
    document.write_text(__main__.DOCUMENT.read_text())
    monkeypatch.setattr(__main__, "DOCUMENT", document)
    assert __main__.main(["--check"]) == 1
    assert "scale-cost.svg is stale: run `make scale`" in capsys.readouterr().err


def test_without_measurements_the_reader_is_told_how_to_make_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "benchmarks.md"
    empty.write_text("# Benchmarks\n")
    monkeypatch.setattr(__main__, "BENCHMARKS", empty)
    assert __main__.main([]) == 1
    assert "make bench SECTION=messages" in capsys.readouterr().err
