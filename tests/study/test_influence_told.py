"""Influence as a result of a run: planted helpers and harmers are named, noise is called noise."""

from dataclasses import replace

import numpy as np
import pytest

import longtail as lt
from longtail.attribution import trak
from longtail.outcomes import Outcomes
from longtail.study.influence_told import influence_told, trials_that_would_do

N, N_TEST, TRIALS = 40, 20, 300


def planted(effect: float) -> tuple[lt.Dataset, Outcomes]:
    """Example 3 lifts the margins of test examples of class a, example 5 lowers those of class b; the rest is noise.

    Seed 0, standard normal noise. An effect of 1 is 8 standard errors for the mean margin of a class of 10.
    """
    rng = np.random.default_rng(0)
    y = np.repeat(["a", "b"], N // 2)
    data = lt.Dataset.from_arrays(
        rng.normal(size=(N, 3)), y, X_test=rng.normal(size=(N_TEST, 3)), y_test=np.repeat(["a", "b"], N_TEST // 2)
    )
    inside = rng.random((TRIALS, N)) < 0.5
    margin = rng.normal(size=(TRIALS, N_TEST))
    margin[:, :10] += effect * inside[:, [3]]
    margin[:, 10:] -= effect * inside[:, [5]]
    correct = rng.random((TRIALS, N)) < 0.8
    return data, Outcomes.from_arrays(inside, correct, test_correct=margin > 0, test_margin=margin)


def test_who_was_planted_is_named_with_interval():
    """At a false discovery rate of 5 % over 80 tests a third name may slip in; the strongest are the planted ones."""
    data, outcomes = planted(1.0)
    result = influence_told(data, outcomes, None)
    first, second = result.tables[0].rows
    assert first[0] == "a"
    assert first[2].startswith("row 3 (a), 1.0")
    assert second[4].startswith("row 5 (a), −")
    assert "of 800 pairs of a training and a test example are significant" in result.said[0]
    assert len(result.said) == 1  # no attributions, so none is judged


def test_where_nothing_is_known_it_says_how_many_trials_would_do():
    """No influence at all. Seed 0: a discovery among 800 pairs and 80 effects has a chance of about 10 %."""
    data, outcomes = planted(0.0)
    result = influence_told(data, outcomes, None)
    assert result.said[0].startswith("No pair of a training and a test example is significant")
    assert " trials would do" in result.said[0]
    assert all(row[1] == row[3] == "0" and row[2] == row[4] == "–" for row in result.tables[0].rows)


def test_the_number_of_trials_that_would_do_is_the_square_of_the_ratio_of_deviations():
    """By hand: one pair of 1,000 at 2 standard errors must reach that of a two-sided level of 5 % over 1,000."""
    scores = lt.influence(planted(0.0)[1], estimand="margin", strongest=1)
    one = replace(
        scores,
        train=np.array([0]),
        test=np.array([0]),
        value=np.array([2.0]),
        low=np.array([2 - 1.959964]),
        high=np.array([2 + 1.959964]),
        q_value=np.array([0.5]),
        n_pairs=1000,
    )
    assert trials_that_would_do(one, 100) == pytest.approx(100 * (4.055627 / 2) ** 2, abs=1)


def test_attributions_are_judged_by_trials_that_they_have_not_seen():
    few = lt.load_dataset("digits").sample(120)
    learner = lt.CompiledMLP(hidden=8, max_epochs=20)
    outcomes = lt.run_trials(learner, few, lt.SubsetDesign(n_trials=40, fraction=0.5), jobs=1)
    result = influence_told(few, outcomes, trak(learner, few, 3))
    assert "linear datamodeling score of" in result.said[1]
    assert "Sharpened by 3 models" in result.notes[0]
    assert len(result.tables[0].rows) == len(np.unique(few.y_test))
