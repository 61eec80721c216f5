"""Worth of sets in a run: commands, their words, and what is refused."""

import json

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

import longtail as lt
from experiments.test_paired_removal import islands
from longtail.cli import main
from longtail.errors import InputError
from longtail.experiments.paired_removal import paired_removal
from longtail.findings.learner_tail import RemovalFindings, RemovedSet
from longtail.findings.plain import from_plain
from longtail.notices import forget_notices
from longtail.report.words.worth import necessity_sentence
from longtail.runs.run_folder import RunFolder
from longtail.study.worth import named_examples


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    data, _ = islands(alone=80)
    place = np.r_[np.zeros(160, int), np.ones(80, int)]
    held = np.r_[np.zeros(120, int), np.ones(160, int)]
    grouped = lt.Dataset.from_arrays(
        data.X, data.y, data.X_test, data.y_test, group=np.array(["town", "island"])[place],
        group_test=np.array(["town", "island"])[held],
    )  # fmt: skip
    out = tmp_path_factory.mktemp("runs") / "islands"
    return lt.measure(grouped, learner=SAME, trials=80, out=out, jobs=1)


SAME = lt.SklearnLearner(estimator=KNeighborsClassifier(1), name="knn")


def test_the_worth_of_a_group_to_itself_is_that_of_paired_removal(run):
    """The islands, judged on island test examples and on all: 160 of 280 times as much."""
    on = run.dataset.group_test == run.dataset.group_names.index("island")
    whole = run.worth("group:island", SAME, trials=10, jobs=1)
    own = run.worth("group:island", SAME, on=on, trials=10, jobs=1)
    assert own == run.worth("group:island", SAME, on="group:island", trials=10, jobs=1)
    design = lt.SubsetDesign(n_trials=80, fraction=0.7, seed=0)
    rows = np.flatnonzero(run.dataset.group == run.dataset.group_names.index("island"))
    again = paired_removal(SAME, run.dataset, run.outcomes, design, {"a": rows}, n_trials=10, jobs=1)
    assert whole.value == pytest.approx(again.arms["a"].loss.value)
    assert whole.low > 0
    assert own.value == pytest.approx(whole.value * 280 / 160)  # no town is touched


def test_the_command_writes_what_it_says(run, capsys, monkeypatch):
    monkeypatch.setattr("longtail.learners.any_learner.named_learner", lambda *_: SAME)
    assert main(["worth", str(run.path), "--learner", "knn", "--trials", "20", "--jobs", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in found["sets"]] == ["memorized", "looks mislabeled", "looks rare", "matched"]
    held = json.loads((run.path / "removal.json").read_text())
    assert held["sets"] == found["sets"]
    assert main(["worth", str(run.path), "--learner", "knn", "--trials", "20", "--jobs", "1"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert necessity_sentence(from_plain(RemovalFindings, found)) in said
    assert (
        main(
            [
                "worth",
                str(run.path),
                "--learner",
                "knn",
                "--trials",
                "10",
                "--of",
                "class:1",
                "--on",
                "group:island",
                "--jobs",
                "1",
            ]
        )
        == 0
    )
    assert "training examples (class:1) are worth" in capsys.readouterr().out
    assert RunFolder(run.path).trials().outcomes().n_trials == 80  # arms are trial sets of their own


def test_rows_of_a_file_are_rows_of_the_data_as_given(tmp_path, caplog):
    """Positions differ from rows where a split was made."""
    data = lt.load_dataset("iris")
    path = tmp_path / "rows.csv"
    path.write_text("row,why\n" + "\n".join(f"{row},x" for row in data.position[[5, 9]]))
    assert named_examples(data, str(path)).tolist() == [5, 9]
    path.write_text(f"{data.position[5]}\n{data.position_test[0]}\n{data.position[5]}\n")
    forget_notices()
    with caplog.at_level("WARNING", logger="longtail"):
        assert named_examples(data, str(path)).tolist() == [5]
    assert "1 of 2 rows of rows.csv are not among these examples, and do not count." in caplog.text


@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("group:nowhere", "must be one of group:island, group:town; got 'group:nowhere'"),
        ("class:9", "must be one of class:0, class:1; got 'class:9'"),
        ("no-file", "must be memorized, group:NAME, class:NAME or a file of row numbers; got 'no-file'"),
    ],
)
def test_names_that_stand_for_nothing_are_refused(run, name, law, capsys):
    """In Python by the parameter, on the command line by the option."""
    with pytest.raises(InputError, match=f"^rows {law}"):
        run.worth(name, SAME)
    law = law.replace("memorized, ", "")
    with pytest.raises(InputError, match=f"^on {law}"):
        run.worth([1], SAME, on=name)
    assert main(["worth", str(run.path), "--learner", "knn", "--of", name]) == 2
    assert capsys.readouterr().err.startswith("longtail: --of must be ")
    assert main(["worth", str(run.path), "--learner", "knn", "--of", "class:1", "--on", name]) == 2
    assert f"--on {law}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rows", "law"),
    [
        ([], "hold at least one training example; got none"),
        (np.arange(240), "leave examples to train on; got all of them"),
        ([-1, 5], "hold positions in 0..239; got -1"),
        (np.ones(9, bool), r"be positions of training examples, or a mask of them; got bool of shape \(9,\)"),
    ],
)
def test_sets_that_cannot_be_left_out_are_refused(run, rows, law):
    with pytest.raises(InputError, match=f"^rows must {law}"):
        run.worth(rows, SAME)


