"""DP-SGD for a network of the user's own, by Opacus [YousefpourEtAl2021]_: gradients are taken and clipped one by one.

Opacus takes a network's gradient for each example and clips it; who is in a step, and how much noise there is, is ours:
its loader and its accountant are not used. A step's examples go through the network in blocks, so that memory does not
grow with the batch, and noise is added once a step.

What cannot be private is refused by name: batch normalization, through which examples see each other, and whatever else
keeps statistics of the examples in buffers, for these would leave the training run without noise.
"""

import math
import warnings
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from longtail.array_types import Singles
from longtail.errors import InputError, Said
from longtail.learners.learner import Predictions
from longtail.learners.networks.torch_session import seeded, torch_session
from longtail.limits.private_steps import PrivateSteps
from longtail.randomness import generator, integer_seed

if TYPE_CHECKING:
    from longtail.learners.networks.torch_learner import TorchLearner

__all__ = ["descend", "opacus_version", "private_predictions", "refuse_what_is_not_private"]

_ROWS_PER_BLOCK = 256
_NOTHING_CLIPPED = 1e12  # Replaces an infinite clipping norm, because the noise is a multiple of the norm.


def opacus_version() -> str:
    """Return the version of Opacus.

    Raises
    ------
    InputError
        If it is not installed.
    """
    _opacus()
    return version_of("opacus")


def refuse_what_is_not_private(learner: "TorchLearner", n_features: int, n_classes: int) -> None:
    """Make one network, and refuse it if its training could not be private.

    Raises
    ------
    InputError
        If it has batch normalization or other layers that Opacus refuses.
    """
    with torch_session(), seeded(0, torch.device("cpu")):
        _refuse(learner.network(n_features, n_classes))


def private_predictions(
    learner: "TorchLearner",
    steps: PrivateSteps,
    inputs: Singles,
    y: NDArray[np.int64],
    asked: Singles,
    *,
    n_classes: int,
    seed: int,
) -> Predictions:
    """Train a new network of the learner's factory privately, and ask it.

    Parameters
    ----------
    learner : TorchLearner
        Its factory, shape of an example and device are taken; its optimizer is not.
    steps : PrivateSteps
        What is done.
    inputs, asked : (n, d), (n_eval, d) arrays
        Features as they enter; whatever was done to an example was done to it by itself.
    y : (n,) int array
        Classes.
    n_classes, seed : int
        See :class:`longtail.trials.Learner`.
    """
    device = torch.device(learner.device)
    with torch_session(), seeded(seed, device):
        network = learner.network(inputs.shape[1], n_classes).to(device)
        _refuse(network)
        statistics = {name: buffer.clone() for name, buffer in network.named_buffers()}
        descend(network, steps, _shaped(learner, inputs, device), torch.tensor(y, device=device), seed)
        _refuse_statistics(network, statistics)
        network.eval()
        with torch.no_grad():
            blocks = _shaped(learner, asked, device).split(_ROWS_PER_BLOCK)
            logits = torch.cat([network(block) for block in blocks]) if len(asked) else torch.empty(0, n_classes)
    return learner.predictions(logits.cpu().numpy(), (len(asked), n_classes))


def descend(network: Any, steps: PrivateSteps, inputs: torch.Tensor, labels: torch.Tensor, seed: int) -> None:
    """Take the steps: changes the network's parameters.

    Parameters
    ----------
    network : torch.nn.Module
        In its first state.
    steps : PrivateSteps
        What is done.
    inputs, labels : (n, …), (n,) tensors
        All examples.
    seed : int
        Of who takes part, and of the noise.
    """
    opacus = _opacus()
    bound = steps.clipping_norm if math.isfinite(steps.clipping_norm) else _NOTHING_CLIPPED
    noise_source = torch.Generator(device=inputs.device).manual_seed(integer_seed(seed, "dp-sgd noise"))
    network.train()
    try:
        one_by_one = opacus.GradSampleModule(network, loss_reduction="sum")
    except NotImplementedError as error:
        raise InputError("module", "have layers that Opacus knows", Said(str(error))) from error
    optimizer = opacus.optimizers.DPOptimizer(
        torch.optim.SGD(network.parameters(), lr=steps.learning_rate),
        noise_multiplier=steps.noise / bound,
        max_grad_norm=bound,
        expected_batch_size=None,
        loss_reduction="sum",
        generator=noise_source,
    )
    rng = generator(seed, "dp-sgd")
    for _ in range(steps.number):
        chosen = torch.as_tensor(steps.sample(len(inputs), rng)).to(inputs.device)
        blocks = chosen.split(_ROWS_PER_BLOCK)
        for place, block in enumerate(blocks):
            optimizer.signal_skip_step(do_skip=place + 1 < len(blocks))
            _take_gradients(one_by_one, inputs[block], labels[block])
            optimizer.step()
            optimizer.zero_grad()
    one_by_one.remove_hooks()


def _take_gradients(one_by_one: Any, inputs: torch.Tensor, labels: torch.Tensor) -> None:
    """Fill `grad_sample` for every example in the batch. If the batch is empty, the step is noise only."""
    if len(inputs):
        loss = torch.nn.functional.cross_entropy(one_by_one(inputs), labels, reduction="sum")
        with warnings.catch_warnings():
            warnings.filterwarnings(
                "ignore", message="Full backward hook is firing"
            )  # The inputs of the first layer are the data.
            loss.backward()
    else:
        for parameter in one_by_one.parameters():
            parameter.grad_sample = torch.zeros(0, *parameter.shape, device=parameter.device)


def _shaped(learner: "TorchLearner", rows: Singles, device: torch.device) -> torch.Tensor:
    tensor = torch.from_numpy(np.ascontiguousarray(rows)).to(device)
    if not learner.input_shape:
        return tensor
    tensor = tensor.reshape(len(rows), *learner.input_shape)
    return tensor.to(memory_format=torch.channels_last) if len(learner.input_shape) == 3 else tensor


def _opacus() -> Any:
    try:
        import opacus
        import opacus.optimizers
    except ImportError as error:
        law, remedy = (
            "be installed, to train a network of your own privately",
            "In a clone: pip install '.[neural-privacy]'.",
        )
        raise InputError("the extra neural-privacy", law, Said("no Opacus"), remedy) from error
    return opacus


def _refuse(network: Any) -> None:
    for name, layer in network.named_modules():
        if isinstance(layer, torch.nn.modules.batchnorm._BatchNorm):
            law = "have no batch normalization under differential privacy: through it examples see each other"
            what = Said(f"{type(layer).__name__} ({name or 'the network itself'})")
            remedy = "Put torch.nn.GroupNorm in its place, which looks at one example at a time."
            raise InputError("module", law, what, remedy)
    _opacus()
    from opacus.validators import ModuleValidator

    for error in ModuleValidator.validate(network.train(), strict=False):
        raise InputError("module", "be one that can be trained privately", Said(str(error)))


def _refuse_statistics(network: Any, before: dict[str, torch.Tensor]) -> None:
    for name, buffer in network.named_buffers():
        if name in before and not torch.equal(buffer, before[name]):
            law = "keep no statistics of its examples under differential privacy: they leave the run without noise"
            raise InputError("module", law, Said(f"the buffer {name}, which training changed"))
