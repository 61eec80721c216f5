"""The audit's findings against independent computations from the stored masks and correctness."""

import json

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist
from sklearn.naive_bayes import GaussianNB

from longtail.analysis.accuracy import mean_over_examples, mean_over_trials
from longtail.analysis.views import view_of
from longtail.dataset import Dataset, load_dataset
from longtail.findings import Findings
from longtail.scores import memorization
from longtail.study import DataSource, RunFolder, audit, plan_audit
from longtail.trials import CompiledMLP, SklearnLearner, SubsetDesign

DESIGN = SubsetDesign(n_trials=60, fraction=0.7, seed=0)


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load_dataset("digits")


@pytest.fixture(scope="module")
def run(digits, tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit") / "digits"
    findings = audit(DataSource(data="digits"), digits, CompiledMLP(), DESIGN, folder)
    return folder, findings


def _stored(folder):
    """Masks and correctness, straight from the files."""
    (trials,) = (folder / "trials").iterdir()
    inclusion, correct = [], []
    for path in sorted(trials.glob("*.npz")):
        with np.load(path, allow_pickle=False) as arrays:
            n, n_all, _ = arrays["sizes"]
            inclusion.append(np.unpackbits(arrays["inclusion"], count=n))
            correct.append(np.unpackbits(arrays["correct"], count=n_all))
    return np.array(inclusion, bool), np.array(correct, bool)


def test_models_fit_what_they_saw(run):
    _, findings = run
    assert findings.fit.fits
    assert findings.fit.included_accuracy.value >= 0.999
    assert findings.study.n_trials == 60


def test_gallery_is_the_top_by_the_efficient_estimate_and_shows_an_independent_computation(run, digits):
    folder, findings = run
    inclusion, correct = _stored(folder)
    assert (np.ptp((~inclusion).reshape(3, 20, -1).sum(axis=1), axis=1) <= 1).all()
    right, held = correct[:, : digits.n_train], correct[:, digits.n_train :]
    value = np.array(
        [right[inclusion[:, i], i].mean() - right[~inclusion[:, i], i].mean() for i in range(digits.n_train)]
    )
    gallery = findings.memorization.gallery
    scores = memorization(RunFolder(folder).trials().outcomes(), estimator="efficient")
    efficient, others = scores.value, scores.q_value <= 0.05
    shown = [example.train for example in gallery]
    assert findings.memorization.ranking == "the efficient estimate from margins and counts"
    assert (np.diff(efficient[shown]) <= 0).all()
    others[shown] = False
    assert len(shown) == 24
    assert efficient[shown].min() >= efficient[others].max()
    assert value[shown].mean() >= np.sort(value)[::-1][: len(shown)].mean() - 0.1  # the plain top is nearly the same
    for example in gallery[:5]:
        assert value[example.train] == pytest.approx(example.memorization.value, abs=1e-12)
        assert example.label == digits.class_names[digits.y[example.train]]
        inside = inclusion[:, example.train]
        for pair in example.influences:
            expected = held[inside, pair.test].mean() - held[~inside, pair.test].mean()
            assert pair.influence.value == pytest.approx(expected, abs=1e-12)
            assert pair.influence.value > 0
    assert sum(findings.memorization.histogram_counts) == digits.n_train
    assert findings.memorization.mean.value == pytest.approx(value.mean(), abs=2e-3)


def test_tail_is_that_of_the_near_neighbor_graph(run, digits):
    """Components of the thresholded distance matrix, class by class, by another library's routine."""
    _, findings = run
    resolution = findings.tail.resolutions[2]
    sizes = []
    for code in range(10):
        X = digits.X[digits.y == code].astype(float)
        _, labels = connected_components(cdist(X, X) <= resolution.radius * (1 + 1e-9), directed=False)
        sizes += np.bincount(labels).tolist()
    sizes = np.array(sizes)
    assert resolution.n_subpopulations == len(sizes)
    assert resolution.n_singletons == (sizes == 1).sum()
    n = digits.n_train
    assert resolution.unseen_mass.value == pytest.approx((sizes == 1).sum() / n)
    assert resolution.singleton_mass.value == pytest.approx(2 * (sizes == 2).sum() / n)


def test_costs_use_the_measured_guess(run, digits):
    """Cost = singleton mass x (1 - measured left-out accuracy of singletons), never 1 over the number of classes."""
    folder, findings = run
    inclusion, correct = _stored(folder)
    right = correct[:, : digits.n_train]
    left_out = (right & ~inclusion).sum(axis=0) / (~inclusion).sum(axis=0)
    for resolution in findings.tail.resolutions:
        assert resolution.guess_probability.value > 0.5
        expected = resolution.singleton_mass.value * (1 - resolution.guess_probability.value)
        assert resolution.cost_of_not_fitting.value == pytest.approx(expected)
        assert resolution.cost_of_not_fitting.level == pytest.approx(0.95)
    finest = findings.tail.resolutions[0]
    X, y = digits.X.astype(float), digits.y
    distance = np.where(y[:, None] == y, cdist(X, X), np.inf)
    np.fill_diagonal(distance, np.inf)
    alone = distance.min(axis=1) > finest.radius * (1 + 1e-9)
    assert finest.guess_probability.value == pytest.approx(left_out[alone].mean())
    zero_gamma = findings.costs.rows[0]
    assert [cost.value for cost in zero_gamma.costs] == pytest.approx(
        [r.cost_of_not_fitting.value for r in findings.tail.resolutions]
    )


def test_findings_come_back_from_the_file(run):
    folder, findings = run
    assert Findings.read(RunFolder(folder).findings) == findings
    json.loads((folder / "findings.json").read_text(), parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert RunFolder(folder).report.stat().st_size > 10_000


def test_a_run_goes_on_with_its_frozen_plan(run, digits):
    folder, _ = run
    said = []
    again = plan_audit(digits, CompiledMLP(), SubsetDesign(n_trials=20), folder, minutes=3.0, say=said.append)
    assert again.design.n_trials == 60
    assert "Going on" in said[0]


def test_given_groups_are_taken_as_they_are(tmp_path):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 2)), np.arange(60) % 2
    group = np.where(np.arange(60) < 8, np.arange(60), 99)
    data = Dataset.from_arrays(X, y, X, y, group=group)
    findings = audit(DataSource(data="x"), data, SklearnLearner(estimator=GaussianNB()), DESIGN, tmp_path / "r", jobs=1)
    assert findings.tail.given
    (resolution,) = findings.tail.resolutions
    assert (resolution.n_singletons, resolution.n_subpopulations) == (8, 10)
    assert not findings.fit.fits
    assert "do NOT fit" in " ".join(answer.text for answer in findings.summary)


