"""A run that an earlier commit wrote is read, or refused by name with what to do.

``earlier/iris.tar.xz`` was made by commit 6e2d8e7, the last one whose limits were a package ``interventions``, with
``longtail audit iris --trials 20 --fraction 0.5 --limit-trials 5``: 20 models, 5 under each of six limits, attacks.
Its page is left out. What that commit computed from the same trials is the second route for what is computed here.
"""

import gzip
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest

import longtail as lt
from longtail.cli import main
from longtail.errors import DamagedRunError, InputError

STORED = Path(__file__).parent / "earlier" / "iris.tar.xz"
ROUNDED = 6e-4
"""Numbers of each example were written with three digits."""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Unpack the run into an empty folder, and go there."""
    with tarfile.open(STORED) as stored:
        stored.extractall(tmp_path, filter="data")
    monkeypatch.chdir(tmp_path)
    return Path("iris")


@pytest.fixture
def type_(capsys):
    """Type a command line; the answer is its exit status and all that it printed."""

    def run(words):
        status = main(words.split())
        return status, "".join(capsys.readouterr())

    return run


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".lock"}


def test_memorization_is_what_it_was(run):
    then = json.loads(gzip.decompress((run / "examples.json.gz").read_bytes()))["train"]
    now = lt.open_run(run).memorization().sorted("example", falling=False)
    assert np.count_nonzero(then["memorization"]["value"]) > 10
    for ours, theirs in (("", "value"), ("_low", "low"), ("_high", "high")):
        np.testing.assert_allclose(now.column(f"memorization{ours}"), then["memorization"][theirs], atol=ROUNDED)
    assert now.column("q_value") == pytest.approx(then["q_value"], rel=0.05)  # of two digits


def test_attacks_are_what_they_were(run, type_):
    then = json.loads((run / "findings.json").read_text())["membership"]
    status, said = type_("membership iris --json")
    assert status == 0
    now = json.loads(said[said.index("{") :])
    areas = {attack["name"]: attack["auc"]["value"] for attack in now["attacks"]}
    assert len(areas) == 7
    for attack in then["attacks"]:
        assert areas[attack["name"]] == pytest.approx(attack["auc"]["value"], abs=1e-5)  # ties may fall otherwise


READ = ["scores iris", "mislabeled iris", "compare iris iris", "coupling iris", "merge iris --out joined"]
"""Commands that read its trials and train nothing."""


@pytest.mark.parametrize("command", READ)
def test_a_command_reads_its_trials(run, type_, command):
    status, said = type_(command)
    assert status == 0, said
    assert "must" not in said


PLAN = "iris/audit.json must have format version 2; got 1, of another longtail. Remove it to plan the audit anew"
FINDINGS = "findings must have format version 2; got 1, of another longtail. Run longtail audit or limit again"
REFUSED = {
    "report iris": PLAN,
    "audit iris --learner mlp --fraction 0.5 --out iris": "iris holds another study; asked for learner.",
    "audit iris --learner knn --fraction 0.5 --out iris": "iris holds another study; asked for learner.name: 'knn'",
    "equalize iris": FINDINGS,
}


@pytest.mark.parametrize("command", REFUSED)
def test_a_command_that_needs_its_plan_its_learner_or_its_findings_refuses_by_name(run, type_, command):
    before = files(run)
    status, said = type_(command)
    assert status == 2
    assert REFUSED[command] in " ".join(said.split())
    assert files(run) == before


def test_python_refuses_as_the_command_line_does(run):
    opened = lt.open_run(run)
    for question in (opened.limits, opened.report):
        with pytest.raises(DamagedRunError, match=r"audit\.json must have format version 2; got 1, .* Remove it"):
            question()


def test_after_what_the_refusal_says_the_report_is_made_and_says_what_it_leaves_out(run, type_):
    (run / "audit.json").unlink()
    status, said = type_("report iris")
    assert status == 0, said
    told = " ".join(said.split())
    assert "The limits in iris are left out of its report: its learner cannot be made again from its name." in told
    assert "longtail limit or longtail audit on the same folder puts them in." in told
    with pytest.raises(InputError, match="run must have trials under limits"):
        lt.open_run(run).limits()


TRAINING = {
    "measure iris --learner mlp --trials 20 --fraction 0.5 --out iris": "iris holds another study; asked for learner.",
    "confirm iris --top 1 --models 2 --subsets 4 --seeds 2": "--learner must be given for this run",
    "confirm iris --learner knn": "the run was made with compiled-mlp 1;",
}
"""These train with the learner of the run, whose settings and version are others by now."""


@pytest.mark.parametrize("command", TRAINING)
def test_a_command_that_trains_refuses_by_name(run, type_, command):
    before = files(run)
    status, said = type_(command)
    assert status == 2
    assert TRAINING[command] in " ".join(said.split())
    assert files(run) == before
