"""The store: every flipped byte found or harmless, columns equal to rows, a table in bounded memory."""

from dataclasses import replace

import numpy as np
import pytest

from longtail.errors import DamagedRunError, InputError
from longtail.notices import forget_notices
from longtail.trials import SubsetDesign, TrialSet, TrialStore
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


DESIGN = SubsetDesign(n_trials=40, fraction=0.7, seed=3)


def _own_store(folder, seed=3):
    """A store whose study says its design, and ten of its trials."""
    identity = {"data": {"n_train": N_TRAIN, "n_test": N_TEST}, "design": replace(DESIGN, seed=seed).describe()}
    made = TrialStore(folder, TrialSet(identity=identity), planned=10)
    made.prepare()
    for trial in range(10):
        subset = replace(DESIGN, seed=seed).inclusion(N_TRAIN, trial)
        made.append(replace(_record(trial), inclusion=subset))
    return made


def _without_names(store, trial):
    """A trial's file as the first version wrote it: it says neither its number nor its study."""
    with np.load(store.file(trial)) as archive:
        arrays = {name: archive[name] for name in archive.files if name != "study"}
    np.savez(store.file(trial), **{**arrays, "sizes": arrays["sizes"][:2]})


@pytest.mark.parametrize("first_version", [False, True])
def test_copied_swapped_and_foreign_files_are_no_trials_here(tmp_path, first_version):
    """Whatever way a file came under a number: of 10 numbers, exactly those that hold another trial are damaged."""
    store, other = _own_store(tmp_path / "a"), _own_store(tmp_path / "b", seed=4)
    if first_version:
        for trial in range(10):
            _without_names(store, trial)
            _without_names(other, trial)
    assert store.damaged() == []
    store.file(3).write_bytes(store.file(2).read_bytes())
    swapped = store.file(5).read_bytes(), store.file(6).read_bytes()
    store.file(6).write_bytes(swapped[0])
    store.file(5).write_bytes(swapped[1])
    store.file(8).write_bytes(other.file(8).read_bytes())
    assert store.damaged() == [3, 5, 6, 8]
    with pytest.raises(DamagedRunError, match="trial 3 in .* is damaged .* Run the same measurement again"):
        store.outcomes()


def test_a_subset_that_is_not_the_designs_is_damage(tmp_path):
    store = _own_store(tmp_path)
    record = store.read(4)
    store.append(replace(record, inclusion=np.roll(record.inclusion, 1)))
    with pytest.raises(DamagedRunError, match="its subset is not the one that the design gives this trial"):
        store.read(4)


def test_files_of_the_first_version_are_read_and_a_copy_of_one_is_the_same_trial(tmp_path):
    store = _own_store(tmp_path)
    content = store.file(2).read_bytes()
    _without_names(store, 2)
    assert store.file(2).read_bytes() != content
    assert store.encoded(store.read(2)) == content


COPIES = [
    "000007 (copy).npz",
    "000007 (conflicted copy 2026-01-01).npz",
    "000007~.npz",
    "0000aa.npz",
    "3.npz",
    "7.npz~",
]


def test_copies_of_a_sync_program_are_passed_over_and_named(tmp_path, caplog):
    store = _own_store(tmp_path)
    before = store.outcomes()
    for name in COPIES:
        (tmp_path / name).write_bytes(store.file(7).read_bytes())
    (tmp_path / ".DS_Store").write_bytes(b"")
    assert store.numbers() == list(range(10))
    assert _same(store.outcomes(), before)
    assert store.strangers() == sorted(COPIES)
    assert "Passed over in" in caplog.text
    assert "and 1 more" in caplog.text
    assert ".DS_Store" not in caplog.text


def test_missing_trials_are_told_with_the_outcomes(tmp_path, caplog):
    store = _own_store(tmp_path)
    store.outcomes()
    assert caplog.text == ""
    store.discard(4)
    store.discard(9)
    assert store.outcomes().n_trials == 8
    assert "8 of 10 planned trials are in" in caplog.text


def test_columns_follow_files_that_came_or_went_behind_our_back(tmp_path):
    """By copying, as a sync program or a person does: no call of ours removed the columns."""
    store = _own_store(tmp_path)
    store.example(0)
    saved = store.file(9).read_bytes()
    store.file(9).unlink()
    assert list(TrialStore(tmp_path, store.trial_set).example(0).trials) == list(range(9))
    store.file(9).write_bytes(saved)
    assert list(store.example(0).trials) == list(range(10))
    record = store.read(9)
    changed = replace(record, margin=(record.margin + np.float16(1)).astype(np.float16))
    store.file(9).write_bytes(store.encoded(changed))
    again = TrialStore(tmp_path, store.trial_set).example(0)
    assert again.margin[9] == changed.margin[0]


def test_columns_that_are_no_file_or_have_a_torn_header_change_no_answer(tmp_path):
    store = _own_store(tmp_path)
    right, columns = store.example(5), tmp_path / "columns.npy"
    content = columns.read_bytes()
    for place in range(0, 420, 7):
        columns.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        assert np.array_equal(TrialStore(tmp_path, store.trial_set).example(5).margin, right.margin)
    columns.unlink()
    columns.mkdir()
    assert np.array_equal(store.example(5).margin, right.margin)


def test_a_file_that_may_not_be_read_is_no_damage(tmp_path):
    """Else the next run would throw a good trial away."""
    store = _own_store(tmp_path)
    store.file(2).unlink()
    store.file(2).mkdir()
    with pytest.raises(OSError, match="directory"):
        store.damaged()


def test_a_damaged_identity_is_written_anew_from_the_study(tmp_path, caplog):
    folder = tmp_path / _own_store(tmp_path / "x").trial_set.key
    store = _own_store(folder)
    identity = folder / "identity.json"
    whole = identity.read_bytes()
    for broken in (b"", whole[:30], whole.replace(b'"seed": 3', b'"seed": 1'), whole[:9] + b"\xff" + whole[10:]):
        identity.write_bytes(broken)
        caplog.clear()
        again = TrialStore(folder, store.trial_set)
        assert again.outcomes().n_trials == 10
        assert "writes this file anew" in caplog.text
        again.prepare()
        assert identity.read_bytes() == whole
        forget_notices()


def test_a_design_without_some_examples_is_compared_as_it_is(tmp_path):
    design = replace(DESIGN, without=(1, 5))
    identity = {"data": {"n_train": N_TRAIN, "n_test": N_TEST}, "design": design.describe()}
    store = TrialStore(tmp_path, TrialSet(identity=identity))
    store.prepare()
    store.append(replace(_record(2), inclusion=design.inclusion(N_TRAIN, 2)))
    store.append(replace(_record(3), inclusion=DESIGN.inclusion(N_TRAIN, 3) | (np.arange(N_TRAIN) == 5)))
    assert store.damaged() == [3]
