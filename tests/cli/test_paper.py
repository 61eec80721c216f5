"""``longtail paper``: for people and for machines."""

import json

import pytest

from longtail.cli import main


def test_json_holds_numbers_and_statements(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paper", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"numbers", "equivalence", "statements"}
    first = document["numbers"][0]
    assert set(first) == {"name", "quoted", "computed_apart", "value", "reason", "difference", "agrees"}
    assert first["quoted"] == 0.47
    assert first["value"] == pytest.approx(0.47465, abs=1e-5)
    assert set(document["statements"][0]) == {"label", "says", "status", "condition", "function", "test", "page"}


def test_text_names_differences_and_their_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paper"]) == 0
    text = capsys.readouterr().out
    assert "-0.2000" in text
    assert "not sharp" in text
    assert "epsilon = ln 13.5" in text
    assert "longtail.theory.excess_error.averaged_excess_error" in text
