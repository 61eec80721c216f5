"""Trials from elsewhere: one's own loop run for real, and published layouts, against scores computed by hand."""

import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from longtail.cli import main
from longtail.dataset import load_dataset
from longtail.errors import DamagedRunError, InputError, StudyMismatchError
from longtail.runs.measure import measure
from longtail.runs.reload import reload_dataset
from longtail.study import DataSource, RunFolder, import_logits, import_published, write_masks
from longtail.trials import SklearnLearner, SubsetDesign

DESIGN = SubsetDesign(n_trials=20)


@pytest.fixture(scope="module")
def iris():
    return load_dataset("iris")


def _train(run, trials, folder):
    """What the README tells a stranger to do."""
    data, masks = np.load(run / "data.npz"), np.load(run / "masks.npz")
    folder.mkdir(exist_ok=True)
    for t in trials:
        inside = masks["inclusion"][t]
        model = LogisticRegression(max_iter=2000, random_state=int(masks["seed"][t])).fit(
            data["X"][inside], data["y"][inside]
        )
        logits = model.predict_log_proba(np.concatenate([data["X"], data["X_test"]]))
        np.save(folder / f"trial-{t}.npy", logits.astype("float32"))


def test_ones_own_loop_gives_what_the_same_learner_gives_here(iris, tmp_path, capsys):
    run = tmp_path / "own"
    write_masks(DataSource(data="iris"), iris, DESIGN, run, "logistic")
    _train(run, range(20), tmp_path / "logits")
    assert import_logits(run, [tmp_path / "logits" / f"trial-{t}.npy" for t in range(5)]) == list(range(5))
    assert sorted(import_logits(run, [tmp_path / "logits"])) == list(range(5, 20))
    own = RunFolder(run).trials().outcomes()
    here = measure(
        DataSource(data="iris"),
        iris,
        SklearnLearner(estimator=LogisticRegression(max_iter=2000)),
        DESIGN,
        tmp_path / "here",
        jobs=1,
    )
    assert np.array_equal(own.inclusion, here.inclusion)
    assert np.array_equal(own.correct, here.correct)
    assert np.array_equal(own.test_correct, here.test_correct)
    np.testing.assert_allclose(own.margin, here.margin, atol=2e-2)
    assert main(["scores", str(run), "--json"]) == 0
    assert main(["report", str(run)]) == 0
    capsys.readouterr()
    for words in (["worth"], ["worth", "--of", f"class:{iris.class_names[0]}"]):  # nobody can train these models again
        assert main([*words, str(run), "--trials", "10"]) == 2
        (said,) = capsys.readouterr().err.strip().splitlines()
        assert "be a function train(rows, labels, seed) of the script that trained the run" in said
    assert not (run / "removal.json").exists()


def test_what_does_not_fit_is_refused_by_the_name_of_its_file(iris, tmp_path):
    run = tmp_path / "own"
    write_masks(DataSource(data="iris"), iris, DESIGN, run, "logistic")
    good = np.random.default_rng(0).normal(size=(150, 3)).astype("float32")

    def refused(name, logits, message):
        np.save(tmp_path / name, logits)
        with pytest.raises(InputError, match=message):
            import_logits(run, [tmp_path / name])

    refused("trial-1.npy", good[:-1], r"trial-1\.npy must hold float logits of shape \(150, 3\).*\(149, 3\)")
    refused("trial-2.npy", good.argmax(axis=1), r"trial-2\.npy must hold float logits")
    refused("trial-3.npy", np.where(good == good[7, 2], np.nan, good), r"trial-3\.npy must hold no NaN.* row 7")
    refused("trial-20.npy", good, r"be of a trial in 0\.\.19.*got 20")
    refused("last.npy", good, r"end in the number of their trial")
    (tmp_path / "trial-4.npy").write_bytes(b"torn")
    with pytest.raises(InputError, match=r"trial-4\.npy must be a readable array"):
        import_logits(run, [tmp_path / "trial-4.npy"])
    np.save(tmp_path / "trial-5.npy", good)
    assert import_logits(run, [tmp_path / "trial-5.npy"]) == [5]
    assert import_logits(run, [tmp_path / "trial-5.npy"]) == []
    refused("trial-5.npy", -good, r"agree with the run.*other outcomes of trial 5")
    with pytest.raises(InputError, match="RUN must be a folder made by longtail"):
        import_logits(tmp_path, [tmp_path / "trial-5.npy"])
    measured = SklearnLearner(estimator=GaussianNB())
    measure(DataSource(data="iris"), iris, measured, DESIGN, tmp_path / "m", trials=range(1), jobs=1)
    with pytest.raises(InputError, match="be made by longtail masks"):
        import_logits(tmp_path / "m", [tmp_path / "trial-5.npy"])
    (run / "data.npz").unlink()
    with pytest.raises(DamagedRunError, match="Run longtail masks again"):
        import_logits(run, [tmp_path / "trial-5.npy"])


def test_more_trials_leave_the_earlier_subsets_alone(iris, tmp_path):
    source = DataSource(data="iris")
    write_masks(source, iris, DESIGN, tmp_path / "r", "x")
    before = np.load(tmp_path / "r" / "masks.npz")["inclusion"]
    write_masks(source, iris, SubsetDesign(n_trials=50), tmp_path / "r", "x")
    assert np.array_equal(np.load(tmp_path / "r" / "masks.npz")["inclusion"][:20], before)
    with pytest.raises(StudyMismatchError, match=r"learner\.name: 'y', not 'x'"):
        write_masks(source, iris, DESIGN, tmp_path / "r", "y")