def test_groups_that_nobody_gave_are_refused():
    for held_out, law in ((False, "rows must be a group that training"), (True, "on must be a group that test")):
        with pytest.raises(InputError, match=f"^{law} examples have; got no groups are known. Measure with groups"):
            named_examples(lt.load_dataset("iris"), "group:x", held_out=held_out)


def test_files_without_rows_are_refused(run, tmp_path):
    path = tmp_path / "rows.txt"
    for content, law in (("row\n1.5\n", "a row number a line; got 1.5"), ("\n", "got none"), ("9999\n", "none of 1")):
        path.write_text(content)
        with pytest.raises(InputError, match=law):
            named_examples(run.dataset, str(path))


def test_a_run_of_another_learner_or_too_few_trials_is_refused(run, capsys):
    assert main(["worth", str(run.path), "--learner", "mlp"]) == 2
    assert "Give the same --learner." in capsys.readouterr().err
    with pytest.raises(InputError, match="leave trials of the run to choose the sets on; got 80 in all, 80"):
        run.worth("memorized", SAME, trials=80)


def estimate(value, low, high):
    return lt.Estimate(value=value, low=low, high=high, level=0.9875, method="")


def sentence(verdict, loss, beyond=None, rare=None, needed=None, **told):
    sets = [
        RemovedSet(name="memorized", n_removed=59, in_a_subset=41.0, loss=estimate(*loss)),
        RemovedSet(name="matched", n_removed=45, in_a_subset=31.0, loss=estimate(0.0003, -0.002, 0.002)),
    ]
    beyond, rare = (None if each is None else estimate(*each) for each in (beyond, rare))
    return necessity_sentence(
        RemovalFindings(
            n_trials=100,
            n_test=360,
            level=0.95,
            sets=sets,
            verdict=verdict,
            beyond=beyond,
            rare=rare,
            n_test_needed=needed,
        ),
        **told,
    )


def test_a_loss_that_nothing_can_be_compared_with_is_said_to_be_so():
    assert sentence("unsettled", (0.02, 0.01, 0.03)) == (
        "Unsettled: without the 59 examples that other models memorize, models lose 2.0 [1.0, 3.0] points of test "
        "accuracy; too few others are left, or none look rare, so that nothing can be compared with it."
    )


def test_whole_units_that_leave_are_not_all_called_memorized():
    """28 memorized rows may take 31 with them that are tied to them: 59 rows leave."""
    said = sentence("unsettled", (0.02, 0.01, 0.03), of_units=True)
    assert "without the 59 examples of units with a memorized one, models lose" in said


def test_the_verdict_in_words():
    """The verdict is one sentence, which the summary takes."""
    assert sentence("necessary", (0.02, 0.01, 0.03), (0.012, 0.004, 0.02)) == (
        "Long tail: memorization is necessary here, by 1.2 [0.4, 2.0] points: without the 59 examples that other "
        "models memorize, models lose 2.0 [1.0, 3.0] points of test accuracy, so much more than without 45 others."
    )
    harmful = sentence("harmful", (-0.03, -0.05, -0.01))
    assert harmful == (
        "Mostly label noise: memorization hurts here, by 3.0 [1.0, 5.0] points of test accuracy that models gain "
        "without the 59 examples that other models memorize."
    )
    mixed = sentence("mixed", (-0.03, -0.05, -0.01), (-0.04, -0.06, -0.02), (0.012, 0.004, 0.02))
    assert mixed == harmful + (
        " Those that look rare are worth 1.2 [0.4, 2.0] points more than as many others: rare kinds, or "
        "examples at the border of classes."
    )
    assert sentence("unsettled", (0.0107, -0.004, 0.025), (0.01, -0.003, 0.023), (0.005, -0.003, 0.013), 970) == (
        "Unsettled: without the 59 examples that other models memorize, models lose 1.1 [−0.4, 2.5] points of test "
        "accuracy, 1.0 [−0.3, 2.3] more than without 45 others; 360 test examples are too few, about 970 would settle "
        "it if it is as found."
    )
