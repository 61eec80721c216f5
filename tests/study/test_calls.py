"""A study in one call, and the run that comes out, as a person holds it in Python."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

import longtail as lt
from longtail.cli import main
from longtail.errors import InputError, StudyMismatchError
from longtail.learners.any_learner import any_learner
from longtail.runs.cost import study_cost
from longtail.study import plan_audit


def people(n=120, seed=0):
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, n)
    return pd.DataFrame(
        {
            "age": age,
            "town": rng.choice(["Aa", "Bee", "Cie"], n),
            "side": rng.choice(["left", "right"], n),
            "bought": np.where(age + rng.normal(0, 8, n) > 45, "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "people"
    return lt.measure(people(), target="bought", group="side", learner=DecisionTreeClassifier(), trials=20, out=out)


def test_a_run_of_a_frame_is_opened_again_from_its_folder_alone(run, tmp_path):
    """Moved elsewhere, too; its scores are those of the trials."""
    moved = tmp_path / "moved"
    moved.mkdir()
    for path in run.path.iterdir():
        if path.name not in (".lock",):
            subprocess.run(["cp", "-r", str(path), str(moved)], check=True)
    again = lt.open_run(moved)
    assert again.dataset.content_hash == run.dataset.content_hash == run.study.identity["data"]["hash"]
    assert again.dataset.name == "frame"
    assert again.dataset.group_names == ("left", "right")
    expected = lt.memorization(run.outcomes)
    assert again.memorization()[17] == expected[17]
    assert set(again.memorization().to_pandas().columns) >= {"example", "row", "label", "group", "memorization"}


def test_commands_work_on_a_run_that_was_made_from_a_frame(run, capsys):
    assert main(["report", str(run.path)]) == 0
    assert main(["mislabeled", str(run.path)]) == 0
    assert "frame" in (run.path / "report.html").read_text(encoding="utf-8")


def test_everything_in_a_run_is_a_method(run):
    everything = run.influence(most_q=1)
    assert len(everything) > 0
    assert len(run.influence()) == (everything.column("q_value") <= 0.05).sum()  # 20 trials: few or none
    with pytest.raises(InputError, match=r"most_q must lie in \[0, 1\]; got 2"):
        run.influence(most_q=2)
    assert run.tail().resolutions
    assert run.attacks().n_targets == 20
    for part in (run.tail(), run.attacks()):
        assert len(repr(part)) < 400
        assert part._repr_html_().count("<tr>") > 1
    with pytest.raises(InputError, match="outcomes must hold confidences from which an example can be attacked"):
        run.exposure()
    assert run.report().is_file()
    assert run.findings.study.n_trials == 20
    with pytest.raises(InputError, match="run must have trials under limits; got none in"):
        run.limits()
    assert repr(run) == f"Run({str(run.path)!r}: frame, 96 training examples, DecisionTreeClassifier, 20 trials)"


def test_a_data_set_of_arrays_is_kept_with_its_groups_and_units(tmp_path):
    rng = np.random.default_rng(1)
    data = lt.Dataset.from_arrays(
        rng.random((40, 4, 3)), rng.choice(["b", "a", "c"], 40), rng.random((9, 4, 3)), rng.choice(["b", "a"], 9),
        group=rng.choice(["x", "y"], 40), group_test=rng.choice(["x", "y"], 9), together=np.arange(40) // 2,
    )  # fmt: skip
    run = lt.measure(data, learner=DecisionTreeClassifier(), trials=10, out=tmp_path / "run")
    again = lt.open_run(tmp_path / "run").dataset
    assert again.content_hash == data.content_hash
    assert (again.group == data.group).all()
    assert (again.group_test == data.group_test).all()
    assert (again.together == data.together).all()
    assert again.image_shape == data.image_shape
    assert "arrays" in repr(run)


def test_an_audit_in_one_call_ends_with_a_report(tmp_path):
    said = []
    run = lt.audit(
        people(),
        target="bought",
        learner=LogisticRegression(),
        out=tmp_path / "run",
        trials=20,
        limit_trials=0,
        say=said.append,
    )
    assert run.folder.report.is_file()
    assert run.findings.study.learner == "LogisticRegression"
    assert any("20 models on random subsets of 96 examples" in line for line in said)
    with pytest.raises(StudyMismatchError):
        lt.audit(people(seed=1), target="bought", out=tmp_path / "run", trials=20, limit_trials=0, say=said.append)


def test_a_wrong_argument_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(InputError, match="target"):
        lt.audit(people(), target="nothing", out=tmp_path / "run")
    with pytest.raises(InputError, match="group must be given for a file or a frame alone, not for a Dataset"):
        lt.measure(lt.load_dataset("iris"), group="x", out=tmp_path / "run")
    with pytest.raises(InputError, match="learner must be a scikit-learn classifier"):
        lt.measure("iris", learner=object(), out=tmp_path / "run")
    assert not (tmp_path / "run").exists()
    with pytest.raises(InputError, match="RUN must be a folder made by"):
        lt.open_run(tmp_path)


def test_every_function_that_takes_a_learner_takes_an_estimator(tmp_path):
    data, tree = lt.load_dataset("iris"), DecisionTreeClassifier()
    design = lt.SubsetDesign(n_trials=10)
    assert study_cost(tree, data, design, jobs=1).n_trials == 10
    assert plan_audit(data, tree, design, tmp_path / "x", minutes=1, trials=10, limit_trials=0).stages[0].models == 10
    assert any_learner("forest").name == "forest"


def test_the_top_level_is_lazy_and_whole():
    """Importing brings nothing; every name that is listed is there, and is listed for type checkers as well."""
    code = (
        "import sys, longtail as lt; print(*sorted({'numpy', 'numba', 'sklearn', 'scipy'} & set(sys.modules)));"
        "[getattr(lt, name) for name in lt.__all__ if name != 'TorchLearner']; print(len(lt.__all__), *dir(lt))"
    )
    heavy, names = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.splitlines()
    assert heavy == ""
    assert 25 <= int(names.split()[0]) <= 37
    assert set(lt.__all__) <= set(names.split())
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        lt.nothing  # noqa: B018


def test_reprs_are_one_short_line():
    data = lt.load_dataset("iris")
    assert repr(data) == "Dataset(iris: 120 training and 30 test examples, 4 features, 3 classes)"
    outcomes = lt.run_trials(DecisionTreeClassifier(), data, lt.SubsetDesign(n_trials=10), jobs=1)
    assert repr(outcomes) == "Outcomes(10 trials, 120 training and 30 test examples, with margin and confidence)"


def test_findings_that_are_gathered_again_keep_the_limits(tmp_path, capsys):
    """By the object as by the command: what is lost is gathered with the limits that the run has."""
    out = str(tmp_path / "limited")
    assert main(["limit", "iris", "--limit", "rounded:bits=2", "--trials", "20", "--out", out, "--jobs", "1"]) == 0
    capsys.readouterr()
    run = lt.open_run(out)
    before = [each.name for each in run.limits().limits]
    run.folder.findings.unlink()
    assert [each.name for each in lt.open_run(out).limits().limits] == before == ["weights of 2 bits"]


def test_choices_made_for_a_frame_are_told_and_arrays_need_no_word(tmp_path):
    """The row names are no feature, and rows without a label are set aside."""
    frame = people(60).set_index(pd.Index([f"p{i}" for i in range(60)], name="person"))
    told = []
    lt.measure(frame, target="bought", learner=DecisionTreeClassifier(), trials=20, out=tmp_path / "a", say=told.append)
    assert any("person" in line for line in told), told
    again = []
    lt.masks(frame, target="bought", trials=20, out=tmp_path / "b", say=again.append)
    assert again == told
    nothing = []
    data = lt.Dataset.from_arrays(np.eye(20), ["a", "b"] * 10, np.eye(20), ["a", "b"] * 10)
    lt.masks(data, trials=20, out=tmp_path / "c", say=nothing.append)
    assert nothing == []


@pytest.mark.parametrize("call", [lt.measure, lt.masks])
def test_an_error_names_the_parameter_that_was_given(call, tmp_path):
    with pytest.raises(InputError, match=r"^trials must be at least 4"):
        call("iris", trials=1, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()
