"""One CloudFormation stack: changed by change sets, rolled back by CloudFormation when one fails."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypedDict

from botocore.exceptions import ClientError

from infra.deploy.errors import MissingSetting, StackFailed, StackStuck

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ChangeTypeDef, ParameterTypeDef, StackTypeDef

Say = Callable[[str], None]

_FIRST_WAIT_SECONDS: Final = 0.1
_LONGEST_WAIT_SECONDS: Final = 5.0
_UNCHANGED: Final = ("didn't contain changes", "No updates are to be performed")
_NEVER_MADE: Final = frozenset(("REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"))
"""A stack in these states holds nothing, and takes no change set that updates it."""
_SETTLED: Final = ("_COMPLETE", "_FAILED")


class _Where(TypedDict, total=False):
    TemplateURL: str
    TemplateBody: str


@dataclass(frozen=True, slots=True)
class Template:
    """A template in the artifacts bucket, or its text if it has at most 51,200 bytes."""

    content: Mapping[str, Any]
    where: "_Where"


@dataclass(frozen=True, slots=True)
class Change:
    """A change set: what would be done."""

    id: str
    creates: bool
    """Whether the stack is new."""
    lines: tuple[str, ...]
    """What would happen to each resource, for people."""


class Stack:
    """A stack by its name; it need not exist."""

    def __init__(self, cloudformation: "CloudFormationClient", name: str, say: Say) -> None:
        self._cloudformation = cloudformation
        self._say = say
        self.name = name

    def outputs(self) -> dict[str, str]:
        """By key; empty for a stack that does not exist."""
        found = self._found()
        return {it["OutputKey"]: it["OutputValue"] for it in found.get("Outputs", [])} if found else {}

    def exists(self) -> bool:
        """Whether it holds anything."""
        found = self._found()
        return found is not None and found["StackStatus"] not in _NEVER_MADE

    def parameters(self) -> dict[str, str]:
        """The values of the last deployment; those that are not shown (NoEcho) as asterisks."""
        found = self._found()
        return {it["ParameterKey"]: it["ParameterValue"] for it in found.get("Parameters", [])} if found else {}

    def template(self) -> str:
        """The text of what is deployed, as JSON."""
        # It was sent as JSON, which botocore reads.
        return json.dumps(
            self._cloudformation.get_template(StackName=self.name, TemplateStage="Original")["TemplateBody"]
        )

    def propose(self, template: Template, values: Mapping[str, str], tags: Mapping[str, str]) -> Change | None:
        """A change set for the template; None when it would change nothing.

        Parameters without a value keep that of the last deployment, or get their default.
        Raises MissingSetting, StackStuck, or StackFailed for a template that CloudFormation does not take.
        """
        self._make_way()
        exists = self.exists()
        created = self._cloudformation.create_change_set(
            StackName=self.name,
            ChangeSetName=f"deploy-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}",
            ChangeSetType="UPDATE" if exists else "CREATE",
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=_parameters(template.content, values, self.parameters() if exists else {}),
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
            **template.where,
        )
        return self._read(created["Id"], creates=not exists)

    def apply(self, change: Change) -> None:
        """Execute the change set and wait. Raises StackFailed after CloudFormation has undone it, or StackStuck."""
        since = datetime.now(UTC)
        self._cloudformation.execute_change_set(ChangeSetName=change.id, StackName=self.name)
        status = self._settle(since)
        if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            if status in {"UPDATE_ROLLBACK_FAILED", "ROLLBACK_FAILED"}:
                raise StackStuck(self.name, status)
            raise StackFailed(self.name, list(self._reasons(since)))

    def discard(self, change: Change) -> None:
        """Delete the change set, and the empty stack that comes with one for a new stack."""
        self._cloudformation.delete_change_set(ChangeSetName=change.id, StackName=self.name)
        self._make_way()

    def delete(self) -> None:
        """Delete the stack with all it holds; nothing happens when there is none. Raises StackStuck."""
        found = self._found()
        if found is None:
            return
        since = datetime.now(UTC)
        # By id: a name is not known any more once the stack is gone.
        self._cloudformation.delete_stack(StackName=found["StackId"])
        status = self._settle(since, found["StackId"])
        if status != "DELETE_COMPLETE":
            for reason in self._reasons(since):
                self._say(reason)
            raise StackStuck(self.name, status)

    def _make_way(self) -> None:
        """A first deployment that failed leaves an empty stack behind, which only stands in the way."""
        found = self._found()
        if found is None:
            return
        status = found["StackStatus"]
        if status in _NEVER_MADE:
            self.delete()
        elif status.endswith(("_IN_PROGRESS", "_FAILED")):
            raise StackStuck(self.name, status)

    def _found(self, id_: str | None = None) -> "StackTypeDef | None":
        try:
            found = self._cloudformation.describe_stacks(StackName=id_ or self.name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return found[0]

    def _read(self, id_: str, *, creates: bool) -> Change | None:
        for _ in _waits():
            answer = self._cloudformation.describe_change_set(ChangeSetName=id_, StackName=self.name)
            if answer["Status"] == "FAILED":
                reason = answer.get("StatusReason", "")
                self.discard(Change(id_, creates, ()))
                if any(it in reason for it in _UNCHANGED):
                    return None
                raise StackFailed(self.name, [reason])
            if answer["Status"] == "CREATE_COMPLETE":
                break
        pages = self._cloudformation.get_paginator("describe_change_set").paginate(ChangeSetName=id_)
        return Change(id_, creates, tuple(_line(it) for page in pages for it in page["Changes"]))

    def _settle(self, since: datetime, id_: str | None = None) -> str:
        """Wait until nothing moves; the status then. Says what fails while it happens."""
        said: set[str] = set()
        for _ in _waits():
            found = self._found(id_)
            status = found["StackStatus"] if found else "DELETE_COMPLETE"
            for reason in self._reasons(since) if found else ():
                if reason not in said:
                    said.add(reason)
                    self._say(f"  {reason}")
            if status.endswith(_SETTLED) and not status.endswith("_CLEANUP_IN_PROGRESS"):
                return status
        raise AssertionError

    def _reasons(self, since: datetime) -> Iterable[str]:
        """What failed by itself, the first first; not what was only stopped because of that."""
        pages = self._cloudformation.get_paginator("describe_stack_events").paginate(StackName=self.name)
        events = [it for page in pages for it in page["StackEvents"] if it["Timestamp"] >= since]
        for event in reversed(events):
            reason = event.get("ResourceStatusReason", "")
            if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason:
                yield f"{event['LogicalResourceId']}: {reason}"


def _waits() -> Iterable[None]:
    """Longer and longer waits, without end: CloudFormation itself ends what takes too long."""
    wait = _FIRST_WAIT_SECONDS
    while True:
        yield
        time.sleep(wait)
        wait = min(wait * 1.5, _LONGEST_WAIT_SECONDS)


def _parameters(
    template: Mapping[str, Any], values: Mapping[str, str], previous: Mapping[str, str]
) -> "list[ParameterTypeDef]":
    chosen: list[ParameterTypeDef] = []
    missing = []
    for name, declared in template.get("Parameters", {}).items():
        if name in values:
            chosen.append({"ParameterKey": name, "ParameterValue": values[name]})
        elif name in previous:
            chosen.append({"ParameterKey": name, "UsePreviousValue": True})
        elif "Default" not in declared:
            missing.append(name)
    if missing:
        raise MissingSetting(missing)
    return chosen


def _line(change: "ChangeTypeDef") -> str:
    resource = change["ResourceChange"]
    replaced = {"True": ", replaced", "Conditional": ", may be replaced"}.get(resource.get("Replacement", ""), "")
    return f"{resource['Action']:7} {resource['LogicalResourceId']} ({resource['ResourceType']}){replaced}"
