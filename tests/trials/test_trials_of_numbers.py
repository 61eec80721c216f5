"""Trials whose performance is a number: files, columns, tables; and that a classification's file is what it was."""

import io
from dataclasses import dataclass

import numpy as np
import pytest

from longtail.dataset import load_dataset
from longtail.errors import DamagedRunError, InputError
from longtail.learners import Performances, Predictions, Values
from longtail.outcomes import PERFORMANCES, Performance
from longtail.trials import SubsetDesign, TrialSet, TrialStore
from longtail.trials.columns import history_of
from longtail.trials.record import TrialRecord, performances_of, record_of
from longtail.trials.truth import Truth, require_task

N_TRAIN, N_TEST = 13, 4
SET = TrialSet(identity={"data": {"n_train": N_TRAIN, "n_test": N_TEST}})


def _record(trial):
    rng = np.random.default_rng(trial)
    values = {"token_accuracy": rng.random(N_TRAIN + N_TEST), "log_loss": rng.exponential(size=N_TRAIN + N_TEST)}
    inclusion = rng.permutation(N_TRAIN) < 9
    return performances_of(trial, inclusion, Performances(values=values), N_TRAIN + N_TEST, "of a test")


@pytest.fixture
def store(tmp_path):
    made = TrialStore(tmp_path, SET)
    made.prepare()
    for trial in range(70):
        made.append(_record(trial))
    return made


def test_a_classification_s_file_is_what_it_was_to_the_last_bit():
    """The members that files had before there were numbers, written here by NumPy alone."""
    rng = np.random.default_rng(0)
    logits, truth = rng.normal(size=(N_TRAIN + N_TEST, 3)), rng.integers(3, size=N_TRAIN + N_TEST)
    record = record_of(
        5, rng.random(N_TRAIN) < 0.7, Predictions(labels=logits.argmax(axis=1), logits=logits), truth, 3, "x"
    )
    file = io.BytesIO()
    np.savez(
        file,
        sizes=np.array([N_TRAIN, N_TRAIN + N_TEST, 5], np.int64),
        study=np.frombuffer(b"0123456789abcdef", np.uint8),
        inclusion=np.packbits(record.inclusion),
        correct=np.packbits(record.correct),
        margin=record.margin,
        confidence=record.confidence,
        failure=np.frombuffer(b"", np.uint8),
    )
    from longtail.trials.trial_file import encoded

    assert encoded(record, "0123456789abcdef") == file.getvalue()


def test_a_classification_s_identity_says_nothing_of_tasks():
    from longtail.learners import CompiledMLP

    identity = TrialSet.of(load_dataset("iris"), CompiledMLP(), SubsetDesign(n_trials=4)).identity
    assert "task" not in identity["data"]


def test_files_tables_and_columns_hold_the_same_numbers(store):
    for name, row in (("token_accuracy", 0), ("log_loss", 1), (None, 0)):
        table = store.outcomes(performance=name)
        expected = np.stack([_record(trial).performance[row] for trial in range(70)])
        assert np.array_equal(table.performance, expected[:, :N_TRAIN])
        assert table.performance.dtype == np.float32
        assert np.array_equal(table.test_performance, expected[:, N_TRAIN:])
        assert table.kind.name == (name or "token_accuracy")
    for example in (0, N_TRAIN + 1):
        history, streamed = store.example(example), history_of(store.records(), example)
        assert np.array_equal(history.performance, streamed.performance)
        assert history.performance.shape == (2, 70)
        assert np.array_equal(history.inclusion, streamed.inclusion)
        assert not len(history.correct)
    with pytest.raises(InputError, match="performance must be one of token_accuracy, log_loss, as the trials hold"):
        store.outcomes(performance="squared_error")


def test_a_table_larger_than_memory_is_the_same(store):
    mapped, held = store.outcomes(memory=100), store.outcomes()
    assert np.array_equal(mapped.performance, held.performance)


def test_a_flipped_bit_is_found(store):
    content = store.file(3).read_bytes()
    place = content.index(_record(3).performance.tobytes())
    store.file(3).write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    with pytest.raises(DamagedRunError, match="trial 3 in"):
        store.read(3)


def test_numbers_out_of_range_are_damage(store):
    record = _record(3)
    wrong = TrialRecord(
        trial=3,
        inclusion=record.inclusion,
        correct=record.correct,
        margin=record.margin,
        confidence=record.confidence,
        performance=record.performance + 1,
        kinds=record.kinds,
    )
    store.append(wrong)
    with pytest.raises(DamagedRunError, match="trial 3 in"):
        store.read(3)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "one at least"),
        ({"loss": np.zeros(5)}, "learner a must be one of accuracy, .* direction"),
        ({"log_loss": np.zeros(4)}, "one number for each of 5 examples; got float64 of shape"),
        ({"log_loss": np.array([0, 1, np.nan, 0, 0])}, "hold finite numbers; got nan in example 2"),
        ({"log_loss": np.array([0, 1, np.inf, 0, 0])}, "hold finite numbers; got inf in example 2"),
        ({"token_accuracy": np.array([0, 1, 2, 0, 0])}, r"lie in \[0, 1\]"),
        ({"log_loss": np.zeros(5), PERFORMANCES["log_loss"]: np.zeros(5)}, "of different kinds"),
    ],
)
def test_a_learner_s_numbers_are_checked(values, said):
    with pytest.raises(InputError, match=said):
        performances_of(0, np.ones(3, bool), Performances(values=values), 5, "a")


def test_a_kind_of_the_learner_s_own_is_read_back(tmp_path):
    reward = Performance(name="reward", direction="higher", low=-np.inf, high=9.0, unit="points")
    store = TrialStore(tmp_path, SET)
    store.prepare()
    given = Performances(values={reward: np.arange(N_TRAIN + N_TEST) / 2})
    store.append(performances_of(0, np.arange(N_TRAIN) < 9, given, N_TRAIN + N_TEST, "a"))
    assert store.outcomes().kind == reward


@dataclass(frozen=True)
class _Mean:
    name: str = "mean"
    task: str = "regression"


def test_an_answer_to_another_task_is_refused():
    iris = load_dataset("iris")
    with pytest.raises(InputError, match="learner must be one for classification, as the data iris are; got mean, for"):
        require_task(_Mean(), iris)
    with pytest.raises(InputError, match="learner mean must answer classification with Predictions; got Values in tri"):
        Truth.of(iris).record(0, np.ones(iris.n_train, bool), Values(values=np.zeros(150)), "mean")


def test_squared_errors_are_in_units_of_the_variance():
    truth = Truth(task="regression", y=np.array([1.0, 2.0, 4.0]), n_classes=0, variance=2.0)
    record = truth.record(0, np.array([True, False]), Values(values=np.array([1.0, 3.0, 0.0])), "a")
    assert record.performance.tolist() == [[0.0, 0.5, 8.0]]
    assert [kind.name for kind in record.kinds] == ["squared_error"]
    with pytest.raises(
        InputError, match="learner a must predict a finite number for each of 3 examples; got nan in tri"
    ):
        truth.record(0, np.array([True, False]), Values(values=np.array([1.0, np.nan, 0.0])), "a")
