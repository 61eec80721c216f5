"""The worst class and group, constancy and either mistake, on outcomes made by hand."""

import numpy as np
import pytest

from longtail.analysis.analysis import Analysis
from longtail.analysis.groups import Group
from longtail.analysis.judged import always_one_class, judged, missed_classes
from longtail.dataset import Dataset
from longtail.outcomes import Outcomes
from longtail.scores.class_means import joint_level
from longtail.scores.new_examples import NewExamples
from longtail.scores.subgroup_cost import exact_interval

N, N_TEST = 60, 200


def binary():
    """One in four is "spam"; the tests alternate between two groups."""
    rng = np.random.default_rng(0)
    y, y_test = np.arange(N) % 4 == 0, np.arange(N_TEST) % 4 == 0
    group_test = np.where(np.arange(N_TEST) < 150, "x", "y")
    return Dataset.from_arrays(
        rng.normal(size=(N, 2)),
        np.where(y, "spam", "ham"),
        X_test=rng.normal(size=(N_TEST, 2)),
        y_test=np.where(y_test, "spam", "ham"),
        group=np.where(np.arange(N) < 30, "x", "y"),
        group_test=group_test,
    )


def answers(dataset, predicted):
    """Outcomes of models that answer the same to every one of a class: predicted[t] is class for code 0, and for 1."""
    predicted = np.asarray(predicted)
    inside = np.array([np.random.default_rng(t).permutation(N) < N // 2 for t in range(len(predicted))])
    right, right_test = (predicted[:, y] == y for y in (dataset.y, dataset.y_test))
    return Outcomes.from_arrays(inside, right, test_correct=right_test)


def test_constant_models_are_counted_and_perfect_ones_are_not():
    data = binary()
    ham, spam = (data.class_names.index(name) for name in ("ham", "spam"))
    outcomes = answers(data, [[ham, ham]] * 3 + [[0, 1]] * 4 + [[spam, spam]])
    assert {each.label: each.n_models for each in always_one_class(data, outcomes)} == {"ham": 3, "spam": 1}


def test_a_model_that_is_right_on_as_many_as_a_class_has_is_not_constant():
    data = binary()
    inside = np.tile(np.arange(N) < N // 2, (2, 1))
    size = int((data.y == 0).sum()), int((data.y_test == 0).sum())
    right, right_test = np.arange(N) < size[0], np.arange(N_TEST) < size[1]  # as many, but others
    outcomes = Outcomes.from_arrays(
        np.array([inside[0], ~inside[1]]), np.tile(right, (2, 1)), test_correct=np.tile(right_test, (2, 1))
    )
    assert always_one_class(data, outcomes) == []


def test_rates_of_either_mistake_are_one_less_the_recalls_of_the_group():
    data = binary()
    rng = np.random.default_rng(1)
    outcomes = Outcomes.from_arrays(
        np.array([rng.permutation(N) < N // 2 for _ in range(6)]),
        rng.random((6, N)) < 0.9,
        test_correct=rng.random((6, N_TEST)) < np.where(data.y_test == data.class_names.index("spam"), 0.5, 0.9),
    )
    new = NewExamples(plain=outcomes, limited=outcomes, level=0.95, left_out=False)
    groups = [
        Group(name=name, train=data.group == code, test=data.group_test == code)
        for code, name in enumerate(data.group_names)
    ]
    found = judged(data, new, groups)
    assert found.positive == "spam"  # the rarer class
    assert [rate.name for rate in found.rates] == ["all", "x", "y"]
    spam, second = data.y_test == data.class_names.index("spam"), data.group_test == 1
    wrong = ~outcomes.test_correct
    rate = found.rates[2]
    assert rate.false_negative.value == pytest.approx(wrong[:, spam & second].mean())
    assert rate.false_positive.value == pytest.approx(wrong[:, ~spam & second].mean())
    assert (rate.n_positive, rate.n_negative) == ((spam & second).sum(), (~spam & second).sum())
    assert rate.false_negative.level == joint_level(0.95, 6)


def test_the_interval_of_the_worst_holds_the_least_of_all():
    """Two groups that are equally good: the one seen to be worse has an interval that the other's low end may widen."""
    data = binary()
    right = np.ones((4, N_TEST), bool)
    right[:, :3] = False  # group x: 147 of 150
    inside = np.array([np.random.default_rng(t).permutation(N) < N // 2 for t in range(4)])
    outcomes = Outcomes.from_arrays(inside, inside, test_correct=right)
    new = NewExamples(plain=outcomes, limited=outcomes, level=0.95, left_out=False)
    groups = [Group(name=name, train=data.group == k, test=data.group_test == k) for k, name in enumerate("xy")]
    worst = judged(data, new, groups).worst_group
    assert worst.name == "x"
    assert worst.right.value == pytest.approx(147 / 150)
    ends = [exact_interval(mean, n, joint_level(0.95, 4)) for mean, n in ((147 / 150, 150), (1.0, 50))]
    assert worst.right.low <= min(low for low, _ in ends)
    assert ends[1][0] < ends[0][0]  # the end is that of the other group, of which fewer were seen


def test_a_class_that_is_hardly_ever_found_is_missed_and_one_without_a_test_example_is_left_out():
    rng = np.random.default_rng(2)
    y, y_test = np.arange(90) % 3, np.arange(160) % 2  # class 2 has no test example
    data = Dataset.from_arrays(rng.normal(size=(90, 2)), y, X_test=rng.normal(size=(160, 2)), y_test=y_test)
    inside = np.array([rng.permutation(90) < 45 for _ in range(5)])
    outcomes = Outcomes.from_arrays(inside, np.tile(y == 0, (5, 1)), test_correct=np.tile(y_test == 0, (5, 1)))
    assert [each.name for each in missed_classes(Analysis(data, outcomes))] == ["1"]
    new = NewExamples(plain=outcomes, limited=outcomes, level=0.95)
    found = judged(data, new, [])
    assert (found.worst_class.compared, found.rates, found.positive) == (2, [], "")
    assert found.constant == "0"
