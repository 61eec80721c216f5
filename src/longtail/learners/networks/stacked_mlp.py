"""The built-in neural learner, hundreds of models a launch on a GPU.

A stack trains the networks that :class:`~longtail.trials.CompiledMLP` trains where no example waits, from the same
initialization, in the same order, by the same steps; the two agree up to the rounding of single precision. (Waiting
would give each network batches of its own, and what makes a stack fast is that its networks share their launches.) On a
CPU the compiled one is faster: one model's weights stay in the cache, those of a stack do not. On a GPU the stack is,
where one model's steps are too short to be launched one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.compilation import read_only
from longtail.errors import AccuracyError, InputError, LongtailError
from longtail.learners.learner import Predictions, batch_of_one
from longtail.learners.mlp.compiled_mlp import CompiledMLP, initial_parameters
from longtail.learners.mlp.kernels import shuffle, standardization_of
from longtail.learners.mlp.training_rounds import check_count
from longtail.learners.networks.stacked_training import (
    Parameters,
    StackedInputs,
    StackedRun,
    stacked_logits,
    train_stacked,
)
from longtail.learners.networks.torch_session import checked_device, torch_session
from longtail.randomness import generator

__all__ = ["StackedMLP"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class StackedMLP:
    """Learner that trains many multilayer perceptrons in one launch.

    Parameters
    ----------
    mlp : CompiledMLP
        The network and how it is trained, with ``longest_wait=0`` and without a ``rate_floor``.
    device : str
        Where. Not part of its identity, and neither is ``trials_per_batch``: results agree up to rounding.
    trials_per_batch : int
        Models in a stack.

    Raises
    ------
    InputError
        If there is no such device, or the examples of ``mlp`` may wait, or its rate has a floor.

    Examples
    --------
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)
    >>> exclusive_or = np.array([0, 1, 1, 0])
    >>> network = CompiledMLP(hidden=16, longest_wait=0)
    >>> StackedMLP(mlp=network).fit_predict(X, exclusive_or, X, n_classes=2, seed=0).labels
    array([0, 1, 1, 0])
    """

    name: ClassVar[str] = "stacked-mlp"
    version: ClassVar[str] = "1"

    mlp: CompiledMLP = field(default_factory=lambda: CompiledMLP(longest_wait=0))
    device: str = "cpu"
    trials_per_batch: int = 100

    def __post_init__(self) -> None:
        checked_device(self.device)
        check_count("trials_per_batch", self.trials_per_batch)
        if self.mlp.longest_wait != 0:
            remedy = "A stack visits every example in every epoch."
            raise InputError("mlp", "have longest_wait=0", self.mlp.longest_wait, remedy)
        if self.mlp.rate_floor != 0:
            remedy = "The networks of a stack go through the same rounds."
            raise InputError("mlp", "have rate_floor=0", self.mlp.rate_floor, remedy)

    @property
    def executor(self) -> Literal["threads", "processes"]:
        """Kind of workers. On a device one process is enough."""
        return "processes" if self.device == "cpu" else "threads"

    def describe(self) -> dict[str, Any]:
        """Return the network's settings."""
        return {**self.mlp.describe(), "name": self.name}

    def fit_predict(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seed: int,
    ) -> Predictions:
        """Train a stack of one network, see :class:`~longtail.trials.Learner`."""
        return batch_of_one(self, X, y, X_eval, n_classes=n_classes, seed=seed)

    def fit_predict_many(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        subsets: Sequence[NDArray[np.integer[Any]]],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seeds: Sequence[int],
    ) -> list[Predictions | LongtailError]:
        """See :class:`~longtail.trials.BatchLearner`."""
        members = [np.asarray(subset, np.int64) for subset in subsets]
        widths = np.array([X.shape[1], *self.mlp.widths, n_classes], np.int64)
        with torch_session():
            inputs = self._inputs(X, members)
            run = StackedRun(
                forward=_forward,
                parameters=_stacked_parameters(widths, seeds, self.device),
                inputs=inputs,
                labels=torch.tensor(y, device=self.device),
                subsets=members,
                orders=[_Orders(len(rows), seed) for rows, seed in zip(members, seeds, strict=True)],
            )
            train_stacked(run, self.mlp.recipe)
            logits = stacked_logits(replace(run, inputs=inputs.of(X_eval)))
        return [self._answer(own) for own in logits.cpu().numpy()]

    def _inputs(self, X: NDArray[np.float32], members: Sequence[NDArray[np.int64]]) -> StackedInputs:
        moments = [standardization_of(read_only(np.ascontiguousarray(X[rows], np.float32))) for rows in members]
        center, scale = (np.stack(part) for part in zip(*moments, strict=True))
        return StackedInputs.on(self.device, X, center, scale)

    def _answer(self, logits: NDArray[np.float32]) -> Predictions | LongtailError:
        if not np.isfinite(logits).all():
            return AccuracyError(f"Training diverged; a learning_rate below {self.mlp.learning_rate:g} may help.")
        return Predictions(labels=logits.argmax(axis=1), logits=logits)


def _forward(parameters: Parameters, inputs: torch.Tensor) -> torch.Tensor:
    units = inputs
    for layer in range(0, len(parameters), 2):
        units = torch.baddbmm(parameters[layer + 1][:, None], units if layer == 0 else units.relu(), parameters[layer])
    return units


def _stacked_parameters(widths: NDArray[np.int64], seeds: Sequence[int], device: str) -> Parameters:
    """Return weights and biases of each layer, over all networks."""
    flat, stacked, start = np.stack([initial_parameters(widths, seed) for seed in seeds]), [], 0
    for fan_in, fan_out in pairwise(widths.tolist()):
        middle, end = start + fan_in * fan_out, start + (fan_in + 1) * fan_out
        stacked += [flat[:, start:middle].reshape(-1, fan_in, fan_out), flat[:, middle:end]]
        start = end
    return [torch.tensor(part, device=device) for part in stacked]


@dataclass(slots=True)
class _Orders:
    """The permutations that the compiled run draws: one array, which is shuffled further within a round."""

    n_examples: int
    seed: int
    state: np.uint64 = field(init=False)

    def __post_init__(self) -> None:
        self.state = generator(self.seed, "order").integers(2**64, dtype=np.uint64)

    def round(self, n_epochs: int) -> Iterator[NDArray[np.int64]]:
        order = np.arange(self.n_examples)
        for _ in range(n_epochs):
            self.state = np.uint64(shuffle(order, self.state))
            yield order
