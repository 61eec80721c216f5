"""Mean recall against sums by hand, and its interval against worlds in which it is known."""

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores.class_means import class_mean_cost, class_means, joint_level
from longtail.scores.new_examples import NewExamples

SIZES = (400, 60, 8)


def paired(seed, rates=(0.95, 0.8, 0.6), lost=(0.0, 0.1, 0.3), n_trials=20):
    """Test examples of three unequal classes. Each has a chance of its own to be right, and each model a shift."""
    rng = np.random.default_rng(seed)
    y = np.repeat([0, 1, 2], SIZES)
    hard = rng.beta(8 * np.array(rates)[y], 8 * (1 - np.array(rates)[y]))
    u = rng.random((n_trials, len(y)))
    shift = rng.normal(0, 0.02, (n_trials, 1))
    plain, limited = u < hard + shift, u < hard * (1 - np.array(lost)[y] / np.array(rates)[y]) + shift
    inside = np.tile(np.arange(4) < 2, (n_trials, 1))
    inside[1::2] = ~inside[1::2]
    tables = [Outcomes.from_arrays(inside, inside, test_correct=right) for right in (plain, limited)]
    masks = [(np.zeros(4, bool), y == code) for code in range(3)]
    return NewExamples(plain=tables[0], limited=tables[1], level=0.95, left_out=False), masks, y


def test_it_is_the_mean_of_the_recalls_and_its_cost_the_mean_of_theirs():
    new, masks, y = paired(0)
    before, after = class_means(new, masks)
    for found, right in ((before, new.plain.test_correct), (after, new.limited.test_correct)):
        by_hand = np.mean([right[:, y == code].mean() for code in range(3)])
        assert found.value == pytest.approx(by_hand, abs=1e-6)
        assert abs(found.value - right.mean()) > 0.05  # accuracy is another number
    assert class_mean_cost(new, masks).value == pytest.approx(before.value - after.value, abs=1e-6)


def test_of_one_class_it_is_accuracy():
    new, _, y = paired(1)
    everyone = [(np.zeros(4, bool), np.ones(len(y), bool))]
    before, after = class_means(new, everyone)
    alone = new.accuracies(*everyone[0])
    for found, known in zip((before, after), alone, strict=True):
        assert found.value == pytest.approx(known.value)
        assert (found.low, found.high) == (pytest.approx(known.low), pytest.approx(known.high))


def test_intervals_cover_what_is_planted():
    """60 worlds, seeds 100 to 159; fewer than 51 covered has a chance below 1e-3 where each is covered at 95 %.

    Both are wide for a class of 8; those that count examples alike, as the accuracy does, would cover almost nothing.
    """
    covered = accuracy = 0
    for seed in range(100, 160):
        new, masks, _ = paired(seed)
        found, planted = class_mean_cost(new, masks), (0.0 + 0.1 + 0.3) / 3
        covered += found.low <= planted <= found.high
        whole = new.cost()
        accuracy += whole.low <= planted <= whole.high
    assert covered >= 51
    assert accuracy < 5


def test_what_may_fail_is_shared_by_all_intervals():
    """Bonferroni: n times what one may fail at is at most what all may, and hardly less."""
    for n in (1, 2, 7, 38, 1000):
        share = n * (1 - joint_level(0.95, n))
        assert 0.045 < share <= 0.05 + 1e-9


def test_no_class_has_no_mean():
    new, _, _ = paired(0)
    with pytest.raises(InputError, match="classes must be at least one; got none"):
        class_means(new, [])
