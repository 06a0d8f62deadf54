"""The templates of the small stacks, which need no packaging: artifacts.yaml and migrations.yaml."""

from pathlib import Path
from typing import Any, Final

import yaml

from infra.deploy.stack import Template

_HERE: Final = Path(__file__).parent


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms (!Ref, !Sub) as nothing: they stand where nobody here looks."""


_Loader.add_multi_constructor("!", lambda _loader, _suffix, _node: None)


def load(name: str) -> Template:
    """The template `name`.yaml, small enough to be sent as text."""
    text = (_HERE / f"{name}.yaml").read_text()
    content: dict[str, Any] = yaml.load(text, _Loader)  # noqa: S506 - a safe loader
    return Template(content, {"TemplateBody": text})
