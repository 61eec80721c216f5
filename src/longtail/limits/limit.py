"""A limit: a learner that trains another one under a constraint, or changes what that one learned.

A limit describes itself. Whatever shows, orders, trains or suggests limits (the command line, the menu of an audit,
tables, next steps, ``longtail equalize``, the report) asks the limit and keeps no list of its own beside
:data:`longtail.limits.LIMITS`. So a new limit is one class in a file of its own and one line in that tuple.

What a limit says, and where it is read:

==================  ====================================================================================================
``name``            its spelling on a command line, before the colon; the settings after it are its dataclass fields
``levels``          two or more of its levels from weak to strong, spelled: the examples in help and in errors
``title``           this limit in words; the name of its row in tables
``kind``            what it is one level of, in words; empty for what is no level of anything, as a control
``strength``        rises from weak to strong among the limits of one kind
``guarantee``       what it guarantees, and to whom; most limits guarantee nothing about a single example, and say so
``needs``           the extra that must be installed, where it needs one
``audited``         which of its levels an audit tries, the most telling first; empty for none
``suited``          settings that suit a data set, in place of the defaults
``refuse``          data that it cannot be trained on, refused before anything is trained
``tasks``           what the outcomes of a study may be; others are refused before anything is trained
``told``            what it knows of a study's examples, and ``told_hash`` that in the identity of its trials
``remedy``          whether it is a remedy, and ``remedied`` the limit that it remedies
``sees_left_out``   whether models see examples that are not in their subset, which are then no new ones
``parts``           weaker trainings between the learner without limits and this one, which split its cost
``after_training``  whether it changes a network that the learner has trained, and trains nothing itself
==================  ====================================================================================================

The identity of a limit includes that of the inner learner, so that the trials of a limited and an unlimited learner are
never mixed up. It holds every setting, so that the limit can be made again from the trials of a run.
"""

import importlib.util
import math
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.estimate import Bound
from longtail.learners.learner import Answer, Learner, task_of
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.outcomes import Task

if TYPE_CHECKING:
    from longtail.learners.networks.torch_learner import TorchLearner

__all__ = [
    "NO_GUARANTEE",
    "Extra",
    "Guarantee",
    "Limit",
    "Protected",
    "as_torch_learner",
    "identity_of",
    "require_network",
]

Protected = Literal["nothing", "label", "example"]
"""What a guarantee protects: nothing, the label of an example, or the whole example with its group and its label."""


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """Guarantee of a limit, in words and, where there is one, as a number.

    Parameters
    ----------
    text : str
        What is guaranteed, to whom, and under which assumptions.
    protects : {"nothing", "label", "example"}
        What of an example it protects.
    bound : Bound or None
        The guaranteed epsilon; None where nothing is guaranteed.
    delta : float
        The probability that the guarantee may fail with, where it has one.
    of_units : bool
        Whether it holds for all rows of a unit at once, as it does for one.

    Raises
    ------
    InputError
        If something is protected without a bound, or nothing with one.
    """

    text: str
    protects: Protected = "nothing"
    bound: Bound | None = None
    delta: float = 0.0
    of_units: bool = False

    def __post_init__(self) -> None:
        if self.protects not in ("nothing", "label", "example"):
            raise InputError("protects", "be nothing, label or example", self.protects)
        if (self.bound is None) != (self.protects == "nothing"):
            raise InputError("bound", "be given just where something is protected", self.bound)

    def of_unit(self, n_rows: int) -> "Guarantee":
        r"""Return what is guaranteed to all rows of a unit at once, where the guarantee is for one.

        It is :math:`(k \varepsilon, k e^{(k - 1) \varepsilon} \delta)` for k rows [DworkRoth2014]_: group privacy.

        Parameters
        ----------
        n_rows : int
            k, at least 1.
        """
        if n_rows < 1:
            raise InputError("n_rows", "be at least 1", n_rows)
        if self.bound is None or n_rows == 1 or self.of_units:
            return self
        epsilon = n_rows * self.bound.value
        log_delta = (
            math.log(n_rows) + (n_rows - 1) * self.bound.value + math.log(self.delta) if self.delta else -math.inf
        )
        text = f"{self.text} That is for one row; of a unit of {n_rows} rows, the largest here, together"
        if log_delta >= 0:
            return Guarantee(text=f"{text} nothing is guaranteed: a person of many rows needs a guarantee of its own.")
        delta = math.exp(log_delta)
        comes = f"epsilon = {epsilon:.4g}" + (f" at delta = {delta:.2g}" if delta else "")
        return Guarantee(
            text=f"{text} it comes to {comes}.",
            protects=self.protects,
            bound=Bound(value=epsilon, side="upper", reference="DworkRoth2014"),
            delta=delta,
        )


NO_GUARANTEE = Guarantee(text="Nothing is guaranteed to any example: memorization costs more, and is not bounded.")
"""The guarantee of a limit that only makes memorization more costly."""


