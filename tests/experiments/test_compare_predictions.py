"""Two models by class and group: against counts by hand, worlds that are known, and files in another order."""

import itertools

import numpy as np
import pytest

from longtail.cli import main
from longtail.dataset.answer_rows import AnswerRows, answer_rows
from longtail.dataset.predictions import Predictions, read_predictions
from longtail.errors import InputError
from longtail.experiments.compare_predictions import compare_predictions

N = 240


def rows(n=N):
    labels, groups = np.arange(n) % 4 == 0, np.arange(n) % 3
    return AnswerRows(
        labels=labels.astype(np.int64),
        class_names=("ham", "spam"),
        groups=groups,
        group_names=("a", "b", "c"),
        names=tuple(map(str, range(n))),
    )


def answered(rows, right):
    return Predictions(answers=np.where(right, rows.labels, 1 - rows.labels))


def by_name(found):
    return {(part.kind, part.name): part for part in found.parts}


def test_every_part_is_counted_as_by_hand():
    asked, rng = rows(), np.random.default_rng(0)
    right = rng.random((2, 3, N)) < np.array([0.7, 0.9])[:, None, None]
    found = compare_predictions(answered(asked, right[0]), answered(asked, right[1]), asked)
    parts = by_name(found)
    masks = {("class", name): asked.labels == code for code, name in enumerate(asked.class_names)}
    masks |= {("group", name): asked.groups == code for code, name in enumerate(asked.group_names)}
    masks |= {
        ("class in group", f"{label[1]} in {name[1]}"): masks[label] & masks[name]
        for label, name in itertools.product(list(masks)[:2], list(masks)[2:])
    }
    masks[("whole", "all")] = np.ones(N, bool)
    assert set(parts) == {*masks, ("mean recall", "all classes")}
    for key, mask in masks.items():
        first, second = right[0][:, mask].mean(), right[1][:, mask].mean()
        assert parts[key].first.value == pytest.approx(first, abs=1e-6)
        assert parts[key].second.value == pytest.approx(second, abs=1e-6)
        assert parts[key].difference.value == pytest.approx(second - first, abs=1e-6)
        assert parts[key].n_rows == mask.sum()
    recall = np.mean([parts["class", name].second.value for name in asked.class_names])
    assert parts["mean recall", "all classes"].second.value == pytest.approx(recall)
    assert parts["class", "ham"].difference.level > 0.995  # eleven intervals hold together


def test_intervals_of_all_groups_hold_together_where_nothing_differs():
    """60 pairs of equally good models on rows drawn afresh, seeds 0 to 59. At 95 % together, more than 10 pairs
    of which any class or group differs have a chance below 3e-4 (binomial); one interval each would give some 18.
    """
    asked = rows()
    alarms = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        hard = rng.beta(3, 1, N)
        right = rng.random((2, 4, N)) < hard
        found = compare_predictions(answered(asked, right[0]), answered(asked, right[1]), asked)
        alarms += any(part.differs for part in found.parts[2:])
    assert alarms <= 10


def test_pairs_are_compared_not_rates():
    """Models that err on the same rows differ surely by four rows; the same rates on other rows do not."""
    asked = rows()
    first = np.ones((1, N), bool)
    first[:, :60] = False
    same, other = first.copy(), np.ones((1, N), bool)
    same[:, 52:60] = True
    other[:, 100:152] = False
    paired = compare_predictions(answered(asked, first), answered(asked, same), asked).parts[0]
    apart = compare_predictions(answered(asked, first), answered(asked, other), asked).parts[0]
    assert paired.difference.value == pytest.approx(apart.difference.value) == pytest.approx(8 / N)
    assert (paired.differs, apart.differs) == (True, False)


@pytest.fixture
def table(tmp_path):
    """Rows whose names are in no order."""
    rng = np.random.default_rng(1)
    names = [f"p{k:03d}" for k in rng.permutation(60)]
    labels = np.where(np.arange(60) % 3 == 0, "spam", "ham")
    lines = [
        f"{name},{label},{'x' if k < 40 else 'y'}" for k, (name, label) in enumerate(zip(names, labels, strict=True))
    ]
    path = tmp_path / "test.csv"
    path.write_text("\n".join(["id,kind,who", *lines]))
    return path, names, labels


def predictions(path, names, columns):
    lines = [",".join([name, *answers]) for name, *answers in zip(names, *columns.values(), strict=True)]
    path.write_text("\n".join([",".join(["id", *columns]), *lines]))
    return path


def test_predictions_in_another_order_are_brought_into_that_of_the_rows(table, tmp_path):
    path, names, labels = table
    asked = answer_rows(path, "kind", "who", "id")
    order = np.random.default_rng(2).permutation(60)[:50]
    file = predictions(tmp_path / "a.csv", [names[k] for k in order], {"one": labels[order], "two": ["ham"] * 50})
    found = read_predictions(file, asked)
    assert (found.answers[0][order] == asked.labels[order]).all()
    assert set(np.flatnonzero(found.answers[0] < 0)) == set(range(60)) - set(order.tolist())
    both = compare_predictions(found, found, asked)
    assert (both.n_rows, both.n_models) == (50, 2)
    assert "10 rows that are not predicted by both are left out." in both.notes


