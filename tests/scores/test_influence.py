"""Influence at scale against the matrix that it never makes; false-discovery rate; duplicates."""

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores import (
    counted_pairs,
    duplicate_pairs,
    high_influence_pairs,
    influence,
    memorization,
    near_duplicates,
    significant_influence,
)
from longtail.scores.counted_pairs import CHUNK
from longtail.scores.pair_counts import packed
from longtail.scores.significance import fisher_p_value, q_values


def _study(seed, n_trials=100, n_train=40, n_test=30, n_moved=0, strength=0.6):
    """Test example j < n_moved is right more often when training example j is in."""
    rng = np.random.default_rng(seed)
    inclusion = rng.random((n_trials, n_train)) < 0.7
    inclusion[np.arange(n_trials), np.arange(n_trials) % n_train] = False  # no trial holds everybody
    chance = np.full((n_trials, n_test), 0.6)
    chance[:, :n_moved] = np.where(inclusion[:, :n_moved], 0.95, 0.95 - strength)
    return Outcomes.from_arrays(inclusion, inclusion | True, test_correct=rng.random((n_trials, n_test)) < chance)


def _matrix(outcomes):
    inside, right = outcomes.inclusion.astype(int), outcomes.test_correct.astype(int)
    k_in, n_in = inside.T @ right, inside.sum(axis=0)[:, None]
    k_out, n_out = right.sum(axis=0) - k_in, outcomes.n_trials - n_in
    q = q_values(fisher_p_value(k_in, n_in, k_out, n_out))
    return k_in / n_in - k_out / n_out, q


def test_q_values_are_those_of_scipy():
    p = np.random.default_rng(0).random(300) ** 3
    p[::7] = p[0]
    np.testing.assert_array_equal(q_values(p), false_discovery_control(p))


def test_significant_pairs_are_those_of_the_whole_matrix():
    outcomes = _study(0, n_moved=20)
    value, q = _matrix(outcomes)
    pairs = significant_influence(outcomes, 0.1)
    found = set(zip(pairs.train.tolist(), pairs.test.tolist(), strict=True))
    assert found == set(zip(*(axis.tolist() for axis in np.nonzero(q <= 0.1)), strict=True))
    assert 15 <= len(found) < 40
    np.testing.assert_allclose(pairs.value, value[pairs.train, pairs.test], atol=1e-12)
    np.testing.assert_allclose(pairs.q_value, q[pairs.train, pairs.test], rtol=1e-9)


def test_more_examples_than_a_task_and_odd_numbers_of_trials():
    outcomes = _study(1, n_trials=65, n_train=CHUNK + 5, n_test=3)
    value, q = _matrix(outcomes)
    strongest = influence(outcomes, strongest=1)
    np.testing.assert_allclose(strongest.value, value.max(axis=1), atol=1e-12)
    np.testing.assert_allclose(strongest.q_value, q[strongest.train, strongest.test], rtol=1e-9)


@pytest.mark.parametrize("n_varied", [0, 2, 9])
def test_test_examples_that_are_always_or_never_right_count_in_all_that_they_did(n_varied):
    """Against the whole matrix: the same pairs, of equal influences the first, and q-values over all pairs."""
    outcomes = _study(3, n_trials=50, n_train=30, n_test=24, n_moved=20)
    right = outcomes.test_correct.copy()
    kept = np.random.default_rng(0).permutation(24)[:n_varied]
    right[:, np.setdiff1d(np.arange(24), kept)] = np.arange(24 - n_varied) % 3 > 0
    outcomes = Outcomes.from_arrays(outcomes.inclusion, outcomes.correct, test_correct=right)
    value, q = _matrix(outcomes)
    pairs = influence(outcomes, strongest=4)
    expected = np.argsort(-np.round(value, 12), axis=1, kind="stable")[:, :4]
    assert pairs.test.reshape(-1, 4).tolist() == expected.tolist()
    np.testing.assert_allclose(pairs.q_value, q[pairs.train, pairs.test], rtol=1e-9)
    assert pairs.n_pairs == 30 * 24


def test_both_ways_the_strongest_of_each_training_and_of_each_test_example_are_there():
    """Against the whole matrix; each training example is in as often as the others, so that covariance orders alike."""
    rng = np.random.default_rng(4)
    inclusion = np.array([rng.permutation(40) < 28 for _ in range(60)])
    inclusion = np.concatenate([inclusion, ~inclusion])  # 60 times in, 60 times out
    outcomes = Outcomes.from_arrays(inclusion, inclusion, test_correct=rng.random((120, 30)) < 0.7)
    value, q = _matrix(outcomes)
    pairs = influence(outcomes, strongest=3, both_ways=True)
    assert len(set(zip(pairs.train.tolist(), pairs.test.tolist(), strict=True))) == len(pairs.train)
    np.testing.assert_allclose(pairs.value, value[pairs.train, pairs.test], atol=1e-12)
    np.testing.assert_allclose(pairs.q_value, q[pairs.train, pairs.test], rtol=1e-9)
    for i in range(40):
        assert pairs.value[pairs.train == i][:3].tolist() == pytest.approx(sorted(value[i])[:-4:-1])
        assert (np.diff(pairs.value[pairs.train == i]) <= 0).all()
    for j in range(30):
        assert np.sort(pairs.value[pairs.test == j])[:-4:-1] == pytest.approx(sorted(value[:, j])[:-4:-1])


