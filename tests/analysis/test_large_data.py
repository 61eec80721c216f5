"""What is looked for of few examples where all would take too long, and how it is said."""

import numpy as np

from longtail.analysis import analysis as analysis_module
from longtail.analysis import partitions
from longtail.analysis.analysis import Analysis
from longtail.dataset import Dataset
from longtail.outcomes import Outcomes
from longtail.scores import influence


def study(n=60, n_test=9, n_trials=100):
    """Test example 0 is right where training example 3 is in; example 3 is right only where it is in."""
    rng = np.random.default_rng(0)
    inside = rng.permuted(np.tile(np.arange(n) % 10 > 2, (n_trials, 1)), axis=1)
    correct = rng.random((n_trials, n)) < 0.9
    correct[:, 3] = inside[:, 3]
    test = rng.random((n_trials, n_test)) < 0.8
    test[:, 0] = inside[:, 3]
    X = rng.normal(size=(n, 2))
    data = Dataset.from_arrays(X, np.arange(n) % 2, X[:n_test], np.arange(n_test) % 2)
    return Analysis(data, Outcomes.from_arrays(inside, correct, test_correct=test))


def test_beyond_so_many_pairs_influence_is_of_the_most_memorized_and_says_so(monkeypatch):
    everything = study().influence
    assert "most memorized" not in everything.method
    monkeypatch.setattr(analysis_module, "MOST_PAIRS", 5 * 9)
    few = study()
    looked_at = np.sort(few.ranking[0][:5])
    assert 3 in looked_at
    found = few.influence
    assert found.method.endswith(", of the 5 most memorized of 60 examples")
    assert found.n_pairs == 5 * 9
    assert set(found.train.tolist()) <= set(looked_at.tolist())
    expected = influence(few.outcomes, train=looked_at, both_ways=True)
    np.testing.assert_array_equal(found.q_value, expected.q_value)
    strongest = found.value.argmax()
    assert (found.train[strongest], found.test[strongest], found.value[strongest]) == (3, 0, 1.0)


def test_where_a_class_is_too_large_no_kinds_are_looked_for_and_the_reason_is_said(monkeypatch):
    assert study().partitions
    monkeypatch.setattr(partitions, "MOST_PRODUCTS", 2 * (30**2 + 30**2) * 2 - 1)
    assert study().partitions
    monkeypatch.setattr(partitions, "MOST_PRODUCTS", (30**2 + 30**2) * 2 - 1)
    large = study()
    assert large.partitions == []
    assert "each of 60 examples would be compared with all of its class" in large.why_none_found
