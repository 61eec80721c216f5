"""A training script of one's own whose models predict numbers, or texts: against what the same learner gives here."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

import longtail
from longtail.dataset import Dataset
from longtail.dataset.documents import load_documents
from longtail.errors import InputError, StudyMismatchError
from longtail.learners.ngrams import NgramModel
from longtail.membership import vulnerability
from longtail.outcomes import PERFORMANCES
from longtail.runs.measure import DataSource, measure
from longtail.runs.token_losses import memorized_tokens
from longtail.study import import_logits, write_masks
from longtail.trials import SubsetDesign

DESIGN = SubsetDesign(n_trials=12)


@pytest.fixture(scope="module")
def houses():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 3))
    y = 100 * X[:, 0] + 10 * rng.normal(size=50)
    return Dataset.from_arrays(X[:40], y[:40], X[40:], y[40:], task="regression")


def test_predictions_of_a_script_and_of_files_are_those_of_the_same_learner_here(houses, tmp_path):
    source, own, files = DataSource(data="houses"), tmp_path / "own", tmp_path / "files"
    for run in (own, files):
        write_masks(source, houses, DESIGN, run, "loop")
    (tmp_path / "predictions").mkdir()
    for number in longtail.missing_trials(own):
        with longtail.trial(own, number) as trial:
            assert trial.task == "regression"
            np.testing.assert_array_equal(trial.y, houses.target[trial.members])
            predicted = Ridge(1.0).fit(trial.X, trial.y).predict(trial.X_eval)
            np.save(tmp_path / "predictions" / f"{number}.npy", predicted)
            trial.record(predicted)
    import_logits(files, [tmp_path / "predictions"])
    here = measure(source, houses, Ridge(1.0), DESIGN, tmp_path / "here", jobs=1)
    recorded = longtail.open_run(own).outcomes
    assert recorded.kind == PERFORMANCES["squared_error"]
    np.testing.assert_allclose(recorded.performance, here.performance, rtol=1e-5)
    np.testing.assert_array_equal(longtail.open_run(files).outcomes.test_performance, recorded.test_performance)
    assert "numbers in the target's own unit" in (own / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("answer", "more", "said"),
    [
        (np.zeros(49), {}, r"predictions must hold one number that is predicted for each of 50 examples"),
        (np.where(np.arange(50) == 7, np.nan, 0.0), {}, "predictions must hold finite numbers; got nan in row 7"),
        (None, {}, "predictions must hold one number that is predicted, or come with performances; got nothing"),
        (np.zeros(50), {"performance": {"squared_error": np.ones(50)}}, "predictions or performances, not both"),
        (None, {"performance": {"squared_error": -np.ones(50)}}, r"lie in \[0, infinity\)"),
        (np.ma.masked_less(np.arange(50.0), 5), {}, "hold no masked value; got 5 masked values. Fill or drop"),
        (
            None,
            {"performance": {"squared_error": np.ma.masked_less(np.arange(50.0), 5)}},
            "hold no masked value; got 5",
        ),
        (None, {"performance": {"utility": np.ones(50)}}, "Performance\\(name, direction"),
    ],
)
def test_what_are_no_predictions_is_refused_and_nothing_is_written(houses, tmp_path, answer, more, said):
    write_masks(DataSource(data="houses"), houses, DESIGN, tmp_path / "own", "loop")
    with pytest.raises(InputError, match=said), longtail.trial(tmp_path / "own", 0) as trial:
        trial.record(answer, **more)
    assert longtail.missing_trials(tmp_path / "own") == list(range(12))


LINES = ["the cat sat on the mat", "the dog sat on the rug", "a zebra hums violet songs", "the cat ran"] * 3


@pytest.fixture
def texts(tmp_path):
    table = pd.DataFrame(
        {"body": [f"{line} {n}" for n, line in enumerate(LINES)], "author": [f"a{n // 2}" for n in range(12)]}
    )
    table.to_parquet(tmp_path / "posts.parquet")
    source = DataSource(data=str(tmp_path / "posts.parquet"), text="body", together="author", task="language")
    return source, source.load()


def unigram(words, n_all):
    """Losses of words by their smoothed frequency: a language model in two lines."""
    counts = pd.Series(words).value_counts()
    return lambda text: np.array([-np.log((counts.get(word, 0) + 0.5) / (len(words) + 0.5 * n_all)) for word in text])


def test_losses_of_tokens_are_recorded_by_author_and_mark_the_words(texts, tmp_path):
    source, documents = texts
    run = tmp_path / "own"
    write_masks(source, documents, DESIGN, run, "loop")
    every = {}
    for number in longtail.missing_trials(run):
        with longtail.trial(run, number) as trial:
            units = documents.together
            assert all(len(set(trial.inclusion[units == unit])) == 1 for unit in units)  # An author is in, or out.
            assert trial.texts == [trial.texts_eval[i] for i in trial.members]
            model = unigram(" ".join(trial.texts).split(), 40)
            losses = [model(text.split()) for text in trial.texts_eval]
            ends = [np.cumsum([len(word) + 1 for word in text.split()]) - 1 for text in trial.texts_eval]
            places = [
                np.stack([end - [len(word) for word in text.split()], end], axis=1)
                for text, end in zip(trial.texts_eval, ends, strict=True)
            ]
            trial.record(losses, places=places, performance={"token_accuracy": np.full(len(losses), 0.5)})
            every[number] = (trial.inclusion, losses)
    opened = longtail.open_run(run)
    assert opened.folder.trials().outcomes(performance="token_accuracy").performance.max() == 0.5
    np.testing.assert_allclose(
        opened.outcomes.performance[3], [part.mean() for part in every[3][1]][: documents.n_train], rtol=1e-6
    )
    opened.report()
    found = opened.findings
    for told in found.documents:
        place = documents.position.tolist().index(told.row)
        inside = [losses[place] for included, losses in every.values() if included[place]]
        outside = [losses[place] for included, losses in every.values() if not included[place]]
        np.testing.assert_allclose(told.nats, np.mean(outside, axis=0) - np.mean(inside, axis=0), atol=2e-4)
        assert [told.text[a:b] for a, b in zip(told.begin, told.end, strict=True)] == told.text.split()
    marked = {
        told.text[a:b]
        for told in found.documents
        for a, b, m in zip(told.begin, told.end, told.marked, strict=True)
        if m
    }
    assert "the" not in marked
    assert marked <= {str(n) for n in range(12)} | {"zebra", "hums", "violet", "songs", "a", "ran", "dog", "rug", "mat"}
    with pytest.raises(StudyMismatchError):  # A test's own file is the script that recorded; another may not go on.
        longtail.trial(run, 0, script=__file__.replace("_numbers", ""))


def test_losses_that_do_not_fit_are_refused(texts, tmp_path):
    source, documents = texts
    write_masks(source, documents, DESIGN, tmp_path / "own", "loop")
    n_all = documents.n_train + documents.n_test
    good = [np.ones(3)] * n_all
    for losses, places, said in (
        (good[1:], None, "losses must hold the losses of 12 texts, training texts first; got those of 11"),
        ([*good[:-1], np.zeros(0)], None, r"hold one loss or more for each text"),
        ([*good[:-1], -np.ones(3)], None, r"losses, row 11 must lie in \[0, infinity\)"),
        (good, [np.zeros((2, 2), int)] * n_all, "places must hold begin and end of each token"),
        (np.ones(n_all), [np.zeros((3, 2), int)] * n_all, "places must come with the loss of each token"),
        ([np.ma.masked_less(np.arange(3.0), 1)] * n_all, None, "losses must hold no masked value; got 1 masked"),
    ):
        with pytest.raises(InputError, match=said), longtail.trial(tmp_path / "own", 0) as trial:
            trial.record(losses, places=places)
    with longtail.trial(tmp_path / "own", 0) as trial:
        trial.record(good)
    with pytest.raises(InputError, match="be of the same tokens in every trial"):
        longtail.trial(tmp_path / "own", 1).record([np.ones(4)] * n_all)
    assert longtail.missing_trials(tmp_path / "own") == list(range(1, 12))


def test_measured_texts_have_a_page_and_one_performance_that_is_attacked(texts, tmp_path):
    source, documents = texts
    measure(source, documents, NgramModel(), SubsetDesign(n_trials=40), tmp_path / "run", jobs=1)
    run = longtail.open_run(tmp_path / "run")
    assert load_documents(source.data, "body", None, "author").content_hash == run.dataset.content_hash
    assert run.outcomes.kind.name == "token_accuracy"
    assert run.analysis.attacked.outcomes.kind.name == "log_loss"
    table = run.exposure().to_arrow()
    exposed = dict(zip(table["example"].to_pylist(), table["exposure"].to_pylist(), strict=True))
    losses = run.folder.trials().outcomes(performance="log_loss")
    direct = vulnerability(losses).value
    np.testing.assert_allclose([exposed[i] for i in range(documents.n_train)], direct)
    assert not np.allclose(direct, vulnerability(run.outcomes).value, equal_nan=True)
    assert run.report().read_text("utf-8").count('class="word marked"') > 0


def test_chance_marks_no_word_of_the_documents_that_it_lifts_to_the_top(tmp_path):
    """Losses know nothing of who was in, and those of one document go together: 24 documents, 24 trials, seed 7.

    Word by word, at the level of one document by itself, chance marks a word of some document in 4 of 11 such worlds,
    and in 39 of 60 with more documents and words; in this one as well. A document is significantly memorized in at most
    5 % of worlds (7 of 200 measured), not in this one, so no mark is shown.
    """
    (tmp_path / "t.txt").write_text("\n".join(f"one two three four five six {n}" for n in range(30)))
    source = DataSource(data=str(tmp_path / "t.txt"), task="language")
    documents, run = source.load(), tmp_path / "own"
    write_masks(source, documents, SubsetDesign(n_trials=24), run, "loop")
    for number in range(24):
        rng = np.random.default_rng([7, number])
        with longtail.trial(run, number) as trial:
            shape = len(trial.texts_eval), 1
            trial.record(list(np.abs(3 + rng.normal(size=shape) + rng.normal(size=(shape[0], 7)))))
    opened = longtail.open_run(run)
    outcomes = opened.folder.trials().outcomes(performance="log_loss")
    assert any(each.marked.any() for each in memorized_tokens(opened.folder, outcomes, range(documents.n_train), 0.95))
    opened.report()
    assert opened.findings.n_memorized == 0
    assert not any(any(document.marked) for document in opened.findings.documents)
