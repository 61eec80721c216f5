"""Language models of one's own, as they are typed: functions and classes, against what they compute by themselves."""

import json
from importlib.util import find_spec

import numpy as np
import pytest

import longtail
from longtail.learners import LanguageFunction
from longtail.learners.any_learner import any_learner
from longtail.runs.token_losses import has_token_losses
from longtail.trials.token_file import read_tokens, token_file

MODULE = '''
import numpy as np

def places_of(text):
    ends = np.cumsum([len(word) + 1 for word in text.split()]) - 1
    return np.stack([ends - [len(word) for word in text.split()], ends], axis=1)

def train(texts, seed):
    words = " ".join(texts).split()
    likeliest = max(sorted(set(words)), key=words.count)
    def score(texts):
        parts = [text.split() for text in texts]
        return {
            "losses": [[-np.log((words.count(word) + 1) / (len(words) + 99)) for word in part] for part in parts],
            "predicted": [[word == likeliest for word in part] for part in parts],
            "places": [places_of(text) for text in texts],
        }
    return score

class Model:
    """The same as a class, without what is predicted."""
    def fit(self, texts, seed):
        self.score_all = train(texts, seed)
    def score(self, texts):
        return self.score_all(texts)["losses"]

def not_finite(texts, seed):
    return lambda texts: [[np.inf if "dog" in text else 1.0] for text in texts]

def no_number(texts, seed):
    return lambda texts: [[np.nan] for text in texts]

def too_few(texts, seed):
    return lambda texts: [[1.0]]

def other_tokens(texts, seed):
    return lambda some: [[1.0] * (1 + len(texts[0])) for text in some]

def wanders(texts, seed):
    drawn = np.random.default_rng()
    return lambda texts: [drawn.random(3) for text in texts]

def goes_on(texts, seed, seen=[]):
    seen.append(1)
    return lambda texts, n=float(len(seen)): [[n] for text in texts]

def says_nothing(texts, seed):
    return 3
'''
LINES = ["the cat sat on the mat", "the dog ran", "a cat ran on", "the the the zebra", "on and on", "the mat", "a dog"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "own_texts.py").write_text(MODULE)
    (tmp_path / "texts.txt").write_text("\n".join(LINES) + "\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_function_is_audited_and_its_words_are_marked(folder, type_):
    words = ("audit", "texts.txt", "--language-model", "--learner", "own_texts:train", "--trials", "20", "--jobs", "1")
    status, _, told = type_(*words, "--out", "run")
    assert status == 0, told
    assert "The models are train: 20." in told
    run = longtail.open_run("run")
    identity = run.folder.study().identity["learner"]
    assert identity["name"] == "train"
    assert list(identity["source"]) == ["own_texts"]
    # By another route: the function itself on the subset of trial 3.
    from own_texts import train

    outcomes = run.folder.trials().outcomes(performance="log_loss")
    position = run.dataset.position.tolist()
    every = [LINES[place] for place in [*position, *run.dataset.position_test]]
    own = train([LINES[place] for place, inside in zip(position, outcomes.inclusion[3], strict=True) if inside], 0)(
        every
    )
    held = read_tokens(token_file(run.folder.trials().folder, 3))
    np.testing.assert_allclose(held.losses, np.concatenate(own["losses"]), rtol=1e-6)
    assert held.predicted.tolist() == np.concatenate(own["predicted"]).tolist()
    np.testing.assert_allclose(
        outcomes.performance[3], [np.mean(part) for part in own["losses"]][: len(position)], rtol=1e-6
    )
    found = json.loads((folder / "run" / "texts.json").read_text("utf-8"))
    first = found["documents"][0]
    assert [first["text"][a:b] for a, b in zip(first["begin"], first["end"], strict=True)] == first["text"].split()
    assert len(first["predicted_in"]) == len(first["nats"])
    assert first["memorization"]["value"] == pytest.approx(np.mean(first["nats"]), abs=1e-3)
    before = (folder / "run" / "report.html").read_bytes()
    (folder / "run" / "texts.json").unlink()
    status, _, told = type_("report", "run")
    assert status == 0, told
    assert (folder / "run" / "report.html").read_bytes() == before


def test_a_class_gives_the_same_losses_and_what_was_merged_keeps_its_tokens(folder, type_):
    for name, share in (("one", "0:6"), ("two", "6:12")):
        words = ("measure", "texts.txt", "--language-model", "--learner", "own_texts:Model", "--trials", "12")
        status, _, told = type_(*words, "--range", share, "--out", name, "--jobs", "1")
        assert status == 0, told
    status, _, told = type_("merge", "one", "two", "--out", "both")
    assert status == 0, told
    both, function = longtail.open_run("both"), any_learner("own_texts:train", "language")
    assert isinstance(function, LanguageFunction)
    outcomes, texts = both.outcomes, np.array([LINES[place] for place in both.dataset.position], object)
    assert outcomes.kind.name == "log_loss"
    for trial in (2, 8):
        by_function = function.fit_predict(texts[outcomes.inclusion[trial]], None, texts, n_classes=0, seed=0)
        np.testing.assert_allclose(outcomes.performance[trial], by_function.values["log_loss"], rtol=1e-6)
    assert type_("report", "both")[0] == 0
    assert has_token_losses(both.folder, outcomes)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("not_finite", "losses of learner not_finite, row 1 must hold finite numbers; got inf in example 0"),
        ("no_number", "losses of learner no_number, row 0 must hold finite numbers; got nan in example 0"),
        ("too_few", "losses of learner too_few must hold the losses of 12 texts"),
        ("other_tokens", "losses must be of the same tokens in every trial"),
        ("says_nothing", "learner says_nothing must return a function that scores texts; got 3"),
        ("places_of", "own_texts:places_of"),
    ],
)
def test_what_is_no_answer_is_refused_in_one_line(folder, type_, name, said):
    words = ("measure", "texts.txt", "--language-model", "--learner", f"own_texts:{name}", "--trials", "12")
    status, _, told = type_(*words, "--out", "run", "--jobs", "1")
    assert status == 2
    assert said in told.splitlines()[-1]
    assert name == "other_tokens" or not (folder / "run").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("wanders", "a trained model that was asked twice answered otherwise"),
        ("goes_on", "two trainings with one seed"),
    ],
)
def test_what_does_not_repeat_is_told(folder, type_, name, said):
    words = ("measure", "texts.txt", "--language-model", "--learner", f"own_texts:{name}", "--trials", "12")
    status, _, told = type_(*words, "--out", "run", "--jobs", "1")
    assert status == 0, told
    assert f"learner {name}: {said}" in told


@pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")
def test_recurrent_models_are_audited(folder, type_):
    words = ("audit", "texts.txt", "--language-model", "--learner", "recurrent", "--trials", "8", "--jobs", "1")
    status, said, told = type_(*words, "--out", "run")
    assert status == 0, told
    assert "8 models (recurrent) of 6 documents" in said
    found = json.loads((folder / "run" / "texts.json").read_text("utf-8"))
    assert found["unit"] == "word"
    assert len(found["documents"][0]["predicted_in"]) == len(found["documents"][0]["nats"]) > 0


@pytest.mark.skipif(find_spec("torch") is not None, reason="torch is installed")
def test_recurrent_models_need_torch_and_say_so(folder, type_):
    words = ("audit", "texts.txt", "--language-model", "--learner", "recurrent", "--out", "run")
    status, _, told = type_(*words)
    assert (status, told.count("\n")) == (2, 1)
    assert "needs PyTorch" in told
