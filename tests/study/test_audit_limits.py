"""Which limits fit: counted by hand from costs that are set, never from a clock."""

import importlib.util
from functools import partial

import numpy as np
import pytest

from longtail.analysis.groups import comparable_groups
from longtail.dataset import Dataset, load_dataset
from longtail.learners.names import named_learner
from longtail.limits.asked_for import asked_for
from longtail.study import audit_menu as audit_limits
from longtail.study.audit_menu import LIMIT_LADDER, chosen_limits
from longtail.trials import CompiledMLP, SubsetDesign

DESIGN = SubsetDesign(n_trials=1000)
MENU = [
    "differential privacy, ε = 8",
    "label privacy, ε = 1",
    "0.9 of weights pruned",
    "weights of 4 bits",
    "differential privacy, ε = 3",
    "label privacy, ε = 3",
]


@pytest.fixture(scope="module")
def iris():
    return load_dataset("iris")


@pytest.fixture
def costs(monkeypatch):
    """Seconds of a model by the kind of its limit; asking for one that was not set fails."""
    table = {
        "dp-sgd": 1.0,
        "label-private": 0.5,
        "weight-pruned": 0.1,
        "rounded": 0.1,
        "smaller-trees": 0.1,
        "private-network": 1.0,
    }

    def seconds(limit, *_):
        return table[limit.name]

    monkeypatch.setattr(audit_limits, "_seconds_per_model", seconds)
    return table


def names(choice):
    assert choice.limits == asked_for(choice.spelled, load_dataset("iris"), CompiledMLP())
    return [limit.title for limit in choice.limits]


@pytest.mark.parametrize(
    ("seconds", "n_trials", "left"),
    [
        (640.0, 200, []),  # all of them: 1 + 1 + 0.5 + 0.5 + 0.1 + 0.1 = 3.2 s for one model under each
        (639.9, 100, []),
        (64.0, 20, []),
        (63.9, 20, ["label privacy, ε = 3"]),
        (50.0, 20, ["differential privacy, ε = 3"]),
        (35.0, 20, ["differential privacy, ε = 3", "label privacy, ε = 3"]),
        (19.9, 20, ["differential privacy, ε = 8", "differential privacy, ε = 3", "label privacy, ε = 3"]),
        (1.0, 0, MENU),
    ],
)
def test_as_much_of_the_menu_as_fits_and_the_largest_number_on_the_ladder(iris, costs, seconds, n_trials, left):
    choice = chosen_limits(iris, CompiledMLP(), DESIGN, seconds=seconds)
    assert choice.n_trials == n_trials
    assert [omission.what for omission in choice.left_out] == left
    assert {omission.cause for omission in choice.left_out} <= {"time"}
    if n_trials:
        assert names(choice) == [name for name in MENU if name not in left]


def test_there_are_never_more_models_than_trials_to_pair_them_with(iris, costs):
    for n_trials, expected in ((1000, 200), (150, 100), (20, 20), (8, 8)):
        choice = chosen_limits(iris, CompiledMLP(), SubsetDesign(n_trials=n_trials), seconds=1e9)
        assert choice.n_trials == expected
    assert LIMIT_LADDER[0] == 200


def test_numbers_that_are_set_ask_no_clock(iris, monkeypatch):
    monkeypatch.setattr(audit_limits, "_seconds_per_model", None)
    assert chosen_limits(iris, CompiledMLP(), DESIGN, seconds=0.0, n_trials=12).n_trials == 12
    none = chosen_limits(iris, CompiledMLP(), DESIGN, seconds=0.0, n_trials=0, options="--seed 5")
    assert (none.n_trials, none.limits) == (0, [])
    assert {omission.cause for omission in none.left_out} == {"choice"}
    assert none.left_out[0].command == "longtail limit DATA --seed 5 --limit dp-sgd:epsilon=8 --trials 20 --out RUN"


