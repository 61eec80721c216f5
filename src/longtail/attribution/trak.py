r"""Attributions of a learner: a few models on random halves of the training examples, and one linear system.

TRAK [ParkEtAl2023]_ linearizes trained models, and asks of the linear model what each training example is worth. How
ours deviates from theirs, and how its penalty is chosen, is told in ``penalty.py``. The halves come in pairs that
complete each other, so that each example is in as often as out.

Cost: the training of the models; for each :math:`O(n^2 d)`; and once :math:`O(n^3 + n^2 n_{test})`, for which the
number of training examples is bounded.
"""

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals, Whole
from longtail.attribution.attributions import Attributions
from longtail.attribution.penalty import TangentSystem
from longtail.attribution.tangent import TangentOf
from longtail.attribution.tangent_of_linear import (
    is_sklearn_logistic,
    tangent_of_logistic,
    tangent_of_sklearn_logistic,
    tangents_of_logistic,
)
from longtail.attribution.tangent_of_mlp import tangent_of_mlp
from longtail.attribution.tangent_of_trees import tangent_of_trees
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.learners import BatchedLogistic, BoostedTrees, CompiledMLP
from longtail.learners.learner import Learner
from longtail.randomness import generator, integer_seed

__all__ = ["MOST_EXAMPLES", "has_attributions", "self_influence", "trak"]

MOST_EXAMPLES = 12_000
"""Training examples whose kernel is held in memory, 1.2 GB at most."""


@checked
def trak(learner: Learner, dataset: Dataset, n_models: int = 5, seed: int = 0) -> Attributions:
    """Return what each training example is worth to each test example's margin.

    Parameters
    ----------
    learner : Learner
        The built-in network, logistic regression (``BatchedLogistic``, or scikit-learn's alone or after a
        ``StandardScaler``), boosted trees (``BoostedTrees``), or a network of the user's own (``TorchLearner``).
    dataset : Dataset
        With test examples, and at most 12,000 training examples.
    n_models : int
        At least 2: by how they differ the penalty is chosen.
    seed : int
        Of the halves and of the models.

    Returns
    -------
    Attributions
        (n, n_test), with its provenance.

    Raises
    ------
    InputError
        If the learner has no gradients, there are no test examples, or a number is out of its range.

    Examples
    --------
    >>> from longtail.dataset import Dataset
    >>> X = np.random.default_rng(0).normal(size=(60, 2))
    >>> data = Dataset.from_arrays(X, X[:, 0] > 0)
    >>> trak(CompiledMLP(hidden=4, max_epochs=10), data, n_models=2).value.shape
    (48, 12)
    """
    system, member, margin = _system(learner, dataset, n_models, seed)
    penalty, agreement = system.chosen_penalty(member, margin)
    return Attributions(
        value=system.solution(penalty, system.cross).astype(np.float32),
        data_hash=dataset.content_hash,
        learner={"name": learner.name, "version": learner.version, "settings": learner.describe()},
        n_models=n_models,
        seed=seed,
        fraction=0.5,
        penalty=penalty,
        agreement=agreement,
        method=f"TRAK with a weighted kernel, penalty {penalty:.3g} by agreement of {n_models} models",
    )


@checked
def self_influence(learner: Learner, dataset: Dataset, n_models: int = 5, seed: int = 0) -> NDArray[np.float64]:
    """Return what each training example is worth to its own margin, times the models' doubt about it.

    Parameters
    ----------
    learner, dataset, n_models, seed
        As of :func:`trak`.

    Returns
    -------
    (n,) float64 array
        A stand-in for memorization, in no unit.

    Raises
    ------
    InputError
        As of :func:`trak`.
    """
    system, member, margin = _system(learner, dataset, n_models, seed)
    penalty, _ = system.chosen_penalty(member, margin)
    return np.asarray(system.leverage(penalty) * system.doubt)


def has_attributions(learner: object) -> bool:
    """Return whether a learner's models can be linearized."""
    return _tangent_of(learner) is not None


def _system(
    learner: Learner, dataset: Dataset, n_models: int, seed: int
) -> tuple[TangentSystem, NDArray[np.bool_], Reals]:
    """Train the models, and return their mean system, who was in each, and their margins on the test examples."""
    tangent_of = _required(learner, dataset, n_models)
    n, n_test = dataset.n_train, dataset.n_test
    kernel, cross, doubt = np.zeros((n, n)), np.zeros((n, n_test)), np.zeros(n)
    member, margin = np.zeros((n_models, n), bool), np.zeros((n_models, n_test))
    halves = [_half(dataset, model, seed) for model in range(n_models)]
    seeds = [integer_seed(seed, "attribution model", model) for model in range(n_models)]
    if isinstance(learner, BatchedLogistic):
        tangents = tangents_of_logistic(learner, dataset, halves, seeds)
    else:
        tangents = (tangent_of(learner, dataset, *half) for half in zip(halves, seeds, strict=True))
    for model, (rows, found) in enumerate(zip(halves, tangents, strict=True)):
        unit = n_models * (float(np.median(np.diag(found.kernel))) or 1.0)
        kernel += found.kernel / unit
        cross += found.cross / unit
        doubt += found.doubt / n_models
        member[model, rows], margin[model] = True, found.margin
    return TangentSystem(kernel=kernel, cross=cross, doubt=doubt), member, margin


def _half(dataset: Dataset, model: int, seed: int) -> Whole:
    """Draw half of the training examples, or of the groups that stay together. The next model takes the other half."""
    units = np.arange(dataset.n_train) if dataset.together is None else dataset.together
    order = generator(seed, "attribution halves", model // 2).permutation(int(units.max()) + 1)
    middle = len(order) // 2
    chosen = order[:middle] if model % 2 == 0 else order[middle:]
    return np.flatnonzero(np.isin(units, chosen))


def _tangent_of(learner: object) -> TangentOf | None:
    if isinstance(learner, CompiledMLP):
        return tangent_of_mlp
    if isinstance(learner, BatchedLogistic):
        return tangent_of_logistic
    if isinstance(learner, BoostedTrees):
        return tangent_of_trees
    if is_sklearn_logistic(learner):
        return tangent_of_sklearn_logistic
    if getattr(learner, "name", "") == "torch":  # PyTorch is imported only for its own learners
        from longtail.attribution.tangent_of_torch import tangent_of_torch
        from longtail.learners.networks.torch_learner import TorchLearner

        return tangent_of_torch if isinstance(learner, TorchLearner) else None
    return None


def _required(learner: Learner, dataset: Dataset, n_models: int) -> TangentOf:
    tangent_of = _tangent_of(learner)
    if tangent_of is None:
        law = "be the built-in network, logistic regression with an L2 penalty, boosted trees or a TorchLearner"
        raise InputError("learner", law, learner.name, "For others, influence() needs no attributions.")
    if not dataset.n_test:
        raise InputError("dataset", "have test examples", Said("none"))
    if dataset.n_train > MOST_EXAMPLES:
        remedy = "Study a part: dataset.sample()."
        raise InputError("dataset", f"have at most {MOST_EXAMPLES:,} training examples here", dataset.n_train, remedy)
    if n_models < 2:
        raise InputError("n_models", "be at least 2", n_models, "By how models differ the penalty is chosen.")
    return tangent_of
