"""Levels per group from a run: those trained by brute force over the findings, those forced by putting them back in."""

import json
import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from longtail.analysis.partitions import partitions_of
from longtail.cli import main
from longtail.errors import InputError
from longtail.experiments.equal_levels import _Levels, _refused, equal_levels
from longtail.findings import Findings
from longtail.runs.reload import reload_dataset
from longtail.scores import memorization
from longtail.study import RunFolder
from longtail.tail import FrequencyCounts, estimate_tail

LEVELS = ["--epsilon", "1,8", "--label-epsilon", "1,4", "--bits", "2,8", "--limit", "low-rank:rank=1", "--controls"]
SMALL = ["--learner-settings", "hidden=16,epochs=5,max_epochs=5", "--trials", "10", "--jobs", "1"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Two groups of which one is rare, its examples far apart."""
    folder = tmp_path_factory.mktemp("equal")
    rng = np.random.default_rng(0)
    y, rare = rng.integers(3, size=240), rng.random(240) < 0.25
    X = np.eye(3)[y] * np.where(rare, 1.0, 4.0)[:, None] + rng.normal(size=(240, 3))
    test, who = np.arange(240) >= 180, np.where(rare, "rare", "common")
    arrays = {"X": X[~test], "y": y[~test], "X_test": X[test], "y_test": y[test]}
    np.savez(folder / "data.npz", **arrays, group=who[~test], group_test=who[test])
    assert main(["limit", str(folder / "data.npz"), *LEVELS, *SMALL, "--out", str(folder / "run")]) == 0
    return RunFolder(folder / "run")


@pytest.mark.parametrize("budget", [0.0, 0.01, 0.1, 1.0])
def test_of_what_was_trained_each_group_gets_the_strongest_that_keeps_to_the_budget(run, budget):
    plan = equal_levels(run, budget)
    limits = Findings.read(run.findings).limits.limits
    assert set(plan.trained) == {"differential privacy", "label privacy", "rounding", "low rank"}
    for kind, order in {"differential privacy": (8, 1), "label privacy": (4, 1), "rounding": (8, 2)}.items():
        word = "weights of" if kind == "rounding" else kind
        for place, group in enumerate(("common", "rare")):
            fitting = []
            for strength in order:
                (limit,) = (each for each in limits if each.name.startswith(word) and f" {strength}" in each.name)
                if limit.groups[place].predicted.value <= budget:
                    fitting.append(limit)
            chosen = plan.trained[kind][group]
            assert (chosen is None) == (not fitting)
            if chosen is not None:
                assert (chosen.limit, chosen.guarantee) == (fitting[-1].name, fitting[-1].guarantee)
                assert chosen.predicted == fitting[-1].groups[place].predicted
    assert any(plan.trained["rounding"].values()) or budget < 1


def test_what_is_forced_is_the_budget(run):
    """Put back into the cost of the group's own tail, counted by hand, at the radius in the middle."""
    dataset, scores = reload_dataset(run.study()), memorization(run.trials().outcomes())
    found = partitions_of(replace(dataset, group=None))
    middle = found[len(found) // 2]
    plan = equal_levels(run, 0.01)
    for place, name in enumerate(dataset.group_names):
        members = np.flatnonzero(dataset.group == place)
        kinds = middle.ids[members].tolist()
        counts = Counter(kinds)
        twice = sum(number == 2 for number in counts.values())
        assert plan.seen_once[name].value == pytest.approx(2 * twice / len(members))  # Good and Turing
        alone = [i for i, kind in zip(members.tolist(), kinds, strict=True) if counts[kind] == 1 and scores.n_out[i]]
        guess = plan.guessed[name]
        assert guess.value == pytest.approx(np.mean([scores.correct_out[i] / scores.n_out[i] for i in alone]))
        tail = estimate_tail(FrequencyCounts.from_counts(list(counts.values())))
        gamma = plan.forced["memorization"][place].level
        cost = tail.cost_of_memorization_limit(gamma, guess_probability=guess).value
        assert cost == pytest.approx(0.01, rel=1e-6) if 0 < gamma < math.inf else cost <= 0.01
    assert any(0 < each.level < math.inf for groups in plan.forced.values() for each in groups)


def test_levels_that_would_tell_what_they_protect_are_refused():
    unequal = {
        "differential privacy, trained": _Levels({"a": 1.0, "b": 3.0}, "example"),
        "label privacy, forced": _Levels({"a": 1.0, "b": math.inf}, "label"),
    }

    def refused(by_class, public):
        return [line.split(":")[0] for line in _refused(unequal, by_class=by_class, groups_are_public=public)]

    assert refused(by_class=False, public=False) == ["differential privacy, trained"]
    assert refused(by_class=False, public=True) == []
    assert refused(by_class=True, public=True) == ["label privacy, forced"]
    label = {"label privacy, forced": unequal["label privacy, forced"]}
    (reason,) = _refused(label, by_class=True, groups_are_public=True)
    assert reason.endswith("got a: 1, b: none. No guarantee to everybody keeps to the budget.")
    nothing = {"rounding, trained": _Levels({"a": math.inf, "b": math.inf}, "nothing")}
    assert _refused(nothing, by_class=True, groups_are_public=False) == []


def test_the_command_says_it_and_refuses(run, capsys):
    capsys.readouterr()
    assert main(["equalize", str(run.path), "--budget", "0.01", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [group["name"] for group in printed["forced"]["memorization"]] == ["common", "rare"]
    assert len(printed["refused"]) >= 1
    assert main(["equalize", str(run.path), "--budget", "0.01"]) == 0
    told = capsys.readouterr().out
    assert "Refused: " in told
    assert "Guarantee everybody" in told or "No guarantee to everybody" in told
    assert main(["equalize", str(run.path), "--budget", "0.01", "--public-groups"]) == 0
    assert "Refused: " not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--budget", "-1"], "--budget must"),
        (["--budget", "nan"], "--budget must"),
        (["--delta", "2"], "--delta must"),
        (["--level", "1.5"], "--level must"),
    ],
)
def test_bad_input_is_one_line(run, capsys, options, said):
    assert main(["equalize", str(run.path), *options]) == 2
    error = capsys.readouterr().err.strip()
    assert error.startswith(f"longtail: {said}"), error
    assert "\n" not in error


def test_a_run_without_limits_is_planned_from_its_tail_alone(tmp_path, capsys):
    out = str(tmp_path / "run")
    assert main(["measure", "iris", "--learner", "knn", "--trials", "10", "--jobs", "1", "--out", out]) == 0
    plan = equal_levels(RunFolder(tmp_path / "run"), 0.01)
    assert plan.trained == {}
    assert plan.groups == "classes"
    assert main(["equalize", out]) == 0
    assert "No limit was trained here" in capsys.readouterr().out
    with pytest.raises(InputError, match="found where no group is given"):
        equal_levels(RunFolder(tmp_path / "run"), 0.01, subpopulations="given")
