"""A result that a command leaves in a run is the one that findings and page show; a torn one is told and left out."""

import json
from dataclasses import replace

import pytest

from longtail.findings import Findings
from longtail.findings.results import Result, ResultTable
from longtail.report import render, write_report
from longtail.runs.results import leave_result, results_of
from longtail.runs.run_folder import RunFolder
from longtail.study.refreshed import refreshed_results
from longtail.whole_files import write_atomically
from report.example_findings import FINDINGS

RESULT = Result(
    name="coupling",
    title="How far misfits carry over",
    command="longtail coupling RUN",
    n_trials=20,
    said=["The error above the optimum is at least 0.1 [0.0, 0.3] %."],
    tables=[ResultTable(title="Radius 3", columns=["seen", "misfitted"], rows=[["1 & <b>", "2.50%"]])],
    notes=["A bound."],
)


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path)


def test_a_result_is_read_back_whole_and_a_later_one_takes_its_place(folder):
    leave_result(RESULT, folder)
    leave_result(replace(RESULT, name="compare"), folder)
    later = replace(RESULT, n_trials=40)
    leave_result(later, folder)
    assert results_of(folder) == ([replace(RESULT, name="compare"), later], [])


def test_a_torn_result_is_named_and_left_out(folder):
    leave_result(RESULT, folder)
    file = folder.path / "results" / "coupling.json"
    file.write_text(file.read_text().replace("0.1 [", "0.2 ["))
    found, said = results_of(folder)
    assert found == []
    assert "coupling.json" in said[0]
    assert "longtail coupling makes it anew" in said[0]


def test_the_report_of_a_run_shows_a_result_as_soon_as_it_is_there(folder):
    """Nothing is gathered anew: the other findings are the very same."""
    from longtail.checked_json import checked_text

    write_atomically(folder.findings, checked_text(FINDINGS.to_json(), indent=1))
    write_report(FINDINGS, folder.report)
    leave_result(RESULT, folder)
    refreshed_results(folder)
    page = folder.report.read_text(encoding="utf-8")
    assert page == render(replace(FINDINGS, results=[RESULT]))
    assert "1 &amp; &lt;b&gt;" in page
    assert RESULT.said[0] in page
    assert Findings.from_json(json.loads(json.dumps(Findings.read(folder.findings).to_json()))).results == [RESULT]


def test_a_run_without_a_report_stays_without_one(folder):
    leave_result(RESULT, folder)
    refreshed_results(folder)
    assert not folder.report.exists()
