r"""Doses: what one copy of an example is memorized when the training set holds :math:`\ell` copies of it.

The paper's central curve, on the user's own data. A point seen once is memorized or lost; one seen :math:`\ell` times
is known from its other copies, so that no single copy need be memorized. Some training examples are chosen at random,
each for a dose, and stand in the training set so often; then trials are trained on random subsets as always, each copy
in or out by itself. Where one copy is enough to know the label, the memorization of a copy at dose :math:`\ell` is

.. math:: m_\ell = m_1 \Pr[\text{the other } \ell - 1 \text{ are out}] \approx m_1 (1 - f)^{\ell - 1},

with :math:`f` the fraction of the examples in a subset; that prediction stands beside what was measured. With
``wrong_labels`` the copies of an example share a label that is wrong, drawn at random: nothing but a copy of it makes a
model believe that label, so :math:`m_1` is large and the curve plain.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.estimate import Estimate, require_level
from longtail.experiments.canaries import wrong_labels as draw_wrong_labels
from longtail.learners.any_learner import any_learner
from longtail.limits import Limit
from longtail.membership import vulnerability
from longtail.outcomes import Outcomes
from longtail.randomness import generator
from longtail.sampling_laws import student_half_width
from longtail.scores import memorization
from longtail.trials import SubsetDesign, run_trials

__all__ = ["Dose", "DoseStudy", "dose_study", "planted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """Measurements at one dose, means over its examples.

    Parameters
    ----------
    copies : int
        How often each example stands in the training set.
    memorization : Estimate
        How much more often models are right on a copy that they were trained on than on one that they were not.
    expected : float
        The memorization at the least dose times the probability that all further copies are out: one copy is enough.
    left_out : Estimate
        The share of models that are right on a copy which they were not trained on.
    exposure : Estimate or None
        The probability that a model with a copy is surer of its label than one without it; 1/2 shows nothing. None for
        learners that give no confidence, and for few models.
    """

    copies: int
    memorization: Estimate
    expected: float
    left_out: Estimate
    exposure: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseStudy:
    """Result of :func:`dose_study`.

    Parameters
    ----------
    doses : tuple of Dose
        The least first.
    n_examples : int
        How many examples each dose has.
    n_train : int
        Training examples, copies included.
    n_trials : int
        Models.
    fraction : float
        Of the training examples in each subset.
    wrong_labels : bool
        Whether the copies had wrong labels.
    learner : str
        Its name; of a limit, what that is.
    """

    doses: tuple[Dose, ...]
    n_examples: int
    n_train: int
    n_trials: int
    fraction: float
    wrong_labels: bool
    learner: str

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


@checked
def dose_study(
    dataset: Dataset,
    learner: Any,
    *,
    copies: Sequence[int] = (1, 2, 4, 8, 16),
    n_examples: int = 30,
    n_trials: int = 400,
    fraction: float = 0.7,
    wrong_labels: bool = False,
    level: float = 0.95,
    seed: int = 0,
    jobs: int | None = None,
    progress: Any = None,
) -> DoseStudy:
    """Plant copies of training examples, and measure the memorization of a copy at each dose.

    Parameters
    ----------
    dataset : Dataset
        Its training examples are the source.
    learner : learner or scikit-learn classifier
        What is trained; a limit of a learner is one.
    copies : sequence of int
        The doses.
    n_examples : int
        Examples at each dose, at least two.
    n_trials, fraction, seed, jobs, progress
        As for :func:`longtail.trials.run_trials`; the seed also draws the examples.
    wrong_labels : bool
        Whether the copies of an example have another label than its own, one for all of them.
    level : float
        Of each interval: Student's, over the examples of a dose. It is about examples like these.

    Raises
    ------
    InputError
        If a dose is below 1 or given twice, there are too few training examples, or rows of the data stay together.

    Examples
    --------
    >>> from longtail.dataset import load_dataset
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> nearest = KNeighborsClassifier(1, algorithm="brute")
    >>> found = dose_study(load_dataset("iris"), nearest, copies=(1, 2), n_trials=20, wrong_labels=True, n_examples=10)
    >>> [dose.copies for dose in found.doses], found.doses[0].memorization.value > found.doses[1].memorization.value
    ([1, 2], True)
    """
    require_level(level)
    learner = any_learner(learner)
    data, doses, source = planted(dataset, copies, n_examples, wrong_labels=wrong_labels, seed=seed)
    design = SubsetDesign(n_trials=n_trials, fraction=fraction, seed=seed)
    outcomes = run_trials(learner, data, design, jobs=jobs, progress=progress)
    scores = memorization(outcomes, level)
    left_out = scores.correct_out / np.maximum(scores.n_out, 1)
    exposed = _exposures(outcomes, level)
    n_in = round(fraction * data.n_train)
    ordered = sorted(copies)
    found: list[Dose] = []
    for dose in ordered:
        mine = np.flatnonzero(doses == dose)
        share, lost, known = (
            None if values is None else _mean_over_examples(values[mine], source[mine], least_value, level)
            for values, least_value in ((scores.value, -1.0), (left_out, 0.0), (exposed, 0.0))
        )
        assert share is not None
        assert lost is not None
        least = found[0].memorization.value if found else share.value
        further = _all_out(data.n_train, n_in, dose - 1) / _all_out(data.n_train, n_in, ordered[0] - 1)
        found.append(
            Dose(
                copies=dose,
                memorization=share,
                expected=least * further,
                left_out=lost,
                exposure=known,
            )
        )
    return DoseStudy(
        doses=tuple(found),
        n_examples=n_examples,
        n_train=data.n_train,
        n_trials=outcomes.n_trials,
        fraction=fraction,
        wrong_labels=wrong_labels,
        learner=learner.title if isinstance(learner, Limit) else learner.name,
    )


def planted(
    dataset: Dataset, copies: Sequence[int], n_examples: int, *, wrong_labels: bool, seed: int
) -> tuple[Dataset, NDArray[np.int64], NDArray[np.int64]]:
    """Return the data with the copies, and of each training example its dose (0: it was not chosen) and its source."""
    _check(dataset, copies, n_examples)
    rng = generator(seed, "doses")
    chosen = rng.permutation(dataset.n_train)[: len(copies) * n_examples]
    doses = np.repeat(np.asarray(copies, np.int64), n_examples)
    rest = np.setdiff1d(np.arange(dataset.n_train), chosen)
    rows = np.concatenate([rest, np.repeat(chosen, doses)])
    dose_of_row = np.concatenate([np.zeros(len(rest), np.int64), np.repeat(doses, doses)])
    data = dataset.restricted_to(rows)
    if wrong_labels:
        wrong = dataset.y.copy()
        wrong[chosen] = draw_wrong_labels(wrong[chosen], dataset.n_classes, rng)
        data = replace(data, y=wrong[rows], name=f"{dataset.name}, doses")
    return data, dose_of_row, rows


def _exposures(outcomes: Outcomes, level: float) -> Reals | None:
    if outcomes.confidence is None:
        return None
    try:
        return vulnerability(outcomes, level).value
    except InputError:  # Too few models, or confidences that do not vary: there is no exposure to speak of.
        return None


def _mean_over_examples(values: Reals, source: NDArray[np.int64], least: float, level: float) -> Estimate:
    """Return the mean over examples of the mean over their copies, with Student's interval over examples.

    Copies without a value are passed over; with fewer than two examples left nothing is known.
    """
    known = ~np.isnan(values)
    values, codes = values[known], np.unique(source[known], return_inverse=True)[1]
    if len(np.unique(codes)) < 2:
        return Estimate(value=np.nan, low=np.nan, high=np.nan, level=level, method="too few examples with a value")
    means = np.bincount(codes, values) / np.bincount(codes)
    value = float(means.mean())
    half = float(student_half_width(level, len(means) - 1) * means.std(ddof=1) / np.sqrt(len(means)))
    low, high = max(value - half, least), min(value + half, 1.0)
    return Estimate(value=value, low=low, high=high, level=level, method="Student, over examples")


def _all_out(n: int, n_in: int, n_copies: int) -> float:
    """Return the probability that so many others are out, given that one is: a subset has a fixed size."""
    n_out = n - n_in
    if n_copies > n_out - 1:
        return 0.0
    return float(np.exp(gammaln(n_out) - gammaln(n_out - n_copies) - gammaln(n) + gammaln(n - n_copies)))


def _check(dataset: Dataset, copies: Sequence[int], n_examples: int) -> None:
    if not copies or min(copies) < 1 or len(set(copies)) < len(copies):
        raise InputError("copies", "be different whole numbers of at least 1", list(copies))
    if n_examples < 2:
        raise InputError("n_examples", "be at least 2 at each dose", n_examples)
    if len(copies) * n_examples > dataset.n_train // 2:
        law = f"leave half of the {dataset.n_train} training examples as they are"
        raise InputError("n_examples", law, Said(f"{n_examples} at each of {len(copies)} doses"))
    if dataset.together is not None:
        raise InputError("together", "be left out: each copy is in or out by itself", Said("rows that stay together"))
    if dataset.n_classes < 2:
        raise InputError("dataset", "have at least two classes", dataset.n_classes)
