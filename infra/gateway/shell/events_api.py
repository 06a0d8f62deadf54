"""EventBridge's API, as far as schedules go: list rules and their targets, switch rules off and on.

`POST /` with `X-Amz-Target: AWSEvents.{operation}`, as botocore's model of events has it (protocol AWS JSON 1.1).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import orjson

from infra.gateway.core.ids import new_uuid
from infra.gateway.core.manifest import Function, Schedule
from infra.gateway.core.schedules import rule_arn
from infra.gateway.core.sigv4 import SignatureError
from infra.gateway.core.variables import function_arn
from infra.gateway.shell.http import HttpRequest, HttpResponse
from infra.gateway.shell.signatures import SignatureCheck

TARGET_PREFIX = "AWSEvents."
_BUS = "default"
Document = dict[str, Any]


class Rules(Protocol):
    """What fires the rules."""

    @property
    def schedules(self) -> Sequence[Schedule]:
        """All rules there are."""

    def enabled(self, rule: str) -> bool:
        """Whether the rule fires by itself."""

    def enable(self, rule: str) -> None:
        """Have it fire from now on."""

    def disable(self, rule: str) -> None:
        """Have it fire no more."""


class _EventsError(Exception):
    def __init__(self, error_type: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.type = error_type
        self.status = status


class EventsApi:
    """Answers signed callers. Rules cannot be made here: they are those of the project, and change with its code."""

    def __init__(
        self, rules: Rules, functions: Callable[[], Mapping[str, Function]], region: str, signatures: SignatureCheck
    ) -> None:
        self._rules = rules
        self._functions = functions
        self._region = region
        self._signatures = signatures
        self._operations: dict[str, Callable[[Document], Document]] = {
            "ListRules": self._list_rules,
            "DescribeRule": lambda document: self._described(self._rule(document)),
            "ListTargetsByRule": self._list_targets,
            "ListRuleNamesByTarget": self._list_names,
            "EnableRule": self._enable,
            "DisableRule": self._disable,
        }

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Do what the request asks for."""
        try:
            return _response(200, self._answer(request))
        except _EventsError as error:
            return _response(error.status, {"__type": error.type, "message": str(error)})

    def _answer(self, request: HttpRequest) -> Document:
        try:
            self._signatures.check(request)
        except SignatureError as error:
            raise _EventsError("AccessDeniedException", str(error), 403) from None
        name = request.headers.get("x-amz-target", "").removeprefix(TARGET_PREFIX)
        operation = self._operations.get(name)
        if operation is None:
            message = f"{name} is not served here: rules are those of the project."
            raise _EventsError("UnknownOperationException", message)
        try:
            document = orjson.loads(request.body or b"{}")
        except orjson.JSONDecodeError:
            document = None
        if not isinstance(document, dict):
            raise _EventsError("SerializationException", "The body is no JSON object.")
        if document.get("EventBusName", _BUS) != _BUS:
            raise _EventsError("ResourceNotFoundException", f"Event bus {document['EventBusName']} does not exist.")
        return operation(document)

    def _rule(self, document: Document, key: str = "Name") -> Schedule:
        name = document.get(key)
        for schedule in self._rules.schedules:
            if schedule.rule == name:
                return schedule
        raise _EventsError("ResourceNotFoundException", f"Rule {name} does not exist on EventBus {_BUS}.")

    def _described(self, schedule: Schedule) -> Document:
        return {
            "Name": schedule.rule,
            "Arn": rule_arn(schedule.rule, self._region),
            "State": "ENABLED" if self._rules.enabled(schedule.rule) else "DISABLED",
            "ScheduleExpression": schedule.expression,
            "EventBusName": _BUS,
        }

    def _list_rules(self, document: Document) -> Document:
        prefix = str(document.get("NamePrefix", ""))
        return {"Rules": [self._described(it) for it in self._rules.schedules if it.rule.startswith(prefix)]}

    def _list_targets(self, document: Document) -> Document:
        function = self._target(self._rule(document, "Rule"))
        return {"Targets": [{"Id": "1", "Arn": function}]}

    def _list_names(self, document: Document) -> Document:
        wanted = document.get("TargetArn")
        return {"RuleNames": [it.rule for it in self._rules.schedules if self._target(it) == wanted]}

    def _enable(self, document: Document) -> Document:
        self._rules.enable(self._rule(document).rule)
        return {}

    def _disable(self, document: Document) -> Document:
        self._rules.disable(self._rule(document).rule)
        return {}

    def _target(self, schedule: Schedule) -> str:
        return function_arn(self._functions()[schedule.function], self._region)


def _response(status: int, document: Document) -> HttpResponse:
    headers = (("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-RequestId", new_uuid()))
    return HttpResponse(status, orjson.dumps(document), headers)