@pytest.fixture(scope="module")
def published():
    """Masks and correctness of 12 runs on 40 training and 15 test examples."""
    rng = np.random.default_rng(3)
    inclusion = np.array([rng.permutation(40) < 28 for _ in range(12)])
    return inclusion, rng.random((12, 40)) < 0.4 + 0.5 * inclusion, rng.random((12, 15)) < 0.7


def _memorization(run, capsys):
    assert main(["scores", str(run), "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)["memorization"]["value"]
    return np.array([np.nan if value is None else value for value in scores], float)


def _by_hand(inclusion, correct):
    return [correct[inclusion[:, i], i].mean() - correct[~inclusion[:, i], i].mean() for i in range(40)]


def test_cifar_10n_layout(published, tmp_path, capsys):
    inclusion, correct, test = published
    predictions = np.zeros((12, 40), np.int64)
    np.savez(
        tmp_path / "cifar-rand1-human-infl-mem.npz",
        total_runs=12,
        trainset_mask=inclusion,
        trainset_correctness=correct,
        trainset_predictions=predictions,
        testset_correctness=test,
        testset_predictions=predictions[:, :15],
        memorization=np.zeros(40, np.float32),
        influence=np.zeros((15, 40), np.float32),
    )
    words = ["import", "--format", "cifar-10n", str(tmp_path / "cifar-rand1-human-infl-mem.npz")]
    assert main([*words, "--out", str(tmp_path / "run")]) == 0
    capsys.readouterr()
    np.testing.assert_allclose(_memorization(tmp_path / "run", capsys), _by_hand(inclusion, correct), atol=1e-12)
    assert np.array_equal(RunFolder(tmp_path / "run").trials().outcomes().test_correct, test)
    assert main([*words, "--out", str(tmp_path / "run")]) == 0
    with pytest.raises(InputError, match="data that are here"):
        reload_dataset(RunFolder(tmp_path / "run").study())


def _checkpoints(folder, inclusion, correct, test, shift=100):
    """aux_arrays.npz as Feldman and Zhang's release lays them out: splits apart, each in an order of its own."""
    rng = np.random.default_rng(0)
    for number, (inside, right, right_test) in enumerate(zip(inclusion, correct, test, strict=True)):
        train, removed = rng.permutation(np.flatnonzero(inside)), rng.permutation(np.flatnonzero(~inside))
        order = rng.permutation(len(right_test))
        (folder / str(number)).mkdir(parents=True)
        np.savez(
            folder / str(number) / "aux_arrays.npz",
            correctness_train=right[train],
            index_train=train + shift,
            correctness_removed=right[removed],
            index_removed=removed + shift,
            correctness_test=right_test[order],
            index_test=order,
            subsample_idx=rng.permutation(train + shift),
        )


def test_feldman_zhang_layout(published, tmp_path, capsys):
    inclusion, correct, test = published
    _checkpoints(tmp_path / "cifar100-inception" / "0.7", *published)
    words = ["import", "--format", "feldman-zhang", str(tmp_path / "cifar100-inception" / "0.7")]
    assert main([*words, "--out", str(tmp_path / "run")]) == 0
    outcomes = RunFolder(tmp_path / "run").trials().outcomes()
    assert np.array_equal(outcomes.inclusion, inclusion)
    assert np.array_equal(outcomes.correct, correct)
    assert np.array_equal(outcomes.test_correct, test)
    capsys.readouterr()
    np.testing.assert_allclose(_memorization(tmp_path / "run", capsys), _by_hand(inclusion, correct), atol=1e-12)


def test_archives_that_contradict_themselves_are_refused(published, tmp_path):
    inclusion, correct, test = published
    _checkpoints(tmp_path / "fz" / "0.7", *published)
    half = inclusion & (np.arange(40) % 2 > 0)
    _checkpoints(tmp_path / "fz" / "0.3", half, correct, test)
    with pytest.raises(InputError, match="one subset ratio"):
        import_published("feldman-zhang", [tmp_path / "fz"], tmp_path / "run")

    def refused(layout, message, **arrays):
        np.savez(tmp_path / "archive.npz", **arrays)
        with pytest.raises(InputError, match=message):
            import_published(layout, [tmp_path / "archive.npz"], tmp_path / "run")

    refused(
        "cifar-10n",
        "hold an array trainset_mask.*Scores were published there",
        memorization=np.zeros(4),
        influence=np.zeros((4, 4)),
    )
    refused("cifar-10n", "trainset_correctness must have the shape", trainset_mask=inclusion, trainset_correctness=test)
    refused("cifar-10n", "be true or false", trainset_mask=inclusion * 2, trainset_correctness=correct)
    refused("cifar-10n", "some examples in and some out", trainset_mask=correct > 2, trainset_correctness=correct)
    refused("imagenet", "layout must be one of feldman-zhang, cifar-10n", x=np.zeros(1))
    with pytest.raises(InputError, match=r"be folders that hold aux_arrays\.npz"):
        import_published("feldman-zhang", [tmp_path / "nowhere"], tmp_path / "run")
    assert not (tmp_path / "run").exists()
