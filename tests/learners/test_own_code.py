"""A user's own module is part of the identity, wherever in the learner it sits; an edit makes another study."""

import importlib
import sys

import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from longtail.dataset import load_dataset
from longtail.errors import StudyMismatchError
from longtail.learners.own_code import own_code
from longtail.runs.measure import measure
from longtail.study import DataSource, RunFolder
from longtail.trials import SklearnLearner, SubsetDesign, TrialSet

MODULE = """
from dataclasses import dataclass
from sklearn.tree import DecisionTreeClassifier
from longtail.trials import Predictions

class Tree(DecisionTreeClassifier):
    pass

def squared(X):
    return X ** 2

@dataclass(frozen=True)
class Constant:
    name, version, executor = "constant", "1", "threads"

    def describe(self):
        return {}

    def fit_predict(self, X, y, X_eval, *, n_classes, seed):
        return Predictions(labels=y[:1].repeat(len(X_eval)), logits=None)
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    (tmp_path / "module_of_a_user.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # an edit within a second would meet the old bytecode
    yield importlib.import_module("module_of_a_user")
    del sys.modules["module_of_a_user"]


def _edited(tmp_path):
    (tmp_path / "module_of_a_user.py").write_text(MODULE + "\n# edited\n")
    del sys.modules["module_of_a_user"]
    importlib.invalidate_caches()
    return importlib.import_module("module_of_a_user")


def test_own_code_is_found_however_deep(own):
    deep = make_pipeline(FunctionTransformer(own.squared), own.Tree())
    alone = make_pipeline(FunctionTransformer(own.squared))
    found = [own_code(part) for part in (own.Constant(), own.Tree(), deep, alone, SklearnLearner(estimator=deep))]
    assert all(set(modules) == {"module_of_a_user"} for modules in found)
    assert len({modules["module_of_a_user"] for modules in found}) == 1


@pytest.mark.parametrize("make", ["Tree", "Constant"])
def test_an_edit_makes_another_study_and_the_message_says_so(own, make, tmp_path):
    iris, design = load_dataset("iris"), SubsetDesign(n_trials=4)

    def run(module):
        made = getattr(module, make)()
        learner = made if make == "Constant" else SklearnLearner(estimator=made)
        measure(DataSource(data="iris"), iris, learner, design, tmp_path / "run", jobs=1)
        return TrialSet.of(iris, learner, design)

    first = run(own)
    assert RunFolder(tmp_path / "run").study().trial_set == first
    with pytest.raises(
        StudyMismatchError, match=r"asked for learner\.source\.module_of_a_user: '\w{16}', not '\w{16}'"
    ):
        run(_edited(tmp_path))
