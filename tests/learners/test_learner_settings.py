"""Settings by name: they reach the learner, and what it would stumble over is refused before anything is trained."""

import re

import pytest
from sklearn.ensemble import RandomForestClassifier

from longtail.errors import InputError
from longtail.learners import SklearnLearner
from longtail.learners.names import named_learner
from longtail.learners.settings import parsed_settings, with_settings
from longtail.limits import DPSGD
from longtail.trials import CompiledMLP


def test_values_are_literals_and_tuples_keep_their_commas():
    parsed = parsed_settings("--learner-settings", "hidden=(128,64), learning_rate=.05,max_epochs=1_000")
    assert parsed == {"hidden": (128, 64), "learning_rate": 0.05, "max_epochs": 1000}
    assert with_settings(CompiledMLP(), parsed) == CompiledMLP(hidden=(128, 64), learning_rate=0.05, max_epochs=1000)
    assert parsed_settings("--learner-settings", " ") == {}


def test_a_classifier_takes_its_parameters_those_of_the_last_step_without_prefix():
    assert (
        with_settings(SklearnLearner(estimator=RandomForestClassifier()), {"n_estimators": 7}).estimator.n_estimators
        == 7
    )
    assert with_settings(named_learner("forest"), {"n_trees": 7}).n_trees == 7
    pipeline = with_settings(named_learner("logistic"), {"C": 3.0, "standardscaler__with_mean": False}).estimator
    assert pipeline["logisticregression"].C == 3
    assert not pipeline["standardscaler"].with_mean
    assert named_learner("logistic").estimator["logisticregression"].C == 1
    assert with_settings(named_learner("knn"), {"n_neighbors": 3}).n_neighbors == 3


def test_other_settings_are_another_identity():
    changed = with_settings(CompiledMLP(), {"batch_size": 64})
    assert changed.describe() != CompiledMLP().describe()
    assert changed.describe()["batch_size"] == 64


@pytest.mark.parametrize("text", ["hidden", "hidden=", "=3"])
def test_what_is_no_setting_is_refused(text):
    with pytest.raises(InputError, match="must be name=value, separated by commas"):
        parsed_settings("--learner-settings", text)


@pytest.mark.parametrize(
    ("learner", "settings", "among", "message"),
    [
        (
            "mlp",
            {"hiden": 3},
            None,
            "settings must be of the learner compiled-mlp; got 'hiden'. Did you mean 'hidden'?",
        ),
        ("mlp", {"hidden": "many"}, None, "hidden must be a whole number; got 'many'."),
        ("mlp", {"learning_rate": "fast"}, None, "learning_rate must be a number; got 'fast'."),
        ("mlp", {"epochs": 2.5}, None, "epochs must be a whole number; got 2.5."),
        ("mlp", {"epochs": (1, 2)}, None, "epochs must be a whole number; got (1, 2)."),
        ("mlp", {"batch_size": 0}, None, "batch_size must be a whole number of at least 1; got 0."),
        ("knn", {"neighbours": 3}, None, "settings must be of the learner knn; got 'neighbours'"),
        ("logistic", {"c": 3}, None, "settings must be of the learner logistic; got 'logisticregression__c'"),
        ("mlp", {"momentum": 0.5}, ["epochs"], "settings must be of the learner compiled-mlp; got 'momentum'."),
    ],
)
def test_what_the_learner_cannot_take_is_refused(learner, settings, among, message):
    with pytest.raises(InputError, match=re.escape(message)):
        with_settings(named_learner(learner), settings, among=among)


def test_what_a_learner_wraps_is_no_setting():
    with pytest.raises(InputError, match="must be of the learner dp-sgd"):
        with_settings(DPSGD(inner=CompiledMLP(), epsilon=1.0), {"inner": 3})


def test_a_setting_that_is_not_given_yet_takes_a_number_alone():
    private = DPSGD(inner=CompiledMLP(), epsilon=1.0)
    assert with_settings(private, {"learning_rate": 2}).learning_rate == 2
    with pytest.raises(InputError, match="learning_rate must be a number"):
        with_settings(private, {"learning_rate": "2 a step"})
