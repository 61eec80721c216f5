"""A remedy beside what it remedies, end to end: gains are differences of means that are counted again by hand."""

import numpy as np
import pytest

from longtail.dataset import Dataset
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.limits import PATE, GroupBalanced, PrunedData
from longtail.report.words.remedies import remedy_sentences
from longtail.runs.measure import DataSource
from longtail.runs.run_folder import RunFolder
from longtail.study.limits import limit
from longtail.study.limits_of_run import limits_in
from longtail.trials import SubsetDesign

DESIGN = SubsetDesign(n_trials=20, fraction=0.7, seed=0)
NETWORK = CompiledMLP(hidden=(), epochs=20, max_epochs=20)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """A group of one in ten whose first feature points the other way; 600 examples, 400 of them test examples."""
    rng = np.random.default_rng(0)
    y, small = rng.integers(0, 2, 600), rng.random(600) < 0.1
    sign = 2.0 * y - 1
    X = np.c_[2.5 * sign * np.where(small, -1, 1), sign] + rng.normal(size=(600, 2))
    group = np.where(small, "small", "large")
    data = Dataset.from_arrays(X[:200], y[:200], X[200:], y[200:], group=group[:200], group_test=group[200:])
    out = tmp_path_factory.mktemp("run") / "run"
    limits = [GroupBalanced(inner=NETWORK), PrunedData(inner=NETWORK, share=0.2, by="chance")]
    source = DataSource(data="x")
    findings = limit(source, data, NETWORK, DESIGN, out, limits, subpopulations="none", jobs=1)
    return data, RunFolder(out), findings.limits


def test_a_limit_that_is_no_remedy_has_no_row(found):
    _, _, limits = found
    (row,) = limits.remedies
    assert (row.name, row.remedied, row.worst) == ("groups sampled alike", "without limits", "small")


def test_gains_are_differences_of_accuracies(found):
    """Counted from the trials: new examples are test examples, and training examples where left out."""
    data, folder, limits = found
    (row,) = limits.remedies
    held = {each.name: each.outcomes for each in limits_in(folder, data, NETWORK, DESIGN).trials}
    plain, remedy = folder.trials().outcomes(), held["groups sampled alike"]

    def right(outcomes, train, test):
        out = ~outcomes.inclusion[:, train]
        each = [outcomes.test_correct[:, test].mean(axis=0)]
        sums = (outcomes.correct[:, train] & out).sum(axis=0)
        each.append(sums[out.any(axis=0)] / out.sum(axis=0)[out.any(axis=0)])
        return np.concatenate(each).mean()

    small = data.group_names.index("small")
    train, test = data.group == small, data.group_test == small
    if "training" not in limits.limits[0].witnesses:
        train = np.zeros_like(train)
    gained = right(remedy, train, test) - right(plain, train, test)
    assert row.worst_gained.value == pytest.approx(gained, abs=1e-6)
    assert row.worst_gained.value == pytest.approx(row.worst_after.value - row.worst_before.value, abs=1e-6)
    assert row.worst_gained.low > 0
    assert row.gained.value < 0
    assert row.gained.low <= row.gained.value <= row.gained.high


def test_where_models_see_public_rows_those_left_out_are_no_new_examples(tmp_path):
    """Public rows are in every model's training, whoever is in its subset. 60 rows, two classes told apart at once."""
    y = np.arange(100) % 2
    X = 8.0 * np.c_[y, 1 - y] + np.random.default_rng(0).normal(size=(100, 2))
    data = Dataset.from_arrays(X, y).restricted_to(np.arange(60))
    limits = [
        PrunedData(inner=NETWORK, share=0.1, by="chance"),
        PATE(inner=NETWORK, epsilon=50.0, public=0.3, teachers=4),
    ]
    design, source = SubsetDesign(n_trials=4, fraction=0.7, seed=0), DataSource(data="x")
    findings = limit(source, data, NETWORK, design, tmp_path / "run", limits, subpopulations="none", jobs=1)
    pate, by_chance = findings.limits.limits
    assert by_chance.witnesses == "20 test examples and 47 training examples, where left out"
    assert pate.witnesses == "20 test examples"
    assert "private row" in pate.guarantee


def test_what_is_left_is_that_of_either_learner(found):
    _, _, limits = found
    (row,) = limits.remedies
    balanced = next(each for each in limits.limits if each.name == "groups sampled alike")
    assert row.memorization_after == balanced.memorization
    assert row.memorization_before == limits.unlimited_memorization
    assert row.advantage_after == balanced.judged.advantage
    assert row.advantage_before == limits.judged.advantage


def test_the_sentence_says_whom_it_lifts_and_the_page_shows_it(found):
    _, folder, limits = found
    (said,) = remedy_sentences(limits)
    assert said.startswith("Groups sampled alike surely lifts group small, the worst without limits: right on")
    assert "points fewer" in said
    page = folder.report.read_text()
    assert said.split(":", maxsplit=1)[0] in page
    assert "Each remedy beside what it remedies" in page
