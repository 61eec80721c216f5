"""The plurality vote against enumeration of every vote in fractions, and against Monte Carlo."""

import itertools
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import binom

from longtail.errors import InputError
from longtail.simulators.plurality import MAX_VOTES, plurality_accuracy, symmetric_keep_probability


def enumerated(n_copies: int, keep: Fraction, n_classes: int) -> Fraction:
    other = (1 - keep) / (n_classes - 1)
    total = Fraction(0)
    for votes in itertools.product(range(n_classes), repeat=n_copies):
        tally = Counter(votes)
        most = max((tally[y] for y in range(n_classes)), default=0)
        winners = [y for y in range(n_classes) if tally[y] == most]
        if 0 in winners:
            probability = Fraction(1)
            for y in votes:
                probability *= keep if y == 0 else other
            total += probability / len(winners)
    return total


@pytest.mark.parametrize("n_classes", [2, 3, 5])
@pytest.mark.parametrize("keep", [Fraction(1), Fraction(4, 5), Fraction(1, 3), Fraction(1, 10), Fraction(0)])
def test_equals_enumeration(n_classes, keep):
    for n_copies in range(6 if n_classes < 5 else 5):
        exact = float(enumerated(n_copies, keep, n_classes))
        assert plurality_accuracy(n_copies, float(keep), n_classes) == pytest.approx(exact, rel=1e-12, abs=1e-300)


def test_two_classes_are_binomial():
    for n_copies in (1, 9, 101, 255):
        exact = binom.sf(n_copies // 2, n_copies, 0.55)
        assert plurality_accuracy(n_copies, 0.55, 2) == pytest.approx(exact, rel=1e-11)


def test_many_classes_against_monte_carlo():
    """4e5 votes of 40 copies among 50 classes, seed 0; five standard errors: a false alarm in 2e6."""
    rng = np.random.default_rng(0)
    votes = rng.multinomial(40, [0.1] + [0.9 / 49] * 49, size=400_000)
    most = votes.max(axis=1)
    wins = np.where(votes[:, 0] == most, 1 / (votes == most[:, None]).sum(axis=1), 0.0)
    assert abs(plurality_accuracy(40, 0.1, 50) - wins.mean()) < 5 * wins.std() / np.sqrt(len(wins))


def test_uniform_labels_are_worth_nothing_and_many_are_capped():
    assert plurality_accuracy(200, 0.1, 10) == pytest.approx(0.1, rel=1e-10)
    assert plurality_accuracy(10**9, 0.3, 4) == plurality_accuracy(MAX_VOTES, 0.3, 4)
    assert symmetric_keep_probability(0.4, 10) == pytest.approx(0.64)


def test_bad_input():
    with pytest.raises(InputError, match="n_copies"):
        plurality_accuracy(-1, 0.5, 2)
    with pytest.raises(InputError, match="keep_probability"):
        plurality_accuracy(1, 1.5, 2)