def test_rows_of_one_unit_are_one_draw(table, tmp_path):
    """Each row ten times, in one unit: intervals are those of units of one row; those of rows alone are narrower."""
    path, _, _ = table
    head, *lines = path.read_text().split()
    many = [f"{line},unit{place}" for place, line in enumerate(lines) for _ in range(10)]
    (tmp_path / "once.csv").write_text("\n".join([f"{head},unit", *many[::10]]) + "\n")
    (tmp_path / "many.csv").write_text("\n".join([f"{head},unit", *many]) + "\n")
    once = answer_rows(tmp_path / "once.csv", "kind", "who", together="unit")
    units = answer_rows(tmp_path / "many.csv", "kind", "who", together="unit")
    alone = answer_rows(tmp_path / "many.csv", "kind", "who")
    right = np.random.default_rng(0).random((2, 1, 60)) < np.array([0.7, 0.9])[:, None, None]

    def told(asked, right):
        return by_name(compare_predictions(answered(asked, right[0]), answered(asked, right[1]), asked))

    first, second, third = told(once, right), *(told(each, np.repeat(right, 10, axis=2)) for each in (units, alone))
    for key in first:
        for which in ("first", "second", "difference"):
            ends = [(getattr(each[key], which).low, getattr(each[key], which).high) for each in (first, second, third)]
            assert ends[1] == pytest.approx(ends[0], rel=0.01 if key[0] == "mean recall" else None)
            assert ends[2][1] - ends[2][0] < ends[0][1] - ends[0][0], key
    assert "600 rows are of 60 units: intervals take units as draws." in units.notes


def test_the_command_says_who_is_better_for_whom_and_prints_choices(table, tmp_path, capsys):
    path, names, labels = table
    good = predictions(tmp_path / "good.csv", names, {"model": labels})
    lazy = tmp_path / "lazy.npy"
    np.save(lazy, np.zeros(60, int))
    command = ["compare", str(lazy), str(good), "--data", str(path), "--target", "kind", "--group", "who"]
    assert main([*command, "--name", "id"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "numbers are taken for classes in sorted order, 0 for 'ham'" in out
    assert "One model of each" in out
    assert "good against lazy: 33" in out
    assert "surely better on class spam" in out


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda p, names, labels: np.save(p / "a.npy", labels[:59]), "--data has no place"),
        (lambda p, names, labels: predictions(p / "a.csv", ["nobody", *names[1:]], {"m": labels}), "'nobody' in a.csv"),
        (lambda p, names, labels: predictions(p / "a.csv", [names[0]] * 60, {"m": labels}), "more than once in a.csv"),
        (lambda p, names, labels: predictions(p / "a.csv", names, {"kind": labels}), "the labels, 'kind', in a.csv"),
        (lambda p, names, labels: predictions(p / "a.csv", names, {"m": ["cat"] * 60}), "be labels of the data"),
        (lambda p, names, labels: np.save(p / "a.npy", np.full((60, 2), np.nan)), "hold finite scores"),
        (lambda p, names, labels: (p / "a.npy").write_bytes(b"no array"), "be an array that NumPy reads"),
    ],
)
def test_what_cannot_be_aligned_is_refused_in_one_line(table, tmp_path, make, said):
    path, names, labels = table
    make(tmp_path, names, labels)
    (file,) = (each for each in tmp_path.iterdir() if each.stem == "a")
    with pytest.raises(InputError) as error:
        read_predictions(file, answer_rows(path, "kind", "who", "id"))
    assert said in str(error.value) or "hold a prediction for each of 60 rows" in str(error.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "--data must say what predictions are about"),
        (["--data", "{data}"], "--target must name the column of labels of a table"),
        (["--data", "{data}", "--target", "kind", "--name", "who"], "--name must name a column of names that differ"),
        (["--data", "{data}", "--target", "kind", "--plot", "x.svg"], "--plot must be given for two runs"),
    ],
)
def test_the_command_refuses_what_it_cannot_answer(table, tmp_path, options, said, capsys):
    path, names, labels = table
    file = predictions(tmp_path / "a.csv", names, {"m": labels})
    asked = [option.replace("{data}", str(path)) for option in options]
    assert main(["compare", str(file), str(file), *asked]) == 2
    assert said in capsys.readouterr().err


def test_predictions_in_another_order_are_doubted():
    """Right where the answers are shuffled back, and less often than the commonest answer as they come."""
    asked = rows()
    shifted = Predictions(answers=np.roll(asked.labels, 2)[None])
    notes = compare_predictions(shifted, shifted, asked).notes
    assert any("are its predictions in another order?" in note for note in notes)
