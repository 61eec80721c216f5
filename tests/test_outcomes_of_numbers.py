"""Tables of numbers: their kinds, what they refuse, and that right and wrong are what they were."""

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.outcomes import ACCURACY, PERFORMANCES, Outcomes, Performance

INSIDE = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 0]], bool)
LOSS = np.array([[0.5, 2.0, 0.1], [1.5, 0.2, 0.3], [0.25, 0.5, 4.0]])


def _table(**changed):
    given = {"performance": LOSS, "performance_name": "log_loss", "test_performance": LOSS[:, :2]}
    return Outcomes.from_arrays(INSIDE, **{**given, **changed})


def test_a_table_of_numbers_holds_them_as_they_are():
    table = _table(trial_numbers=[4, 7, 9])
    assert table.of_numbers
    assert table.kind is PERFORMANCES["log_loss"]
    assert table.n_test == 2
    assert repr(table) == "Outcomes(3 trials, 3 training and 2 test examples, log loss)"
    part = table.of_trials([9, 4])
    assert np.array_equal(part.performance, LOSS[[0, 2]])
    assert np.array_equal(part.test_performance, LOSS[[0, 2], :2])
    assert part.trial_numbers.tolist() == [4, 9]
    assert part.kind == table.kind


def test_accuracies_of_0_and_1_are_right_and_wrong():
    bits = LOSS > 0.4
    table = Outcomes.from_arrays(INSIDE, performance=bits.astype(float), performance_name="accuracy")
    assert not table.of_numbers
    assert np.array_equal(table.correct, bits)
    assert table.correct.dtype == bool
    halves = Outcomes.from_arrays(INSIDE, performance=bits / 2, performance_name="accuracy")
    assert halves.of_numbers
    assert halves.kind == ACCURACY


@pytest.mark.parametrize("asked", ["correct", "test_correct"])
def test_right_and_wrong_are_refused_by_name(asked):
    with pytest.raises(InputError, match="outcomes must hold right or wrong.*; got log loss, a number"):
        getattr(_table(), asked)
    with pytest.raises(InputError, match="outcomes must hold numbers"):
        Outcomes.from_arrays(INSIDE, INSIDE).numbers()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"performance_name": "token_accuracy"},
            r"lie in \[0, 1\] where it is token accuracy; got 2.0 in trial 0, exam",
        ),
        ({"performance_name": "log_los"}, "performance_name must be one of .*Did you mean 'log_loss'.*direction"),
        ({"performance_name": None}, "performance_name must be one of .*; got none. .*say which direction is better"),
        ({"performance": -LOSS}, r"lie in \[0, infinity\) where it is log loss; got -0.5 in trial 0, example 0"),
        ({"performance": np.where(LOSS > 3, np.nan, LOSS)}, "hold finite numbers; got nan in trial 2, example 2"),
        ({"performance": np.where(LOSS > 3, np.inf, LOSS)}, "hold finite numbers; got inf in trial 2, example 2"),
        ({"test_performance": LOSS[:2]}, "test_performance must have one row for each of 3 trials"),
        ({"performance": LOSS[:, :2]}, "performance must have the shape of inclusion"),
        ({"performance": LOSS.astype(str)}, "performance must be numbers of shape"),
        ({"correct": INSIDE}, "performance must be given in place of correct; got both"),
        ({"margin": LOSS}, "margin must be given with correct, not with performance"),
        ({"performance": None}, "correct must be given, or performance in its place"),
        ({"performance": None, "correct": INSIDE}, "test_performance must be given with performance"),
    ],
)
def test_bad_numbers_are_refused_in_one_line(changed, said):
    with pytest.raises(InputError, match=said) as caught:
        _table(**changed)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong", [{"low": 1.0, "high": 1.0}, {"low": np.nan}, {"direction": "up"}, {"name": ""}, {"name": "a b"}]
)
def test_a_kind_without_range_name_or_direction_is_refused(wrong):
    with pytest.raises(InputError):
        Performance(**{"name": "reward", "direction": "higher", "low": 0.0, "high": 1.0, "unit": "points", **wrong})


def test_a_kind_is_described_and_read_back():
    kinds = [*PERFORMANCES.values(), Performance(name="r", direction="higher", low=-np.inf, high=3.0, unit="points")]
    assert [Performance.of_description(kind.describe()) for kind in kinds] == kinds
