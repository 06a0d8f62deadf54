"""docs/security.md names what is there, and covers every requirement."""

from pathlib import Path

import pytest

from infra.generate.requirements import REQUIREMENTS, Requirement
from infra.generate.security import UnfoundedRowError, named_in, security


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one module and its tests, in both languages."""
    (tmp_path / "module.py").write_text("")
    (tmp_path / "test_it.py").write_text("async def test_it() -> None: ...\ndef helper() -> None: ...\n")
    (tmp_path / "it.test.ts").write_text('test("it holds", () => {});\n')
    return tmp_path


def test_a_row_shows_what_holds_it(checkout: Path) -> None:
    row = Requirement(1, "it holds", ("module.py",), ("test_it.py::test_it", "it.test.ts::it holds"), "or nearly")
    last = security(checkout, [row]).splitlines()[-1]
    assert last == "| 1 | it holds | `module.py` | `test_it.py::test_it`<br>`it.test.ts::it holds` | or nearly |"


@pytest.mark.parametrize(
    "row",
    [
        Requirement(1, "", ("gone.py",), ("test_it.py::test_it",)),
        Requirement(1, "", ("module.py",), ()),
        Requirement(1, "", ("module.py",), ("test_it.py::test_other",)),
        Requirement(1, "", ("module.py",), ("test_it.py::helper",)),
        Requirement(1, "", ("module.py",), ("gone.py::test_it",)),
        Requirement(1, "", ("module.py",), ("it.test.ts::it does not",)),
    ],
)
def test_a_row_that_names_what_is_not_there_makes_no_document(checkout: Path, row: Requirement) -> None:
    with pytest.raises(UnfoundedRowError, match="Requirement 1 names"):
        security(checkout, [row])


def test_every_requirement_has_one_row() -> None:
    assert [it.number for it in REQUIREMENTS] == list(range(1, len(REQUIREMENTS) + 1))


def test_every_test_of_a_numbered_requirement_is_in_its_row() -> None:
    folder = Path(__file__).parents[3] / "tests" / "security"
    named = {test for row in REQUIREMENTS for test in row.tests if test.startswith("tests/security/")}
    written = {
        f"tests/security/{file.name}::{name}"
        for file in folder.glob("test_*.py")
        for name in named_in(file)
        if name[5:7].isdigit()
    }
    assert written == named
    assert all(f"::test_{row.number:02}_" in it for row in REQUIREMENTS for it in row.tests if it in written)
