"""An audit that could not ask is no success."""

import json

import pytest

from infra.audit.verdict import Outcome, npm_audit, pip_audit

FOUND = {"name": "old", "version": "1.0", "vulns": [{"id": "PYSEC-1"}]}
SAFE = {"name": "new", "version": "2.0", "vulns": []}


def test_31_what_is_known_is_named() -> None:
    verdict = pip_audit(1, json.dumps({"dependencies": [FOUND, SAFE]}), "Found 1 known vulnerability")
    assert (verdict.outcome, verdict.detail) == (Outcome.VULNERABLE, "old 1.0: PYSEC-1")
    report = {"auditReportVersion": 2, "vulnerabilities": {"old": {"severity": "high"}}}
    assert npm_audit(1, json.dumps(report), "").detail == "old: high"


def test_31_only_a_report_that_looked_at_packages_is_a_success() -> None:
    assert pip_audit(0, json.dumps({"dependencies": [SAFE]}), "").outcome is Outcome.CLEAN
    assert npm_audit(0, json.dumps({"auditReportVersion": 2, "vulnerabilities": {}}), "").outcome is Outcome.CLEAN


@pytest.mark.parametrize("output", ["", "not JSON", "[]", "{}", '{"dependencies": []}'])
@pytest.mark.parametrize("status", [0, 1])
def test_31_an_audit_that_got_no_answer_is_skipped_with_the_reason(output: str, status: int) -> None:
    for audit in (pip_audit, npm_audit):
        verdict = audit(status, output, "warning\nERROR: not found\n")
        assert (verdict.outcome, verdict.detail) == (Outcome.SKIPPED, "ERROR: not found")


def test_31_an_audit_that_failed_half_way_is_skipped() -> None:
    assert pip_audit(1, json.dumps({"dependencies": [SAFE]}), "it broke").outcome is Outcome.SKIPPED
    assert npm_audit(1, json.dumps({"message": "405"}), "").detail == "405"
