"""The store: every flipped byte found or harmless, columns equal to rows, a table in bounded memory."""

import numpy as np
import pytest

from longtail.errors import DamagedRunError, InputError
from longtail.trials import TrialSet, TrialStore
from longtail.trials.collect import bytes_of_outcomes, collect_outcomes
from longtail.trials.columns import history_of
from longtail.trials.record import TrialRecord

N_TRAIN, N_TEST = 37, 11
SET = TrialSet(identity={"data": {"n_train": N_TRAIN, "n_test": N_TEST}})


def _record(trial, failure=""):
    rng = np.random.default_rng(trial)
    n = 0 if failure else N_TRAIN + N_TEST
    return TrialRecord(
        trial=trial,
        inclusion=rng.permutation(N_TRAIN) < 26,
        correct=rng.random(n) < 0.5,
        margin=rng.normal(size=n).astype(np.float16),
        confidence=rng.normal(size=n).astype(np.float16),
        failure=failure,
    )


@pytest.fixture
def store(tmp_path):
    made = TrialStore(tmp_path, SET)
    made.prepare()
    for trial in [*range(70), 75, 90]:  # more than one block of the columns, with gaps
        made.append(_record(trial, "ValueError: no" if trial in (5, 66) else ""))
    return made


def _same(a, b):
    fields = ("inclusion", "correct", "test_correct", "margin", "confidence", "test_margin", "test_confidence")
    return all(np.array_equal(getattr(a, field), getattr(b, field)) for field in (*fields, "trial_numbers"))


def test_every_flipped_bit_is_reported_or_harmless(tmp_path):
    """Each byte of a trial's file in turn, one bit flipped: it reads as before (a date, say), or it is damaged."""
    store = TrialStore(tmp_path, SET)
    store.prepare()
    store.append(_record(3))
    content = store.file(3).read_bytes()
    found = 0
    for place in range(len(content)):
        store.file(3).write_bytes(content[:place] + bytes([content[place] ^ (1 << place % 8)]) + content[place + 1 :])
        if store.damaged() == [3]:
            found += 1
        else:
            assert store.encoded(store.read(3)) == content
    store.file(3).write_bytes(content[:-1])
    with pytest.raises(DamagedRunError, match="trial 3 in"):
        store.read(3)
    assert found > len(content) // 2


def test_columns_are_the_table_turned(store):
    outcomes = store.outcomes()
    assert outcomes.n_trials == 70
    for example in (0, 17, N_TRAIN - 1):
        history = store.example(example)
        assert np.array_equal(history.trials, outcomes.trial_numbers)
        assert np.array_equal(history.inclusion, outcomes.inclusion[:, example])
        assert np.array_equal(history.correct, outcomes.correct[:, example])
        assert np.array_equal(history.margin, outcomes.margin[:, example])
        assert np.array_equal(history.confidence, outcomes.confidence[:, example])
    test = store.example(N_TRAIN + 4)
    assert np.array_equal(test.correct, outcomes.test_correct[:, 4])
    assert not test.inclusion.any()
    with pytest.raises(InputError, match=r"example must lie in 0\.\.47"):
        store.example(N_TRAIN + N_TEST)


def test_a_history_is_the_same_from_records(store):
    for example in (0, N_TRAIN - 1, N_TRAIN + 4):
        one, other = store.example(example), history_of(store.records(), example)
        for field in ("trials", "inclusion", "correct", "margin", "confidence"):
            assert np.array_equal(getattr(one, field), getattr(other, field))
    with pytest.raises(InputError, match=r"example must lie in 0\.\.47"):
        history_of(store.records(), -1)


def test_damaged_columns_are_made_anew_and_new_trials_are_seen(store):
    before = store.example(2)
    columns = store.folder / "columns.npy"
    content = bytearray(columns.read_bytes())
    start = len(content) - (N_TRAIN + N_TEST) * (len(content) // (N_TRAIN + N_TEST + 1))
    for place in range(start, len(content)):
        content[place] ^= 1
    columns.write_bytes(content)
    assert np.array_equal(store.example(2).margin, before.margin)
    columns.write_bytes(columns.read_bytes()[:100])
    assert np.array_equal(store.example(2).margin, before.margin)
    store.append(_record(80))
    assert 80 in store.example(2).trials
    store.discard(80)
    assert 80 not in store.example(2).trials


def test_a_table_beyond_the_budget_is_the_same_table(store):
    assert _same(store.outcomes(), store.outcomes(memory=0))
    assert isinstance(store.outcomes(memory=0).inclusion.base.base, np.memmap)
    assert {path.suffix for path in store.folder.iterdir()} == {".npz", ".json"}


def test_records_may_come_in_any_order(store):
    records = list(store.records())
    backwards = collect_outcomes(reversed(records), [record.trial for record in records], N_TRAIN)
    assert _same(backwards, store.outcomes())


def test_a_table_takes_what_it_is_said_to_take(store):
    outcomes = store.outcomes()
    arrays = [outcomes.inclusion, outcomes.correct, outcomes.test_correct, outcomes.margin, outcomes.confidence]
    taken = sum(array.nbytes for array in [*arrays, outcomes.test_margin, outcomes.test_confidence])
    assert taken == bytes_of_outcomes(70, N_TRAIN, N_TRAIN + N_TEST)


def test_failed_trials_alone_are_no_table(tmp_path):
    store = TrialStore(tmp_path, SET)
    store.prepare()
    store.append(_record(0, "ValueError: no"))
    for read in (store.outcomes, lambda: store.example(0)):
        with pytest.raises(DamagedRunError, match="no finished trial"):
            read()
