"""The learner that an audit takes by itself, what it is set beside, and that a run keeps both."""

import numpy as np
import pyarrow as pa
import pytest

import longtail as lt
from longtail.dataset import Dataset, load_dataset
from longtail.dataset.kind_of_data import kind_of_data
from longtail.errors import InputError, StudyMismatchError
from longtail.estimate import Estimate
from longtail.findings import Findings, ReferenceModels
from longtail.learners import BatchedLogistic, BoostedTrees
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.learners.wanted_rows import wanted_rows
from longtail.report.words.references import references_in_words, warning_of_references
from longtail.runs.learner_of_run import built_in_learner, learner_of_run
from longtail.runs.run_folder import RunFolder
from longtail.study.audit_learner import chosen_learner
from longtail.study.references_of_run import references_found


def _table(n=60):
    return pa.table(
        {
            "size": np.arange(n) % 13,
            "review": [("good", "poor")[i % 2] + f" word{i % 5} and more" for i in range(n)],
            "label": ["a", "b"] * (n // 2),
        }
    )


def test_the_kind_of_the_data_chooses(tmp_path):
    np.save(tmp_path / "e.npy", np.random.default_rng(0).normal(size=(60, 3)))
    wide = Dataset.from_arrays(np.random.default_rng(0).normal(size=(60, 101)), np.arange(60) % 2)
    cases = {
        "table": (load_dataset(_table().drop_columns(["review"]), "label"), "boosted-trees", "boosting"),
        "text": (load_dataset(_table(), "label", text="review"), "text-logistic", "text-logistic"),
        "embedding": (load_dataset(_table(), "label", embedding=tmp_path / "e.npy"), "batched-logistic", "logistic"),
        "pictures": (load_dataset("digits"), "compiled-mlp", "logistic"),
    }
    for kind, (data, learner, reference) in cases.items():
        found = chosen_learner(data)
        assert (kind_of_data(data), found.learner.name, found.reference) == (kind, learner, reference)
        assert found.option is None
        assert ("forest" in found.reason) == (kind == "table")  # which has few rows
    assert kind_of_data(wide) == "embedding"
    many = cases["pictures"][0].restricted_to(np.arange(10_000) % 1437)
    assert chosen_learner(many).learner.describe()["hidden"] == [128]
    assert wanted_rows(chosen_learner(cases["text"][0]).learner) == "words"


def test_a_named_learner_is_taken_and_named_again():
    found = chosen_learner(load_dataset("iris"), "mlp")
    assert (found.learner.name, found.option, found.reason) == ("compiled-mlp", "mlp", "")


def test_an_audit_keeps_what_plain_models_got_and_goes_on_with_its_learner(tmp_path):
    said = []
    settings = {"out": tmp_path, "target": "label", "trials": 20, "limit_trials": 0, "tail_trials": 0, "jobs": 1}
    run = lt.audit(_table().drop_columns(["review"]), **settings, learner="batched-logistic", say=said.append)
    found = run.findings.references
    assert found == references_found(RunFolder(tmp_path), ReferenceModels)[0]
    assert (found.learner, found.reference) == ("batched-logistic", "HistGradientBoosting")
    assert any("always saying 'a' gets" in line for line in said)
    assert "HistGradientBoosting is right on" in run.findings.summary[0].text
    before = RunFolder(tmp_path).report.read_bytes()
    lt.audit(_table().drop_columns(["review"]), **settings, say=said.append)  # no learner is named, nothing is chosen
    assert RunFolder(tmp_path).report.read_bytes() == before
    assert Findings.read(tmp_path / "findings.json").references == found
    (tmp_path / "reference_models.json").write_text("{}")
    assert references_found(RunFolder(tmp_path), ReferenceModels)[1][0].startswith("Reference models are left out: ")


@pytest.mark.parametrize("learner", [BoostedTrees(n_trees=2, categorical=(0,)), BatchedLogistic(C=0.5)])
def test_the_learner_of_a_run_is_made_again(tmp_path, learner):
    lt.measure(_table().drop_columns(["review"]), target="label", out=tmp_path, trials=20, learner=learner, jobs=1)
    study = RunFolder(tmp_path).study()
    assert learner_of_run(study) == learner
    with pytest.raises(StudyMismatchError, match=f"the run was made with {learner.name}"):
        learner_of_run(study, "mlp")
    assert built_in_learner({**study.identity["learner"], "version": "0"}) is None


def test_a_learner_of_the_users_own_must_be_given(tmp_path):
    from sklearn.naive_bayes import GaussianNB

    lt.measure(_table().drop_columns(["review"]), target="label", out=tmp_path, trials=20, learner=GaussianNB(), jobs=1)
    with pytest.raises(InputError, match="learner must be given for this run"):
        learner_of_run(RunFolder(tmp_path).study())


def _found(learner, reference, low, high, majority=0.5):
    def share(value):
        return Estimate(value=value, low=value, high=value, level=0.95, method="")

    difference = Estimate(value=learner - reference, low=low, high=high, level=0.95, method="")
    return ReferenceModels(
        majority_class="no",
        majority=share(majority),
        reference="HistGradientBoosting",
        reference_accuracy=share(reference),
        n_reference=50,
        n_train=100,
        n_test=40,
        learner="mlp",
        learner_accuracy=share(learner),
        n_learner=100,
        difference=difference,
    )


def test_a_learner_that_falls_behind_by_more_than_two_points_is_warned_of():
    assert warning_of_references(_found(0.885, 0.90, -0.03, -0.01)) == ""
    surely = warning_of_references(_found(0.87, 0.90, -0.04, -0.02))
    assert surely.startswith("WARNING: mlp is worse than HistGradientBoosting by 3.0 [2.0, 4.0] points. ")
    assert "by chance" in warning_of_references(_found(0.87, 0.90, -0.08, 0.02))
    assert "who always says 'no'" in warning_of_references(_found(0.89, 0.90, -0.02, 0.0, majority=0.895))
    assert "trained on 50 of 100 examples" in references_in_words(_found(0.9, 0.9, 0.0, 0.0))


def test_an_audit_goes_on_with_a_network_whose_settings_have_no_name(tmp_path):
    """As a run of the wide network that was trained in rounds."""
    flowers, rounds = load_dataset("iris"), CompiledMLP(hidden=12, batch_size=64, max_epochs=10)
    lt.measure("iris", out=tmp_path, trials=20, learner=rounds, jobs=1)
    chosen = chosen_learner(flowers, None, tmp_path)
    assert chosen.learner.describe() == rounds.describe()
    assert (chosen.option, chosen.reason) == (None, "")
    assert chosen_learner(flowers, None, tmp_path / "new").learner == BoostedTrees()
