"""Risk and accuracy by subgroup, where one is exposed and the other is not."""

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.membership import lira, subgroup_risks
from longtail.outcomes import Outcomes


@pytest.fixture
def outcomes():
    rng = np.random.default_rng(0)
    gap = np.repeat([0.0, 3.0], 60)
    inclusion = rng.random((60, 120)) < 0.5
    confidence = rng.normal(size=(60, 120)) + gap * inclusion
    return Outcomes.from_arrays(inclusion, confidence > 0.5, confidence=confidence)


def test_the_exposed_subgroup_comes_first_with_its_accuracy(outcomes):
    groups = np.repeat(["common", "rare"], 60)
    first, second = subgroup_risks(outcomes, lira(outcomes), groups)
    assert (first.name, second.name) == ("rare", "common")
    assert first.auc.low > 0.9 > 0.55 > second.auc.high
    assert first.tpr_at_1_percent.value > 0.5 > 0.05 > second.tpr_at_1_percent.value
    assert first.memorization.low > 0.3 > second.memorization.high
    assert first.n_examples == second.n_examples == 60


def test_a_subgroup_of_one_has_an_interval_that_says_so(outcomes):
    groups = np.where(np.arange(120) == 7, "alone", "others")
    alone = next(risk for risk in subgroup_risks(outcomes, lira(outcomes), groups) if risk.name == "alone")
    assert (alone.memorization.low, alone.memorization.high) == (-1.0, 1.0)


def test_groups_of_another_length_are_refused(outcomes):
    with pytest.raises(InputError, match="groups must name a subgroup for each of 120"):
        subgroup_risks(outcomes, lira(outcomes), ["a"] * 5)
