"""Paired removal: the same bits as training by hand, planted tails and planted noise, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from longtail.dataset import Dataset, load_dataset
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.experiments.memorized_sets import MATCHED, MEMORIZED, MISLABELED, RARE, memorized_sets
from longtail.experiments.necessity import necessity
from longtail.experiments.paired_removal import Arm, PairedRemoval, compared_arms, paired_removal
from longtail.learners import CompiledMLP, SklearnLearner
from longtail.outcomes import Outcomes
from longtail.randomness import integer_seed
from longtail.trials import SubsetDesign, run_trials

KNN = SklearnLearner(estimator=KNeighborsClassifier(1), name="knn")


def islands(seed=0, *, alone=30, flips=0):
    """Two clusters of 80; places apart with one training example and two test examples each; wrong labels."""
    rng = np.random.default_rng(seed)
    centers = 40 * rng.normal(size=(alone, 8))
    y = np.r_[np.zeros(80), np.ones(80), np.arange(alone) % 2].astype(int)
    X = np.r_[rng.normal(size=(80, 8)), rng.normal(size=(80, 8)) + 6, centers]
    X_test = np.r_[rng.normal(size=(60, 8)), rng.normal(size=(60, 8)) + 6, np.repeat(centers, 2, axis=0)]
    y_test = np.r_[np.zeros(60), np.ones(60), np.repeat(np.arange(alone) % 2, 2)].astype(int)
    wrong = rng.choice(160, flips, replace=False)
    y[wrong] = 1 - y[wrong]
    X_test = X_test + 0.01 * rng.normal(size=X_test.shape)
    return Dataset.from_arrays(X, y, X_test, y_test), wrong


def study(data, n_trials=60, learner=KNN):
    design = SubsetDesign(n_trials=n_trials, fraction=0.7, seed=3)
    return run_trials(learner, data, design, jobs=1), design


def test_an_arm_is_the_same_trials_without_the_set():
    """Each model of the arm trained here by hand: the subset less the set, and the trial's own seed."""
    data = load_dataset("iris")
    design = SubsetDesign(n_trials=20, fraction=0.7, seed=2)
    learner = CompiledMLP(hidden=8)
    outcomes = run_trials(learner, data, design, jobs=1)
    gone = np.array([3, 50, 51])
    found = paired_removal(learner, data, outcomes, design, {"some": gone}, n_trials=10, jobs=1).arms["some"]
    for trial in range(10):
        kept = np.setdiff1d(np.flatnonzero(design.inclusion(data.n_train, trial)), gone)
        seed = integer_seed(design.seed, "learner", trial)
        labels = learner.fit_predict(data.X[kept], data.y[kept], data.X_test, n_classes=3, seed=seed).labels
        expected = outcomes.test_correct[trial].astype(int) - (labels == data.y_test)
        assert (found.lost[trial] == expected).all()
    assert found.loss.value == pytest.approx(found.lost.mean())
    assert found.in_a_subset == pytest.approx(
        np.mean([design.inclusion(data.n_train, t)[gone].sum() for t in range(10)])
    )


def test_islands_are_worth_their_test_examples_and_the_verdict_is_necessary():
    """Nearest neighbors: without its only example, a place is guessed by another place, right half the time."""
    data, _ = islands()
    outcomes, design = study(data)
    sets = memorized_sets(data, outcomes.restricted_to(slice(20, None)))
    assert set(sets[RARE]) <= set(range(160, 190))
    found = paired_removal(KNN, data, outcomes, design, sets, n_trials=20, jobs=1)
    kept = np.setdiff1d(np.arange(data.n_train), sets[MEMORIZED])
    lost = []
    for trial in range(20):
        there = design.inclusion(data.n_train, trial)
        nearest = [
            rows[((data.X_test[:, None] - data.X[rows]) ** 2).sum(axis=2).argmin(axis=1)]
            for rows in (np.flatnonzero(there), np.intersect1d(np.flatnonzero(there), kept))
        ]
        right = [data.y[rows] == data.y_test for rows in nearest]
        lost.append(right[0].mean() - right[1].mean())
    assert found.arms[MEMORIZED].loss.value == pytest.approx(np.mean(lost))
    verdict = necessity(found)
    assert verdict.verdict == "necessary"
    assert verdict.beyond.low > 0
    assert verdict.beyond.value == pytest.approx(found.arms[MEMORIZED].loss.value - found.arms[MATCHED].loss.value)


