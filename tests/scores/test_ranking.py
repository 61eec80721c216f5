"""The order of the most memorized: margins decide among ties, the plain difference where there are none."""

import numpy as np

from longtail.outcomes import Outcomes
from longtail.scores import memorization
from longtail.scores.ranking import EFFICIENT_RANKING, ranked_examples


def _outcomes(with_margins: bool) -> Outcomes:
    """Three examples that are wrong whenever they are out; the second by the widest margin. A fourth is right."""
    inclusion = np.array([[(trial + i) % 2 for i in range(4)] for trial in range(20)], bool)
    correct = inclusion.copy()
    correct[:, 3] = True
    noise = np.random.default_rng(0).normal(0, 0.1, inclusion.shape)
    depth = np.array([2.0, 9.0, 4.0, -3.0])
    margin = np.where(inclusion, 5.0, -depth) + noise
    return Outcomes.from_arrays(inclusion, correct, margin if with_margins else None)


def test_margins_break_ties():
    outcomes = _outcomes(with_margins=True)
    scores = memorization(outcomes)
    assert scores.value.tolist() == [1, 1, 1, 0]
    order, said = ranked_examples(outcomes, scores)
    assert said == EFFICIENT_RANKING
    assert order[-1] == 3
    assert order[0] == 1


def test_without_margins_the_order_is_that_of_the_difference():
    outcomes = _outcomes(with_margins=False)
    order, said = ranked_examples(outcomes, memorization(outcomes))
    assert said == ""
    assert order.tolist() == [0, 1, 2, 3]
