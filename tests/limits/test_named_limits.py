"""A limit by its kind and settings, against the same learner made in Python; and from a command line."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from longtail import limits
from longtail.cli import main
from longtail.dataset import Dataset, load_dataset
from longtail.errors import InputError
from longtail.findings import Findings
from longtail.learners.sklearn_regressor import SklearnRegressor
from longtail.limits import LabelPrivate, LowRank, Narrower, Regularized, Rounded, WeightPruned
from longtail.limits.asked_for import asked_for
from longtail.limits.spelling import named_limit, spelled
from longtail.trials import CompiledMLP

MLP = CompiledMLP(hidden=4, epochs=2, max_epochs=2)
SAID = {
    "low-rank:rank=2": LowRank(inner=MLP, rank=2),
    "narrower:share=0.5": Narrower(inner=MLP, share=0.5),
    "weight-pruned:sparsity=0.9,scope=layer,fine_tune_epochs=2": WeightPruned(
        inner=MLP, sparsity=0.9, scope="layer", fine_tune_epochs=2
    ),
    "rounded:bits=4": Rounded(inner=MLP, bits=4),
    "label-private:epsilon=1,stages=2": LabelPrivate(inner=MLP, epsilon=1, stages=2, debias=True),
    "label-private:epsilon=1,prior=(0.5,0.25,0.25)": LabelPrivate(
        inner=MLP, epsilon=1, prior=(0.5, 0.25, 0.25), debias=True
    ),
    "regularized:weight_decay=0.01,early_stopping=True": Regularized(inner=MLP, weight_decay=0.01, early_stopping=True),
    "regularized:dropout=0.5,label_smoothing=0.1": Regularized(inner=MLP, dropout=0.5, label_smoothing=0.1),
}


def test_what_is_said_is_what_python_makes_and_is_spelled_again():
    data = load_dataset("iris")
    asked = asked_for(list(SAID), data, MLP)
    assert asked == list(SAID.values())
    assert [spelled(limit, data) for limit in asked] == list(SAID)
    assert len({limit.title for limit in asked}) == len(SAID)
    assert asked_for(asked, data, MLP) == asked


def test_every_limit_is_listed():
    classes = {each for each in vars(limits).values() if isinstance(each, type) and issubclass(each, limits.Limit)}
    assert classes - {limits.Limit} == set(limits.LIMITS)


def test_a_whole_number_is_the_number_of_the_same_value():
    """However it was typed or made, the identity of a trial set is the same."""
    data = load_dataset("iris")
    typed = asked_for(["narrower:share=0.5", "dp-sgd:epsilon=3"], data, MLP)[1]
    made = replace(typed, epsilon=3)
    assert json.dumps(typed.describe()) == json.dumps(made.describe())
    assert type(typed.epsilon) is float


def test_private_training_by_name_has_the_settings_that_suit_the_data():
    data = load_dataset("iris")
    usual, control = asked_for(["dp-sgd:epsilon=3,epochs=7", "dp-sgd:epsilon=3,control=noise-only,epochs=7"], data, MLP)
    assert control.describe() == {**usual.describe(), "control": "noise-only"}
    assert control.title == "noise-only control of ε = 3"
    assert usual.low == tuple(data.X.min(axis=0).astype(float).tolist())
    assert spelled(usual, data) == "dp-sgd:epsilon=3,epochs=7"
    assert asked_for([spelled(usual)], data, MLP) == [usual]


def test_pictures_are_moved_by_their_own_shape():
    pictures = Dataset.from_arrays(np.random.default_rng(0).random((12, 3, 4)), [0, 1] * 6)
    (limit,) = asked_for(["regularized:augment=True"], pictures, MLP)
    assert limit == Regularized(inner=MLP, augment=(3, 4, 1))


def test_from_the_command_line_to_findings_and_again_without_the_names(tmp_path):
    out = ["--learner-settings", "epochs=2,max_epochs=2", "--trials", "4", "--out", str(tmp_path / "run")]
    named = [word for text in [*SAID, "dp-sgd:epsilon=3,control=noise-only"] for word in ("--limit", text)]
    assert main(["limit", "iris", *named, *out]) == 0
    found = {limit.name for limit in Findings.read(tmp_path / "run" / "findings.json").limits.limits}
    assert {"weights of rank 2", "0.5 of hidden units", "dropout 0.5, label smoothing 0.1"} < found
    assert len(found) == len(SAID) + 1
    assert main(["limit", "iris", "--bits", "2", *out]) == 0
    again = {limit.name for limit in Findings.read(tmp_path / "run" / "findings.json").limits.limits}
    assert again == found | {"weights of 2 bits"}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("adaptive-dp-sgd:epsilon=1e300", "epsilon must be small enough to need noise at all; got 1e+300."),
        ("group-dp-sgd:epsilon=1e9", "epsilon must be small enough to need noise at all; got 1000000000.0."),
        (
            "dp-sgd:epsilon=8,sampling_rate=1e-300",
            "epochs / sampling_rate must come to 100,000,000 steps at most; got 40 / 1e-300.",
        ),
        ("pate:epsilon=8", "public must say where public rows come from; got none."),
    ],
)
def test_what_no_noise_can_keep_is_refused_by_what_was_said(said, message):
    iris = load_dataset("iris")
    data = Dataset.from_arrays(iris.X, iris.y, group=np.arange(iris.n_train) % 2)
    with pytest.raises(InputError, match=re.escape(message)):
        _ = named_limit(said, data, MLP).guarantee


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            "low-rang:rank=2",
            r"--limit must name one of .*, or module:object; got 'low-rang'. Did you mean 'low-rank'\?",
        ),
        ("", r"--limit must name one of .*; got ''. For instance [a-z-]+:.*"),
        ("low-rank", "--limit must say rank; got 'low-rank'. For instance low-rank:rank=4."),
        ("low-rank:rank", "--limit must be name=value, .*; got 'rank'. For instance rank=4."),
        ("low-rank:rank=0", "rank must be a whole number of at least 1; got 0."),
        ("weight-pruned:sparsity=1.0", "sparsity must lie strictly between 0 and 1: .*; got 1.0."),
        ("weight-pruned:sparsity=a", "sparsity must be a number; got 'a'."),
        (
            "weight-pruned:sparsity=0.9,fine_tune_epochs=2.5",
            "fine_tune_epochs must be a whole number; got 2.5.",
        ),
        ("weight-pruned:sparsity=0.9,scope=here", 'scope must be "global" or "layer"; got \'here\'.'),
        ("regularized:early_stopping=yes", "early_stopping must be True or False; got 'yes'."),
        ("regularized:augment=True", "augment must be of pictures; got columns of a table. Leave it out."),
        ("regularized:augment=4", "augment must be .*; got 4."),
        ("regularized:drop=0.5", r"--limit must have settings of regularized; got 'drop'. Did you mean 'dropout'\?"),
        ("pruned:sparsity=0.5", "--limit must name one of .*; got 'pruned'. Did you mean 'weight-pruned'.*"),
        ("weight-pruned", "--limit must say sparsity; got 'weight-pruned'. For instance weight-pruned:sparsity=0.5."),
        ("regularized:mirror=True,dropout=0.1", "mirror must go with augment, .*"),
        ("low-rank:rank={[]: 1}", "rank must be a whole number; got .*"),
        ("dp-sgd:epsilon=1,low=(0,'a'),high=1", "low must be a number .*; got .*"),
        (f"dp-sgd:epsilon=1{'0' * 400}", "epsilon must be a number below 1.8e308; got 1000.*"),
        ("dp-sgd:epsilon=True", "epsilon must be a number; got True."),
        ("label-private:epsilon=1,stages=True", "stages must be 1 or 2; got True."),
        ("regularized:", "regularized must have .* above 0; got none. For instance regularized:dropout=0.2."),
        ("dp-sgd:epsilon=1,clipping_norm=1e300", "clipping_norm must lie between 1e-12 and 1e.12, .*; got 1e.300."),
        ("label-private:epsilon=1,prior=0.5", "prior must be a list; got 0.5."),
        ("dp-sgd:epsilon=1,sampler=shuffle", "sampler must be poisson, .* got shuffle. Leave it out."),
        ("dp-sgd:epsilon=1,delta=0", "delta must lie strictly between 0 and 1; got 0.0."),
    ],
)
def test_bad_input_is_one_line(said, message, tmp_path, capfd):
    assert main(["limit", "iris", "--limit", said, "--trials", "4", "--out", str(tmp_path / "run")]) == 2
    told = capfd.readouterr().err.strip().split("\n")[-1]
    assert re.fullmatch(f"longtail: {message}", told), told
    assert not (tmp_path / "run").exists()


def test_the_same_limit_in_two_ways_is_refused(tmp_path, capfd):
    options = ["--bits", "4", "--limit", "rounded:bits=4", "--out", str(tmp_path / "run")]
    assert main(["limit", "iris", *options]) == 2
    assert "--limit must be named once each; got 'weights of 4 bits'." in capfd.readouterr().err


@pytest.mark.parametrize(
    "text",
    ["label-private:epsilon=1", "pruned-data:share=0.1", "balanced:tau=1,how=sampled", "group-balanced:tau=1"],
)
def test_what_needs_classes_is_refused_on_numbers_before_training(text):
    rng = np.random.default_rng(0)
    data = Dataset.from_arrays(
        rng.normal(size=(40, 2)), rng.normal(size=40), group=np.arange(40) % 2, task="regression"
    )
    inner = SklearnRegressor(estimator=LinearRegression())
    with pytest.raises(InputError, match="limits must hold without classes, in a study of numbers"):
        asked_for([text], data, inner)
