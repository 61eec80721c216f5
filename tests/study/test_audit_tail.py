"""The tail as the learner meets it, in an audit: how much is asked, what is found, and that it is read back."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

import longtail as lt
from experiments.test_paired_removal import islands
from longtail.checked_json import checked_text
from longtail.errors import InputError
from longtail.findings import Findings
from longtail.report.charts import charts_of
from longtail.report.words.summary import MEMORIZED
from longtail.runs.run_folder import RunFolder
from longtail.runs.saved_findings import saved_findings
from longtail.scores import learner_tail
from longtail.study.audit_tail import CURVE, REMOVAL, chosen_tail
from longtail.study.findings_again import gathered_again
from longtail.study.removal import removal_of_memorized
from longtail.study.tail_of_run import other_fractions

SAME = lt.SklearnLearner(estimator=KNeighborsClassifier(1), name="knn")


@pytest.fixture(scope="module")
def data():
    return islands(alone=80)[0]


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    out = tmp_path_factory.mktemp("audits") / "islands"
    return lt.audit(data, out=out, learner=SAME, trials=60, limit_trials=0, tail_trials=20, jobs=1)


def tables_by_hand(run, data):
    """Trials straight from the files: fraction -> (inclusion, correct)."""
    found = {}
    for place in (run.path / "trials").iterdir():
        design = json.loads((place / "identity.json").read_text())["design"]
        if "without" in design:
            continue
        rows = []
        for path in sorted(place.glob("[0-9]*.npz")):
            with np.load(path) as arrays:
                rows.append(
                    [np.unpackbits(arrays[name], count=size) for name, size in
                     (("inclusion", data.n_train), ("correct", data.n_train + data.n_test))]
                )  # fmt: skip
        found[design["fraction"]] = tuple(np.array(part, bool) for part in zip(*rows, strict=True))
    return found


def test_errors_and_worth_are_those_of_the_files(run, data):
    """Errors are wrong over asked, of left-out and test examples, weighted by number; M_1 is of the two lower sizes."""
    found, errors = run.findings.learner_tail, {}
    by_hand = tables_by_hand(run, data)
    assert {fraction: len(inclusion) for fraction, (inclusion, _) in by_hand.items()} == {0.5: 20, 0.7: 60, 0.9: 20}
    for fraction, (inclusion, right) in sorted(by_hand.items()):
        out = (~right[:, : data.n_train] & ~inclusion).sum() / (~inclusion).sum()
        test = 1 - right[:, data.n_train :].mean()
        errors[fraction] = (data.n_train * out + data.n_test * test) / (data.n_train + data.n_test)
    assert [error.value for error in found.errors] == pytest.approx(list(errors.values()))
    low, high = (round(fraction * data.n_train) for fraction in (0.5, 0.7))
    harmonic = sum(1 / m for m in range(low + 1, high + 1))
    assert found.singleton_worth.value == pytest.approx((errors[0.5] - errors[0.7]) / harmonic)
    assert (found.checked_at, found.found) == (0.9, pytest.approx(errors[0.9]))


def test_the_summary_says_it_and_the_report_has_its_section(run):
    _, second, *_ = run.findings.summary
    assert (second.topic, second.section) == (MEMORIZED, "memorization")
    assert "what single rows decide is worth" in second.text
    assert "examples that other models memorize, models lose" in second.text
    page = run.folder.report.read_text()
    assert 'id="learner-tail"' in page
    assert 'id="chart-curve"' in page
    assert 'id="chart-worth"' in page
    assert page.index('id="learner-tail"') < page.index('id="tail"')
    assert not {CURVE, REMOVAL} & {omission.what for omission in run.findings.omissions}


def test_charts_show_the_prediction_and_theory_beside_what_was_measured(run):
    """The tables behind the charts hold the findings' numbers; theory has a row where kinds are given."""
    found = run.findings
    charts = charts_of(found)
    assert [row[:3] for row in charts["curve"].rows if row[1] == "measured"] == [
        [f"{size:,.0f} examples", "measured", error.value]
        for size, error in zip(found.learner_tail.sizes, found.learner_tail.errors, strict=True)
    ]
    ((name, _, predicted, *_),) = [row for row in charts["curve"].rows if row[1] != "measured"]
    assert (name, predicted) == (f"{found.learner_tail.sizes[2]:,.0f} examples", found.learner_tail.predicted.value)
    losses = [each.loss.value for each in found.removal.sets]
    assert [row[1] for row in charts["worth"].rows] == [found.learner_tail.singleton_worth.value, *losses]
    named = replace(found, tail=replace(found.tail, given=True, resolutions=found.tail.resolutions[:1]))
    first, *_ = charts_of(named)["worth"].rows
    assert first[1:3] == ["by theory", found.tail.resolutions[0].cost_of_not_fitting.value]


def test_a_report_reads_back_what_was_trained(run):
    """Findings that are gathered anew are the same."""
    before = run.findings
    with run.folder.writing():
        assert gathered_again(run.folder)[0] == before
    assert before.removal is not None
    assert REMOVAL not in [omission.what for omission in before.omissions]


