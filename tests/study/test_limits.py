"""Limits from the command line to findings: resumable, paired, refused where they must be."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier

from longtail.analysis.analysis import Analysis
from longtail.analysis.flipped_tests import classes_in_turn
from longtail.analysis.groups import comparable_groups, groups_of, subpopulations_of
from longtail.cli import main
from longtail.dataset import Dataset, load_dataset
from longtail.errors import InputError
from longtail.findings import Findings
from longtail.learners.names import named_learner
from longtail.limits.label_privacy import randomized_labels
from longtail.outcomes import Outcomes
from longtail.randomness import generator, integer_seed
from longtail.runs.measure import measure
from longtail.study import DataSource, RunFolder, asked_for, measured_limits
from longtail.trials import CompiledMLP, SklearnLearner, SubsetDesign, run_trials

LEVELS = ["--epsilon", "3", "--controls", "--label-epsilon", "2", "--prune", "0.9", "--bits", "2", "--trials", "8"]


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Three classes, two groups, one of them rare and harder."""
    rng = np.random.default_rng(0)
    y, rare = rng.integers(3, size=300), rng.random(300) < 0.15
    X = np.eye(3)[y] * np.where(rare, 1.5, 4)[:, None] + rng.normal(size=(300, 3))
    lines = [
        f"{a:.4f},{b:.4f},{c:.4f},{'xyz'[k]},{'rare' if r else 'common'}"
        for (a, b, c), k, r in zip(X, y, rare, strict=True)
    ]
    path = tmp_path_factory.mktemp("data") / "people.csv"
    path.write_text("\n".join(["a,b,c,kind,who", *lines]))
    return path


@pytest.fixture(scope="module")
def run(table, tmp_path_factory):
    out = tmp_path_factory.mktemp("run") / "limits"
    assert main(["limit", str(table), "--target", "kind", "--group", "who", *LEVELS, "--out", str(out)]) == 0
    return out


def test_findings_hold_every_limit_by_group(run):
    limits = Findings.read(run / "findings.json").limits
    assert [each.name for each in limits.limits] == [
        "differential privacy, ε = 3",
        "clip-only control of ε = 3",
        "sampling-only control of ε = 3",
        "label privacy, ε = 2",
        "0.9 of weights pruned",
        "weights of 2 bits",
    ]
    for each in limits.limits:
        assert [group.name for group in each.groups] == ["common", "rare"]
        assert sum(group.n_test for group in each.groups) == 60
        assert (run / each.trials).is_dir()
        n_new = sum(group.n_witnesses for group in each.groups)
        assert each.witnesses.startswith("60 test examples") or n_new == 60
        whole = sum(group.cost.value * group.n_witnesses for group in each.groups) / n_new
        assert whole == pytest.approx(each.measured.value, abs=0.01)  # left out not equally often, in few trials
        assert all(group.predicted.low <= group.predicted.high for group in each.groups)
        assert sum(part.measured.value for part in each.bins) == pytest.approx(each.measured.value)
    private, label = limits.limits[0], limits.limits[3]
    assert private.epsilon <= 3
    assert private.delta == 1e-5
    assert label.epsilon == 2
    assert private.forced.value >= 0
    assert {limit.epsilon for limit in limits.limits if "private" not in limit.guarantee} == {None}


def test_costs_are_by_class_too_and_say_who_is_given_up(run):
    limits = Findings.read(run / "findings.json").limits.limits
    for each in limits:
        assert [part.name for part in each.classes] == ["x", "y", "z"]
        n_new = sum(part.n_witnesses for part in each.classes)
        whole = sum(part.cost.value * part.n_witnesses for part in each.classes) / n_new
        assert whole == pytest.approx(each.measured.value, abs=0.01)
    assert any(each.flipped for each in limits)
    page = (run / "report.html").read_text()
    assert page.count("<caption>Accuracy by class</caption>") == len(limits)
    assert "misfit under it, the largest fall first" in page


