"""What an auditor's output means. One that could not ask has found nothing, which is no success."""

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Outcome(Enum):
    """How an audit ended."""

    CLEAN = "no known vulnerability"
    VULNERABLE = "VULNERABLE"
    SKIPPED = "SKIPPED"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, with the vulnerabilities found or the reason why it was skipped."""

    outcome: Outcome
    detail: str = ""


def pip_audit(status: int, output: str, errors: str) -> Verdict:
    """Of `pip-audit --strict --format json`: its exit status, standard output and standard error."""
    report = _parsed(output)
    packages = report.get("dependencies") if report is not None else None
    if not isinstance(packages, list) or not packages:
        return Verdict(Outcome.SKIPPED, _last(errors) or "pip-audit gave no report")
    found = [f"{it['name']} {it['version']}: {vuln['id']}" for it in packages for vuln in it.get("vulns", ())]
    if found:
        return Verdict(Outcome.VULNERABLE, ", ".join(found))
    return Verdict(Outcome.CLEAN) if status == 0 else Verdict(Outcome.SKIPPED, _last(errors))


def npm_audit(status: int, output: str, errors: str) -> Verdict:
    """Of `npm audit --json`: its exit status, standard output and standard error."""
    report = _parsed(output)
    if report is None or "auditReportVersion" not in report:
        message = "" if report is None else str(report.get("message", ""))
        return Verdict(Outcome.SKIPPED, message or _last(errors) or "npm audit gave no report")
    found = [f"{name}: {it.get('severity')}" for name, it in report.get("vulnerabilities", {}).items()]
    if found:
        return Verdict(Outcome.VULNERABLE, ", ".join(found))
    return Verdict(Outcome.CLEAN) if status == 0 else Verdict(Outcome.SKIPPED, _last(errors))


def _parsed(output: str) -> dict[str, Any] | None:
    try:
        report = json.loads(output)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None


def _last(errors: str) -> str:
    lines = [it.strip() for it in errors.splitlines() if it.strip()]
    return lines[-1] if lines else ""
