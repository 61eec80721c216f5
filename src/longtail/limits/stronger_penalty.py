r"""A stronger penalty on the size of coefficients: of ridge, lasso, elastic nets, networks and kernels of scikit-learn.

Whatever has a setting ``alpha`` takes it as the weight of its penalty. Nothing is guaranteed to a single example, but
for ridge regression a closed form says what happens: with :math:`h_i` the leverage of an example, its own share of its
prediction, the squared error of a model that left it out is :math:`1/(1-h_i)^2` times that of one that was trained on
it, and every leverage falls as the penalty grows.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.learners.learner import Answer, Learner
from longtail.learners.settings import with_settings
from longtail.limits.limit import NO_GUARANTEE, Guarantee, Limit
from longtail.limits.smaller_trees import settings_of_trees

__all__ = ["StrongerPenalty"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class StrongerPenalty(Limit):
    """A learner with a larger ``alpha``.

    Parameters
    ----------
    inner : Learner
        An estimator of scikit-learn that has the setting, also as the last step of a pipeline.
    alpha : float
        The weight of the penalty, above the learner's own.

    Raises
    ------
    InputError
        If the learner has no such setting, or the penalty is not stronger.
    """

    name: ClassVar[str] = "stronger-penalty"
    version: ClassVar[str] = "1"
    levels: ClassVar[tuple[str, ...]] = ("alpha=100", "alpha=1000")
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE
    kind: ClassVar[str] = "stronger penalty"

    alpha: float

    def __post_init__(self) -> None:
        before = settings_of_trees(self.inner).get("alpha")
        if isinstance(before, bool) or not isinstance(before, int | float):
            raise InputError("learner", "have a setting alpha, the weight of a penalty", Said(self.inner.name))
        if not before < self.alpha < float("inf"):
            raise InputError("alpha", f"be finite and above the learner's own, {before:g}", self.alpha)

    @property
    def title(self) -> str:
        """The penalty, in words."""
        return f"penalty {self.alpha:g}"

    @property
    def strength(self) -> float:
        """The weight of the penalty."""
        return self.alpha

    @property
    def stands_for(self) -> Learner:
        """The learner with the stronger penalty: trials train it in this one's place."""
        return with_settings(self.inner, {"alpha": self.alpha})

    def fit_predict(self, X: Any, y: Any, X_eval: Any, *, n_classes: int, seed: int) -> Answer:
        """Train with the penalty, then predict. See :class:`longtail.learners.Learner`."""
        return self.stands_for.fit_predict(X, y, X_eval, n_classes=n_classes, seed=seed)
