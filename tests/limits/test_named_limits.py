"""A limit by its kind and settings, against the same learner made in Python; and from a command line."""

import re

import numpy as np
import pytest

from longtail import limits
from longtail.cli import main
from longtail.dataset import Dataset, load_dataset
from longtail.findings import Findings
from longtail.limits import DPSGD, LabelPrivate, LowRank, Narrower, Pruned, Quantized, Regularized
from longtail.limits.spelling import KINDS, spelled
from longtail.study import Levels, planned_limits
from longtail.trials import CompiledMLP

MLP = CompiledMLP(hidden=4, epochs=2, max_epochs=2)
SAID = {
    "low-rank:rank=2": LowRank(inner=MLP, rank=2),
    "narrower:share=0.5": Narrower(inner=MLP, share=0.5),
    "pruned:sparsity=0.9,scope=layer,fine_tune_epochs=2": Pruned(
        inner=MLP, sparsity=0.9, scope="layer", fine_tune_epochs=2
    ),
    "quantized:bits=4": Quantized(inner=MLP, bits=4),
    "label-private:epsilon=1.0,stages=2,debias=True": LabelPrivate(inner=MLP, epsilon=1, stages=2, debias=True),
    "label-private:epsilon=1.0,prior=(0.5,0.25,0.25)": LabelPrivate(inner=MLP, epsilon=1, prior=(0.5, 0.25, 0.25)),
    "regularized:weight_decay=0.01,early_stopping=True": Regularized(inner=MLP, weight_decay=0.01, early_stopping=True),
    "regularized:dropout=0.5,label_smoothing=0.1": Regularized(inner=MLP, dropout=0.5, label_smoothing=0.1),
}


def test_what_is_said_is_what_python_makes_and_is_spelled_again():
    data = load_dataset("iris")
    limits = planned_limits(data, MLP, Levels(named=list(SAID)))
    assert [limit.learner for limit in limits] == list(SAID.values())
    assert [spelled(limit.learner) for limit in limits] == list(SAID)
    assert len({limit.name for limit in limits}) == len(SAID)


def test_every_intervention_can_be_named():
    wrapping = {each for each in vars(limits).values() if hasattr(each, "fit_predict")}
    assert wrapping - {limits.Intervention} == set(KINDS.values())


def test_private_training_by_name_has_the_settings_that_suit_the_data():
    data = load_dataset("iris")
    levels = Levels(epsilons=[3.0], private_settings={"epochs": 7})
    (usual,) = planned_limits(data, MLP, levels)
    named = Levels(named=["dp-sgd:epsilon=3.0,control=noise-only"], private_settings={"epochs": 7})
    (control,) = planned_limits(data, MLP, named)
    assert isinstance(usual.learner, DPSGD)
    expected = {**usual.learner.describe(), "control": "noise-only"}
    assert control.learner.describe() == expected
    assert control.name == "noise-only control of ε = 3"


def test_pictures_are_moved_by_their_own_shape():
    pictures = Dataset.from_arrays(np.random.default_rng(0).random((12, 3, 4)), [0, 1] * 6)
    (limit,) = planned_limits(pictures, MLP, Levels(named=["regularized:augment=True"]))
    assert limit.learner == Regularized(inner=MLP, augment=(3, 4, 1))


def test_from_the_command_line_to_findings_and_again_without_the_names(tmp_path):
    out = ["--learner-settings", "epochs=2,max_epochs=2", "--trials", "4", "--out", str(tmp_path / "run")]
    named = [word for text in [*SAID, "dp-sgd:epsilon=3.0,control=noise-only"] for word in ("--limit", text)]
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
        ("low-rang:rank=2", r"--limit must name one of .*; got 'low-rang'. Did you mean 'low-rank'\?"),
        ("", r"--limit must name one of .*; got ''. For instance low-rank:rank=4."),
        ("low-rank", "--limit must say rank; got 'low-rank'. For instance low-rank:rank=4."),
        ("low-rank:rank", "--limit must be name=value, .*"),
        ("low-rank:rank=0", "rank must be a whole number of at least 1; got 0."),
        ("pruned:sparsity=1.0", "sparsity must lie strictly between 0 and 1: .*; got 1.0."),
        ("pruned:sparsity=a", "sparsity must be a number; got 'a'."),
        (
            "pruned:sparsity=0.9,fine_tune_epochs=2.5",
            "fine_tune_epochs must be a whole number; got 2.5.",
        ),
        ("pruned:sparsity=0.9,scope=here", 'scope must be "global" or "layer"; got \'here\'.'),
        ("regularized:early_stopping=yes", "early_stopping must be True or False; got 'yes'."),
        ("regularized:augment=True", "augment must be of pictures; got columns of a table. Leave it out."),
        ("regularized:augment=4", r"augment must be True, or \(height, width, channels\); got 4."),
        ("regularized:drop=0.5", r"--limit must have settings of regularized; got 'drop'. Did you mean 'dropout'\?"),
        ("regularized:", "regularizer must be named, one at least; got none."),
        ("label-private:epsilon=1,prior=0.5", "prior must be a list of at least 2 numbers; got 0.5."),
        ("dp-sgd:epsilon=1,sampler=shuffle", "sampler must be poisson, .* got shuffle. Leave it out."),
        ("dp-sgd:epsilon=1,delta=0", "delta must lie strictly between 0 and 1; got 0."),
    ],
)
def test_bad_input_is_one_line(said, message, tmp_path, capfd):
    assert main(["limit", "iris", "--limit", said, "--trials", "4", "--out", str(tmp_path / "run")]) == 2
    told = capfd.readouterr().err.strip().split("\n")[-1]
    assert re.fullmatch(f"longtail: {message}", told), told
    assert not (tmp_path / "run").exists()


def test_the_same_limit_in_two_ways_is_refused(tmp_path, capfd):
    options = ["--bits", "4", "--limit", "quantized:bits=4", "--out", str(tmp_path / "run")]
    assert main(["limit", "iris", *options]) == 2
    assert "limits must be named once each; got 'weights of 4 bits'." in capfd.readouterr().err
