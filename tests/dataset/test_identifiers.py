"""Row numbers and identifiers are no features; what tells the target is named."""

import numpy as np
import pandas as pd
import pytest

from longtail.dataset import load_dataset
from longtail.dataset.telltale import telltales

N = 300
RNG = np.random.default_rng(0)
FRAME = pd.DataFrame({"a": RNG.normal(size=N), "b": RNG.choice(["p", "q"], N), "y": np.repeat(["n", "y"], N // 2)})
PLAIN = load_dataset(FRAME, "y")
SHUFFLED = RNG.permutation(N) + 1000

IN_ORDER = ["rownames", "PassengerId", "X", "Unnamed: 0.1", "level_0", "lfd", "", "any name"]
BY_NAME = [
    "PassengerId", "customerID", "EmployeeNumber", "case no", "key", "record", "row_name", "visit-id", "Serial Number",
    "caseid", "index", "uuid", "order_no",
]  # fmt: skip
FEATURES = ["age", "humidity", "paid", "grid", "candid", "score", "number of children", "monkey", "piano", "year"]


@pytest.mark.parametrize("name", IN_ORDER)
def test_a_count_of_the_rows_is_dropped_and_told(name):
    """A tree that sees it in a sorted file knows the class of whoever was left out."""
    for first in (0, 1):
        data = load_dataset(pd.DataFrame({name: np.arange(first, N + first), **FRAME}), "y")
        assert data.content_hash == PLAIN.content_hash
        assert f"{name!r}." in next(note for note in data.notes if "left out" in note)


@pytest.mark.parametrize("name", BY_NAME)
def test_numbers_that_all_differ_under_such_a_name_are_dropped(name):
    for values in (SHUFFLED, SHUFFLED.astype(str)):
        data = load_dataset(pd.DataFrame({name: values, **FRAME}), "y")
        assert data.content_hash == PLAIN.content_hash
        assert f"Columns of row numbers and identifiers are left out: {name!r}." in data.notes


@pytest.mark.parametrize("name", FEATURES)
def test_numbers_under_other_names_are_kept(name):
    for values in (SHUFFLED, np.arange(5, N + 5)):
        assert load_dataset(pd.DataFrame({name: values, **FRAME}), "y").feature_names[0] == name


def test_an_identifier_that_recurs_is_a_unit_and_few_codes_are_a_feature():
    data = load_dataset(FRAME.assign(patient_id=np.arange(N) // 3, ward_id=np.arange(N) % 9), "y")
    assert data.feature_names == (*PLAIN.feature_names, "ward_id")
    assert "(name one as together if its rows belong together): 'patient_id'." in " ".join(data.notes)


def test_where_nothing_else_is_there_a_count_of_the_rows_stays():
    assert load_dataset(FRAME[["y"]].assign(step=np.arange(N)), "y").feature_names == ("step",)


def test_columns_that_tell_the_target_are_named():
    """A copy, a finer code, a range of numbers; not what is right on most."""
    grades = RNG.choice(list("ABC"), N)
    right = RNG.random(N) < 0.8
    columns = {
        "copy": grades,
        "finer": [f"{grade}{i % 5}" for i, grade in enumerate(grades)],
        "rate": [ord(grade) * 100 + i * 0.1 for i, grade in enumerate(grades)],
        "mostly": np.where(right, grades, RNG.choice(list("ABC"), N)),
        "each its own": [f"{grade}{i}" for i, grade in enumerate(grades)],
    }
    data = load_dataset(pd.DataFrame({**columns, "y": grades}), "y")
    told = next(note for note in data.notes if note.startswith("By itself tells"))
    assert "'copy', 'finer', 'rate', right on 100.0 %" in told
    assert "mostly" not in told
    assert not [note for note in PLAIN.notes if note.startswith("By itself")]


def test_a_gap_and_a_range_tell_in_few_rows():
    """Numbers that all differ: where they are missing, or how large they are, is the label."""
    rng = np.random.default_rng(0)
    grades = np.array(list("AB") * 40)
    columns = {
        "filled in later": np.where(grades == "A", np.nan, rng.normal(size=80)),
        "amount": np.where(grades == "A", 100, 200) + rng.normal(size=80),
        "noise": rng.normal(size=80),
    }
    data = load_dataset(pd.DataFrame({**columns, "y": grades}), "y")
    told = next(note for note in data.notes if note.startswith("By itself tells"))
    assert "'filled in later', 'amount', right on 100.0 %" in told or "'amount', 'filled in later'" in told
    assert "noise" not in told


def test_a_count_of_rows_kept_as_real_numbers_is_dropped():
    data = load_dataset(pd.DataFrame({"n": np.arange(N, dtype=float), **FRAME}), "y")
    assert data.content_hash == PLAIN.content_hash
    assert "n" not in data.feature_names


def test_noise_is_not_named():
    """Of 2,000 columns of noise none removes nine tenths of the error: the chance of one is below 1e-20."""
    import pyarrow as pa

    labels = RNG.integers(0, 2, 200)
    columns = {str(i): pa.chunked_array([RNG.integers(0, 30, 200)]) for i in range(2000)}
    assert telltales(columns, labels, np.arange(200)) == {}


def test_roles_that_are_the_target_are_refused():
    for role in ("group", "together"):
        with pytest.raises(ValueError, match=f"{role} must name another column than target; got 'y'"):
            load_dataset(FRAME, "y", **{role: "y"})


def test_few_identifiers_stay_as_numbers_and_that_is_told(tmp_path):
    """21 users, as in a sample of ratings: their numbers are a feature, by name; as text they are levels, untold."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"userId": rng.integers(1, 22, 200), "paid": rng.integers(0, 9, 200), "y": ["a", "b"] * 100})
    said = "write them as text to make each a level): 'userId' (21)."
    assert [note for note in load_dataset(frame, "y").notes if note.endswith(said)]
    levels = load_dataset(frame.assign(userId="u" + frame.userId.astype(str)), "y")
    assert levels.X.shape[1] == 22
    assert not [note for note in levels.notes if "Identifiers of few values" in note]
