"""What an intervention is, and what it promises.

An intervention is a learner that wraps a learner: it trains the inner one under a limit, or changes what that one
learned. Its identity includes the inner learner's, so that the trials of a limited and an unlimited learner are never
mixed up, and it states what it promises; most limits promise nothing about any single example, and say so.
"""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from longtail.errors import InputError, Said
from longtail.estimate import Bound
from longtail.learners.learner import Learner
from longtail.learners.mlp.compiled_mlp import CompiledMLP

if TYPE_CHECKING:
    from longtail.learners.networks.torch_learner import TorchLearner

__all__ = ["NO_GUARANTEE", "Guarantee", "Intervention", "as_torch_learner", "identity_of", "require_network"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """A promise in words and, where there is one, in a number.

    Parameters
    ----------
    text : str
        What is promised, to whom, and under which assumptions.
    bound : Bound or None
        The promised epsilon; None where nothing is promised.
    delta : float
        Of the promise, where it has one.
    """

    text: str
    bound: Bound | None = None
    delta: float = 0.0


NO_GUARANTEE = Guarantee(text="No example is promised anything: memorization is made dearer, not bounded.")
"""What a limit states that only makes memorization dearer."""


@runtime_checkable
class Intervention(Learner, Protocol):
    """A learner that limits another."""

    @property
    def inner(self) -> Learner:
        """The learner that is limited."""
        ...

    @property
    def guarantee(self) -> Guarantee:
        """What the limit promises."""
        ...


def identity_of(learner: Learner) -> dict[str, Any]:
    """Name, version and settings of an inner learner, for the description of what wraps it."""
    return {"name": learner.name, "version": learner.version, "settings": learner.describe()}


def as_torch_learner(learner: Learner) -> "TorchLearner | None":
    """The learner itself if it trains networks of the user's own; PyTorch is not imported to find out."""
    module = sys.modules.get("longtail.learners.networks.torch_learner")
    return learner if module is not None and isinstance(learner, module.TorchLearner) else None


def require_network(intervention: str, learner: Learner) -> CompiledMLP:
    """The built-in network, which alone shows its weights.

    Raises
    ------
    InputError
        If the learner is another one.
    """
    if not isinstance(learner, CompiledMLP):
        law = f"be the built-in network (mlp) under {intervention}, whose weights we can reach"
        raise InputError("learner", law, Said(learner.name))
    return learner
