"""Attributions: the system by another route, the penalty, what is refused."""

import numpy as np
import pytest

from longtail.attribution import Attributions, has_attributions, self_influence, trak
from longtail.attribution.penalty import TangentSystem
from longtail.attribution.trak import _half
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners import BatchedLogistic, CompiledMLP, Forest
from longtail.learners.names import named_learner


def two_clouds(n: int = 80, together=None) -> Dataset:
    rng = np.random.default_rng(0)
    y = np.arange(n) % 2
    X = rng.normal(size=(n, 2)) + 1.5 * y[:, None]
    return Dataset.from_arrays(X, y, X[:20], y[:20], together=together)


def system_of(n: int = 12, n_test: int = 4, p: int = 30) -> tuple[TangentSystem, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    train, test = rng.normal(size=(n, p)), rng.normal(size=(n_test, p))
    return TangentSystem(kernel=train @ train.T, cross=train @ test.T, doubt=rng.uniform(0.1, 1, n)), train, test


def test_the_solution_is_weighted_ridge_regression_on_the_features():
    """(K + λ W⁻¹)⁻¹ k = W Φ (ΦᵀWΦ + λ)⁻¹ φ, the same in the space of parameters."""
    system, train, test = system_of()
    weight = system.root**2
    primal = np.linalg.inv(train.T @ (weight[:, None] * train) + 2.0 * np.eye(train.shape[1]))
    np.testing.assert_allclose(system.solution(2.0, system.cross), weight[:, None] * train @ primal @ test.T)


def test_leverage_is_the_solution_of_the_training_examples_themselves():
    system, _, _ = system_of()
    own = np.diag(system.solution(2.0, system.kernel))
    np.testing.assert_allclose(system.leverage(2.0), own)


def test_the_penalty_is_the_one_that_predicts_the_models_best():
    """Margins are planted to be those of one penalty of the ladder, without noise: it agrees perfectly."""
    system, _, _ = system_of(n=40, n_test=10)
    member = np.random.default_rng(2).random((8, 40)) < 0.5
    for planted in (0.1, 10.0):
        margin = member @ system.solution(planted, system.cross)
        penalty, agreement = system.chosen_penalty(member, margin)
        assert penalty == pytest.approx(planted)
        assert agreement == pytest.approx(1)


def test_attributions_predict_leave_one_out_of_ridge_classification():
    """Logistic regression: what a training example is worth orders subsets as refitting does.

    60 subsets of 64 examples; the mean rank correlation is above .5 where chance has 0 ± .03 (seed 0, one draw).
    """
    data = two_clouds()
    found = trak(BatchedLogistic(), data, n_models=4)
    rng, kept = np.random.default_rng(5), []
    subsets = [np.sort(rng.permutation(data.n_train)[: data.n_train // 2]) for _ in range(60)]
    for rows in subsets:
        logits = BatchedLogistic().fit_predict(data.X[rows], data.y[rows], data.X_test, n_classes=2, seed=0).logits
        kept.append((logits[:, 1] - logits[:, 0]) * (2 * data.y_test - 1))
    included = np.array([np.isin(np.arange(data.n_train), rows) for rows in subsets], float)
    predicted, actual = included @ np.asarray(found), np.array(kept)
    ranks = [table.argsort(axis=0).argsort(axis=0).astype(float) for table in (predicted, actual)]
    agreement = [np.corrcoef(first, second)[0, 1] for first, second in zip(ranks[0].T, ranks[1].T, strict=True)]
    assert np.mean(agreement) > 0.5


def test_the_same_seed_gives_the_same_bytes_and_its_provenance():
    data, learner = two_clouds(), CompiledMLP(hidden=4, max_epochs=10)
    first, again, other = (trak(learner, data, n_models=2, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.value, again.value)
    assert not np.array_equal(first.value, other.value)
    assert first.provenance["data_hash"] == data.content_hash
    assert first.provenance["learner"]["settings"] == learner.describe()
    assert isinstance(first, Attributions)
    assert not first.value.flags.writeable
    assert np.asarray(first).shape == (data.n_train, data.n_test)


def test_halves_complete_each_other_and_keep_together_what_belongs_together():
    data = two_clouds(together=np.arange(80) // 4)
    first, second = _half(data, 0, 0), _half(data, 1, 0)
    assert sorted([*first, *second]) == list(range(data.n_train))
    assert not set(data.together[first]) & set(data.together[second])


def test_a_lone_mislabeled_example_influences_itself_most():
    rng = np.random.default_rng(0)
    y = np.arange(60) % 2
    X = rng.normal(size=(60, 2)) * 0.3 + 4 * y[:, None]
    y[7] = 1 - y[7]
    data = Dataset.from_arrays(X, y, X[:10], y[:10])
    own = self_influence(CompiledMLP(hidden=8), data, n_models=4)
    assert own.argmax() == 7


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"learner": Forest()}, "learner must be the built-in network"),
        ({"n_models": 1}, "n_models must be at least 2"),
        ({"dataset": Dataset.from_arrays([[0.0], [1]] * 4, [0, 1] * 4, np.zeros((0, 1)), [])}, "have test examples"),
        ({"seed": -1}, "seed must be"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_one_line(change, says):
    given = {"learner": CompiledMLP(), "dataset": two_clouds(), **change}
    with pytest.raises(InputError, match=says) as refusal:
        trak(**given)
    assert "\n" not in str(refusal.value)


def test_which_learners_have_attributions():
    assert has_attributions(CompiledMLP())
    assert has_attributions(BatchedLogistic())
    assert has_attributions(named_learner("logistic"))
    assert not has_attributions(Forest())


def test_a_network_of_the_users_own_has_them_too():
    torch = pytest.importorskip("torch")
    from longtail.learners.networks.torch_learner import TorchLearner

    def network(n_features: int, n_classes: int):
        return torch.nn.Sequential(torch.nn.Linear(n_features, 8), torch.nn.ReLU(), torch.nn.Linear(8, n_classes))

    found = trak(TorchLearner(module=network, max_epochs=10), two_clouds(), n_models=4)
    assert np.isfinite(found.value).all()
    assert found.agreement > 0
