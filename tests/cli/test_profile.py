"""``longtail profile`` as it is typed."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from profiles.planted_profiles import fading, planted


@pytest.fixture(scope="module")
def table():
    losses = planted(np.random.default_rng(3), effect=fading, n=30, n_controls=30, noise=0.3)
    example, checkpoint = np.divmod(np.arange(losses.loss.size), len(losses.checkpoints))
    step = [None if losses.step[row] < 0 else int(losses.step[row]) for row in example]
    columns = {"example": example, "step": step, "checkpoint": losses.checkpoints[checkpoint]}
    return pa.table({**columns, "loss": losses.loss.ravel()})


def test_a_profile_is_told_and_written(table, tmp_path, type_):
    pa.parquet.write_table(table, tmp_path / "losses.parquet")
    out = tmp_path / "profile.csv"
    status, said, _ = type_("profile", tmp_path / "losses.parquet", "--out", out)
    assert status == 0
    assert "150 examples in 5 cohorts, 30 controls, 6 checkpoints" in said
    assert "An example's loss falls by 1.6" in said  # the mean of 1.2, 1.4, 1.6, 1.8 and 2.0
    assert "Distrust" not in said
    written = pa.csv.read_csv(out).to_pylist()
    assert len(written) == 30
    assert [row["lag"] for row in written[:6]] == [-1, 0, 1, 2, 3, 4]
    status, said, _ = type_("profile", tmp_path / "losses.parquet", "--json")
    assert json.loads(said)["by_lag"]["0"]["value"] == pytest.approx(1.6, abs=0.1)


def test_the_same_from_text_with_other_names(table, tmp_path, type_):
    pa.parquet.write_table(table, tmp_path / "losses.parquet")
    _, expected, _ = type_("profile", tmp_path / "losses.parquet", "--json")
    pa.csv.write_csv(table.rename_columns(["id", "met", "at", "nats"]), tmp_path / "losses.csv")
    names = ("--example", "id", "--step", "met", "--checkpoint", "at", "--loss", "nats")
    status, said, _ = type_("profile", tmp_path / "losses.csv", *names, "--json")
    assert (status, json.loads(said)["instantaneous"]) == (0, json.loads(expected)["instantaneous"])


def test_what_is_wrong_is_said_in_one_line(table, tmp_path, type_):
    file = tmp_path / "losses.csv"
    pa.csv.write_csv(table.drop_columns(["step"]), file)
    status, _, said = type_("profile", file)
    assert (status, said.count("\n")) == (2, 1)
    assert "--step must" in said
    status, _, said = type_("profile", tmp_path / "nothing.csv")
    assert status == 2
    file.write_text("example,step,checkpoint,loss\na,1,0,low\na,1,5,high\n", "utf-8")
    status, _, said = type_("profile", file)
    assert (status, said) == (2, "longtail: --loss must name a column of numbers; got 'loss', which holds 'low'.\n")
    status, _, said = type_("profile", file, "--out", tmp_path / "x.xlsx")
    assert "--out must end in .csv or .parquet" in said
