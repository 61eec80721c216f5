"""Data as a user has them, by the commands: what is chosen is printed and remembered; what is wrong is one line."""

import json
import shlex

import numpy as np
import pytest

MEASURE = ("--learner", "knn", "--trials", "20", "--jobs", "1")


@pytest.fixture
def type_(type_, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")
    return type_


@pytest.fixture
def reviews(tmp_path):
    """A text, a number that is missing at times, and a label that would be a script if a page believed it."""
    rng = np.random.default_rng(0)
    words = np.array(["good", "fine", "great", "dull", "weak", "awful", "film", "plot"])
    lines = ["body,stars,label"]
    for i in range(80):
        label = "<script>alert(1)</script>" if i % 2 else "plain"
        said = " ".join(rng.choice(words, 5)) + (" </script><b>" if i % 9 == 0 else "")
        lines.append(f"{said},{'' if i % 10 == 0 else i % 5},{label}")
    (tmp_path / "reviews.csv").write_text("\n".join(lines))
    np.save(tmp_path / "e.npy", rng.normal(size=(80, 3)))


def _refused(answer, message):
    status, out, err = answer
    assert (status, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert message in err


def test_an_audit_of_texts_from_the_file_to_the_report_and_back(type_, reviews, tmp_path):
    words = ("reviews.csv", "--target", "label", "--text", "body", *MEASURE)
    status, _, err = type_("audit", *words, "--out", "run")
    assert status == 0
    assert "The text 'body' became the TF-IDF weights of" in err
    assert "Missing numbers became the median of the training rows" in err
    study = json.loads((tmp_path / "run" / "study.json").read_text())
    assert (study["text"], study["embedding"], study["drop"]) == ("body", None, [])
    page = (tmp_path / "run" / "report.html").read_text()
    assert "<script>alert(1)" not in page
    assert "</script><b>" not in page
    before = (tmp_path / "run" / "report.html").read_bytes()
    assert type_("report", "run")[0] == 0  # loads the texts again, as the study says
    assert (tmp_path / "run" / "report.html").read_bytes() == before
    _refused(
        type_("measure", "reviews.csv", "--target", "label", "--drop", "body", *MEASURE, "--out", "run"),
        "It was made of reviews.csv --target label --text body. Choose another folder for --out.",
    )


def test_an_embedding_and_dropped_columns_are_remembered(type_, reviews, tmp_path):
    words = ("reviews.csv", "--target", "label", "--text", "body", "--embedding", "e.npy", "--drop", "stars")
    status, _, err = type_("measure", *words, *MEASURE, "--out", "run")
    assert status == 0
    assert "An embedding of 3 columns stands in for the features" in err
    assert type_("measure", *words, *MEASURE, "--out", "run")[0] == 0
    assert type_("report", "run")[0] == 0
    np.save(tmp_path / "e.npy", np.zeros((80, 3)))
    (tmp_path / "run" / "findings.json").unlink()
    status, _, err = type_("report", "run")
    assert status == 2
    assert "has changed since the run was made" in err


def test_a_run_made_before_these_options_is_still_read(type_, tmp_path):
    assert type_("measure", "iris", *MEASURE, "--out", "run")[0] == 0
    file = tmp_path / "run" / "study.json"
    study = json.loads(file.read_text())
    for name in ("text", "embedding", "drop", "missing", "checksum"):  # runs of that time had no checksum either
        del study[name]
    file.write_text(json.dumps(study))
    assert type_("scores", "run")[0] == 0
    file.write_text(json.dumps({**study, "format_version": 0}))
    _refused(type_("scores", "run"), "must have format version 1; got 0, of an older longtail. Measure anew")


def test_three_thousand_groups(type_, tmp_path):
    """Most stand alone; hundreds of test examples bring groups of their own."""
    rng = np.random.default_rng(0)
    group = rng.permutation(np.r_[np.arange(3_000), np.zeros(600, int)])
    rows = "\n".join(f"{x:.3f},g{g},{g % 2}" for x, g in zip(rng.normal(size=3_600), group, strict=True))
    (tmp_path / "d.csv").write_text("x,group,label\n" + rows)
    status, out, err = type_("tail", "d.csv", "--group", "group", "--target", "label", "--json")
    assert (status, err) == (0, "")
    assert "singleton" in out
    words = ("d.csv", "--target", "label", "--group", "group", "--rows", "150", *MEASURE, "--out", "run")
    assert type_("audit", *words)[0] == 0
    assert (tmp_path / "run" / "report.html").stat().st_size < 2_000_000


def test_the_command_that_a_plan_ends_with_can_be_typed(type_, reviews, tmp_path):
    """What was typed to plan a study is what is printed to measure it, word for word."""
    (tmp_path / "reviews.csv").rename(tmp_path / "my reviews.csv")
    words = ("--target", "label", "--text", "body", "--embedding", "e.npy", "--drop", "stars", *MEASURE)
    planned = type_("plan", "my reviews.csv", *words)[1].splitlines()[-1].removeprefix("Next: longtail ")
    assert planned.count("--") == 7  # --jobs changes no result
    assert type_(*shlex.split(planned))[0] == 0
    assert type_("measure", "my reviews.csv", *words, "--out", "RUN")[0] == 0  # it is of the same study


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("reviews.csv", "--target", "lable"), "--target must name a column; got 'lable'. Did you mean 'label'?"),
        (("reviews.csv", "--target", "label", "--text", "bod"), "Did you mean 'body'?"),
        (("empty.csv", "--target", "label", "--text", "body"), "--text must name a column with words"),
        (("reviews.csv", "--target", "label", "--embedding", "short.npy"), "must have a row for each of 80 examples"),
        (("reviews.csv", "--target", "label", "--embedding", "nan.npy"), "--embedding must hold finite numbers"),
        (("wide.csv", "--target", "c0"), "data must have at most 100,000 columns; got 200,000"),
        (("digits", "--text", "body"), "--text must be given for a table alone"),
        (("price.csv", "--target", "price"), "must hold classes, not real numbers"),
    ],
)
def test_what_is_wrong_is_one_line(type_, reviews, tmp_path, words, message):
    np.save(tmp_path / "short.npy", np.zeros((79, 3)))
    np.save(tmp_path / "nan.npy", np.full((80, 3), np.nan))
    (tmp_path / "empty.csv").write_text("body,label\n" + '"",a\n"",b\n' * 10)
    (tmp_path / "price.csv").write_text("x,price\n" + "1,0.5\n2,1.25\n" * 10)
    if "wide.csv" in words:
        (tmp_path / "wide.csv").write_text(",".join(f"c{i}" for i in range(200_000)) + "\n")
    _refused(type_("measure", *words, *MEASURE, "--out", "run"), message)
    assert not (tmp_path / "run").exists()


