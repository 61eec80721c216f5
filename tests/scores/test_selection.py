"""Chosen examples: simultaneous coverage, false coverage rate and the share of chance finds, simulated and by hand."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores import above_threshold, memorization, most_memorized


def _trials(rng, p_in, p_out, n_trials):
    inclusion = rng.random((n_trials, len(p_in))) < 0.7
    return Outcomes.from_arrays(inclusion, rng.random(inclusion.shape) < np.where(inclusion, p_in, p_out))


def test_chosen_intervals_keep_their_promises_where_plain_ones_do_not():
    """300 tables of 400 examples with memorization 0 to 0.3, the top 20 chosen, seed 0. Simultaneous: all 20 cover in
    at least 95 % (the nominal miss is at most 15 of 300, 3.8 sigma = 14 more: false alarm 1e-4; in fact far fewer).
    False coverage rate: on average at most 5 % miss. Plain intervals miss more."""
    rng = np.random.default_rng(0)
    p_in, p_out = np.full(400, 1.0), np.linspace(0.7, 1.0, 400)
    truth, all_cover, missed, plain = p_in - p_out, [], [], []
    for _ in range(300):
        scores = memorization(_trials(rng, p_in, p_out, 60))
        top = most_memorized(scores, 20)
        all_cover.append(((top.low <= truth[top.train]) & (truth[top.train] <= top.high)).all())
        shares = most_memorized(scores, 20, guarantee="false coverage rate")
        missed.append(1 - ((shares.low <= truth[shares.train]) & (truth[shares.train] <= shares.high)).mean())
        plain.append((scores.low[top.train] > truth[top.train]).mean())
        assert (top.high - top.low >= shares.high - shares.low).all()
    assert np.mean(all_cover) >= 0.95
    assert np.mean(missed) <= 0.05
    assert np.mean(plain) > 0.1


def test_expected_chance_finds_are_counted_table_by_table():
    rng = np.random.default_rng(1)
    scores = memorization(_trials(rng, np.full(40, 0.8), np.full(40, 0.6), 20))
    expected = Fraction(0)
    for n1, n2, right in zip(
        scores.n_in.tolist(), scores.n_out.tolist(), (scores.correct_in + scores.correct_out).tolist(), strict=True
    ):
        for k in range(max(0, right - n2), min(n1, right) + 1):
            if Fraction(k, n1) - Fraction(right - k, n2) >= Fraction(1, 4):
                expected += Fraction(comb(n1, k) * comb(n2, right - k), comb(n1 + n2, right))
    report = above_threshold(scores, 0.25)
    assert report.expected_false == pytest.approx(float(expected), rel=1e-9)
    assert report.n_above == (scores.value >= 0.25 - 1e-12).sum()


def test_share_of_chance_finds_bounds_the_real_one():
    """2,000 examples that are not memorized and 100 that are by 0.6; 20 tables, seed 2. The bound holds on average."""
    rng = np.random.default_rng(2)
    p_out = np.r_[np.full(2000, 0.9), np.full(100, 0.3)]
    false, bound = 0, 0.0
    for _ in range(20):
        scores = memorization(_trials(rng, np.full(2100, 0.9), p_out, 40))
        report = above_threshold(scores)
        false += int((scores.value[:2000] >= 0.25 - 1e-12).sum())
        bound += report.expected_false
        assert 0 < report.share_false < 1
    assert false <= bound <= 1.25 * false


def test_undetermined_examples_are_never_chosen():
    inclusion = np.array([[1, 1, 0], [1, 0, 1], [1, 1, 0]])
    scores = memorization(Outcomes.from_arrays(inclusion, np.ones((3, 3), int)))
    assert sorted(most_memorized(scores, 3).train.tolist()) == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_examples": 0}, "n_examples must be at least 1"),
        ({"level": 95}, "level must lie"),
        ({"guarantee": "none"}, "guarantee must be"),
    ],
)
def test_bad_choices_are_refused(arguments, message):
    scores = memorization(Outcomes.from_arrays([[1, 0], [0, 1]], [[1, 0], [0, 1]]))
    with pytest.raises(InputError, match=message):
        most_memorized(scores, **{"n_examples": 1, **arguments})
    with pytest.raises(InputError, match="threshold must lie"):
        above_threshold(scores, 0)
