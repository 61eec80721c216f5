"""Tables that are written as CSV hold no formula; those written as Parquet hold the texts as they are."""

import csv

import numpy as np
import pyarrow.parquet

from longtail.scores.tables import write_columns

TEXTS = np.array(["=1+1", "@SUM(A1)", "-2", "+cmd|x", "oak", " =1"])


def test_csv_neutralizes_formulas_and_leaves_numbers(tmp_path):
    path = tmp_path / "table.csv"
    write_columns({"=name": TEXTS, "value": np.array([-1.5, 2, 3, 4, 5, np.nan])}, path)
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == ["train", "'=name", "value"]
    assert [row[1] for row in rows] == ["'=1+1", "'@SUM(A1)", "-2", "'+cmd|x", "oak", "' =1"]
    assert [row[2] for row in rows] == ["-1.5", "2", "3", "4", "5", ""]


def test_parquet_keeps_the_texts(tmp_path):
    path = tmp_path / "table.parquet"
    write_columns({"=name": TEXTS}, path)
    assert pyarrow.parquet.read_table(path).column("=name").to_pylist() == TEXTS.tolist()