def test_every_interval_has_the_stated_level(run):
    """What is forced joins two intervals: of the guess, and of the mass."""
    limits = Findings.read(run / "findings.json").limits
    for each in limits.limits:
        parts = [each.measured, *each.predicted, *([each.forced] if each.forced else [])]
        parts += [part.predicted for part in each.groups] + [part.misfits_carried for part in each.bins]
        assert {part.level for part in parts if part is not None} == {0.95}
    assert sum(each.forced is not None for each in limits.limits) == 2


def test_parts_of_the_cost_add_up(run):
    limits = Findings.read(run / "findings.json").limits
    assert [part.part for part in limits.split] == ["sampling, optimizer and features", "clipping", "noise"]
    assert sum(part.cost.value for part in limits.split) == pytest.approx(limits.limits[0].measured.value)


def test_the_same_command_again_trains_nothing_and_says_the_same(run, table, monkeypatch):
    written = {file: file.stat().st_mtime_ns for file in run.glob("trials/*/*.npz")}
    before = json.loads((run / "findings.json").read_text())
    assert main(["limit", str(table), "--target", "kind", "--group", "who", *LEVELS, "--out", str(run)]) == 0
    assert {file: file.stat().st_mtime_ns for file in run.glob("trials/*/*.npz")} == written
    assert json.loads((run / "findings.json").read_text()) == before


def test_an_audit_of_the_run_keeps_what_limits_found(run, table):
    before = {limit.name: limit for limit in Findings.read(run / "findings.json").limits.limits}
    options = ["--target", "kind", "--group", "who", "--limit-trials", "8", "--out", str(run)]
    assert main(["audit", str(table), *options]) == 0
    after = {limit.name: limit for limit in Findings.read(run / "findings.json").limits.limits}
    assert set(before) < set(after)
    assert [repr(after[name]) for name in before] == [repr(limit) for limit in before.values()]


def test_json_is_the_section_of_the_findings(run, table, capfd):
    options = ["--target", "kind", "--group", "who", *LEVELS, "--out", str(run)]
    capfd.readouterr()
    assert main(["limit", str(table), *options, "--json"]) == 0
    assert json.loads(capfd.readouterr().out) == json.loads((run / "findings.json").read_text())["limits"]


def test_report_has_its_section(run):
    page = (run / "report.html").read_text()
    assert 'id="limits"' in page
    assert "differential privacy, ε = 3" in page


def test_other_commands_still_read_the_run(run):
    assert main(["scores", str(run), "--json"]) == 0
    assert main(["report", str(run)]) == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "--limit must be named, one at least; got 0. For instance dp-sgd:epsilon=3."),
        (["--epsilon", "0"], "epsilon must be positive and finite; got 0.0."),
        (["--epsilon", "-1"], "epsilon must be positive and finite; got -1.0."),
        (["--epsilon", "1", "--delta", "1"], "delta must lie strictly between 0 and 1; got 1.0."),
        (["--label-epsilon", "0"], "epsilon must be positive and finite; got 0.0."),
        (["--prune", "1.0"], "sparsity must lie strictly between 0 and 1: the share of weights that goes; got 1.0."),
        (["--epsilon", "nan"], "epsilon must be a number; got 'nan'."),
        (["--epsilon", "1", "--delta", "-1"], "delta must lie strictly between 0 and 1; got -1.0."),
        (["--epsilon", "one"], "--epsilon must be numbers separated by commas; got 'one'. For instance 8,4."),
        (["--prune", "-0.1"], "sparsity must lie strictly between 0 and 1: the share of weights that goes; got -0.1."),
        (
            ["--epsilon", "1", "--private-settings", "sampler=weighted"],
            "sampler must be poisson, which the accountant counts on; got weighted. Leave it out.",
        ),
        (
            ["--epsilon", "1", "--private-settings", "epsilon=9"],
            "--private-settings must name one of epochs, .*; got 'epsilon'.",
        ),
        (
            ["--bits", "4", "--learner-settings", "hiden=3"],
            "settings must be of the learner compiled-mlp; got 'hiden'. Did you mean 'hidden'.",
        ),
        (["--bits", "0"], "bits must be a whole number from 2 to 16; got 0."),
        (["--bits", "4.5"], "--bits must be whole numbers separated by commas; got '4.5'. For instance 8,4."),
        (["--epsilon", "1,1"], "--limit must be named once each; got 'differential privacy, ε = 1'."),
        (["--bits", "4", "--learner", "knn"], "--learner must be the built-in network .* got knn."),
        (
            ["--bits", "4", "--subpopulations", "given"],
            "--subpopulations must be found where no group is given; got 'given'.",
        ),
    ],
)
def test_bad_input_is_one_line(options, message, tmp_path, capfd):
    assert main(["limit", "iris", *options, "--trials", "4", "--out", str(tmp_path / "run")]) == 2
    said = capfd.readouterr().err.strip().split("\n")[-1]
    assert re.fullmatch(f"longtail: {message}", said), said


