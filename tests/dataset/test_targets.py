"""A target that is a number: chosen by its values or by the user, told, refused where it is broken."""

import numpy as np
import pyarrow as pa
import pytest

from longtail.dataset import Dataset, load_dataset
from longtail.errors import InputError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(100, 2))
PRICE = np.round(RNG.gamma(2, 100, size=100), 2)


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (PRICE, "regression"),
        (np.arange(100) + 1000, "regression"),
        ([f"{price}" for price in PRICE], "regression"),
        (np.arange(100) % 10, "classification"),
        (["cheap", "dear"] * 50, "classification"),
        ([f"house {k % 40}" for k in range(100)], "classification"),
    ],
)
def test_values_of_a_column_say_what_it_is_and_the_choice_is_told(values, task):
    data = load_dataset(pa.table({"x": X[:, 0], "price": values}), target="price")
    assert data.task == task
    assert any("price is taken for a quantity" in note for note in data.notes) == (task == "regression")
    if task == "regression":
        given = np.asarray(values, float)
        assert np.array_equal(data.target, given[data.position])
        assert np.array_equal(data.target_test, given[data.position_test])
        assert (data.n_classes, data.class_names, set(data.y.tolist())) == (0, (), {0})


def test_the_user_has_the_last_word():
    grades = pa.table({"x": X[:, 0], "grade": np.arange(100) % 5})
    assert load_dataset(grades, target="grade").task == "classification"
    asked = load_dataset(grades, target="grade", task="regression")
    assert asked.task == "regression"
    assert not any("quantity" in note for note in asked.notes)
    ages = pa.table({"x": X[:, 0], "age": np.arange(100) % 40})
    classes = load_dataset(ages, target="age", task="classification")
    assert (classes.task, classes.n_classes) == ("classification", 40)


def test_whole_numbers_of_an_array_are_classes_and_real_ones_are_not(tmp_path):
    assert Dataset.from_arrays(X, np.arange(100) % 40).n_classes == 40
    real = Dataset.from_arrays(X, PRICE)
    assert (real.task, real.label(0)) == ("regression", f"{real.target[0]:.6g}")
    np.savez(tmp_path / "a.npz", X=X, y=PRICE)
    assert load_dataset(tmp_path / "a.npz").content_hash == real.content_hash


def test_the_hash_knows_the_target():
    assert Dataset.from_arrays(X, PRICE).content_hash != Dataset.from_arrays(X, PRICE + 1).content_hash


def test_given_test_rows_need_no_value_that_was_seen(tmp_path):
    for name, rows in (("train", slice(80)), ("test", slice(80, 100))):
        lines = [f"{x},{y}" for x, y in zip(X[rows, 0], PRICE[rows], strict=True)]
        (tmp_path / f"{name}.csv").write_text("x,price\n" + "\n".join(lines) + "\n")
    data = load_dataset(tmp_path / "train.csv", target="price", test=tmp_path / "test.csv")
    assert np.array_equal(data.target, PRICE[:80])
    assert np.array_equal(data.target_test, PRICE[80:])


def test_rows_and_samples_keep_their_numbers():
    data = Dataset.from_arrays(X, PRICE, group=np.arange(100) % 3)
    part = data.sample(30)
    assert np.array_equal(part.target, PRICE[part.position])
    assert part.notes[-1].startswith("A random 31 of 80 training examples are studied: of each group all")


@pytest.mark.parametrize(
    ("values", "task", "said"),
    [
        (np.where(PRICE > 500, np.inf, PRICE), None, "y must be a finite number for every example; got 'inf'"),
        (np.full(100, 2.5), "regression", "y must vary, to be predicted; got 2.5 everywhere"),
        (np.full(100, 2.5), None, "y must vary, to be predicted; got 2.5 everywhere"),
        (PRICE * 1e200, "regression", "y must have a variance that is a number; got numbers from .* another unit"),
        (PRICE * 1e-200, None, "y must have a variance that is a number"),
        (["a", "b"] * 50, "regression", "y must be a finite number for every example; got 'a'"),
        (np.where(np.arange(100) == 3, np.nan, PRICE), None, "y must be a finite number.*; got 1 missing value"),
        (PRICE, "clustering", "task must be"),
        (PRICE, "classification", "hold classes, not real numbers.*For numbers ask for a regression"),
    ],
)
def test_broken_targets_are_refused_in_one_line(values, task, said):
    with pytest.raises(InputError, match=said) as caught:
        Dataset.from_arrays(X, values, task=task)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("written", "said"), [("inf", "got 'inf'"), ("1e200", "have a variance that is a number")])
def test_numbers_of_a_file_that_are_too_large_are_refused_as_numbers(tmp_path, written, said):
    lines = [f"{i},{i / 3}" for i in range(60)]
    lines[7] = f"7,{written}"
    (tmp_path / "t.csv").write_text("\n".join(["x,y", *lines]))
    with pytest.raises(InputError, match=said):
        load_dataset(tmp_path / "t.csv", target="y")


def test_pictures_and_bundled_data_have_classes():
    with pytest.raises(InputError, match="task must be classification, for data whose labels are classes"):
        load_dataset("digits", task="regression")
