import sys

import numpy as np
import pytest

from longtail.dataset import load_dataset
from longtail.errors import InputError
from longtail.learners.names import NAMED_LEARNERS, named_learner
from longtail.trials import SubsetDesign, run_trials

MODULE = """
from sklearn.naive_bayes import GaussianNB
model = GaussianNB()
def make(): return GaussianNB()
def fails(): raise RuntimeError("no")
number = 3
class Nested:
    model = GaussianNB
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "own_learners.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    return "own_learners"


@pytest.mark.parametrize(
    "name", [name for name in NAMED_LEARNERS if name not in ("ngram", "recurrent")]
)  # These read texts.
def test_built_in_learners_run_and_fit(name):
    iris = load_dataset("iris")
    outcomes = run_trials(named_learner(name), iris, SubsetDesign(n_trials=4), jobs=1)
    assert outcomes.correct[outcomes.inclusion].mean() > 0.95
    assert outcomes.test_correct.mean() > 0.85
    assert np.isfinite(outcomes.confidence).all()


@pytest.mark.parametrize("attribute", ["model", "make", "Nested.model"])
def test_any_importable_object_is_a_learner(module, attribute):
    learner = named_learner(f"{module}:{attribute}")
    assert learner.describe()["class"] == "sklearn.naive_bayes.GaussianNB"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("forst", "Did you mean 'forest'"),
        ("no_such_module:x", "importable module 'no_such_module'"),
        ("own_learners:nothing", "name an object of module"),
        ("own_learners:fails", "RuntimeError: no"),
        ("own_learners:number", "be a scikit-learn classifier"),
        (":x", "or module:object"),
    ],
)
def test_what_is_no_learner_is_refused(module, name, message):
    with pytest.raises(InputError, match=message):
        named_learner(name)


@pytest.mark.parametrize("name", ["BatchedLogistic", "BatchedLinearSVM", "CompiledMLP"])
def test_other_learners_of_the_package_go_by_their_place(name):
    assert type(named_learner(f"longtail.trials:{name}")).__name__ == name  # an instance, not the class


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # as if it were not installed
    monkeypatch.delitem(sys.modules, "longtail.learners.networks.stacked_mlp", raising=False)
    with pytest.raises(InputError, match=r"needs PyTorch: in a clone, pip install '\.\[neural\]'"):
        named_learner("longtail.trials:StackedMLP")
