r"""Quality of models where performance is a number: on what they saw, on what was left out, on test examples.

Of a squared error in units of the target's variance the quality is :math:`R^2 = 1 - E[\text{error}]`: 1 where every
prediction is exact, 0 where the mean does as well. Of other kinds it is the mean performance itself. Intervals are
two-way, over models and examples.
"""

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.estimate import Estimate
from longtail.findings.quality import QualityFindings
from longtail.outcomes import PERFORMANCES, Outcomes, Performance
from longtail.sampling_laws import normal_half_width
from longtail.scores.witness_pools import Pool

__all__ = ["mean_quality", "quality_name", "quality_of"]

_FEW = 30


def quality_name(kind: Performance) -> str:
    """Return what the quality of a kind of performance is called."""
    return "R²" if kind == PERFORMANCES["squared_error"] else f"mean {kind.title}"


@checked
def quality_of(outcomes: Outcomes, level: float, test_unit: NDArray[np.int64] | None = None) -> QualityFindings:
    """Measure the quality of the models of a study of numbers. Units of test examples, where known, are the draws."""
    train, test = outcomes.numbers()
    kind, inside = outcomes.kind, outcomes.inclusion
    return QualityFindings(
        name=quality_name(kind),
        unit=kind.unit,
        included=mean_quality(train, kind, level, inside),
        left_out=mean_quality(train, kind, level, ~inside),
        test=mean_quality(test, kind, level, unit=test_unit) if outcomes.n_test else None,
    )


@checked
def mean_quality(
    values: NDArray[np.floating],
    kind: Performance,
    level: float,
    counted: NDArray[np.bool_] | None = None,
    unit: NDArray[np.int64] | None = None,
) -> Estimate:
    """Return the quality over models and examples, both being a sample of more.

    Parameters
    ----------
    values : (trials, n) float array
        Performances.
    kind : Performance
        Of what kind.
    level : float
        Of the interval.
    counted : (trials, n) bool array, optional
        Which entries count; all of them if not given.
    unit : (n,) int array, optional
        The unit of each example, where examples belong to units: these are the draws then.

    Raises
    ------
    InputError
        If nothing counts.
    """
    counts = np.ones(values.shape, bool) if counted is None else counted
    sizes = [counts.sum(axis=axis) for axis in (1, 0)]
    total, n_examples = int(sizes[0].sum()), int((sizes[1] > 0).sum())
    if not total:
        raise InputError("counted", "hold an entry that counts", Said("none"))
    x = np.where(counts, values, 0).astype(np.float64)
    mean = float(x.sum()) / total
    apart = np.where(counts, x - mean, 0.0)
    by = []
    for axis, size in zip((1, 0), sizes, strict=True):
        sums = apart.sum(axis=axis)[size > 0]
        by.append(float((sums**2).sum()) / total**2 * len(sums) / max(len(sums) - 1, 1))
    variance = max(sum(by) - float((apart**2).sum()) / total**2, *by)
    half = float(normal_half_width(level) * np.sqrt(variance))
    if unit is not None:
        pool = Pool.of(x, counts, unit=unit)
        half, n_examples = pool.half_width(level), pool.draws
    value = 1 - mean if quality_name(kind) == "R²" else mean
    drawn = "examples" if unit is None else "units"
    least, most = (-np.inf, 1.0) if quality_name(kind) == "R²" else (kind.low, kind.high)
    return Estimate(
        value=value,
        low=float(max(value - half, least)),
        high=float(min(value + half, most)),
        level=level,
        method=f"mean over models and {drawn}, two-way interval",
        warning="" if n_examples >= _FEW else f"only {n_examples} {drawn}: the interval is rough",
    )
