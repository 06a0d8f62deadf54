"""What `make setup` refuses, and how it says so: its script with other programs on PATH."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "infra" / "setup.sh"
_OLD = "#!/bin/sh\ncase $1 in --version) echo Python 3.9.2;; *) exit 1;; esac\n"


class Machine:
    """A PATH with nothing on it but what the script needs and what a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "bin"
        self.programs.mkdir()
        self.venv = folder / "venv"
        for name in ("bash", "getconf", "id", "uname"):
            (self.programs / name).symlink_to(str(shutil.which(name)))

    def has(self, name: str, script: str) -> None:
        """Put a program there, in place of the real one."""
        path = self.programs / name
        path.unlink(missing_ok=True)
        path.write_text(script)
        path.chmod(0o755)

    def set_up(self) -> str:
        """Run the script, which must refuse; returns all it said."""
        result = subprocess.run(
            [self.programs / "bash", SCRIPT, self.venv],
            env={"PATH": str(self.programs)},
            cwd=SCRIPT.parents[1],
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 1
        assert not self.venv.exists()
        return result.stdout + result.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_another_system_is_told_the_way_with_containers(machine: Machine) -> None:
    machine.has("uname", "#!/bin/sh\ncase $1 in -s) echo Darwin;; -m) echo arm64;; esac\n")
    told = machine.set_up()
    assert told.startswith(
        "Parley runs by itself on Linux x86_64 with glibc, and this is Darwin arm64: use a container"
    )
    assert " docker run " in told
    assert told.endswith(" make run LISTEN=0.0.0.0\n")


def test_a_linux_without_glibc_is_told_the_way_with_containers(machine: Machine) -> None:
    machine.has("getconf", "#!/bin/sh\nexit 1\n")
    assert machine.set_up().endswith(" make run LISTEN=0.0.0.0\n")


def test_a_python_too_old_is_one_clear_sentence(machine: Machine) -> None:
    machine.has("python3", _OLD)
    assert machine.set_up() == (
        "Parley needs Python 3.11, 3.12 or 3.13, and none is on PATH (Python 3.9.2): "
        "install one of them and run make again.\n"
    )


def test_no_python_at_all_is_one_clear_sentence(machine: Machine) -> None:
    assert "and none is on PATH (no python3): install one of them" in machine.set_up()


def test_a_suitable_python_is_found_behind_an_old_one(machine: Machine) -> None:
    machine.has("python3", _OLD)
    # It is found, and then cannot make virtual environments.
    machine.has("python3.12", f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    machine.has("id", "#!/bin/sh\necho 1000\n")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert machine.set_up() == (
        "python3.12 cannot make virtual environments: install it in full "
        f"(on Debian: sudo apt-get install python{version}-venv) and run make again.\n"
    )


def test_debian_installs_what_is_missing_for_root_or_says_that_it_failed(machine: Machine) -> None:
    machine.has("python3", f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    machine.has("id", "#!/bin/sh\necho 0\n")
    machine.has("apt-get", f"#!/bin/sh\necho $@ >> {machine.programs}/asked\nexit 1\n")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert machine.set_up() == (
        f"Installing python{version}-venv\n"
        f"Installing python{version}-venv failed: check the network, then run make again.\n"
    )
    assert (machine.programs / "asked").read_text() == "update -q\n"
