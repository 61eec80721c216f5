"""``longtail plan``: the learner that an audit would train, and only what the trials alone decide."""

import json

from sklearn.datasets import load_diabetes

from longtail.cli import main
from longtail.dataset import load_dataset
from longtail.study.audit_learner import chosen_learner


def test_a_plan_is_of_the_learner_that_an_audit_would_choose(capsys):
    assert main(["plan", "wine", "--trials", "20", "--jobs", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["learner"] == chosen_learner(load_dataset("wine")).name == "boosting"
    assert told["sanity"] is not None


def test_a_plan_for_numbers_promises_no_share_and_names_their_learner(tmp_path, capsys):
    file = tmp_path / "d.csv"
    load_diabetes(as_frame=True).frame[:120].to_csv(file, index=False)
    words = ["plan", str(file), "--target", "target", "--trials", "9", "--jobs", "1"]
    assert main(words) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "smallest memorization visible depends on how much the errors vary" in said
    assert "nan" not in said
    assert "--learner boosting --trials 9" in said
    assert main([*words, "--learner", "mlp"]) == 2
    assert "--learner must be one of boosting, hist-boosting, forest, ridge, knn" in capsys.readouterr().err


def test_documents_are_told_how_they_are_audited(tmp_path, capsys):
    (tmp_path / "t.txt").write_text("one document\nanother\n")
    assert main(["plan", str(tmp_path / "t.txt")]) == 2
    assert "--language-model" in capsys.readouterr().err
