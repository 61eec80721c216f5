r"""The tangent kernel of a network of the user's own, by ``torch.func``: a gradient of the margin for each example.

The gradients of all parameters are written out, in blocks, and multiplied by one random matrix of Gaussian numbers
where there are more than 4,096 of them: inner products survive a projection to k dimensions up to a relative error of
about :math:`\sqrt{2 / k}`, without bias [JohnsonLindenstrauss1984]_. The network is in evaluation mode.
"""

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from longtail.array_types import Reals, Whole
from longtail.attribution.tangent import Tangent, slopes_of
from longtail.dataset import Dataset
from longtail.learners.networks.torch_inputs import Entrance
from longtail.learners.networks.torch_learner import TorchLearner
from longtail.learners.networks.torch_session import torch_session
from longtail.randomness import integer_seed

__all__ = ["tangent_of_torch"]

_MOST_PARAMETERS = 4_096
_PROJECTED = 2_048
_NUMBERS_PER_BLOCK = 50_000_000
_PARAMETERS_PER_BLOCK = 16_384


def tangent_of_torch(learner: TorchLearner, dataset: Dataset, rows: Whole, seed: int) -> Tangent:
    """Train a network on some rows, and return its tangent."""
    everything = np.concatenate([dataset.X, dataset.X_test])
    labels = np.concatenate([dataset.y, dataset.y_test])
    kept: list[Any] = []
    predictions = learner.fit_change_predict(
        dataset.X[rows],
        dataset.y[rows],
        everything,
        n_classes=dataset.n_classes,
        seed=seed,
        change=lambda network: kept.append(copy.deepcopy(network)),
    )
    assert predictions.logits is not None
    slopes = slopes_of(predictions.logits, labels)
    entrance = Entrance.of(dataset.X[rows], learner.standardize, learner.input_shape)
    with torch_session():
        gradients = _gradients(learner, kept[0].eval(), entrance, everything, slopes.slope, seed)
    n = dataset.n_train
    return Tangent(
        kernel=gradients[:n] @ gradients[:n].T,
        cross=gradients[:n] @ gradients[n:].T,
        doubt=1 - slopes.probability[:n],
        margin=slopes.margin[n:],
    )


def _gradients(
    learner: TorchLearner, network: Any, entrance: Entrance, X: NDArray[np.float32], slope: Reals, seed: int
) -> Reals:
    """Return each example's gradient of its margin, projected where it is long."""
    device = torch.device(learner.device)
    parameters = {name: part.detach() for name, part in network.named_parameters()}
    buffers = dict(network.named_buffers())

    def margin(at: Any, one: torch.Tensor, direction: torch.Tensor) -> torch.Tensor:
        logits = torch.func.functional_call(network, (at, buffers), (one.unsqueeze(0),))[0]
        return (logits * direction).sum()

    each = torch.func.vmap(torch.func.grad(margin), in_dims=(None, 0, 0), randomness="different")
    n_parameters = sum(part.numel() for part in parameters.values())
    size = min(max(_NUMBERS_PER_BLOCK // n_parameters, 16), 1024)
    found = []
    for start in range(0, len(X), size):
        inputs = entrance.tensor(X[start : start + size], device)
        direction = torch.tensor(slope[start : start + size], dtype=torch.float32, device=device)
        parts = each(parameters, inputs, direction)
        long = torch.cat([part.reshape(len(inputs), -1) for part in parts.values()], dim=1)
        found.append((_projected(long, seed) if n_parameters > _MOST_PARAMETERS else long).cpu().numpy().astype(float))
    return np.concatenate(found)


def _projected(gradients: torch.Tensor, seed: int) -> torch.Tensor:
    """Multiply by a matrix of Gaussian numbers of variance 1/k, block of parameters by block."""
    total = torch.zeros(len(gradients), _PROJECTED, device=gradients.device)
    for block, directions in _directions(gradients.shape[1], seed):
        total += gradients[:, block] @ directions.to(gradients.device)
    return total / _PROJECTED**0.5


def _directions(n_parameters: int, seed: int) -> Iterator[tuple[slice, torch.Tensor]]:
    draws = torch.Generator().manual_seed(integer_seed(seed, "projection"))
    for start in range(0, n_parameters, _PARAMETERS_PER_BLOCK):
        stop = min(start + _PARAMETERS_PER_BLOCK, n_parameters)
        yield slice(start, stop), torch.randn(stop - start, _PROJECTED, generator=draws)
