"""A private network in the learner's place: it is DP-SGD of that network, whatever it stands for."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from longtail.dataset import Dataset, load_dataset
from longtail.errors import InputError
from longtail.handed_rows import handed_rows
from longtail.learners import BoostedTrees, CompiledMLP, SklearnLearner
from longtail.limits import DPSGD, PrivateNetwork, private_network
from longtail.limits.private_training import shared_settings
from longtail.limits.settings import made
from longtail.trials import SubsetDesign, run_trials


def blobs():
    rng = np.random.default_rng(0)
    y = np.arange(80) % 2
    X = (rng.normal(size=(80, 3)) + 2 * y[:, None]).astype(np.float32)
    return Dataset.from_arrays(X[:60], y[:60], X[60:], y[60:])


@pytest.mark.parametrize(("hidden", "network"), [(8, 8), (0, ())])
@pytest.mark.parametrize("control", ["private", "clip-only"])
def test_it_is_dp_sgd_of_that_network(hidden, network, control):
    data = blobs()
    settings = {"epsilon": 3.0, "epochs": 4, "control": control}
    ours = made(PrivateNetwork, {**settings, "hidden": hidden, "splined": ()}, data, BoostedTrees())
    theirs = made(DPSGD, settings, data, CompiledMLP(hidden=network))
    answers = [each.fit_predict(data.X, data.y, data.X_test, n_classes=2, seed=3).logits for each in (ours, theirs)]
    np.testing.assert_array_equal(*answers)
    assert ours.guarantee == theirs.guarantee


def test_numbers_of_a_table_enter_as_hat_functions():
    """By interpolation between knots of a function that is one at one of them, on the range and on its logarithm."""
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {"gain": rng.exponential(size=60), "town": ["Ulm", "Bonn"] * 30, "left": ["no", "yes", "yes"] * 20}
    )
    data = load_dataset(table, target="left")
    ours = made(PrivateNetwork, {"epsilon": 3.0, "epochs": 4}, data, BoostedTrees())
    (gain,) = ours.splined
    assert "which are numbers" in ours.guarantee.text

    def hats(X):
        share = (X[:, gain] - ours.low[gain]) / (ours.high[gain] - ours.low[gain])
        knots = np.linspace(0, 1, 8)
        scales = (share, np.log1p(1e4 * share) / np.log1p(1e4))
        columns = [np.interp(scale, knots, np.eye(8)[i]) for scale in scales for i in range(8)]
        return np.column_stack([np.delete(X, gain, axis=1), *columns]).astype(np.float32)

    theirs = DPSGD(inner=CompiledMLP(), **{**shared_settings(ours), "low": 0.0, "high": 1.0})
    features = [(data.X, data.X_test), (hats(data.X), hats(data.X_test))]
    answers = [
        each.fit_predict(X, data.y, asked, n_classes=2, seed=3).logits
        for each, (X, asked) in zip((ours, theirs), features, strict=True)
    ]
    np.testing.assert_allclose(*answers, rtol=1e-3, atol=1e-3)


def test_its_price_is_the_other_model_and_the_noise():
    limit = made(PrivateNetwork, {"epsilon": 3.0, "hidden": 0}, blobs(), BoostedTrees())
    first, last = limit.parts()
    assert first[0] == "a linear model without noise in place of boosted-trees"
    assert first[1].guarantee.protects == "nothing"
    assert last == ("noise", limit)
    assert limit.title == "a linear model with differential privacy, ε = 3"


def test_it_is_handed_features_where_its_learner_reads_a_frame():
    table = pd.DataFrame({"town": ["Ulm", "Bonn"] * 30, "size": range(60), "left": ["no", "yes", "yes"] * 20})
    data = load_dataset(table, target="left")
    by_name = make_pipeline(make_column_transformer((OneHotEncoder(), ["town"])), LogisticRegression())
    limit = made(PrivateNetwork, {"epsilon": 8.0, "epochs": 2}, data, SklearnLearner(estimator=by_name))
    np.testing.assert_array_equal(handed_rows(limit, data), np.concatenate([data.X, data.X_test]))
    assert run_trials(limit, data, SubsetDesign(n_trials=4), jobs=1).n_trials == 4


@pytest.mark.parametrize(
    ("learner", "settings", "law"),
    [
        (CompiledMLP(), {}, "learner must be no network under private-network; got compiled-mlp. Use dp-sgd"),
        (BoostedTrees(), {"hidden": -1}, "hidden must be at least 0"),
        (BoostedTrees(), {"splined": (-1,)}, "splined must hold numbers of features"),
        (BoostedTrees(), {"epsilon": -1.0}, "epsilon must be positive"),
        (BoostedTrees(), {"control": "noise-only"}, "control must be"),
    ],
)
def test_what_it_refuses(learner, settings, law):
    with pytest.raises(InputError, match=law):
        PrivateNetwork(**{"inner": learner, "epsilon": 3.0, **settings})


def test_numbers_of_a_large_table_enter_as_they_are(monkeypatch):
    """Sixteen columns stand for the number: itself no longer, and eight hats at even and at logarithmic points."""
    table = pd.DataFrame(
        {"gain": np.arange(60.0) ** 2, "town": ["Ulm", "Bonn"] * 30, "left": ["no", "yes", "yes"] * 20}
    )
    data = load_dataset(table, target="left")
    width = data.X.shape[1] + 15
    for most, splined in ((60 * width, 1), (60 * width - 1, 0)):
        monkeypatch.setattr(private_network, "_MOST_NUMBERS", most)
        assert len(made(PrivateNetwork, {"epsilon": 3.0, "epochs": 4}, data, BoostedTrees()).splined) == splined
