"""Wrong labels that the test planted and the run does not know: the worklist names them, with the right label."""

import csv
from dataclasses import replace

import numpy as np
import pytest

from longtail.analysis.analysis import Analysis
from longtail.dataset import load_dataset
from longtail.experiments.planted_labels import planted_labels
from longtail.runs.run_folder import RunFolder
from longtail.study.mislabeled_of_run import judge_labels, mislabeled_found, planted_models
from longtail.trials import CompiledMLP, SubsetDesign

LEARNER = CompiledMLP(hidden=32)


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """600 digits, 30 of them mislabeled by the test; 40 trials, 20 models on further flips."""
    data = load_dataset("digits").sample(600)
    unknown = planted_labels(LEARNER, data, SubsetDesign(n_trials=40, seed=5), jobs=2)
    noisy = replace(data, y=unknown.y)
    folder = RunFolder(tmp_path_factory.mktemp("run"))
    analysis = Analysis(noisy, unknown.outcomes)
    found = judge_labels(analysis, folder, LEARNER, SubsetDesign(n_trials=20, seed=6), jobs=2)
    return noisy, unknown, folder, found


def test_planted_labels_are_what_they_are_said_to_be(judged):
    """Outcomes by the flipped labels; the left-out distribution, where it is sure, is the label before the flip."""
    data, unknown, _, _ = judged
    before = load_dataset("digits").sample(600).y
    assert unknown.flipped.sum() == 30
    assert (unknown.y != before).sum() == 30
    assert np.array_equal(unknown.y != before, unknown.flipped)
    assert np.allclose(unknown.left_out.sum(axis=1), 1)
    assert (unknown.left_out.argmax(axis=1) == before).mean() > 0.9
    assert data.y is unknown.y


def test_the_worklist_names_the_mislabeled_rows(judged):
    data, unknown, folder, found = judged
    with (folder.path / "mislabeled.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == found.n_asked
    wrong_rows = set(data.position[unknown.flipped].tolist())
    called = [row for row in rows if row["judgement"] == "mislabeled"]
    hits = [row for row in called if int(row["row"]) in wrong_rows]
    assert len(hits) >= 20  # of 30
    assert len(hits) >= 0.8 * len(called)
    probability = [float(row["probability"]) for row in rows]
    assert probability == sorted(probability, reverse=True)
    before = dict(zip(data.position.tolist(), load_dataset("digits").sample(600).y.tolist(), strict=True))
    told = [int(row["predicted_without_it"]) == before[int(row["row"])] for row in hits]
    assert np.mean(told) > 0.8
    assert found.examples[0].row == int(rows[0]["row"])


def test_what_was_judged_is_read_back_for_the_same_trials_alone(judged):
    _, _, folder, found = judged
    assert mislabeled_found(folder, 40) == (found, [])
    nothing, (said,) = mislabeled_found(folder, 60)
    assert nothing is None
    assert "was made of 40 trials, and the run has 60. longtail mislabeled RUN makes it anew." in said
    assert (planted_models(199), planted_models(200)) == (0, 20)