def test_wrong_labels_look_mislabeled_and_removing_the_memorized_helps():
    """A fifth of 500 digits is flipped. Models without them are right more often by some ten points."""
    whole, rng = load_dataset("digits").sample(500), np.random.default_rng(0)
    wrong = rng.choice(500, 100, replace=False)
    y = whole.y.copy()
    y[wrong] = (y[wrong] + rng.integers(1, 10, 100)) % 10
    data, learner = Dataset.from_arrays(whole.X, y, whole.X_test, whole.y_test), CompiledMLP(hidden=32)
    outcomes, design = study(data, 80, learner)
    sets = memorized_sets(data, outcomes.restricted_to(slice(20, None)))
    assert np.isin(sets[MISLABELED], wrong).mean() > 0.8
    found = paired_removal(learner, data, outcomes, design, sets, n_trials=20, jobs=1)
    assert found.arms[MISLABELED].loss.high < 0
    verdict = necessity(found)
    assert verdict.verdict in ("harmful", "mixed")
    assert verdict.memorized.high < 0


def test_an_unsettled_verdict_says_how_many_test_examples_would_settle_it():
    data, _ = islands(alone=4)
    outcomes, design = study(data)
    found = paired_removal(
        KNN, data, outcomes, design, {MEMORIZED: [160, 161], RARE: [160, 161], MATCHED: [0, 90]}, n_trials=20, jobs=1
    )
    verdict = necessity(found)
    assert verdict.verdict == "unsettled"
    assert verdict.n_test_needed > data.n_test
    assert necessity(PairedRemoval(arms={}, n_trials=0, n_test=3, level=0.95)) is None


def arm(name, lost):
    """Of a table whose columns are equal but for a little noise of their own."""
    rng = np.random.default_rng(len(name))
    table = (rng.random((40, 400)) < abs(lost)).astype(np.int8) * np.sign(lost).astype(np.int8)
    value = float(table.mean())
    loss = Estimate(value=value, low=value - 0.01, high=value + 0.01, level=0.9875, method="")
    return Arm(name=name, removed=np.arange(3), in_a_subset=2.0, loss=loss, lost=table)


@pytest.mark.parametrize(
    ("memorized", "rare", "matched", "expected"),
    [
        (0.05, 0.05, 0.01, "necessary"),
        (0.05, 0.01, 0.01, "necessary"),  # what looks mislabeled may be what others need
        (-0.05, 0.01, 0.01, "harmful"),
        (-0.05, 0.05, 0.01, "mixed"),
        (0.005, 0.05, 0.01, "unsettled"),  # the border of overlapping classes
        (0.05, 0.05, 0.05, "unsettled"),  # others are worth as much
    ],
)
def test_verdicts_follow_what_is_sure(memorized, rare, matched, expected):
    arms = {name: arm(name, lost) for name, lost in ((MEMORIZED, memorized), (RARE, rare), (MATCHED, matched))}
    assert necessity(PairedRemoval(arms=arms, n_trials=40, n_test=400, level=0.95)).verdict == expected


def test_without_others_to_compare_with_nothing_is_called_necessary():
    alone = PairedRemoval(arms={MEMORIZED: arm(MEMORIZED, 0.05)}, n_trials=40, n_test=400, level=0.95)
    assert necessity(alone).verdict == "unsettled"
    assert necessity(alone).beyond is None
    assert necessity(alone).n_test_needed is None


def test_editing_makes_labels_purer_whatever_is_kept():
    """Wilson's law: with any rising chance to be kept, the error of the nearest neighbor does not rise; with one that
    takes away the border alone, as what looks rare does, it can.
    """
    share = np.linspace(0.5, 1, 201)
    before = 2 * share * (1 - share)

    def after(kept):
        purer = share * kept(share) / (share * kept(share) + (1 - share) * kept(1 - share))
        return share * (1 - purer) + (1 - share) * purer

    rng = np.random.default_rng(0)
    for _ in range(20):
        steps = np.sort(rng.random(12))
        assert (after(lambda at, steps=steps: np.interp(at, np.linspace(0, 1, 12), steps)) <= before + 1e-12).all()
    border = after(lambda at: 1 - np.exp(-(((at - 0.6) / 0.1) ** 2)) * 0.9)
    assert (border > before + 1e-3).any()


def test_overlapping_classes_are_no_long_tail():
    """Ten Gaussians, nearest neighbors, seeds 0 and 1: without the memorized nothing is surely lost, nor beyond others.

    In truth something is gained (Wilson's editing), so a false alarm has a chance below 1 % a world.
    """
    for seed in range(2):
        rng = np.random.default_rng(seed)
        y = rng.integers(10, size=400)
        X = 3.0 * rng.normal(size=(10, 10))[y] + 3.0 * rng.normal(size=(400, 10))
        data = Dataset.from_arrays(X[:200], y[:200], X[200:], y[200:])
        outcomes, design = study(data)
        sets = memorized_sets(data, outcomes.restricted_to(slice(20, None)))
        found = paired_removal(KNN, data, outcomes, design, sets, n_trials=20, jobs=1)
        assert necessity(found).verdict in ("harmful", "mixed", "unsettled")
        assert found.arms[MEMORIZED].loss.value < 0.01


