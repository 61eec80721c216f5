"""Findings of every kind keep to the published schema, by a validator of the test's own; what breaks it is seen."""

import json
from dataclasses import replace

import pytest

from findings.json_schema import faults
from longtail.checked_json import checked_text
from longtail.findings.results import Result
from longtail.findings.schema import findings_schema
from report.example_findings import FINDINGS, LEARNER_TAIL, ROW_FINDINGS
from report.test_limits_section import with_limits
from report.test_membership import MEMBERSHIP

SCHEMA = json.loads(json.dumps(findings_schema()))
WHOLE = replace(
    with_limits("rare"),
    membership=MEMBERSHIP,
    learner_tail=LEARNER_TAIL,
    results=[Result(name="judge", title="t", command="longtail judge RUN SCORES", n_trials=3)],
)


@pytest.mark.parametrize("findings", [FINDINGS, ROW_FINDINGS, WHOLE], ids=["pictures", "rows", "whole"])
def test_findings_keep_to_the_schema(findings):
    assert faults(json.loads(checked_text(findings.to_json())), SCHEMA) == []


def test_what_breaks_the_schema_is_seen():
    plain = json.loads(json.dumps(FINDINGS.to_json()))
    assert faults({**plain, "format_version": 1}, SCHEMA)
    assert faults({**plain, "more": 1}, SCHEMA) == ["findings has more"]
    assert faults({name: part for name, part in plain.items() if name != "fit"}, SCHEMA) == ["findings lacks fit"]
    plain["fit"]["included_accuracy"]["value"] = "much"
    assert "findings.fit.included_accuracy.value: 'much'" in faults(plain, SCHEMA)[0]