def grouped(group, group_test):
    rng = np.random.default_rng(0)
    return Dataset.from_arrays(
        rng.normal(size=(12, 2)), [0, 1] * 6, rng.normal(size=(4, 2)), [0, 1] * 2, group=group, group_test=group_test
    )


def test_groups_that_cannot_be_compared_are_refused():
    with pytest.raises(InputError, match="group must have at least two values, to compare; got only 'a'."):
        groups_of(grouped(["a"] * 12, ["a"] * 4))
    with pytest.raises(InputError, match="group must have test examples of two values at least; got only 'a'."):
        groups_of(grouped(["a"] * 11 + ["b"], ["a"] * 4))
    with pytest.raises(InputError, match="group must be given for test examples, too"):
        groups_of(grouped(["a", "b"] * 6, None))


def test_only_the_group_without_a_test_example_is_left_out_by_name():
    from longtail.study.limits import remarks

    data = grouped(["a", "b", "c"] * 4, ["a", "b", "a", "b"])
    assert [group.name for group in groups_of(data)] == ["a", "b"]
    (said,) = remarks(data, groups_of(data), [])
    assert said.startswith("Note: No test example is of group 'c': what a limit costs there cannot be seen")


def test_only_the_class_without_a_test_example_is_left_out_by_name():
    X = np.random.default_rng(0).normal(size=(30, 2))
    data = Dataset.from_arrays(X, ["owl", "hen", "kiwi"] * 10, X[:4], ["owl", "hen", "owl", "hen"])
    assert [group.name for group in groups_of(data)] == ["hen", "owl"]
    _, groups, notes = comparable_groups(data)
    assert [group.name for group in groups] == ["hen", "owl"]
    assert notes[0].startswith("No test example is of class 'kiwi'")


def test_classes_are_the_groups_where_none_are_given():
    assert [group.name for group in groups_of(load_dataset("iris"))] == list(load_dataset("iris").class_names)


def untrained(data):
    """An analysis of which nothing but the data is asked."""
    inside = np.arange(data.n_train) % 2 == 0
    return Analysis(data, Outcomes.from_arrays(inside[None], inside[None]))


def test_given_subpopulations_are_groups_within_classes():
    data = grouped(["a", "b", "b"] * 4, ["b", "a", "b", "b"])
    (partitioned,), notes = subpopulations_of(untrained(data), "given")
    assert notes == []
    for test, found in enumerate(partitioned.ids_test):
        members = partitioned.partition.ids == found
        assert set(data.group[members]) == {data.group_test[test]}
        assert set(data.y[members]) == {data.y_test[test]}


def test_a_test_example_belongs_to_the_nearest_kind_within_the_radius():
    data = load_dataset("iris")
    partitions, _ = subpopulations_of(untrained(data), "found")
    coarse, fine = partitions[-1], partitions[0]
    assert (coarse.ids_test >= 0).sum() > (fine.ids_test >= 0).sum()
    known = fine.ids_test >= 0
    assert all(
        set(data.y[fine.partition.ids == i]) == {c}
        for i, c in zip(fine.ids_test[known], data.y_test[known], strict=True)
    )


