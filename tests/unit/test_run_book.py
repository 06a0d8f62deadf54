"""What docs/deploy-aws.md and the paragraphs on backups tell people to type is there."""

import re
from pathlib import Path
from typing import Final

import pytest

from infra.deploy.settings import VARIABLES

ROOT: Final = Path(__file__).parents[2]
BOOK: Final = ROOT / "docs" / "deploy-aws.md"
CODE: Final = re.compile(r"```.*?```|`[^`]+`", re.DOTALL)
OTHERS: Final = {"AWS_REGION", "STACK", "ARGS", "PARAMETERS", "BACKUP", "DATA_DIR", "HISTORY_STORE"}
"""What make and the tools read beside the parameters' own variables."""


def code(path: Path) -> str:
    """What is set as code."""
    return "\n".join(CODE.findall(path.read_text()))


def declared(template: str) -> set[str]:
    """The parameters of a template."""
    section = (ROOT / template).read_text().partition("\nParameters:\n")[2]
    return set(re.findall(r"^  (\w+):$", re.split(r"^\S", section, maxsplit=1, flags=re.MULTILINE)[0], re.MULTILINE))


def test_every_make_target_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {it for name in ("deploy-aws.md", "operations.md", "deploy.md") for it in makes(ROOT / "docs" / name)}
    assert {"backup", "restore", "settle", "deploy"} <= named <= targets


def makes(path: Path) -> set[str]:
    """The targets of make that a page names."""
    return set(re.findall(r"\bmake ([a-z][a-z-]+)", code(path)))


def test_every_parameter_it_sets_exists() -> None:
    parameters = declared("template.yaml") | declared("infra/deploy/migrations.yaml")
    assert set(VARIABLES.values()) <= parameters, "a variable stands for a parameter"
    # Names in capitals of their own, as PARAMETERS takes them.
    named = set(re.findall(r"\b([A-Z][a-z]+(?:[A-Z][a-z]+)*)=", code(BOOK))) | {"ApiConcurrency", "SocketConcurrency"}
    assert named >= {"SubnetIds", "SecurityGroupIds", "DomainName", "CertificateArn", "Schedules"}
    assert named <= parameters


def test_every_variable_it_sets_is_read() -> None:
    named = set(re.findall(r"\b([A-Z][A-Z]+(?:_[A-Z]+)*)=", code(BOOK)))
    assert {"POSTGRES_URL", "CASSANDRA_TLS", "CASSANDRA_KIND"} <= named
    assert named <= set(VARIABLES) | OTHERS


@pytest.mark.parametrize("name", ["deploy-aws.md", "operations.md", "deploy.md"])
def test_every_link_and_file_it_names_is_there(name: str) -> None:
    text = (ROOT / "docs" / name).read_text()
    for link in re.findall(r"\]\((?!https?:)([^)#]*)(?:#[^)]*)?\)", text):
        assert not link or (ROOT / "docs" / link).exists(), link
    for path in re.findall(r"`((?:functions|infra|tests|docs)/[\w/.-]+)`", text):
        assert (ROOT / path).exists(), path


def test_every_anchor_it_points_to_is_there() -> None:
    for name in ("deploy-aws.md", "operations.md", "deploy.md"):
        for page, anchor in re.findall(r"\]\(([\w-]+\.md)?#([\w-]+)\)", (ROOT / "docs" / name).read_text()):
            headings = re.findall(r"^#+ (.*)$", (ROOT / "docs" / (page or name)).read_text(), re.MULTILINE)
            assert anchor in {slug(it) for it in headings}, (name, page, anchor)


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_the_options_it_gives_to_settle_exist() -> None:
    source = (ROOT / "infra" / "backup" / "__main__.py").read_text()
    for option in re.findall(r"--(?:since|history-at|end-sessions)", BOOK.read_text()):
        assert f'"{option}"' in source
