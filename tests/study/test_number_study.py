"""A study of numbers as a whole: ridge on diabetes, its limits by the closed form, its page, its command line."""

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_diabetes

import longtail as lt
from findings.json_schema import faults
from longtail.analysis.number_groups import number_groups
from longtail.analysis.quality import mean_quality, quality_of
from longtail.cli import main
from longtail.errors import InputError
from longtail.findings.schema import findings_schema
from longtail.outcomes import PERFORMANCES, Outcomes
from longtail.runs.saved_findings import NUMBERS as FINDINGS

TRIALS = 24


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    bunch = load_diabetes(as_frame=True)
    path = tmp_path_factory.mktemp("numbers") / "diabetes.csv"
    bunch.frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def run(table):
    out = table.parent / "run"
    options = ["--target", "target", "--learner", "ridge", "--trials", str(TRIALS), "--jobs", "1", "--out", str(out)]
    assert main(["limit", str(table), *options, "--limit", "stronger-penalty:alpha=300"]) == 0
    return lt.open_run(out)


@pytest.fixture(scope="module")
def found(run):
    return json.loads((run.path / FINDINGS).read_text())


def test_what_is_written_keeps_to_the_schema(found):
    schema = json.loads(json.dumps(findings_schema("numbers")))
    assert faults(found, schema) == []
    assert faults({**found, "level": "high"}, schema) == ["findings.level: 'high' is no ['number', 'null']"]


def test_quality_is_one_less_the_mean_error(run, found):
    outcomes = run.outcomes
    errors, inside = outcomes.performance.astype(float), outcomes.inclusion
    assert found["quality"]["included"]["value"] == pytest.approx(1 - errors[inside].mean())
    assert found["quality"]["left_out"]["value"] == pytest.approx(1 - errors[~inside].mean())
    assert found["quality"]["test"]["value"] == pytest.approx(1 - outcomes.test_performance.mean(dtype=float))


def test_the_cost_of_a_penalty_is_the_difference_of_two_closed_forms(run, found):
    """Ridge on standardized columns, solved here: what the errors on new examples grow by, over all and by quarter."""
    data, outcomes = run.dataset, run.outcomes
    X, y = np.vstack([data.X, data.X_test]).astype(float), np.r_[data.target, data.target_test]
    lost = []
    for inside in outcomes.inclusion:
        A = X[: data.n_train][inside]
        Z, b = (X - A.mean(axis=0)) / A.std(axis=0), data.target[inside]
        z = Z[: data.n_train][inside]
        errors = [
            (Z @ np.linalg.solve(z.T @ z + alpha * np.eye(z.shape[1]), z.T @ (b - b.mean())) + b.mean() - y) ** 2
            for alpha in (1.0, 300.0)
        ]
        lost.append((errors[1] - errors[0]) / data.target.var())
    lost = np.array(lost)
    new = np.hstack([~outcomes.inclusion, np.ones((TRIALS, data.n_test), bool)])
    (limit,) = found["limits"]
    low, high = lost[:, : data.n_train][new[:, : data.n_train]].mean(), lost[:, data.n_train :].mean()
    low, high = sorted([low, high])
    assert low - 1e-4 <= limit["cost"]["value"] <= high + 1e-4  # pools of test and left-out examples, by their sizes
    assert limit["name"] == "penalty 300"
    assert limit["memorization"]["value"] < found["mean_memorization"]["value"]


def _ridge_errors(data, members, alpha):
    """Squared errors of ridge on standardized columns on the test examples, in units of the target's variance."""
    A = data.X[members].astype(float)
    middle, spread, target = A.mean(axis=0), A.std(axis=0), data.target[members]
    z, asked = (A - middle) / spread, (data.X_test.astype(float) - middle) / spread
    weights = np.linalg.solve(z.T @ z + alpha * np.eye(z.shape[1]), z.T @ (target - target.mean()))
    return (asked @ weights + target.mean() - data.target_test) ** 2 / data.target.var()


def test_the_worth_of_rows_is_the_error_that_ridge_makes_without_them(run, capsys):
    data, outcomes = run.dataset, run.outcomes
    rows, every = np.arange(0, data.n_train, 2), np.arange(data.n_train)
    kept = np.setdiff1d(every, rows)
    lost = [
        _ridge_errors(data, np.intersect1d(kept, np.flatnonzero(inside)), 1.0)
        - _ridge_errors(data, np.flatnonzero(inside), 1.0)
        for inside in outcomes.inclusion[:10]
    ]
    found = run.worth(rows, trials=10)
    assert found.value == pytest.approx(np.mean(lost), abs=1e-4)
    assert found.low < found.value < found.high
    names = run.path / "rows.txt"
    names.write_text("\n".join(str(row) for row in data.position[rows]))
    assert main(["worth", str(run.path), "--of", str(names), "--trials", "10"]) == 0
    assert f"are worth {found.value:.3f} [" in capsys.readouterr().out.replace("−", "-")


