"""Networks of a user's own, many a launch: ``torch.func`` turns one network into a stack of them.

A stack trains what :class:`~longtail.trials.TorchLearner` trains one by one, from the same initialization and in the
same order, up to rounding. It pays on a GPU for networks that do not fill it alone. A network that draws numbers while
it trains (dropout) or keeps counts beside its parameters (batch normalization) is refused: what it draws or keeps would
depend on the networks beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from longtail.errors import InputError, LongtailError, Said
from longtail.learners.learner import Predictions, batch_of_one
from longtail.learners.mlp.kernels import Recipe
from longtail.learners.mlp.training_rounds import check_count
from longtail.learners.networks.stacked_training import (
    Forward,
    Parameters,
    StackedInputs,
    StackedRun,
    stacked_logits,
    train_stacked,
)
from longtail.learners.networks.torch_inputs import Entrance
from longtail.learners.networks.torch_learner import TorchLearner
from longtail.learners.networks.torch_session import seeded, torch_session
from longtail.randomness import generator

__all__ = ["StackedTorch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackedTorch:
    """Learner that trains many of a user's networks in one launch.

    Parameters
    ----------
    learner : TorchLearner
        The networks, how they are trained, and where.
    trials_per_batch : int
        Networks in a stack. Not part of the identity.
    """

    name: ClassVar[str] = "stacked-torch"

    learner: TorchLearner
    trials_per_batch: int = 20

    def __post_init__(self) -> None:
        check_count("trials_per_batch", self.trials_per_batch)

    @property
    def version(self) -> str:
        """Version of the learner."""
        return self.learner.version

    @property
    def executor(self) -> Literal["threads", "processes"]:
        """Kind of workers of the learner."""
        return self.learner.executor

    def describe(self) -> dict[str, Any]:
        """Return the learner's settings."""
        return self.learner.describe()

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
        """See :class:`~longtail.trials.BatchLearner`.

        Raises
        ------
        InputError
            If the network draws numbers or keeps counts while it trains.
        """
        members = [np.asarray(subset, np.int64) for subset in subsets]
        with torch_session():
            forward, parameters = self._networks(X.shape[1], n_classes, seeds)
            inputs = self._inputs(X, members)
            run = StackedRun(
                forward=forward,
                parameters=parameters,
                inputs=inputs,
                labels=torch.tensor(y, device=self.learner.device),
                subsets=members,
                orders=[_Orders(len(rows), seed) for rows, seed in zip(members, seeds, strict=True)],
            )
            train_stacked(run, self._recipe)
            logits = stacked_logits(replace(run, inputs=inputs.of(X_eval))).cpu().numpy()
        return [self._answer(own, (len(X_eval), n_classes)) for own in logits]

    def _networks(self, n_features: int, n_classes: int, seeds: Sequence[int]) -> tuple[Forward, Parameters]:
        device, networks = torch.device(self.learner.device), []
        for seed in seeds:
            with seeded(seed, device):
                networks.append(_stackable(self.learner.network(n_features, n_classes)).to(device))
        named, _ = torch.func.stack_module_state(networks)
        one, names = networks[0], list(named)

        def of_one(parameters: Parameters, inputs: torch.Tensor) -> torch.Tensor:
            return torch.func.functional_call(one, dict(zip(names, parameters, strict=True)), (inputs,))

        return torch.func.vmap(of_one), [part.detach().contiguous() for part in named.values()]

    def _inputs(self, X: NDArray[np.float32], members: Sequence[NDArray[np.int64]]) -> StackedInputs:
        learner = self.learner
        entrances = [Entrance.of(X[rows], learner.standardize, learner.input_shape) for rows in members]
        center = np.stack([entrance.center for entrance in entrances])
        scale = np.stack([entrance.scale for entrance in entrances])
        return StackedInputs.on(learner.device, X, center, scale, learner.input_shape)

    @property
    def _recipe(self) -> Recipe:
        learner = self.learner
        return Recipe(
            epochs=learner.epochs,
            max_epochs=learner.max_epochs,
            batch_size=learner.batch_size,
            learning_rate=learner.learning_rate,
            momentum=learner.momentum,
            weight_decay=learner.weight_decay,
        )

    def _answer(self, logits: NDArray[np.float32], shape: tuple[int, int]) -> Predictions | LongtailError:
        try:
            return self.learner.predictions(logits, shape)
        except LongtailError as error:
            return error


class _Orders:
    """The permutations that the sequential loop draws."""

    def __init__(self, n_examples: int, seed: int) -> None:
        self.n_examples, self.stream = n_examples, generator(seed, "order")

    def round(self, n_epochs: int) -> Iterator[NDArray[np.int64]]:
        for _ in range(n_epochs):
            yield self.stream.permutation(self.n_examples)


def _stackable(network: Any) -> Any:
    kinds = {type(module).__name__ for module in network.modules()}
    drawing = sorted(kind for kind in kinds if "Dropout" in kind)
    if drawing or list(network.buffers()):
        law = "neither draw numbers nor keep counts while they train, to be stacked"
        remedy = "Use TorchLearner, which trains them one by one."
        raise InputError("networks", law, Said(drawing[0] if drawing else "buffers"), remedy)
    return network
