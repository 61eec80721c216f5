"""Test rows in a file of their own: what a model sees of them, and every way that they are refused."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from longtail.cli import main
from longtail.dataset import load_dataset
from longtail.errors import InputError
from longtail.runs.measure import DataSource
from longtail.runs.run_folder import RunFolder

TRAIN = "age,town,label\n" + "".join(
    f"{20 + i % 9},{'Ulm' if i % 3 else 'Bonn'},{'yes' if i % 2 else 'no'}\n" for i in range(30)
)


def _files(folder, test, train=TRAIN):
    (folder / "train.csv").write_text(train)
    (folder / "test.csv").write_text(test)
    return folder / "train.csv", folder / "test.csv"


def test_all_rows_are_studied_and_the_other_file_is_the_test(tmp_path):
    train, test = _files(tmp_path, "label,town,age\nyes,Ulm,33.5\nno,Rome,\n")
    data = load_dataset(train, "label", test=test)
    assert (data.n_train, data.n_test) == (30, 2)
    assert data.position_test.tolist() == [30, 31]
    age, ulm = (data.feature_names.index(name) for name in ("age", "town=Ulm"))
    assert data.X_test[0, [age, ulm]].tolist() == [33.5, 1.0]
    assert data.X_test[1, age] == np.median(data.X[:, age])  # what is missing is filled by training rows
    assert not any("Rome" in name for name in data.feature_names)
    assert [data.class_names[code] for code in data.y_test] == ["yes", "no"]
    assert data.originals.row(30) == {"age": "33.5", "town": "Ulm"}


def test_typed_columns_may_differ_in_their_width(tmp_path):
    train = pa.table({"x": pa.array([1, 2, 3] * 6, pa.int32()), "y": ["a", "b"] * 9})
    test = pa.table({"y": pa.array(["a"]).dictionary_encode(), "x": [2.5]})
    assert load_dataset(train, "y", test=test).X_test.tolist() == [[2.5]]


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("age,label\n20,yes\n", "test must have the columns of the data; got none named 'town'"),
        ("age,town,sex,label\n20,Ulm,f,yes\n", "test must have the columns of the data; got 'sex' besides"),
        ("age,town,label\n20,Ulm,yes.\n", "test must hold only classes that the data hold; got 'yes.'"),
        (
            "age,town,label\n20,Ulm,yes\nold,Ulm,no\n",
            "got text ('old') in column 'age', where the data have numbers",
        ),
        ("age,town,label\n20,7,yes\n", "got numbers in column 'town', where the data have text"),
        ("age,town,label\n", "test must have at least one row"),
    ],
)
def test_what_is_not_alike_is_refused_in_one_line(tmp_path, test, said):
    train, held = _files(tmp_path, test)
    with pytest.raises(InputError) as refused:
        load_dataset(train, "label", test=held)
    assert said in str(refused.value)


def test_groups_and_kinds_of_files_must_be_those_of_the_data(tmp_path):
    train, held = _files(tmp_path, "age,town,label\n20,Paris,yes\n")
    with pytest.raises(InputError, match="test must hold only groups that the data hold; got 'Paris'"):
        load_dataset(train, "label", "town", test=held)
    pyarrow.parquet.write_table(pa.table({"age": [1], "town": ["Ulm"], "label": ["yes"]}), tmp_path / "t.parquet")
    with pytest.raises(InputError, match="test must be a file of the same kind as the data"):
        load_dataset(train, "label", test=tmp_path / "t.parquet")
    with pytest.raises(InputError, match="test must be given for a table alone"):
        load_dataset("iris", test=held)
    with pytest.raises(InputError, match="test must be a .csv, .tsv or .parquet file that exists"):
        load_dataset(train, "label", test=tmp_path / "none.csv")


def test_a_column_that_is_all_missing_in_the_test_rows_is_taken(tmp_path):
    train, held = _files(tmp_path, "age,town,label\n,,yes\n,,no\n")
    assert load_dataset(train, "label", test=held).n_test == 2


def test_a_run_finds_its_test_file_again(tmp_path, monkeypatch, capsys):
    _files(tmp_path, "age,town,label\n21,Ulm,yes\n22,Bonn,no\n23,Ulm,yes\n")
    monkeypatch.chdir(tmp_path)
    words = ["measure", "train.csv", "--target", "label", "--test", "test.csv", "--learner", "knn", "--trials", "20"]
    assert main([*words, "--jobs", "1", "--out", "r"]) == 0
    monkeypatch.chdir("/")
    study = RunFolder(tmp_path / "r").study()
    assert DataSource.of(study).load().n_test == 3
    assert "--test test.csv" in study.data
    assert DataSource.of(study).options().count("--test") == 1
    monkeypatch.chdir(tmp_path)
    (tmp_path / "test.csv").write_text("age,town\n1,Ulm\n")
    capsys.readouterr()
    assert main([*words, "--out", "other"]) == 2
    assert capsys.readouterr().err == ("longtail: --test must have the columns of the data; got none named 'label'.\n")
    assert not (tmp_path / "other").exists()