def test_rows_without_a_label_are_set_aside_and_that_is_remembered(type_, tmp_path):
    """40 rows of which four have no label: refused; with --missing drop 36 are studied, by every later command too."""
    rows = "\n".join(f"{i * i % 37},{'?' if i % 10 == 0 else 'ab'[i % 2]}" for i in range(40))
    (tmp_path / "d.csv").write_text("x,label\n" + rows)
    words = ("measure", "d.csv", "--target", "label", *MEASURE, "--out", "run")
    _refused(type_(*words), "got 4 missing in column 'label', the first in row 0. Set those rows aside with --missing")
    status, _, err = type_(*words, "--missing", "drop")
    assert status == 0
    assert "Rows without a 'label' are left out, as asked: 4." in err
    assert "Read as gaps: '?' (in 'label': 4)." in err
    study = json.loads((tmp_path / "run" / "study.json").read_text())
    assert (study["missing"], study["identity"]["data"]["n_train"] + study["identity"]["data"]["n_test"]) == (
        "drop",
        36,
    )
    assert type_("report", "run")[0] == 0
    planned = type_("plan", "d.csv", "--target", "label", "--missing", "drop", *MEASURE)[1].splitlines()[-1]
    assert "--missing drop" in planned
    _refused(type_(*words[:-1], "other", "--missing", "ignore"), "must be one of refuse, drop, group; got 'ignore'")
