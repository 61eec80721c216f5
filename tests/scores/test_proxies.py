"""Each proxy against cases computed by hand, and the orderings that its definition promises."""

from fractions import Fraction

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores.proxies import (
    area_under_margin,
    cumulative_loss,
    el2n,
    forgetting_events,
    grand,
    inconsistency,
    input_loss_curvature,
    learning_speed,
    neighbor_disagreement,
)

LOG3 = np.log(3)
# Three epochs of three examples, two classes, label 0; a logit of log 3 is a probability of 3/4.
LOGITS = np.array(
    [
        [[LOG3, 0], [LOG3, 0], [0, LOG3]],
        [[LOG3, 0], [0, LOG3], [0, LOG3]],
        [[LOG3, 0], [LOG3, 0], [0, LOG3]],
    ]
)
LABELS = [0, 0, 0]


def test_error_norms():
    """Probabilities 3/4 and 1/4 of the label: errors (-1/4, 1/4) and (-3/4, 3/4)."""
    assert el2n(LOGITS[:1], LABELS) == pytest.approx(np.sqrt(2) * np.array([1, 1, 3]) / 4)
    assert el2n(LOGITS, LABELS)[1] == pytest.approx(np.sqrt(2) * (1 + 3 + 1) / 12)


def test_forgetting():
    assert forgetting_events(LOGITS, LABELS).tolist() == [0, 1, np.inf]
    learnt_for_good, lost_for_good = LOGITS[1:, 1:2], LOGITS[:2, 1:2]
    assert forgetting_events(learnt_for_good, [0]).tolist() == [0]
    assert forgetting_events(lost_for_good, [0]).tolist() == [1]


def test_margins_and_losses():
    assert area_under_margin(LOGITS, LABELS) == pytest.approx([-LOG3, -LOG3 / 3, LOG3])
    assert cumulative_loss(LOGITS, LABELS) == pytest.approx(
        [3 * np.log(4 / 3), 2 * np.log(4 / 3) + np.log(4), 3 * np.log(4)]
    )
    assert learning_speed(LOGITS, LABELS) == pytest.approx([0, 1 / 3, 1])


def test_a_tie_is_not_right():
    tie = np.zeros((2, 1, 3))
    assert learning_speed(tie, [1]).tolist() == [1]
    assert forgetting_events(tie, [1]).tolist() == [np.inf]


def test_means_of_recorded_rows():
    assert grand([[1.0, 2.0], [3.0, 2.0]]).tolist() == [2, 2]
    assert input_loss_curvature([[0.0, 4.0], [2.0, 0.0]]).tolist() == [1, 2]


def test_every_proxy_puts_an_example_that_is_learnt_late_above_one_that_is_learnt_early():
    late, early = np.linspace(-3, 3, 12), np.linspace(-1, 5, 12)
    logits = np.stack([np.stack([late, 0 * late], axis=1), np.stack([early, 0 * early], axis=1)], axis=1)
    for proxy in (el2n, area_under_margin, cumulative_loss, learning_speed):
        first, second = proxy(logits, [0, 0])
        assert first > second, proxy.__name__


def test_neighbor_disagreement_by_looking_at_all_pairs():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 2)), rng.integers(3, size=30)
    for i, found in enumerate(neighbor_disagreement(X, y, 4)):
        order = sorted((float(((X[i] - X[j]) ** 2).sum()), j) for j in range(30) if j != i)
        assert found == np.mean([y[j] != y[i] for _, j in order[:4]])


def test_inconsistency_counts_models_without_the_example():
    first = Outcomes.from_arrays([[1, 0], [0, 1], [0, 1]], [[1, 1], [0, 1], [1, 1]])
    second = Outcomes.from_arrays([[1, 0], [0, 1]], [[1, 0], [0, 1]])
    expected = [(Fraction(1, 2) + 1) / 2, (Fraction(0) + 1) / 2]
    assert inconsistency([first, second]).tolist() == [float(value) for value in expected]


def test_an_example_that_is_never_out_has_no_consistency():
    always_in = Outcomes.from_arrays([[1, 0], [1, 0]], [[1, 1], [1, 1]])
    assert np.isnan(inconsistency([always_in])).tolist() == [True, False]


def test_bad_input_is_refused():
    with pytest.raises(InputError, match="logits must have shape"):
        el2n(LOGITS[0], LABELS)
    with pytest.raises(InputError, match="y must hold one class code"):
        el2n(LOGITS, [0])
    with pytest.raises(InputError, match="class codes from 0 to 1"):
        cumulative_loss(LOGITS, [0, 1, 2])
    with pytest.raises(InputError, match="gradient_norm must be a table"):
        grand([1.0, 2.0])
    with pytest.raises(InputError, match="one label for each"):
        neighbor_disagreement(np.eye(4), [0, 1], 2)
    with pytest.raises(InputError, match="outcomes_at must hold tables of the same"):
        inconsistency([])