def test_false_discovery_rate_is_kept():
    """200 studies of 144 pairs, seeds 0 to 199, at 10 %. Under the null some pair is reported in at most 10 % of them
    (Fisher's test is conservative; 3 sigma are 6.4 points). With 12 real pairs the wrong share is 10 % on average."""
    false_alarms, shares = [], []
    for seed in range(200):
        false_alarms.append(len(significant_influence(_study(seed, 60, 12, 12), 0.1).train) > 0)
        pairs = significant_influence(_study(seed, 60, 12, 12, n_moved=12), 0.1)
        wrong = pairs.train != pairs.test
        shares.append(wrong.mean() if len(wrong) else 0.0)
    assert np.mean(false_alarms) <= 0.1 + 0.064
    assert np.mean(shares) <= 0.1


def test_false_discovery_rate_is_kept_with_half_alternatives():
    """200 families of 100 tables, half of them with a difference of 0.3, seed 0."""
    rng = np.random.default_rng(0)
    shares = []
    for _ in range(200):
        k_in = rng.binomial(42, 0.9, 100)
        k_out = rng.binomial(18, np.r_[np.full(50, 0.9), np.full(50, 0.6)])
        reported = q_values(fisher_p_value(k_in, 42, k_out, 18)) <= 0.1
        shares.append(reported[:50].sum() / max(reported.sum(), 1))
    assert np.mean(shares) <= 0.1


def test_packed_trials_count():
    bits = np.random.default_rng(0).random((131, 7)) < 0.5
    trials = packed(bits)
    assert trials.words.shape == (7, 3)
    assert trials.totals.tolist() == bits.sum(axis=0).tolist()


def test_an_example_never_out_is_no_test():
    outcomes = _study(2, n_trials=30, n_train=6, n_test=4)
    inclusion = outcomes.inclusion.copy()
    inclusion[:, 2] = True
    inclusion[0, 0], inclusion[1, 0] = True, False
    again = Outcomes.from_arrays(inclusion, inclusion, test_correct=outcomes.test_correct)
    pairs = influence(again, strongest=4)
    assert np.isnan(pairs.value[pairs.train == 2]).all()
    assert np.isnan(pairs.q_value[pairs.train == 2]).all()
    with np.errstate(invalid="ignore"):
        _, q = _matrix(again)
    kept = pairs.train != 2
    np.testing.assert_allclose(pairs.q_value[kept], q[pairs.train[kept], pairs.test[kept]], rtol=1e-9)
    assert 2 not in significant_influence(again, 0.9).train


def test_high_influence_pairs_are_memorized_and_influential():
    outcomes = _study(3, n_moved=5)
    correct = outcomes.inclusion | (np.arange(40) > 2)  # the first three are memorized
    study = Outcomes.from_arrays(outcomes.inclusion, correct, test_correct=outcomes.test_correct)
    pairs = influence(study, strongest=3)
    chosen = high_influence_pairs(memorization(study), pairs, influence=0.35)
    assert {(0, 0), (1, 1), (2, 2)} <= set(zip(pairs.train[chosen].tolist(), pairs.test[chosen].tolist(), strict=True))
    assert set(pairs.train[chosen].tolist()) == {0, 1, 2}


def test_duplicates_across_train_and_test_are_found():
    rng = np.random.default_rng(0)
    X, X_test = rng.normal(size=(200, 8)), rng.normal(size=(50, 8))
    X_test[7] = X[31]
    X_test[9] = X[5] + 0.01
    found = near_duplicates(X, X_test)
    assert list(zip(found.train.tolist(), found.test.tolist(), found.exact.tolist(), strict=True)) == [
        (31, 7, True),
        (5, 9, False),
    ]
    assert duplicate_pairs(X, X_test, np.array([31, 5, 0, 31]), np.array([7, 9, 0, 9])).tolist() == [
        "exact",
        "near",
        "",
        "",
    ]


@pytest.mark.parametrize("rate", [0, 1, 5])
def test_rates_are_rates(rate):
    with pytest.raises(InputError, match="false_discovery_rate must lie"):
        significant_influence(_study(0), rate)


@pytest.mark.parametrize("train", [np.zeros(6, bool), [True] * 6, [1.5], np.ma.masked_array([0, 1], [0, 1]), ["1"]])
def test_positions_are_whole_numbers_and_no_mask(train):
    """A mask would answer for examples 0 and 1."""
    inclusion = np.arange(48).reshape(8, 6) % 4 < 2
    outcomes = Outcomes.from_arrays(inclusion, inclusion, test_correct=inclusion[:, :2])
    with pytest.raises(InputError, match="train must"):
        influence(outcomes, train=train)


@pytest.mark.parametrize("n_threads", [1, 3])
def test_one_pass_in_parts_and_threads_keeps_the_first_of_equals(monkeypatch, n_threads):
    """Against all k T - K n, of 11 trials, so that most are equal; rows and columns that never vary among them."""
    monkeypatch.setattr(counted_pairs, "CHUNK", 4)
    monkeypatch.setattr(counted_pairs, "cpu_count", lambda: n_threads)
    rng = np.random.default_rng(6)
    inclusion, right = rng.random((11, 90)) < 0.6, rng.random((11, 70)) < rng.choice([0.1, 0.5, 0.9], 70)
    inclusion[:, ::17], inclusion[:, 5::17], right[:, ::9], right[:, 4::9] = True, False, True, False
    outcomes = Outcomes.from_arrays(inclusion, inclusion, test_correct=right)
    height = 11 * inclusion.T.astype(int) @ right - np.outer(inclusion.sum(axis=0), right.sum(axis=0))
    found = counted_pairs.Pairs.of(outcomes, np.arange(90)).counted(5, 3)
    assert found.tests.tolist() == np.argsort(-height, axis=1, kind="stable")[:, :5].tolist()
    assert found.trains.tolist() == np.argsort(-height.T, axis=1, kind="stable")[:, :3].tolist()
    tested = (inclusion.sum(axis=0) % 11 > 0).sum()
    assert found.ranking.n_at_most_p[-1] == tested * 70
