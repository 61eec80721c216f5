"""The referee, as a person calls it: files of all kinds, in whatever order, right and wrong."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from longtail.attribution import trak
from longtail.cli import main
from longtail.errors import InputError
from longtail.learners import CompiledMLP
from longtail.scores import memorization
from longtail.study.judge import judge
from longtail.study.run import open_run


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    """40 small trials on 20 subsets of iris."""
    place = tmp_path_factory.mktemp("judge") / "run"
    words = ["measure", "iris", "--fraction", "0.5", "--subsets", "20", "--trials", "40", "--out", str(place)]
    assert main([*words, "--learner", "logistic", "--jobs", "1", "--quiet"]) == 0
    return place


@pytest.fixture(scope="module")
def scores(truth):
    run = open_run(truth)
    return np.random.default_rng(0).normal(size=(run.outcomes.n_train, run.outcomes.n_test)), run


def value(found):
    return found.datamodeling.score.value


def test_all_formats_say_the_same_of_the_same_attributions(truth, scores, tmp_path):
    table, _ = scores
    np.save(tmp_path / "a.npy", table)
    np.savez(tmp_path / "a.npz", infl_matrix=table, tr_mem=table[:, 0])
    train, test = np.divmod(np.arange(table.size), table.shape[1])
    pairs = pa.table({"train": train, "test": test, "score": table.ravel()}).take(
        pa.array(np.random.default_rng(1).permutation(table.size))
    )
    pa.csv.write_csv(pairs, tmp_path / "a.csv")
    pa.parquet.write_table(pairs, tmp_path / "a.parquet")
    wide = pa.table({f"test {j}": column for j, column in enumerate(table.T)})
    pa.csv.write_csv(wide, tmp_path / "wide.csv")
    names = ("a.npy", "a.npz", "a.csv", "a.parquet", "wide.csv")
    found = [judge(truth, str(tmp_path / name)) for name in names]
    assert len({round(value(each), 12) for each in found}) == 1
    pa.csv.write_csv(wide.drop_columns(["test 0"]), tmp_path / "narrow.csv")
    with pytest.raises(InputError, match="a column named value or score, or one for each of"):
        judge(truth, tmp_path / "narrow.csv")
    assert set(found[1].agreement) == {"memorization", "exposure"}
    assert found[0].datamodeling.n_subsets == 20
    assert found[0].datamodeling.ceiling is not None


def test_a_score_of_each_example_is_brought_into_the_order_of_the_run(truth, scores, tmp_path):
    _, run = scores
    own = np.random.default_rng(2).normal(size=run.outcomes.n_train)
    np.save(tmp_path / "own.npy", own)
    everything = np.zeros(run.outcomes.n_train + run.outcomes.n_test)
    everything[run.dataset.position] = own
    np.save(tmp_path / "rows.npy", everything)
    order = np.random.default_rng(3).permutation(len(own))
    pa.csv.write_csv(pa.table({"train": order, "value": own[order]}), tmp_path / "train.csv")
    rows = pa.table({"row": run.dataset.position[order], "value": own[order]})
    pa.csv.write_csv(rows, tmp_path / "row.csv")
    names = ("own.npy", "rows.npy", "train.csv", "row.csv")
    found = [judge(truth, tmp_path / name).agreement["memorization"].rank_correlation.value for name in names]
    assert len(set(found)) == 1


def test_the_measured_memorization_itself_agrees_perfectly(truth, scores, tmp_path):
    _, run = scores
    np.save(tmp_path / "memorization.npy", memorization(run.outcomes).value)
    found = judge(truth, tmp_path / "memorization.npy").agreement["memorization"]
    assert found.rank_correlation.value == pytest.approx(1)
    assert found.precision_at_5.value == pytest.approx(1)


def test_attributions_that_were_saved_know_their_data(truth, scores, tmp_path, capsys):
    _, run = scores
    learner = CompiledMLP(hidden=4, max_epochs=10)
    trak(learner, run.dataset, n_models=2).save(str(tmp_path / "iris.npz"))
    assert main(["judge", str(truth), str(tmp_path / "iris.npz")]) == 0
    assert "Linear datamodeling score" in capsys.readouterr().out
    trak(learner, run.dataset.sample(60), n_models=2).save(tmp_path / "other.npz")
    assert main(["judge", str(truth), str(tmp_path / "other.npz")]) == 2
    said = capsys.readouterr().err
    assert run.dataset.content_hash[:12] in said
    assert said.count("\n") == 1


def test_the_command_prints_json(truth, scores, tmp_path, capsys):
    np.save(tmp_path / "a.npy", scores[0])
    assert main(["judge", str(truth), str(tmp_path / "a.npy"), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["lds"]["n_subsets"] == 20
    assert len(document["lds"]["by_test"]) == scores[0].shape[1]


def test_a_run_of_single_seeds_names_the_command_for_a_better_truth(scores, tmp_path, capsys):
    place = str(tmp_path / "run")
    words = ["measure", "iris", "--fraction", "0.5", "--trials", "20", "--out", place, "--quiet", "--jobs", "1"]
    assert main([*words, "--learner", "logistic"]) == 0
    np.save(tmp_path / "a.npy", scores[0])
    capsys.readouterr()
    assert main(["judge", place, str(tmp_path / "a.npy")]) == 0
    assert "longtail measure iris --learner logistic --seed 1 --fraction 0.5 --subsets 100" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.npy", np.zeros((3, 3)), "scores must have shape"),
        ("a.npy", np.full((120, 30), np.nan), "scores must hold finite numbers only"),
        ("a.npy", np.array(["x"]), "scores must hold numbers"),
        ("a.npz", {"other": np.zeros(3)}, "scores must hold one of the arrays"),
        ("a.csv", b"train,test,value\n0,99,1\n", "scores must hold numbers in 0..29 in the column test"),
        ("a.csv", b"train,value\n0,1\n0,2\n", "scores must name each of the 120 training examples once"),
        ("a.csv", b"train,test,value\n0,1,1\n0,1,2\n", "scores must name each pair once"),
        ("a.csv", b"a,b\n1,2\n", "scores must have a column named value or score"),
        ("a.npy", b"torn", "scores must be a file that can be read"),
        ("a.txt", b"", "scores must end in"),
    ],
)
def test_what_does_not_fit_ends_in_one_line(truth, tmp_path, capsys, name, content, says):
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, dict):
        np.savez(path, **content)
    else:
        np.save(path, content)
    assert main(["judge", str(truth), str(path)]) == 2
    said = capsys.readouterr().err
    assert says.replace("scores", "SCORES") in said or says in said
    assert said.count("\n") == 1
