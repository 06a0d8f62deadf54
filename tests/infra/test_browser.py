from pathlib import Path

import pytest

from tests.browser import NoBrowserError, find


def _program(path: Path) -> Path:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_browser_that_was_named_comes_before_the_one_on_path(tmp_path: Path) -> None:
    installed = _program(tmp_path / "chromium")
    named = _program(tmp_path / "mine")
    assert find({"PATH": str(tmp_path)}) == installed
    assert find({"PATH": str(tmp_path), "CHROMIUM": str(named)}) == named
    assert find({"PATH": str(tmp_path / "empty")}) is None


def test_a_named_browser_that_is_none_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoBrowserError, match=r"need Chromium \(CHROMIUM=.*nothing is not a program\): install it"):
        find({"CHROMIUM": str(tmp_path / "nothing")})
