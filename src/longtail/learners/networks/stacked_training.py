r"""Many networks of one shape trained side by side on one device, each on its own subset, in its own order.

The parameters of all networks are stacked along a first axis. The sum of their losses has, in each network's own
parameters, the gradient of its own loss; so one backward pass serves all, and none feels another. Each takes the steps
that it would take alone (``training_rounds.py``), and a network that fits its training examples leaves the stack at the
end of a round.

Networks whose epochs have different numbers of batches are trained in stacks of their own. A batch that is shorter
than the longest beside it is filled up with examples of weight zero.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from longtail.learners.mlp.kernels import Recipe
from longtail.learners.mlp.training_rounds import batch_bounds, rounds

__all__ = ["Forward", "Parameters", "StackedInputs", "StackedRun", "stacked_logits", "train_stacked"]

Parameters: TypeAlias = list[torch.Tensor]
"""Each (n_networks, ...)."""
Forward: TypeAlias = Callable[[Parameters, torch.Tensor], torch.Tensor]
"""Parameters and inputs (n_networks, n_rows, ...) -> logits (n_networks, n_rows, n_classes)."""

_NUMBERS_PER_BLOCK = 1 << 24  # Largest number of inputs in one block of an evaluation.


@dataclass(frozen=True, slots=True)
class StackedInputs:
    """Examples as each network takes them: by its own standardization, in the shape that it wants."""

    features: torch.Tensor  # (n, d)
    center: torch.Tensor  # (n_networks, d)
    scale: torch.Tensor
    shape: tuple[int, ...]

    @classmethod
    def on(
        cls,
        device: str,
        X: NDArray[np.float32],
        center: NDArray[np.float32],
        scale: NDArray[np.float32],
        shape: tuple[int, ...] = (),
    ) -> "StackedInputs":
        """Return the inputs on a device."""
        features, center_there, scale_there = (torch.tensor(part, device=device) for part in (X, center, scale))
        return cls(features, center_there, scale_there, shape)

    def of(self, X: NDArray[np.float32]) -> "StackedInputs":
        """Return other examples for the same networks."""
        return replace(self, features=torch.tensor(X, device=self.features.device))

    def __call__(self, networks: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        """Return inputs (n_networks, n_rows, ...) of rows (n_networks, n_rows)."""
        entered = (self.features[rows] - self.center[networks, None]) * self.scale[networks, None]
        return entered.reshape(*rows.shape, *self.shape) if self.shape else entered


@dataclass(slots=True)
class StackedRun:
    """Networks that are trained, and their examples.

    Parameters
    ----------
    forward : Forward
        The networks.
    parameters : Parameters
        Of all networks; changed in place.
    inputs : StackedInputs
        What they take.
    labels : (n,) tensor
        Classes of all training examples.
    subsets : sequence of int arrays
        Rows of each network's training examples.
    orders : sequence of iterators
        Of each network, the permutation of every epoch to come.
    """

    forward: Forward
    parameters: Parameters
    inputs: StackedInputs
    labels: torch.Tensor
    subsets: Sequence[NDArray[np.int64]]
    orders: Sequence["Orders"]


class Orders(Protocol):
    """A network's stream of permutations."""

    def round(self, n_epochs: int) -> Iterator[NDArray[np.int64]]:
        """Yield the permutations of the epochs of one round."""
        ...