def test_data_without_test_examples_or_tails_still_gives_findings(tmp_path):
    X, y = np.arange(12.0)[:, None], np.arange(12) % 2
    data = Dataset.from_arrays(X, y, X[:0], y[:0])
    findings = audit(DataSource(data="x"), data, SklearnLearner(estimator=GaussianNB()), DESIGN, tmp_path / "r", jobs=1)
    assert findings.fit.test_accuracy is None
    assert all(not example.influences for example in findings.memorization.gallery)


def test_rows_show_their_most_unusual_columns():
    X = np.random.default_rng(0).normal(size=(30, 40)).astype(np.float32)
    X[3, [5, 17]] = 50
    data = Dataset.from_arrays(X, np.arange(30) % 2, X, np.arange(30) % 2)
    view = view_of(data, 3)
    assert len(view.names) == 12
    assert {"x5", "x17"} <= set(view.names)
    assert view.values[view.names.index("x5")] == "50"


def test_intervals_never_shrink_to_a_point():
    perfect = mean_over_trials(np.ones(20), 0.95, 100)
    assert perfect.low < 1 == perfect.high
    assert mean_over_examples(np.ones(10), 0.95).low == pytest.approx(0.722, abs=1e-3)
    assert (mean_over_examples([], 0.95).low, mean_over_examples([], 0.95).high) == (0, 1)


def test_student_interval_over_trials_covers():
    """2,000 sets of 20 normal trials, seed 0: 95 % coverage, 6 sigma = 2.9 points; false alarm 2e-9."""
    draws = np.random.default_rng(0).normal(0.5, 0.01, (2000, 20))
    intervals = [mean_over_trials(x, 0.95, 100) for x in draws]
    assert np.mean([e.low <= 0.5 <= e.high for e in intervals]) == pytest.approx(0.95, abs=0.029)


def test_a_plan_studies_a_part_of_what_is_too_much(tmp_path):
    """No learner trains 200 times in six milliseconds; what was planned then holds when there is more time."""
    rng = np.random.default_rng(0)
    data = Dataset.from_arrays(rng.normal(size=(4000, 2)), np.arange(4000) % 2)
    learner = SklearnLearner(estimator=GaussianNB())
    plan = plan_audit(data, learner, SubsetDesign(n_trials=20), tmp_path / "r", minutes=1e-4, jobs=1)
    assert (plan.rows, plan.dataset.n_train, plan.design.n_trials) == (1000, 1000, 20)
    assert "A random 1,000 of 3,200" in plan.dataset.notes[-1]
    source = DataSource(data="x", rows=plan.rows)
    audit(source, plan.dataset, learner, plan.design, tmp_path / "r", jobs=1)
    again = plan_audit(data, learner, SubsetDesign(n_trials=20), tmp_path / "r", minutes=60, jobs=1)
    assert (again.rows, again.design.n_trials) == (1000, 20)
    assert again.dataset.content_hash == plan.dataset.content_hash
