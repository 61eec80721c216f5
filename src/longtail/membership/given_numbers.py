"""Whether numbers from elsewhere are what they are taken for: logits, in our order of classes, under the right masks.

Nothing in an array says what it is. But rows of probabilities sum to one, a model whose columns are permuted is right
where another order says, and models know what they were trained on better than what they were not.
"""

import numpy as np
import scipy
from numpy.typing import NDArray

from longtail.array_types import Floats
from longtail.errors import InputError, Said
from longtail.percent import share

__all__ = ["order_found", "require_confidences", "require_finite", "require_logits", "require_order"]

_SUM_TOLERANCE = 5e-3
"""Of sixteen-bit floats over a thousand classes."""
_TELLING = 64
_WRONG, _RIGHT = 0.3, 0.6
"""Of the classes that another order moves: how often ours is right at most, and that one at least."""


def require_logits(argument: str, logits: Floats) -> None:
    """Refuse rows that are probabilities, or negative logarithms of them.

    Parameters
    ----------
    argument : str
        The file, for the message.
    logits : (n, classes) array of float

    Raises
    ------
    InputError
        With the test that found it, and what to give instead.
    """
    if logits.ndim != 2 or logits.shape[1] < 2 or not len(logits):
        return
    values = np.asarray(logits, np.float64)
    if (values >= 0).all():
        if _sums_to(values, 1.0) or _sums_to(values, 100.0):
            remedy = "Give the logarithms, numpy.log(p), or what the softmax was applied to."
            raise InputError(
                argument, "hold logits", Said("probabilities: no number is negative, rows sum alike"), remedy
            )
        if _sums_to(np.exp(-values), 1.0):
            said = Said("negative logarithms of probabilities: exp(-x) sums to 1 in every row")
            raise InputError(argument, "hold logits", said, "Turn the sign.")
        if values.size >= _TELLING and 0 < values.max() <= 1 and not np.isin(values, (0, 1)).all():
            said = Said("numbers from 0 to 1 alone, as a sigmoid of each class gives them")
            raise InputError(argument, "hold logits", said, "Give what the sigmoid was applied to, log(p / (1 - p)).")


def require_confidences(argument: str, confidence: Floats, *, inclusion: NDArray[np.bool_] | None = None) -> None:
    """Refuse confidences that are probabilities, or that fall where an example was trained on, as losses do.

    Parameters
    ----------
    argument : str
        The file or array, for the message.
    confidence : array of float
        Logits of the true label's probability; (models, n) with ``inclusion``.
    inclusion : (models, n) bool array, optional

    Raises
    ------
    InputError
        With the test that found it, and what to give instead.
    """
    known = confidence[np.isfinite(confidence)]
    if known.size >= _TELLING and known.min() >= 0 and known.max() <= 1 and known.max() > 0:
        remedy = "Give the logit, log(p / (1 - p))."
        raise InputError(argument, "be logits of the label's probability", Said("numbers from 0 to 1 alone"), remedy)
    if inclusion is None or known.size < confidence.size:
        return
    gain = _gain(confidence, inclusion)
    if len(gain) >= _TELLING and gain.mean() < -6 * gain.std(ddof=1) / len(gain) ** 0.5:
        said = Said(f"lower ones where an example was trained on, by {-gain.mean():.3g} on average over examples")
        remedy = "Losses are turned by their sign: -log(expm1(loss)); of an inverted mask give ~mask."
        raise InputError(argument, "be higher where an example was trained on", said, remedy)


def require_finite(argument: str, array: Floats) -> None:
    """Refuse NaN, by its place."""
    bad = np.argwhere(np.isnan(array))
    if len(bad):
        place = " ".join(f"{name} {i}" for name, i in zip(("trial", "example"), bad[0].tolist(), strict=False))
        raise InputError(argument, "hold no NaN", Said(f"{len(bad):,}, the first in {place}"))


def require_order(argument: str, predicted: NDArray[np.integer], truth: NDArray[np.integer], names: list[str]) -> None:
    """Refuse columns that stand in another order of classes than ours.

    Parameters
    ----------
    argument : str
        The file or array, for the message.
    predicted, truth : (n,) arrays of class codes
    names : list of str
        Of the classes, in order.

    Raises
    ------
    InputError
        If another order of the columns is far more often right on the classes that it moves.
    """
    found = order_found(predicted, truth, len(names))
    if found is None:
        return
    ours, theirs = found
    first = ", ".join(repr(name) for name in names[:12]) + (", …" if len(names) > 12 else "")
    said = Said(
        f"columns right on {share(ours)} of the classes that another order moves, which is right on {share(theirs)}"
    )
    raise InputError(argument, "have a column for each class in the run's order", said, f"The order is {first}.")


def order_found(
    predicted: NDArray[np.integer], truth: NDArray[np.integer], n_classes: int
) -> tuple[float, float] | None:
    """Return how often columns are right as they stand, and in the order that fits best, on the classes that it moves.

    Nothing where no order is far better than ours.
    """
    confusion = np.zeros((n_classes, n_classes), np.int64)
    np.add.at(confusion, (truth, predicted), 1)
    rows, columns = scipy.optimize.linear_sum_assignment(-confusion)
    moved = rows != columns
    n_moved = confusion[moved].sum()
    if n_moved < _TELLING / 2:
        return None
    ours = float(np.trace(confusion[np.ix_(moved, moved)]) / n_moved)
    theirs = float(confusion[rows[moved], columns[moved]].sum() / n_moved)
    return (ours, theirs) if ours <= _WRONG and theirs >= _RIGHT else None


def _gain(confidence: Floats, inclusion: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how much higher confidence is with the example than without, for the examples that have both."""
    n_in = inclusion.sum(axis=0)
    both = (n_in > 0) & (n_in < len(inclusion))
    values = np.asarray(confidence, np.float64)
    inside = np.where(inclusion, values, 0).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = inside / n_in - (values.sum(axis=0) - inside) / (len(inclusion) - n_in)
    return np.asarray(gain[both])


def _sums_to(values: NDArray[np.float64], total: float) -> bool:
    return bool(np.abs(values.sum(axis=1) / total - 1).max() <= _SUM_TOLERANCE)