@dataclass(frozen=True, slots=True)
class Extra:
    """An optional part of the installation.

    Parameters
    ----------
    name : str
        The extra, as in ``pip install '.[privacy]'`` in a clone.
    module : str
        A module that it brings.
    """

    name: str
    module: str

    @property
    def missing(self) -> bool:
        """Return whether the package is not installed."""
        return importlib.util.find_spec(self.module) is None

    @property
    def remedy(self) -> str:
        """The command that installs it, in a sentence."""
        needed = self.module.replace("_", "-")
        return f"It needs {needed}, which is not installed; in a clone: pip install '.[{self.name}]'."


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(ABC):
    """A learner that limits another learner. The table in the module's docstring says where each part is read.

    Subclass it as a frozen, keyword-only dataclass whose fields are the settings. Check them in ``__post_init__``, so
    that what cannot be trained is refused when it is named. :mod:`longtail.limits.conformance` tests the rest.

    Parameters
    ----------
    inner : Learner
        The learner that is limited.
    """

    name: ClassVar[str]
    levels: ClassVar[tuple[str, ...]]
    audited: ClassVar[tuple[str, ...]] = ()
    needs: ClassVar[Extra | None] = None
    remedy: ClassVar[bool] = False
    after_training: ClassVar[bool] = False
    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression", "language")

    inner: Learner

    @property
    @abstractmethod
    def version(self) -> str:
        """Changes whenever the same settings would give other results."""

    @property
    @abstractmethod
    def title(self) -> str:
        """Name of the limit in words, for instance "differential privacy, ε = 3"."""

    @property
    @abstractmethod
    def kind(self) -> str:
        """Kind of limit that this is one level of, in words. Empty if it is no level of anything, as a control."""

    @property
    @abstractmethod
    def strength(self) -> float:
        """Number that rises from weak to strong among the limits of one kind. It is never NaN."""

    @property
    @abstractmethod
    def guarantee(self) -> Guarantee:
        """Guarantee that the limit gives about a single example."""

    @abstractmethod
    def fit_predict(
        self, X: NDArray[np.float32], y: NDArray[np.int64], X_eval: NDArray[np.float32], *, n_classes: int, seed: int
    ) -> Answer:
        """Train under the limit, then predict. See :class:`longtail.learners.Learner`."""

    @property
    def executor(self) -> Literal["threads", "processes"]:
        """Place where the inner learner's trials run best: in threads or in processes."""
        return self.inner.executor

    @property
    def task(self) -> Task:
        """The task of the inner learner, which a limit does not change."""
        return task_of(self.inner)

    @property
    def sees_left_out(self) -> bool:
        """Return whether a model may see examples that are not in its subset. These are no new examples then."""
        return False

    @classmethod
    def suited(cls, settings: Mapping[str, Any], _dataset: Dataset, _inner: Learner) -> dict[str, Any]:
        """Return the settings that a user names, with those added that suit the data set and the learner."""
        return dict(settings)

    def refuse(self, dataset: Dataset) -> None:  # noqa: B027  # most limits can be trained on any data
        """Refuse data that this limit cannot be trained on, by an :class:`~longtail.errors.InputError`."""

    def told(self, dataset: Dataset) -> "Limit":
        """Return the limit that knows what it asks for of a study's examples, beside features and labels.

        Most ask for nothing; a limit of a limit tells that one. See :mod:`longtail.limits.limit_of_rows`.
        """
        if not isinstance(self.inner, Limit):
            return self
        return replace(self, inner=self.inner.told(dataset))

    def told_hash(self, dataset: Dataset) -> dict[str, str]:
        """Return hashes of what it is told, by name, for the identity of its trials. Empty if it asks for nothing."""
        return self.inner.told_hash(dataset) if isinstance(self.inner, Limit) else {}

    def remedied(self) -> "Limit | None":
        """Return the limit that this one remedies. None where it remedies none, or the learner without limits."""
        return None

    def parts(self) -> "list[tuple[str, Limit]]":
        """Return the steps from the learner without limits to this one: each step's name, and the limit it ends in.

        The last one is this limit. Empty where its cost has no parts.
        """
        return []

    def describe(self) -> dict[str, Any]:
        """Return every setting that is compared, by its name as JSON-able data, and the inner learner's identity."""
        described = [each for each in fields(self) if each.compare and each.name != "inner"]
        settings = {each.name: _plain(each.type, getattr(self, each.name)) for each in described}
        return {**settings, "inner": identity_of(self.inner)}


def identity_of(learner: Learner) -> dict[str, Any]:
    """Name, version and settings of an inner learner, for the description of what wraps it."""
    return {"name": learner.name, "version": learner.version, "settings": learner.describe()}


def as_torch_learner(learner: Learner) -> "TorchLearner | None":
    """Return the learner if it trains networks of the user's own, otherwise None.

    PyTorch is not imported to find out.
    """
    module = sys.modules.get("longtail.learners.networks.torch_learner")
    return learner if module is not None and isinstance(learner, module.TorchLearner) else None


def require_network(limit: str, learner: Learner) -> CompiledMLP:
    """Return the built-in network, which alone shows its weights.

    Raises
    ------
    InputError
        If the learner is another one.
    """
    if not isinstance(learner, CompiledMLP):
        law = f"be the built-in network (mlp) under {limit}, whose weights we can reach"
        raise InputError("learner", law, Said(learner.name))
    return learner


def _plain(wanted: object, value: Any) -> Any:
    """Return a value as JSON reads it back. Where a number is wanted, 3 becomes 3.0, so that both are one limit."""
    if isinstance(value, tuple | list):
        return [_plain(None, part) for part in value]
    return float(value) if wanted in (float, float | None, "float") and isinstance(value, int) else value
