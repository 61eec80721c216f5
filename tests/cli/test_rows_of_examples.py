"""Examples that a person sees are rows of the file: read off the terminal and the page, looked up in the file."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from longtail.analysis.analysis import Analysis
from longtail.analysis.memorization import memorization_findings
from longtail.report import render
from longtail.report.words.next_steps import next_steps
from longtail.runs.reload import reload_dataset
from longtail.runs.run_folder import RunFolder
from report.example_findings import FINDINGS

MEASURE = ("measure", "t.csv", "--target", "label", "--learner", "mlp", "--out", "r")


@pytest.fixture
def table(tmp_path, monkeypatch):
    """A table of 90 rows, a third of whose labels are noise, so that there is something to memorize."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(90, 3))
    label = np.where(rng.random(90) < 0.3, rng.integers(0, 2, 90), x[:, 0] > 0).astype(int)
    lines = [f"{a:.6f},{b:.6f},{c:.6f},{'yes' if y else 'no'}" for (a, b, c), y in zip(x, label, strict=True)]
    (tmp_path / "t.csv").write_text("a,b,c,label\n" + "\n".join(lines) + "\n")
    monkeypatch.chdir(tmp_path)
    return lines


def test_rows_on_the_terminal_are_rows_of_the_file(type_, table, tmp_path):
    status, _, said = type_(*MEASURE, "--trials", "40")
    assert status == 0, said
    dataset = reload_dataset(RunFolder(tmp_path / "r").study())
    values = json.loads(type_("scores", "r", "--json")[1])["memorization"]["value"]
    by_row = dict(zip(dataset.position.tolist(), values, strict=True))
    assert any(row != i for i, row in enumerate(by_row))  # or the test could not fail

    shown = re.findall(r"^row (\d+) +(-?\d\.\d+)", type_("scores", "r")[1], re.MULTILINE)
    assert len(shown) == 20
    for row, value in shown:
        assert float(value) == pytest.approx(by_row[int(row)], abs=6e-4)
    tests = {int(row) for row in re.findall(r"test row (\d+)", type_("scores", "r")[1])}
    assert tests <= set(dataset.position_test.tolist())

    for words, pattern in (
        (("mislabeled", "r", "--threshold", "0.05"), r"^row (\d+) +(yes|no)"),
        (("membership", "r"), r"^row (\d+) (yes|no)"),
    ):
        _, out, _ = type_(*words)
        found = re.findall(pattern, out, re.MULTILINE)
        assert found, out
        for row, label in found:
            assert table[int(row)].endswith(f",{label}")
        assert "counted from 0" in out


def test_gallery_and_steps_name_rows(type_, table, tmp_path):
    assert type_(*MEASURE, "--trials", "60")[0] == 0
    folder = RunFolder(tmp_path / "r")
    dataset = reload_dataset(folder.study())
    gallery = memorization_findings(Analysis(dataset, folder.trials().outcomes(), 0.95)).gallery
    for example in gallery:
        assert example.row == dataset.position[example.train]
        assert table[example.row].endswith(f",{example.label}")
        assert all(each.row == dataset.position_test[each.test] for each in example.influences)
    assert gallery


def test_the_page_names_rows_where_they_are_known_and_says_number_where_not():
    plain = FINDINGS.memorization.gallery
    known = replace(FINDINGS.memorization, gallery=[replace(each, row=9000 + each.train) for each in plain])
    findings = replace(FINDINGS, memorization=known)
    findings = replace(findings, next_steps=next_steps(findings))
    page, before = render(findings), render(FINDINGS)
    first = plain[0].train
    assert f'data-example="{first}">row {9000 + first}</span>' in page
    assert f'data-example="{first}">training example {first}</span>' in before
    named = next(step.names() for step in findings.next_steps if step.names())
    assert named[0] == f"row {9000 + first}"
    assert "counted from 0" in page