def test_the_report_is_written_again_with_the_limits_and_what_commands_found(run, found, capsys):
    page = run.folder.report.read_bytes()
    for damage in (lambda file: None, lambda file: file.write_text("{"), lambda file: file.unlink()):
        damage(run.path / FINDINGS)
        assert main(["report", str(run.path)]) == 0
        assert run.folder.report.read_bytes() == page
    assert b"penalty 300" in page
    assert b"is taken for a quantity, which a regression predicts" in page  # which the study has settled by now
    assert [limit.name for limit in run.limits()] == ["penalty 300"]
    assert main(["influence", str(run.path)]) == 0
    assert b"Which examples help and harm" not in page
    assert "Which examples help and harm" in run.folder.report.read_text()
    assert run.findings.results[0].name == "influence"
    assert main(["report", str(run.path), "--card", str(run.path / "card.md")]) == 2
    assert "--card must be asked of a run of classes, not of numbers or texts" in capsys.readouterr().err


def test_data_that_were_moved_away_are_missed_by_their_place(run, table, capsys):
    moved = table.rename(table.with_name("moved.csv"))
    try:
        assert main(["influence", str(run.path)]) == 2
        error = capsys.readouterr().err
        assert f"RUN must be of data that are still there; got none at {table}" in error
        assert error.count("\n") == 1
    finally:
        moved.rename(table)


@pytest.mark.parametrize("command", ["equalize", "proxies", "mislabeled", "coupling"])
def test_what_is_defined_for_classes_alone_is_refused_by_name(run, capsys, command):
    assert main([command, str(run.path)]) == 2
    error = capsys.readouterr().err
    assert "RUN must be of classes for" in error
    assert error.count("\n") == 1


def test_a_target_whose_variance_few_examples_hold_is_told(run, found):
    from longtail.report.words.number_summary import number_summary

    target = run.dataset.target
    squares = (target - target.mean()) ** 2
    n = -(-len(target) // 100)
    assert found["farthest"] == pytest.approx(np.sort(squares)[-n:].sum() / squares.sum())
    heavy = replace(run.findings, farthest=0.731)
    assert "farthest from the mean hold 73.1 % of the target's variance" in number_summary(heavy)[0][1]
    assert "farthest" not in number_summary(run.findings)[0][1]


def test_quarters_share_the_examples_and_name_their_targets(run):
    kind, groups = number_groups(run.dataset)
    assert kind == "quarters of the target"
    assert sum(group.train for group in groups).tolist() == [1] * run.dataset.n_train
    assert groups[0].name.startswith("at most")
    assert run.dataset.target[groups[0].train].max() <= float(groups[0].name.split()[-1]) * 1.001


def test_the_page_says_what_it_leaves_out_and_runs_nothing(run, found):
    page = (run.path / "report.html").read_text()
    assert "It holds for classification alone" in page
    assert "tau_l" in " ".join(found["left_out"])
    assert "<script" not in page
    assert f"row {found['examples'][0]['row']}" in page


def test_scores_and_exposure_of_a_run_are_tables(run):
    memorized = run.memorization()
    assert {"memorization", "mean_in", "mean_out", "exposure"} <= {column.name for column in memorized.columns}
    assert run.influence() is not None
    assert "label" in memorized.keys


def test_the_commands_of_a_run_answer(run, tmp_path, capsys):
    assert main(["scores", str(run.path), "--out", str(tmp_path / "s.csv"), "--simultaneous", "--top", "2"]) == 0
    assert "subsampled memorization of squared error" in " ".join(capsys.readouterr().out.split())
    assert (tmp_path / "s.csv").read_text().startswith('"example","row","label","memorization","memorization_low"')


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--task", "clustering"], "--task must be classification or regression; got 'clustering'"),
        (["--learner", "mlp"], "learner must be one of boosting, hist-boosting, forest, ridge, knn"),
    ],
)
def test_what_cannot_be_is_one_line_and_status_2(table, tmp_path, capsys, arguments, said):
    out = tmp_path / "none"
    assert main(["measure", str(table), "--target", "target", "--out", str(out), *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error.replace("--learner", "learner")
    assert "Traceback" not in error
    assert not out.exists()


def test_the_interval_of_quality_covers_other_models_and_examples():
    """200 worlds of 12 models and 40 examples, each with effects of its own: a binomial of 0.93 leaves [0.86, 0.99]
    once in a thousand (seed 0)."""
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(200):
        errors = np.exp(rng.normal(size=(12, 1)) / 4 + rng.normal(size=(1, 40)) / 4 + rng.normal(size=(12, 40)) / 4)
        found = mean_quality(errors, PERFORMANCES["log_loss"], 0.95)
        held += found.low <= np.exp(3 / 32) <= found.high
    assert 0.86 < held / 200 < 0.99


def test_right_and_wrong_have_no_quality_of_numbers():
    inside = np.eye(2, dtype=bool)
    with pytest.raises(InputError, match="outcomes must hold numbers"):
        quality_of(Outcomes.from_arrays(inside, inside), 0.95)
