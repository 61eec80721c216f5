"""``longtail paper``: for people and for machines."""

import json
import re

import pytest

from longtail.cli import main
from longtail.experiments.after_2020.comparison import compared


def test_json_holds_numbers_and_statements(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paper", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"numbers", "equivalence", "statements"}
    first = document["numbers"][0]
    assert set(first) == {"name", "quoted", "computed_apart", "value", "reason", "difference", "agrees"}
    assert first["quoted"] == 0.47
    assert first["value"] == pytest.approx(0.47465, abs=1e-5)
    row = {"label", "says", "status", "condition", "function", "test", "page"}
    assert set(document["statements"][0]) == row | {"equation", "source", "read", "simulation"}


def test_text_names_differences_and_their_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paper"]) == 0
    text = capsys.readouterr().out
    assert "-0.2000" in text
    assert "not sharp" in text
    assert "epsilon = ln 13.5" in text
    assert "longtail.theory.excess_error.averaged_excess_error" in text


def test_what_came_after_is_within_three_standard_errors_of_its_simulation(capsys: pytest.CaptureFixture[str]) -> None:
    """From seed 0, each statement at three sizes; of 42 numbers one is further by chance in 11 of 100 tables.

    Seeds 1 and 2 were run by hand: none of their numbers is further either.
    """
    assert main(["paper", "--after", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["statements"]
    computed = [row for row in rows if row["function"]]
    assert len(computed) >= 11
    for row in computed:
        assert len({each["size"].partition(":")[0] for each in row["simulated"]}) == 3, row["says"]
        assert all(abs(each["distance"]) <= 3 for each in row["simulated"]), row["says"]
    assert all(row["simulated"] == [] for row in rows if not row["function"])


def test_the_table_of_what_came_after_says_status_and_reason(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = compared("a size", 1.0, [0.5, 1.0, 2.5])
    monkeypatch.setattr("longtail.experiments.after_2020.simulated_beside", lambda s: [one] if s.function else [])
    assert main(["paper", "--after"]) == 0
    text = capsys.readouterr().out
    assert "Status: sharp bound, proved here (docs/derivations/private-fairness.md), checked by simulation" in text
    assert "Stated there, not computed here: the bound needs constants of smoothness that no prior gives" in text
    assert "Read: the abstract and a published summary." in text
    assert re.search(r"a size +1 +1.3333 +0.6 +\+0.6", text)
    assert "the furthest 0.6 standard errors" in text
