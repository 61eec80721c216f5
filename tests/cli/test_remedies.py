"""Remedies from the command line: what cannot be answered is one line, and what is answered is printed."""

import numpy as np
import pytest

STUDY = ("--target", "label", "--learner", "logistic", "--trials", "20", "--jobs", "1", "--out", "run")


@pytest.fixture
def table(tmp_path, monkeypatch):
    """120 rows; a small group whose first number points the other way."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    rng = np.random.default_rng(0)
    y, small = rng.integers(0, 2, 120), rng.random(120) < 0.15
    sign = 2.0 * y - 1
    X = np.c_[1.5 * sign * np.where(small, -1, 1), sign] + rng.normal(size=(120, 2))
    rows = [f"{a:.3f},{b:.3f},{'ny'[c]},{'LS'[int(s)]}" for (a, b), c, s in zip(X, y, small, strict=True)]
    (tmp_path / "t.csv").write_text("a,b,label,town\n" + "\n".join(rows) + "\n")
    return tmp_path


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("group-balanced", "--group must be given for group-balanced; got no groups. Name the column that holds them"),
        ("pruned-data:share=0.1,by=scores.npy", "by must be a .npy file of numbers"),
        ("pruned-data:share=2", "share must lie strictly between 0 and 1; got 2"),
        ("distilled:hidden=4", "be the built-in network (mlp) under a smaller student"),
        ("group-balanced:how=worst", "be the built-in network (mlp) under the worst group's loss"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_leaves_nothing(type_, table, limit, said):
    status, out, err = type_("limit", "t.csv", *STUDY, "--limit", limit)
    assert (status, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert said in err
    assert not (table / "run").exists()


def test_a_remedy_is_told_beside_what_it_remedies_and_found_again(type_, table):
    words = ("limit", "t.csv", "--group", "town", *STUDY, "--subpopulations", "none")
    status, out, _ = type_(*words, "--limit", "group-balanced")
    assert status == 0
    assert "Remedies, each beside what it remedies" in out
    assert "Groups sampled alike" in out
    np.save(table / "scores.npy", np.arange(120.0))
    status, out, _ = type_(*words, "--limit", "pruned-data:share=0.2,by=scores.npy")
    assert status == 0
    assert "0.2 of examples dropped, highest in scores.npy" in out
    assert "groups sampled alike" in out  # the remedy of before, read back with its groups
    assert out.count("without limits", out.index("Remedies, each")) >= 1