def test_a_learner_that_takes_no_soft_labels_is_given_noisy_ones():
    asked, data = ["label-private:epsilon=1"], load_dataset("iris")
    assert asked_for(asked, data, CompiledMLP())[0].debias
    assert not asked_for(asked, data, named_learner("knn"))[0].debias
    forest = SklearnLearner(estimator=RandomForestClassifier(20, min_samples_leaf=20))
    (noisy,) = asked_for(asked, data, forest)
    assert (noisy.debias, noisy.title) == (False, "label privacy, ε = 1")
    (copied,) = asked_for(["label-private:epsilon=1,debias=True"], data, forest)
    assert copied.title == "label privacy debiased by weighted copies, ε = 1"
    (plain,) = asked_for(["label-private:epsilon=1,debias=False"], data, CompiledMLP())
    assert plain.title == "label privacy without debiasing, ε = 1"


def test_label_privacy_of_a_forest_is_randomized_response_alone():
    """Its outcomes are those of a loop of one's own over the same noisy labels, trial for trial."""
    data = load_dataset("iris")
    forest = RandomForestClassifier(10, min_samples_leaf=5)
    (limit,) = asked_for(["label-private:epsilon=1"], data, SklearnLearner(estimator=forest))
    design = SubsetDesign(n_trials=4)
    outcomes = run_trials(limit, data, design, jobs=1)
    for trial, kept in enumerate(outcomes.inclusion):
        seed = integer_seed(design.seed, "learner", trial)
        keep = np.exp(1) / (np.exp(1) + 2)
        channel = np.full((1, 3, 3), (1 - keep) / 2) + (keep - (1 - keep) / 2) * np.eye(3)
        noisy = randomized_labels(data.y[kept], channel, generator(seed, "label noise"))
        own = clone(forest).set_params(random_state=seed).fit(data.X[kept], noisy).predict(data.X)
        assert np.array_equal(own == data.y, outcomes.correct[trial])


def test_too_large_a_delta_and_a_group_of_one_are_remarked():
    from longtail.study.limits import remarks

    data = grouped(["a"] * 11 + ["b"], ["a", "a", "a", "b"])
    limits = asked_for(["dp-sgd:epsilon=1,delta=0.1"], data, CompiledMLP())
    said = remarks(data, groups_of(data), limits)
    assert len(said) == 2
    assert "one training example" in said[0]
    assert "above 1/n" in said[1]


def test_limits_are_measured_beside_a_study_of_more_trials(tmp_path):
    """What an audit does: its trials are there, a limit gets fewer, pairs are counted; trials alone are written."""
    data, learner = load_dataset("iris"), CompiledMLP(epochs=2, max_epochs=2)
    design = SubsetDesign(n_trials=12)
    unlimited = measure(DataSource(data="iris"), data, learner, design, tmp_path / "run", jobs=1)
    before = {path.name for path in (tmp_path / "run").iterdir()}
    limits, said = asked_for(["rounded:bits=2"], data, learner), []
    few = replace(design, n_trials=5)
    found = measured_limits(
        Analysis(data, unlimited), learner, few, RunFolder(tmp_path / "run"), limits, jobs=1, say=said.append
    )
    assert found.n_trials == 5
    assert found.limits[0].measured.value == pytest.approx(
        np.mean([each.cost.value for each in found.limits[0].groups]), abs=0.01
    )
    assert said[0] == "Training: weights of 2 bits"
    assert {path.name for path in (tmp_path / "run").iterdir()} == before
    assert (tmp_path / "run" / found.limits[0].trials).is_dir()


def test_the_gallery_of_what_is_kept_takes_the_classes_in_turn():
    labels = np.array([0, 0, 0, 1, 2, 1])
    assert classes_in_turn([1, 0, 5, 2, 3, 4], labels) == [1, 5, 4, 0, 3, 2]
