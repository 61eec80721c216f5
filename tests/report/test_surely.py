"""Surely among many: rarely said where all are alike, and said where one is not."""

from dataclasses import replace

import numpy as np
import pytest

from longtail.estimate import Estimate
from longtail.findings import AttackFindings, ExposedExample, MembershipFindings
from longtail.membership import roc
from longtail.randomness import generator
from longtail.report.words.next_steps import next_steps
from longtail.report.words.surely import surely_above, surely_above_rest
from longtail.scores.subgroup_cost import group_cost
from report.example_findings import FINDINGS


def _losses(stream, n_groups, extra=0.0, n_test=400, n_models=30):
    """Costs of groups and of the whole: models and examples differ, groups do not, but for the first's extra loss."""
    group = np.arange(n_test) % n_groups
    easy = stream.beta(4, 1, n_test)
    loss = 0.05 + extra * (group == 0)
    unlimited = stream.random((n_models, n_test)) < easy
    limited = stream.random((n_models, n_test)) < np.clip(easy - loss, 0, 1)
    costs = [group_cost(unlimited[:, group == g], limited[:, group == g], 0.95) for g in range(n_groups)]
    return costs, group_cost(unlimited, limited, 0.95), n_test // n_groups, n_test


def _said(costs, whole, n, n_whole):
    return any(surely_above_rest(cost, whole, n, n_whole, len(costs)) for cost in costs)


@pytest.mark.parametrize("n_groups", [10, 20, 40])
def test_equal_losses_are_called_unequal_rarely(n_groups):
    """100 studies, seed 0: at a rate of 5 % more than 12 would be chance in 1 of 600."""
    stream = generator(0, "surely", n_groups)
    assert sum(_said(*_losses(stream, n_groups)) for _ in range(100)) <= 12


def test_a_group_that_loses_far_more_is_called_so():
    stream = generator(0, "surely, one")
    assert sum(_said(*_losses(stream, 10, extra=0.3)) for _ in range(20)) >= 16


def test_random_subgroups_are_rarely_the_most_exposed():
    """Twelve random groups under an attack on them all, 12 draws, seed 0: at 5 % more than 3 is chance in 1 of 450."""
    stream, said = generator(0, "subgroups"), 0
    for _ in range(12):
        inside = stream.random((40, 240)) < 0.5
        score = stream.normal(0, 1, inside.shape) + stream.exponential(0.5, 240) * inside + stream.normal(0, 1, 240)
        whole, group = roc(score, inside).auc, stream.integers(0, 12, 240)
        sizes = np.bincount(group, minlength=12)
        curves = [roc(score[:, group == g], inside[:, group == g]).auc for g in range(12)]
        said += any(surely_above_rest(auc, whole, int(n), 240, 12) for auc, n in zip(curves, sizes, strict=True))
    assert said <= 3


def test_the_highest_of_many_needs_more_than_one_alone():
    one = Estimate(value=0.6, low=0.52, high=0.68, level=0.95, method="")
    assert surely_above(one, 0.5, 1)
    assert not surely_above(one, 0.5, 1000)
    undetermined = Estimate(value=float("nan"), low=float("nan"), high=float("nan"), level=0.95, method="")
    assert not surely_above(undetermined, 0.5, 1)
    assert not surely_above_rest(undetermined, one, 20, 100, 4)


def _interval(value, low, high):
    return Estimate(value=value, low=low, high=high, level=0.95, method="")


def _membership(*exposed, **changed):
    """Two attacks at chance, but for what is changed in the second."""
    chance = {
        "auc": _interval(0.5, 0.48, 0.52),
        "balanced_accuracy": _interval(0.5, 0.48, 0.52),
        "tpr_at_1_percent": _interval(0.01, 0.005, 0.02),
        "tpr_at_0_1_percent": _interval(0.001, 0.0001, 0.005),
    }
    attacks = [
        AttackFindings(name="an attack", false_positive_rates=[0.0, 1.0], true_positive_rates=[0.0, 1.0], **estimates)
        for estimates in (chance, chance | changed)
    ]
    return MembershipFindings(
        level=0.95,
        n_targets=64,
        n_examples=1000,
        attacks=attacks,
        refused=[],
        same_models=None,
        across_halves=None,
        exposed=list(exposed),
        subgroups=[],
        guarantee="",
        ceiling=[],
        scatter=None,
    )


@pytest.mark.parametrize(
    ("name", "value"), [("auc", 0.548), ("tpr_at_1_percent", 0.0402), ("tpr_at_0_1_percent", 0.0139)]
)
def test_an_attack_that_is_not_the_first_counts_when_none_is_said_to_find_anybody(name, value):
    """A report said that none does, above a table in which the second reached 4.02 % [3.33, 4.86] at 1 %."""
    none = next_steps(replace(FINDINGS, membership=_membership()))
    assert any("No attack here was seen to find" in step.text for step in none)
    strong = _interval(value, 0.9 * value + 0.05 * (name == "auc"), 1.0)
    some = next_steps(replace(FINDINGS, membership=_membership(**{name: strong})))
    assert any("Do not hand out such a model" in step.text for step in some)
    assert not any("No attack here" in step.text for step in some)


def test_one_example_that_every_model_betrays_counts_too():
    sure = _interval(1.0, 0.92, 1.0)
    betrayed = ExposedExample(train=3, label="", vulnerability=sure, memorization=sure)
    steps = next_steps(replace(FINDINGS, membership=_membership(betrayed)))
    assert any("Do not hand out such a model" in step.text for step in steps)
