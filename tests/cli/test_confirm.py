"""``longtail confirm`` and ``longtail coupling`` on a run made through the command line."""

import json

import pytest

from longtail.checked_json import read_checked
from longtail.cli import main


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for fraction in ("0.6", "0.8"):
        options = ["--trials", "20", "--learner", "knn", "--fraction", fraction, "--jobs", "1"]
        assert main(["measure", "iris", *options, "--out", str(folder / fraction)]) == 0
    return folder


CONFIRM = ["--learner", "knn", "--top", "2", "--models", "2", "--subsets", "3", "--seeds", "2", "--jobs", "1"]


def test_confirm_writes_what_it_prints(runs, capsys):
    capsys.readouterr()
    assert main(["confirm", str(runs / "0.6"), str(runs / "0.8"), *CONFIRM, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == read_checked(runs / "0.6" / "confirmation.json", "")
    assert len(printed["top"]) == 2
    assert printed["limit_of_mean"]["low"] <= printed["limit_of_mean"]["value"] <= printed["limit_of_mean"]["high"]
    assert main(["confirm", str(runs / "0.6"), *CONFIRM]) == 0
    told = capsys.readouterr().out
    assert "leave-one-out" in told
    assert "in the limit" not in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["0.6", "0.6"], "RUN must be runs at different fractions"),
        (["0.6", "--subsets", "2"], "--subsets must be at least 3"),
        (["0.6", "--top", "0"], "--top must be between 1 and 120"),
        (["0.6", "--models", "1"], "--models must be at least 2"),
        (["0.6", "--learner", "forest"], "Give the same --learner"),
    ],
)
def test_confirm_refuses_in_one_line(runs, capsys, arguments, said):
    paths = [str(runs / part) if part in ("0.6", "0.8") else part for part in arguments]
    learner = [] if "--learner" in arguments else ["--learner", "knn"]
    assert main(["confirm", *paths, *learner]) == 2
    assert said in capsys.readouterr().err


def test_coupling_tells_each_partition(runs, capsys):
    capsys.readouterr()
    assert main(["coupling", str(runs / "0.6"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n_trials"] == 20
    for bound in found["partitions"].values():
        assert [row["count"] for row in bound["rows"]] == [1, 2, 3, 4, 5]
        assert bound["excess"]["low"] <= bound["excess"]["value"] <= bound["excess"]["high"]
    assert main(["coupling", str(runs / "0.6")]) == 0
    assert "error above the optimum" in capsys.readouterr().out
