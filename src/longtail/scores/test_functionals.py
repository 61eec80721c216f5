r"""Functionals of the test set: one number of each trial, which training examples may help or harm.

With :math:`m_j` the margin of test example j and :math:`a_j` whether it is judged right,

* the *mean* over some test examples, of margins or of rightness: a class, a group;
* the *gap*, the mean over some minus the mean over others;
* the *AUROC* of two classes: the share of pairs, one test example of each, that the model orders right, ties half.

What a training example does to a functional is estimated as for a single margin
(:mod:`longtail.scores.margin_regression`); attributions enter by the same mean or gap of their columns.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.array_types import Reals
from longtail.errors import InputError, Said
from longtail.outcomes import Outcomes

__all__ = ["TestFunctional"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestFunctional:
    """A functional of the test set. Make one with :meth:`mean`, :meth:`gap` or :meth:`auroc`.

    Parameters
    ----------
    name : str
        For people.
    weight : (n_test,) float array
        Of each test example, in the mean or the gap; for an AUROC 1 for one class and -1 for the other.
    kind : {"linear", "auroc"}
        Whether it is a weighted sum, or orders two classes.
    """

    __test__ = False

    name: str
    weight: Reals
    kind: Literal["linear", "auroc"] = "linear"

    @classmethod
    def mean(cls, members: ArrayLike, name: str = "mean") -> "TestFunctional":
        """Return the mean over the test examples for which the (n_test,) bool array ``members`` is true.

        Raises
        ------
        InputError
            If there is none.

        Examples
        --------
        >>> TestFunctional.mean([True, False, True]).weight.tolist()
        [0.5, 0.0, 0.5]
        """
        return cls(name=name, weight=_share("members", members))

    @classmethod
    def gap(cls, first: ArrayLike, second: ArrayLike, name: str = "gap") -> "TestFunctional":
        """Return the mean over the test examples of ``first`` minus that over those of ``second``.

        Raises
        ------
        InputError
            If one of the two is empty.
        """
        return cls(name=name, weight=_share("first", first) - _share("second", second))

    @classmethod
    def auroc(cls, labels: ArrayLike, name: str = "AUROC") -> "TestFunctional":
        """Return the area under the ROC curve for the two classes of the test examples.

        Raises
        ------
        InputError
            If the labels are not of exactly two classes.
        """
        codes = np.unique(np.asarray(labels))
        if len(codes) != 2:
            raise InputError("labels", "be of exactly two classes for an AUROC", Said(f"{len(codes)}"))
        return cls(name=name, weight=np.where(np.asarray(labels) == codes[1], 1.0, -1.0), kind="auroc")

    def values(self, outcomes: Outcomes, estimand: Literal["margin", "correctness"]) -> Reals:
        """Return the functional of each trial, a (trials,) array.

        Where performance is a number, that is what is averaged, with the sign that makes more of it better.

        Raises
        ------
        InputError
            If the table has other test examples, or no margins where these are asked for.
        """
        if len(self.weight) != outcomes.n_test:
            raise InputError("on", f"weigh each of {outcomes.n_test} test examples", len(self.weight))
        if outcomes.of_numbers:
            if self.kind == "auroc" or estimand == "margin":
                law = f"be means or gaps where performance is {outcomes.kind.title}"
                raise InputError("on", law, Said("what needs margins of classes"))
            return np.asarray(outcomes.kind.sign * (outcomes.numbers()[1].astype(float) @ self.weight))
        if (estimand == "margin" or self.kind == "auroc") and outcomes.test_margin is None:
            law = "hold margins of test examples"
            raise InputError("outcomes", law, Said("none"), "Measure with margins, or use estimand='correctness'.")
        if self.kind == "auroc":
            assert outcomes.test_margin is not None
            return np.array([self._area(row) for row in outcomes.test_margin.astype(float)])
        table = outcomes.test_margin if estimand == "margin" else outcomes.test_correct
        assert table is not None
        return np.asarray(table.astype(float) @ self.weight)

    def of_control(self, control: NDArray[np.floating]) -> Reals:
        """Return what attributions say of the functional, (n,): a weighted sum of their columns.

        What helps either class on its own side helps an AUROC.
        """
        weight = np.abs(self.weight) if self.kind == "auroc" else self.weight
        return np.asarray(control @ (weight / np.abs(weight).sum()), float)

    def _area(self, margin: Reals) -> float:
        """Turn the margins into scores of the second class, and count the pairs in order by ranks."""
        from scipy.stats import rankdata  # Imported here, because the import takes most of a second.

        positive = self.weight > 0
        ranks = rankdata((margin * self.weight).astype(np.float64))[positive]
        n, n_other = len(ranks), int((~positive).sum())
        return float((ranks.sum() - n * (n + 1) / 2) / (n * n_other))


def _share(argument: str, members: ArrayLike) -> Reals:
    chosen = np.asarray(members)
    if chosen.dtype != bool or chosen.ndim != 1 or not chosen.any():
        raise InputError(argument, "be bools, a true one among them, one for each test example", Said("others"))
    return np.asarray(chosen / chosen.sum())
