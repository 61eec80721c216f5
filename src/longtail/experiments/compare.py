r"""Compare: what two runs on the same data memorize, example by example.

For each example: the difference of its two memorizations, with the interval of a difference of two independent
estimates (the intervals' arms are added in squares, as Newcombe joins two proportions). An example *differs* if that
interval, at the level adjusted for all examples (Bonferroni), leaves out zero. For all examples together: the mean
difference over trials, Pearson's and Spearman's correlations, and the correlation that the truths have, with sampling
noise taken out of both variances [Spearman1904]_.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import pearsonr, spearmanr

from longtail.analysis.accuracy import mean_memorization
from longtail.array_types import Reals
from longtail.errors import InputError, Said, StudyMismatchError
from longtail.estimate import Estimate
from longtail.outcomes import Outcomes
from longtail.runs.run_folder import RunFolder
from longtail.scores import MemorizationScores, memorization

__all__ = ["Comparison", "compare_runs", "compare_scores"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Comparison of two runs. The difference is the second minus the first.

    Parameters
    ----------
    first, second : MemorizationScores
        Of each run.
    difference, low, high : (n,) float arrays
        Example by example, with an interval of one example; NaN where undetermined in either.
    differs : (n,) bool array
        Whether the interval adjusted for all n examples leaves out 0.
    mean_difference : Estimate
        Over examples.
    pearson, spearman : float
        Between the scores.
    pearson_of_truths : float
        Pearson's correlation, corrected for sampling noise; NaN where noise is all there is.
    """

    first: MemorizationScores
    second: MemorizationScores
    difference: Reals
    low: Reals
    high: Reals
    differs: NDArray[np.bool_]
    mean_difference: Estimate
    pearson: float
    spearman: float
    pearson_of_truths: float

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "n_examples": len(self.difference),
            "n_differ": int(self.differs.sum()),
            "level": self.first.level,
            "mean_difference": self.mean_difference.to_json(),
            "pearson": self.pearson,
            "spearman": self.spearman,
            "pearson_of_truths": self.pearson_of_truths,
            "difference": self.difference,
            "low": self.low,
            "high": self.high,
            "differs": self.differs,
            "first": self.first.value,
            "second": self.second.value,
        }


def compare_runs(first: Path, second: Path, level: float = 0.95) -> Comparison:
    """Compare two run folders.

    Raises
    ------
    StudyMismatchError
        If they are not about the same training examples with the same labels.
    """
    folders = [RunFolder(path) for path in (first, second)]
    hashes = [folder.study().identity["data"]["hash"] for folder in folders]
    if hashes[0] != hashes[1]:
        raise StudyMismatchError(f"{first} and {second} are about different data; only like can be compared with like.")
    return compare_scores(folders[0].trials().outcomes(), folders[1].trials().outcomes(), level)


def compare_scores(first: Outcomes, second: Outcomes, level: float = 0.95) -> Comparison:
    """Compare two tables of outcomes of the same training examples.

    Raises
    ------
    InputError
        If their numbers of examples or their kinds of performance differ, or ``level`` is outside (0, 1).
    """
    if first.kind != second.kind:
        raise InputError("second", f"hold {first.kind.title}, as the first does", Said(second.kind.title))
    if first.n_train != second.n_train:
        raise InputError("second", f"be about the {first.n_train} examples of the first", second.n_train)
    scores = [memorization(outcomes, level) for outcomes in (first, second)]
    difference, low, high = _difference(*scores)
    n_known = max(int((~np.isnan(difference)).sum()), 1)
    _, strict_low, strict_high = _difference(
        *(memorization(outcomes, 1 - (1 - level) / n_known) for outcomes in (first, second))
    )
    known = ~np.isnan(difference)
    a, b = scores[0].value[known], scores[1].value[known]
    return Comparison(
        first=scores[0],
        second=scores[1],
        difference=difference,
        low=low,
        high=high,
        differs=(strict_low > 0) | (strict_high < 0),
        mean_difference=_mean_difference(first, second, level),
        pearson=_correlation(pearsonr, a, b),
        spearman=_correlation(spearmanr, a, b),
        pearson_of_truths=_without_noise(*scores),
    )


def _difference(first: MemorizationScores, second: MemorizationScores) -> tuple[Reals, Reals, Reals]:
    difference = second.value - first.value
    low = difference - np.hypot(second.value - second.low, first.high - first.value)
    high = difference + np.hypot(second.high - second.value, first.value - first.low)
    return difference, low, high


def _mean_difference(first: Outcomes, second: Outcomes, level: float) -> Estimate:
    """Estimate the difference of the mean over examples, from two means over independent trials."""
    means = [mean_memorization(outcomes, level) for outcomes in (first, second)]
    value = means[1].value - means[0].value
    return Estimate(
        value=value,
        low=value - float(np.hypot(means[1].value - means[1].low, means[0].high - means[0].value)),
        high=value + float(np.hypot(means[1].high - means[1].value, means[0].value - means[0].low)),
        level=level,
        method="difference of two means over trials",
    )


def _correlation(rule: Any, a: Reals, b: Reals) -> float:
    """NaN for constant scores, without a warning."""
    if len(a) < 2 or not np.ptp(a) or not np.ptp(b):
        return float("nan")
    return float(rule(a, b).statistic)


def _without_noise(first: MemorizationScores, second: MemorizationScores) -> float:
    """Covariance over the standard deviations of the truths: each variance minus the mean sampling variance."""
    known = ~np.isnan(first.value + second.value)
    if known.sum() < 2:
        return float("nan")
    spreads = [np.var(scores.value[known], ddof=1) - _mean_noise(scores, known) for scores in (first, second)]
    covariance = float(np.cov(first.value[known], second.value[known])[0, 1])
    if min(spreads) <= 0:
        return float("nan")
    return float(np.clip(covariance / np.sqrt(spreads[0] * spreads[1]), -1, 1))


def _mean_noise(scores: MemorizationScores, known: NDArray[np.bool_]) -> float:
    """Return the mean sampling variance of the scores of these examples."""
    if scores.moments is not None:  # One trial says nothing of the variance of a number: others speak for it.
        return float(sum(np.nanmean((side.variance / side.n)[known]) for side in scores.moments))
    pairs = ((scores.correct_in, scores.n_in), (scores.correct_out, scores.n_out))
    return float(
        np.mean(sum(_sampling_variance(right[known].astype(float), n[known].astype(float)) for right, n in pairs))
    )


def _sampling_variance(right: Reals, n: Reals) -> Any:
    """Estimate the variance of a proportion without bias.

    One trial says nothing of it, so 1/4 is used, which is the largest possible.
    """
    p = right / n
    return np.where(n > 1, p * (1 - p) / np.maximum(n - 1, 1), 0.25)
