"""Levels by inverting the forced cost: put back in, each costs its group the budget, and no more."""

import pytest

from longtail.errors import InputError
from longtail.experiments.level_planner import equalizing_levels, refuse_unequal_levels
from longtail.tail import FrequencyCounts, estimate_tail

TAILS = {
    "long": estimate_tail(FrequencyCounts.from_counts([1] * 60 + [2] * 20)),
    "short": estimate_tail(FrequencyCounts.from_counts([1] * 30 + [2] * 15 + [20] * 5)),
}
GUESSES = {"long": 0.3, "short": 0.6}
COSTS = {
    "memorization": lambda tail, level, guess: tail.cost_of_memorization_limit(level, guess_probability=guess),
    "label privacy": lambda tail, level, guess: tail.cost_of_label_privacy(level, guess_probability=guess),
    "differential privacy": lambda tail, level, guess: tail.cost_of_privacy(level, 1e-5, guess_probability=guess),
}


@pytest.mark.parametrize("guarantee", ["memorization", "label privacy", "differential privacy"])
def test_each_level_costs_its_group_the_budget(guarantee):
    levels = {level.name: level for level in equalizing_levels(TAILS, GUESSES, 0.02, guarantee)}
    for name, tail in TAILS.items():
        forced = COSTS[guarantee](tail, levels[name].level, GUESSES[name]).value
        assert forced <= 0.02
        assert levels[name].strongest <= levels[name].level <= levels[name].weakest
    assert COSTS[guarantee](TAILS["long"], levels["long"].level, 0.3).value == pytest.approx(0.02, rel=1e-6)
    assert levels["long"].level > levels["short"].level


def test_nobody_needs_a_weaker_guarantee_for_a_larger_budget():
    dear, cheap = (equalizing_levels(TAILS, GUESSES, budget)[0].level for budget in (0.01, 0.05))
    assert dear >= cheap


def test_unequal_levels_are_refused_where_they_would_tell_the_group():
    with pytest.raises(InputError, match="levels must be equal where .* got a: 1, b: 3. Guarantee everybody"):
        refuse_unequal_levels({"a": 1.0, "b": 3.0}, groups_are_public=False)
    assert refuse_unequal_levels({"a": 2.0, "b": 2.0}, groups_are_public=False) == 2.0


def test_bad_input():
    with pytest.raises(InputError, match="guess_probabilities must hold group 'short'"):
        equalizing_levels(TAILS, {"long": 0.3}, 0.1)
    with pytest.raises(InputError, match="budget must"):
        equalizing_levels(TAILS, GUESSES, 1.5)
    with pytest.raises(InputError, match="guarantee must"):
        equalizing_levels(TAILS, GUESSES, 0.1, "silence")
