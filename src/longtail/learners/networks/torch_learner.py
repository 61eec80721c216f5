"""Any PyTorch network as a learner: made anew for each trial, trained on its subset, asked for logits.

The loop is the usual one, stochastic gradient descent with momentum on the cross-entropy, without the ``DataLoader``:
batches are rows of one tensor, and pictures lie in memory channel by channel last, which convolutions on a CPU are
faster with. How long it trains, and in which batches, is told in ``training_rounds.py``. Features are standardized by
the training examples alone.

All randomness is the trial's: the initialization and whatever the network draws while it trains (dropout) come from
PyTorch's generator under the trial's seed, the order of the examples from a stream of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version as version_of
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import AccuracyError, InputError, Said
from longtail.learners.learner import Predictions, fitting_arrays
from longtail.learners.mlp.training_rounds import batch_bounds, check_count, check_training_settings, rounds
from longtail.learners.networks.module_factory import called, check_factory, factory_name
from longtail.learners.networks.torch_inputs import Entrance, Standardize
from longtail.learners.networks.torch_session import checked_device, seeded, torch_session
from longtail.randomness import generator

__all__ = ["TorchLearner"]

_ROWS_PER_BLOCK = 512


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class TorchLearner:
    """A learner that trains the networks of a factory, one after the other.

    Parameters
    ----------
    module : callable
        A class derived from ``torch.nn.Module``, or a function that makes a network; called with those of
        ``n_features`` and ``n_classes`` that it has parameters for. Its networks give one logit a class.
    input_shape : tuple of int
        Shape of one example as the network takes it, for instance ``(1, 28, 28)``; empty for a flat row.
    standardize : {"each", "all", "none"}
        Each feature by its mean and standard deviation over the training examples; all by one mean and one deviation
        (pictures); or none.
    epochs, max_epochs, batch_size, learning_rate, momentum, weight_decay
        As of :class:`~longtail.trials.CompiledMLP`.
    device : str
        Where it is trained. Not part of its identity: devices agree up to rounding.

    Raises
    ------
    InputError
        If ``module`` is a network instead of a factory, a setting is out of its range, or there is no such device.

    Examples
    --------
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)
    >>> def network(n_features, n_classes):
    ...     hidden = torch.nn.Linear(n_features, 16)
    ...     return torch.nn.Sequential(hidden, torch.nn.ReLU(), torch.nn.Linear(16, n_classes))
    >>> TorchLearner(module=network).fit_predict(X, np.array([0, 1, 1, 0]), X, n_classes=2, seed=0).labels
    array([0, 1, 1, 0])
    """

    name: ClassVar[str] = "torch"

    module: Callable[..., Any]
    input_shape: tuple[int, ...] = ()
    standardize: Standardize = "each"
    epochs: int = 10
    max_epochs: int = 640
    batch_size: int = 32
    learning_rate: float = 0.05
    momentum: float = 0.9
    weight_decay: float = 0.0
    device: str = "cpu"

    def __post_init__(self) -> None:
        check_factory(self.module)
        factory_name(self.module)
        for size in self.input_shape:
            check_count("input_shape", size)
        if self.standardize not in ("each", "all", "none"):
            raise InputError("standardize", 'be "each", "all" or "none"', self.standardize)
        check_training_settings(self)
        checked_device(self.device)

    @property
    def version(self) -> str:
        """Version of this loop and of PyTorch."""
        return f"1; torch {version_of('torch')}"

    @property
    def executor(self) -> Literal["threads", "processes"]:
        """Kind of workers: processes, because the loop holds the interpreter lock.

        On a device one process is enough.
        """
        return "processes" if self.device == "cpu" else "threads"

    def describe(self) -> dict[str, Any]:
        """Return the factory's name and the settings without the device."""
        return {
            "module": factory_name(self.module),
            "input_shape": list(self.input_shape),
            "standardize": self.standardize,
            "epochs": self.epochs,
            "max_epochs": self.max_epochs,
            "batch_size": self.batch_size,
            "learning_rate": self.learning_rate,
            "momentum": self.momentum,
            "weight_decay": self.weight_decay,
        }

    def fit_predict(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seed: int,
    ) -> Predictions:
        """See :class:`~longtail.trials.Learner`.

        Raises
        ------
        InputError
            If the factory makes no network, or its network no logits of the right shape.
        AccuracyError
            If the training run diverged.
        """
        X, y, X_eval = fitting_arrays(X, y, X_eval, n_classes)
        return self.fit_change_predict(X, y, X_eval, n_classes=n_classes, seed=seed, change=lambda _: None)

    def fit_change_predict(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seed: int,
        change: Callable[[Any], None],
    ) -> Predictions:
        """Do the same, but change the trained network in place before it predicts. A limit compresses it there."""
        device = torch.device(self.device)
        entrance = Entrance.of(X, self.standardize, self.input_shape)
        with torch_session(), seeded(seed, device):
            network = self.network(X.shape[1], n_classes).to(device)
            self._train(network, entrance.tensor(X, device), torch.tensor(y, device=device), generator(seed, "order"))
            change(network)
            blocks = [X_eval[start : start + _ROWS_PER_BLOCK] for start in range(0, len(X_eval), _ROWS_PER_BLOCK)]
            answers = [_logits(network, entrance.tensor(block, device)) for block in blocks]
        return self.predictions(torch.cat(answers).cpu().numpy(), (len(X_eval), n_classes))

    def watched_logits(
        self, X: NDArray[np.float32], y: NDArray[np.int64], *, n_classes: int, seed: int
    ) -> NDArray[np.float32]:
        """Train once on all examples, and return their logits after each epoch: an (epochs, n, classes) array.

        The steps are those of :meth:`fit_predict`; between epochs the network is asked as if it were to predict.

        Raises
        ------
        InputError
            As of :meth:`fit_predict`.
        AccuracyError
            If the training run diverged.
        """
        X, y, _ = fitting_arrays(X, y, X, n_classes)
        device, found = torch.device(self.device), []
        entrance = Entrance.of(X, self.standardize, self.input_shape)
        with torch_session(), seeded(seed, device):
            network, inputs = self.network(X.shape[1], n_classes).to(device), entrance.tensor(X, device)

            def watch() -> None:
                blocks = [inputs[start : start + _ROWS_PER_BLOCK] for start in range(0, len(inputs), _ROWS_PER_BLOCK)]
                logits = torch.cat([_logits(network, block) for block in blocks]).cpu().numpy()
                found.append(np.asarray(self.predictions(logits, (len(X), n_classes)).logits))

            self._train(network, inputs, torch.tensor(y, device=device), generator(seed, "order"), watch)
        return np.array(found, np.float32)

    def network(self, n_features: int, n_classes: int) -> Any:
        """Make a new network of the factory, initialized from PyTorch's random state.

        For pictures its channels are last in memory.
        """
        network = called(self.module, n_features, n_classes).float()
        return network.to(memory_format=torch.channels_last) if len(self.input_shape) == 3 else network

    def require_fresh_networks(self, n_features: int, n_classes: int) -> None:
        """Refuse a factory that gives the same parameters twice: a trial would go on where the last one stopped.

        Raises
        ------
        InputError
            If two networks of the factory share a parameter.
        """
        with torch_session(), seeded(0, torch.device("cpu")):
            one, other = (called(self.module, n_features, n_classes) for _ in range(2))
        held = {parameter.data_ptr() for parameter in one.parameters() if parameter.numel()}
        if any(parameter.data_ptr() in held for parameter in other.parameters()):
            law = "make a new network at each call"
            remedy = "Make the network inside the function: each trial needs one with an initialization of its own."
            raise InputError(f"module {factory_name(self.module)}", law, Said("one network twice"), remedy)

    def predictions(self, logits: NDArray[np.float32], shape: tuple[int, int]) -> Predictions:
        """Return the predictions of a network's logits. Refuse logits of another shape or that are not finite."""
        if logits.shape != shape:
            law = f"give {shape[1]} logits for each example"
            raise InputError(f"module {factory_name(self.module)}", law, Said(f"an output of shape {logits.shape}"))
        if not np.isfinite(logits).all():
            raise AccuracyError(f"Training diverged; a learning_rate below {self.learning_rate:g} may help.")
        return Predictions(labels=logits.argmax(axis=1), logits=logits)

    def _train(
        self,
        network: Any,
        inputs: torch.Tensor,
        labels: torch.Tensor,
        orders: np.random.Generator,
        watch: Callable[[], None] | None = None,
    ) -> None:
        bounds = batch_bounds(len(inputs), self.batch_size)
        for number, n_epochs in enumerate(rounds(self.epochs, self.max_epochs)):
            if number > 0 and _is_over(network, inputs, labels):
                break
            network.train()
            optimizer = torch.optim.SGD(
                network.parameters(), lr=self.learning_rate, momentum=self.momentum, weight_decay=self.weight_decay
            )
            step, n_steps = 0, n_epochs * len(bounds)
            for _ in range(n_epochs):
                order = torch.as_tensor(orders.permutation(len(inputs))).to(inputs.device)
                for start, end in bounds:
                    chosen = order[start:end]
                    optimizer.param_groups[0]["lr"] = self.learning_rate * (1 - step / n_steps)
                    optimizer.zero_grad()
                    torch.nn.functional.cross_entropy(network(inputs[chosen]), labels[chosen]).backward()
                    optimizer.step()
                    step += 1
                if watch is not None:
                    watch()
                    network.train()


def _logits(network: Any, inputs: torch.Tensor) -> torch.Tensor:
    network.eval()
    with torch.no_grad():
        return network(inputs)


def _is_over(network: Any, inputs: torch.Tensor, labels: torch.Tensor) -> bool:
    """Return whether every example is classified right, or the run has diverged."""
    for start in range(0, len(inputs), _ROWS_PER_BLOCK):
        logits = _logits(network, inputs[start : start + _ROWS_PER_BLOCK])
        if not bool(torch.isfinite(logits).all()):
            return True
        if not bool((logits.argmax(dim=1) == labels[start : start + _ROWS_PER_BLOCK]).all()):
            return False
    return True