def test_a_missing_package_is_named_with_what_installs_it(iris, costs, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    choice = chosen_limits(iris, CompiledMLP(), DESIGN, seconds=1e9)
    missing = [omission for omission in choice.left_out if omission.cause == "extra"]
    assert [omission.what for omission in missing] == [MENU[0], MENU[4]]
    assert all("pip install '.[privacy]'" in omission.reason for omission in missing)
    assert names(choice) == [*MENU[1:4], MENU[5]]


def test_a_learner_that_shows_no_weights_stands_beside_a_private_network_and_under_label_privacy(iris, costs):
    choice = chosen_limits(iris, named_learner("knn"), DESIGN, seconds=1e9)
    private = "a network of 64 units with differential privacy, ε = 3"
    assert [limit.title for limit in choice.limits] == [private, MENU[1], MENU[5]]
    assert choice.left_out == []  # DP-SGD of this learner is none, and something protects examples


def test_trees_are_tried_smaller_with_private_labels_and_beside_a_private_network(iris, costs):
    choice = chosen_limits(iris, named_learner("forest"), DESIGN, seconds=1e9)
    assert choice.spelled == (
        "private-network:epsilon=3",
        "label-private:epsilon=1",
        "smaller-trees:depth=3",
        "label-private:epsilon=3",
        "smaller-trees:rows=50",
    )


def test_what_is_hopeless_is_not_timed(iris, monkeypatch):
    """Limits that begin with the networks of the trials are: those are kept, so that they may cost next to nothing."""

    def timed(cost, limit, *_):
        assert limit.after_training, "timed in vain"
        return cost

    for cost, fitting in ((100.0, []), (0.2, ["0.9 of weights pruned", "weights of 4 bits"])):
        monkeypatch.setattr(audit_limits, "_timed", partial(timed, cost))
        choice = chosen_limits(iris, CompiledMLP(), DESIGN, seconds=10.0, per_trial=0.6, jobs=1)
        assert [limit.title for limit in choice.limits] == fitting
        assert len(choice.left_out) == 6 - len(fitting)


def test_a_limit_that_memory_cannot_hold_is_left_out_by_name_before_it_is_timed(iris, monkeypatch):
    """150 rows of 4 numbers, two models at a time: 150 x 4 x 4 x (1 + 2 x 2.5) bytes."""
    monkeypatch.setattr(audit_limits, "_timed", lambda *_: pytest.fail("timed in vain"))
    monkeypatch.setattr(audit_limits, "memory_at_hand", lambda: 14_399.0)
    choice = chosen_limits(iris, CompiledMLP(), DESIGN, seconds=10.0, jobs=2)
    assert choice.limits == []
    assert {omission.cause for omission in choice.left_out} == {"memory"}
    assert choice.left_out[0].what == MENU[0]
    assert "GB of memory, of which 0.0 are free" in choice.left_out[0].reason
    assert chosen_limits(iris, CompiledMLP(), DESIGN, seconds=0.0, n_trials=12, jobs=2).limits == []
    monkeypatch.setattr(audit_limits, "memory_at_hand", lambda: 14_400.0)
    assert len(chosen_limits(iris, CompiledMLP(), DESIGN, seconds=0.0, n_trials=12, jobs=2).limits) == 6


def test_of_large_data_a_line_through_two_parts_shows_what_is_hopeless(monkeypatch):
    """1 ms a row and 1 s: the line through 2,000 and 8,000 of 128,000 rows says 129 s."""
    large = Dataset.from_arrays(np.zeros((128_000, 1)), np.arange(128_000) % 2, np.zeros((9, 1)), np.arange(9) % 2)
    asked = []

    def timed(_, dataset, *__):
        asked.append(dataset.n_train)
        return 1.0 + dataset.n_train / 1000

    monkeypatch.setattr(audit_limits, "_timed", timed)
    monkeypatch.setattr(audit_limits, "warm_up", lambda *_: None)
    few = SubsetDesign(n_trials=20)
    limit = chosen_limits(large, CompiledMLP(), DESIGN, seconds=0.0, n_trials=12, jobs=1).limits[0]
    assert audit_limits._seconds_per_model(limit, large, few, 1, 64.0, None) == pytest.approx(129.0)
    assert asked == [2_000, 8_000]
    assert audit_limits._seconds_per_model(limit, large, few, 1, 65.0, None) == pytest.approx(129.0)
    assert asked == [2_000, 8_000, 2_000, 8_000, 128_000]


def test_a_batch_that_is_timed_is_divided_among_its_models(iris, monkeypatch):
    """One model of boosted trees under a limit is trained with seven others: what that takes is no model's own."""
    limit = next(each for each in asked_for(["smaller-trees:depth=3"], iris, named_learner("boosting")))
    monkeypatch.setattr(audit_limits, "_timed", lambda *_: 8.0)
    assert audit_limits._seconds_per_model(limit, iris, SubsetDesign(n_trials=20), 2, 9.0, None) == 0.5


def grouped(group, group_test):
    rng, n, n_test = np.random.default_rng(0), len(group), len(group_test)
    return Dataset.from_arrays(
        rng.normal(size=(n, 2)),
        np.arange(n) % 2,
        rng.normal(size=(n_test, 2)),
        np.arange(n_test) % 2,
        group=group,
        group_test=group_test,
    )


def test_groups_without_a_test_example_do_not_keep_the_others_from_being_compared():
    data, groups, notes = comparable_groups(grouped(["a", "b", "c"] * 4, ["a", "b", "a", "b"]))
    assert [group.name for group in groups] == ["a", "b"]
    assert data.group is not None
    assert notes[0].startswith("No test example is of group 'c': what a limit costs there cannot be seen")


def test_classes_stand_in_for_a_group_with_one_value():
    data, groups, notes = comparable_groups(grouped(["same"] * 12, ["same"] * 4))
    assert (data.group, [group.name for group in groups]) == (None, ["0", "1"])
    assert "costs are told by class" in notes[0]


def test_of_very_many_groups_the_largest_are_listed():
    labels = [f"g{i}" for i in range(100)]
    data, groups, notes = comparable_groups(grouped(labels, [*labels, *labels[40:]]))
    assert len(groups) == 60
    assert {group.name for group in groups} == set(labels[40:])
    assert notes == ["Smaller than those that are listed are 40 groups."]
    assert len(data.group_names) == 100


def test_limits_of_groups_that_limit_refuses_are_added_by_the_audit(costs):
    data = grouped(["same"] * 12, ["same"] * 4)
    choice = chosen_limits(data, CompiledMLP(), DESIGN, seconds=0.1, options="--target y")
    late = [omission for omission in choice.left_out if omission.cause == "time"]
    assert {omission.command for omission in late} == {"longtail audit DATA --target y --limit-trials 20 --out RUN"}