@pytest.mark.parametrize("harm", ["lost", "torn", "of another version"])
def test_a_removal_that_is_lost_or_damaged_is_made_anew_from_its_trials(run, harm):
    """The same bytes, as trials and the choice of sets are the same."""
    before, file = run.findings, run.path / "removal.json"
    held = file.read_bytes()
    if harm == "lost":
        file.unlink()
    elif harm == "torn":
        file.write_bytes(held[: len(held) // 2])
    else:
        file.write_bytes(checked_text({"sets": []}))
    with run.folder.writing():
        assert gathered_again(run.folder)[0] == before
    assert file.read_bytes() == held


def test_a_removal_that_came_after_the_findings_is_shown(run, tmp_path):
    """With 12 models a set; the audit had 10. What is the same is not gathered again."""
    other = lt.open_run(shutil.copytree(run.path, tmp_path / "run"))
    assert other.findings == run.findings
    said = removal_of_memorized(other.folder, run.dataset, run.outcomes, SAME, n_trials=12, jobs=1)
    assert said.n_trials == 12
    assert saved_findings(other.folder) is None
    assert lt.open_run(other.path).findings.removal == said
    assert saved_findings(other.folder) is not None


def test_a_removal_whose_trials_are_gone_is_named_and_left_out(run, tmp_path):
    other = shutil.copytree(run.path, tmp_path / "run")
    (other / "removal.json").write_text("{}")
    for place in (other / "trials").iterdir():
        if "without" in json.loads((place / "identity.json").read_text())["design"]:
            shutil.rmtree(place)
    folder = RunFolder(other)
    with folder.writing():
        found, *_ = gathered_again(folder)
    assert found.removal is None
    (note,) = [note for note in found.study.notes if "What the memorized examples are worth is left out" in note]
    assert "longtail worth RUN makes it anew." in note


def test_a_finished_audit_trains_nothing_more(run, data):
    written = {file: file.stat().st_mtime_ns for file in run.path.glob("trials/*/*.npz")}
    before = run.findings
    again = lt.audit(data, out=run.path, learner=SAME, trials=60, limit_trials=0, jobs=1)
    assert again.findings == before
    assert {file: file.stat().st_mtime_ns for file in run.path.glob("trials/*/*.npz")} == written
    assert Findings.from_json(before.to_json()) == before


def test_trials_of_others_in_the_folder_do_not_count(run, data):
    """Another seed is another study, also of the same size."""
    design = lt.SubsetDesign(n_trials=20, fraction=0.6, seed=5)
    lt.run_trials(SAME, data, design, run.path, jobs=1, margins=False)
    with run.folder.writing():
        assert gathered_again(run.folder)[0].learner_tail == run.findings.learner_tail


def choice(data, n_trials, **options):
    found = chosen_tail(data, lt.SubsetDesign(n_trials=n_trials), **{"others": 0, **options})
    return found.curve_trials, found.removal_trials, [each.cause for each in found.left_out]


@pytest.mark.parametrize(
    ("n_trials", "options", "expected"),
    [
        (2000, {"others": 1200}, (200, 100, [])),  # 2 x 200 + 4 x 100 = 800 of 0.3 x 3200 = 960
        (2000, {}, (100, 50, [])),  # 400 of 600
        (2000, {"most": 399}, (60, 30, [])),  # no time for 400
        (267, {}, (20, 10, [])),  # 80 of 80.1
        (266, {}, (20, 0, ["time"])),  # 40 of 79.8
        (100, {}, (0, 0, ["time", "time"])),
        (100, {"asked": 200}, (200, 50, [])),  # half of the trials judge
        (100, {"asked": 0}, (0, 0, ["choice", "choice"])),
        (19, {"asked": 20}, (20, 0, ["data"])),
    ],
)
def test_at_most_three_tenths_are_added(data, n_trials, options, expected):
    assert choice(data, n_trials, **options) == expected


def test_data_that_cannot_say_it_are_named():
    X, y = np.arange(40.0)[:, None], np.arange(40) % 2
    untested = lt.Dataset.from_arrays(X, y, X[:0], y[:0])
    assert choice(untested, 2000) == (200, 0, ["data"])
    pairs = lt.Dataset.from_arrays(X, y, X, y, together=np.arange(40) // 20)
    assert choice(pairs, 2000) == (0, 200 // 2, ["data"])


def test_the_two_other_sizes_are_never_the_studys_own():
    for fraction in np.arange(0.05, 1, 0.05):
        assert min(abs(each - fraction) for each in other_fractions(float(fraction))) > 0.05


def test_too_few_models_at_other_sizes_are_refused(data, tmp_path):
    with pytest.raises(InputError, match="tail.trials must be 0, or at least 10; got 5"):
        lt.audit(data, out=tmp_path / "r", learner=SAME, trials=20, tail_trials=5)


def test_one_size_says_what_is_missing(run):
    with pytest.raises(InputError, match="train the same learner on another fraction as well"):
        learner_tail({0.7: run.outcomes})
