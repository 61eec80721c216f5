"""Findings of every kind keep to the published schema, by a validator of the test's own; what breaks it is seen."""

import json
from dataclasses import replace

import pytest

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
KINDS = {"string": str, "object": dict, "array": list, "null": type(None), "boolean": bool}


def faults(value, schema, at="findings"):
    """Say where a value breaks a schema, for the words of JSON Schema that ours uses."""
    known = {"type", "properties", "required", "additionalProperties", "items", "anyOf", "$ref", "enum", "const"}
    assert set(schema) <= known | {"$schema", "title", "$defs"}
    if "$ref" in schema:
        return faults(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], at)
    if "anyOf" in schema:
        tried = [faults(value, each, at) for each in schema["anyOf"]]
        return [] if [] in tried else tried[0]
    if "const" in schema or "enum" in schema:
        return [] if value in schema.get("enum", [schema.get("const")]) else [f"{at}: {value!r}"]
    kinds = schema.get("type", [])
    if kinds and not any(is_a(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        return [f"{at}: {value!r} is no {kinds}"]
    found = []
    if isinstance(value, list):
        found = [each for i, item in enumerate(value) for each in faults(item, schema.get("items", {}), f"{at}[{i}]")]
    if isinstance(value, dict):
        own, more = schema.get("properties", {}), schema.get("additionalProperties", {})
        found += [f"{at} lacks {name}" for name in schema.get("required", []) if name not in value]
        for name, part in value.items():
            if name not in own and more is False:
                found.append(f"{at} has {name}")
            else:
                found += faults(part, own.get(name, more), f"{at}.{name}")
    return found


def is_a(value, kind):
    if kind in ("number", "integer"):
        return isinstance(value, int | float if kind == "number" else int) and not isinstance(value, bool)
    return isinstance(value, KINDS[kind])


@pytest.mark.parametrize("findings", [FINDINGS, ROW_FINDINGS, WHOLE], ids=["pictures", "rows", "whole"])
def test_findings_keep_to_the_schema(findings):
    assert faults(json.loads(json.dumps(findings.to_json())), SCHEMA) == []


def test_what_breaks_the_schema_is_seen():
    plain = json.loads(json.dumps(FINDINGS.to_json()))
    assert faults({**plain, "format_version": 1}, SCHEMA)
    assert faults({**plain, "more": 1}, SCHEMA) == ["findings has more"]
    assert faults({name: part for name, part in plain.items() if name != "fit"}, SCHEMA) == ["findings lacks fit"]
    plain["fit"]["included_accuracy"]["value"] = "much"
    assert "findings.fit.included_accuracy.value: 'much'" in faults(plain, SCHEMA)[0]