def test_arms_share_the_level():
    data, _ = islands()
    outcomes, design = study(data, 20)
    one = paired_removal(KNN, data, outcomes, design, {"a": [160]}, n_trials=10, jobs=1)
    two = paired_removal(KNN, data, outcomes, design, {"a": [160], "b": [0]}, n_trials=10, jobs=1)
    assert one.arms["a"].loss.level == 0.95
    assert two.arms["a"].loss.level == two.difference("a", "b").level == pytest.approx(0.975)
    assert (one.arms["a"].lost == two.arms["a"].lost).all()


def test_arms_are_kept_and_resumed(tmp_path):
    data, _ = islands()
    outcomes, design = study(data, 20)
    seen = []
    for _ in range(2):
        paired_removal(
            KNN,
            data,
            outcomes,
            design,
            {"a": [160], "b": [1, 2]},
            n_trials=10,
            store=tmp_path,
            jobs=1,
            progress=lambda finished, planned: seen.append((finished, planned)),
        )
    assert seen[0] == (0, 20)
    assert seen[len(seen) // 2 :][-1] == (20, 20)
    assert len(list((tmp_path / "trials").iterdir())) == 2
    assert len(seen) == 22 + 2  # the second time there was nothing to train


def test_only_test_examples_of_the_asked_part_count():
    data, _ = islands()
    outcomes, design = study(data, 20)
    on = np.arange(data.n_test) >= 120
    whole, part = (
        paired_removal(KNN, data, outcomes, design, {"a": range(160, 190)}, n_trials=10, on=mask, jobs=1).arms["a"]
        for mask in (None, on)
    )
    assert (part.lost == whole.lost[:, on]).all()


@pytest.mark.parametrize(
    ("rows", "law"),
    [
        ([], "hold at least one training example"),
        (range(190), "leave examples to train on"),
        ([190], r"hold positions in 0\.\.189"),
        ([0.5], "be positions of training examples"),
        ([[1, 2]], "be positions of training examples"),
    ],
)
def test_sets_that_are_none_are_refused(rows, law):
    data, _ = islands()
    outcomes, design = study(data, 20)
    with pytest.raises(InputError, match=f"set 'odd' must {law}"):
        paired_removal(KNN, data, outcomes, design, {"odd": list(rows)}, n_trials=10)


def test_left_out_examples_cannot_witness_and_trials_must_be_there():
    data, _ = islands()
    outcomes, design = study(data, 20)
    alone = Dataset.from_arrays(data.X, data.y, data.X[:0], data.y[:0])
    with pytest.raises(InputError, match="have test examples, the only witnesses"):
        paired_removal(KNN, alone, outcomes, design, {"a": [0]}, n_trials=10)
    with pytest.raises(InputError, match="n_trials must be trials that the study has; got 20 of 30"):
        paired_removal(KNN, data, outcomes, design, {"a": [0]}, n_trials=30)
    with pytest.raises(InputError, match="on must be a mask"):
        paired_removal(KNN, data, outcomes, design, {"a": [0]}, n_trials=10, on=[1, 2])


def test_test_examples_of_one_unit_are_one_draw():
    """Copies of each test example in one unit widen the interval: rows would make it narrower by the root of copies."""
    rng = np.random.default_rng(4)
    lost = rng.integers(-1, 2, (20, 40)).astype(np.int8)
    before = np.ones((20, 40), bool)
    copied, unit = np.repeat(lost, 9, axis=1), np.repeat(np.arange(40), 9)
    ends = {}
    for name, table, units in (("once", lost, np.arange(40)), ("units", copied, unit), ("rows", copied, None)):
        n = table.shape[1]
        data = Dataset.from_arrays(np.zeros((10, 1)), np.arange(10) % 2, np.zeros((n, 1)), np.arange(n) % 2)
        data = replace(data, together_test=units)
        inside = np.tile(np.arange(10) < 7, (20, 1))
        right = np.repeat(before, n // 40, axis=1)
        with_all = Outcomes.from_arrays(inside, inside, test_correct=right & (table >= 0), trial_numbers=np.arange(20))
        without = Outcomes.from_arrays(inside, inside, test_correct=right & (table <= 0), trial_numbers=np.arange(20))
        arms = {"a": (np.array([0]), without), "b": (np.array([1]), with_all)}
        found = compared_arms(data, with_all, arms, n_trials=20)
        ends[name] = [(each.value, each.low, each.high) for each in (found.arms["a"].loss, found.difference("a", "b"))]
    assert np.array(ends["once"]) == pytest.approx(np.array(ends["units"]))
    widths = {name: np.ptp(np.array(each)[:, 1:], axis=1) for name, each in ends.items()}
    assert (widths["units"] > 1.5 * widths["rows"]).all()