def train_stacked(run: StackedRun, recipe: Recipe) -> None:
    """Train all networks until each fits its training examples, or its epochs are spent."""
    batches = np.array([-(-len(members) // recipe.batch_size) for members in run.subsets])
    for n_batches in np.unique(batches):
        networks = np.flatnonzero(batches == n_batches)
        for number, n_epochs in enumerate(rounds(recipe.epochs, recipe.max_epochs)):
            if number > 0:
                networks = np.array([network for network in networks.tolist() if not _is_over(run, network)], np.int64)
            if len(networks) == 0:
                break
            _train_round(run, networks, recipe, n_epochs)


def _train_round(run: StackedRun, networks: NDArray[np.int64], recipe: Recipe, n_epochs: int) -> None:
    device = run.labels.device
    stack = torch.as_tensor(networks).to(device)
    parameters = [part[stack].requires_grad_() for part in run.parameters]
    velocities = [torch.zeros_like(part) for part in parameters]
    layout = _Layout.of([len(run.subsets[network]) for network in networks], recipe.batch_size)
    weights = torch.as_tensor(layout.weights).to(device)
    streams = [run.orders[network].round(n_epochs) for network in networks]
    step, n_steps = 0, n_epochs * layout.n_batches
    for _ in range(n_epochs):
        shuffled = [run.subsets[network][next(stream)] for network, stream in zip(networks, streams, strict=True)]
        epoch = torch.as_tensor(layout.spread(shuffled)).to(device)
        for batch in range(layout.n_batches):
            rows = epoch[:, batch]
            logits = run.forward(parameters, run.inputs(stack, rows))
            losses = torch.nn.functional.cross_entropy(
                logits.flatten(0, 1), run.labels[rows].flatten(), reduction="none"
            )
            slopes = torch.autograd.grad((losses.view_as(rows) * weights[:, batch]).sum(), parameters)
            rate = float(np.float32(recipe.learning_rate * (1 - step / n_steps)))
            _descend(parameters, velocities, slopes, rate, recipe)
            step += 1
    for whole, part in zip(run.parameters, parameters, strict=True):
        whole[stack] = part.detach()


def _descend(
    parameters: Parameters, velocities: Parameters, slopes: Sequence[torch.Tensor], rate: float, recipe: Recipe
) -> None:
    with torch.no_grad():
        for part, velocity, slope in zip(parameters, velocities, slopes, strict=True):
            pull = slope.add(part, alpha=recipe.weight_decay) if recipe.weight_decay else slope
            velocity.mul_(recipe.momentum).add_(pull)
            part.sub_(velocity, alpha=rate)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Places of the examples of a shuffled epoch: (n_networks, n_batches, longest batch)."""

    places: NDArray[np.int64]
    weights: NDArray[np.float32]  # 1 / batch length, or 0 for rows that only fill up the batch

    @classmethod
    def of(cls, sizes: Sequence[int], batch_size: int) -> "_Layout":
        bounds = np.array([batch_bounds(size, batch_size) for size in sizes])  # (n_networks, n_batches, 2)
        starts, lengths = bounds[:, :, 0], bounds[:, :, 1] - bounds[:, :, 0]
        offsets = np.arange(lengths.max())
        is_real = offsets < lengths[:, :, None]
        places = starts[:, :, None] + np.where(is_real, offsets, 0)
        return cls(places, np.where(is_real, 1 / lengths[:, :, None], 0).astype(np.float32))

    @property
    def n_batches(self) -> int:
        return int(self.places.shape[1])

    def spread(self, shuffled: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
        """Return the rows of one epoch of every network."""
        return np.stack([rows[places] for rows, places in zip(shuffled, self.places, strict=True)])


def _is_over(run: StackedRun, network: int) -> bool:
    """Return whether every training example is classified right, or the run has diverged."""
    rows = torch.as_tensor(run.subsets[network]).to(run.labels.device)
    logits = _logits(run, np.array([network]), rows)[0]
    return bool((logits.argmax(dim=1) == run.labels[rows]).all() | ~torch.isfinite(logits).all())


def stacked_logits(run: StackedRun) -> torch.Tensor:
    """Return logits (n_networks, n, n_classes) of all inputs under all networks."""
    rows = torch.arange(len(run.inputs.features), device=run.inputs.features.device)
    return _logits(run, np.arange(len(run.subsets)), rows)


def _logits(run: StackedRun, networks: NDArray[np.int64], rows: torch.Tensor) -> torch.Tensor:
    """Return logits of the same rows under some networks, in blocks so that memory stays bounded."""
    stack, answers = torch.as_tensor(networks).to(rows.device), []
    parameters = [part[stack] for part in run.parameters]
    length = max(1, _NUMBERS_PER_BLOCK // (run.inputs.features.shape[1] * len(networks)))
    with torch.no_grad():
        for start in range(0, len(rows), length):
            block = rows[start : start + length].expand(len(networks), -1)
            answers.append(run.forward(parameters, run.inputs(stack, block)))
    return torch.cat(answers, dim=1)
