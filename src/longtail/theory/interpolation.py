r"""What it costs a linear regression not to interpolate.

There are n examples with d features, :math:`d / n \to \gamma > 1`. Features are standard normal, a label is
:math:`\langle x, \theta \rangle + w` with coefficients of variance 1/d each and noise of variance :math:`\sigma^2`.
Among estimators whose mean squared error on the training examples is t, the least excess of the prediction error over
that of the best one is

.. math:: t = E\Bigl[\frac{\sigma^4 x^2}{(z + \sigma^2)(x - z)^2}\Bigr], \qquad
          \text{excess} = \frac{1}{\gamma}\, E\Bigl[\frac{\sigma^4 z}{(z + \sigma^2)(x - z)^2}\Bigr],

with a parameter x above :math:`b = (1 + 1/\sqrt\gamma)^2` and z of the Marchenko–Pastur law of the ratio
:math:`1/\gamma`, whose largest value is b. The best estimator has :math:`t = \sigma^4 E[1/(z + \sigma^2)]`, far below
the noise :math:`\sigma^2`. A further unit of t costs :math:`1 / (\gamma x)` of excess, at last
:math:`1/(1 + \sqrt\gamma)^2`. That optimal learners must fit noise so closely, and that the excess then grows linearly,
is due to [ChengDuchiKuditipudi2022]_, of which the abstract was read. Derived in ``docs/derivations/interpolation.md``.
"""

import math
from dataclasses import dataclass

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.frequencies.checks import number_law

__all__ = ["InterpolationCost", "best_training_error", "interpolation_cost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpolationCost:
    """Least cost of a training error above that of the best estimator.

    Parameters
    ----------
    training_error : float
        Mean squared error on the training examples.
    excess : float
        What is added at least to the mean squared error on new examples.
    price : float
        What a further unit of training error adds.
    edge : float
        x, the parameter of the curve.
    """

    training_error: float
    excess: float
    price: float
    edge: float


@checked
def best_training_error(*, ratio: float, noise: float) -> float:
    """Return the training error of the estimator that predicts best.

    Parameters
    ----------
    ratio : float
        Features for one example, above 1.
    noise : float
        Variance of the label's noise, from 1e-100 to 1e100. That of the signal is 1.

    Raises
    ------
    InputError
        If an argument is outside its range.

    Examples
    --------
    >>> round(best_training_error(ratio=2.0, noise=0.1), 4)
    0.0148
    """
    noise, c = _noise_law(noise), _share_law(ratio)
    return -(noise**2) * _resolvent(-noise, c)[0]


@checked
def interpolation_cost(training_error: float, *, ratio: float, noise: float) -> InterpolationCost:
    """Return what a training error above that of the best estimator costs on new examples at least.

    Parameters
    ----------
    training_error : float
        Mean squared error on the training examples.
    ratio, noise : float
        As in :func:`best_training_error`.

    Raises
    ------
    InputError
        If an argument is outside its range, or the training error below that of the best estimator.

    Examples
    --------
    >>> cost = interpolation_cost(0.1, ratio=2.0, noise=0.1)
    >>> round(cost.excess, 4), round(cost.price, 4)
    (0.0134, 0.171)
    """
    from scipy.optimize import brentq  # here, as it takes long to import

    least = best_training_error(ratio=ratio, noise=noise)
    if not least * (1 - 1e-9) <= number_law("training_error", training_error) < math.inf:
        law = f"be finite and at least that of the best estimator, {least:.6g}"
        raise InputError("training_error", law, training_error)
    c = 1 / ratio

    def at(distance: float) -> tuple[float, float, float]:
        """Return x, the training error and the excess, from the logarithm of how far x lies above its least."""
        above = (1 + math.sqrt(c)) ** 2 * math.exp(distance)
        x = (1 + math.sqrt(c)) ** 2 + above
        first, second = _resolvent(x, c, above)
        both = (-_resolvent(-noise, c)[0] + first) / (x + noise) ** 2 + second / (x + noise)
        return x, noise**2 * x**2 * both, noise**2 * c * _mean_of_z(x, noise, c, (first, second))

    far = 30.0
    if at(far)[1] < training_error:
        if at(-60.0)[1] < training_error:
            raise InputError("training_error", "be smaller", training_error)
        far = float(brentq(lambda u: math.log(at(u)[1] / training_error), -60.0, far, xtol=1e-12))
    x, _, excess = at(far)
    return InterpolationCost(training_error=training_error, excess=excess, price=c / x, edge=x)


def _mean_of_z(x: float, noise: float, c: float, resolvent: tuple[float, float]) -> float:
    """Return E z / ((z + noise) (x - z)^2) as a sum of positive terms, which no noise cancels.

    By the law's equation E z / (x - z) is m / (1 - c m), with m the resolvent at x.
    """
    first, second = resolvent
    below = -_resolvent(-noise, c)[0]
    single = below / (1 + c * below) + first / (1 - c * first)
    return single / (x + noise) ** 2 + second / (1 - c * first) ** 2 / (x + noise)


def _resolvent(x: float, c: float, above: float | None = None) -> tuple[float, float]:
    """Return E 1 / (x - z) and E 1 / (x - z)^2 under the Marchenko–Pastur law of ratio c, for x outside its support."""
    width = math.sqrt(c)
    if above is None:
        above = x - (1 + width) ** 2
    centred = above + 2 * width  # x - 1 - c, which x alone, near its least, would not tell for a large ratio.
    root = math.copysign(math.sqrt((above + 4 * width) * above), x)
    first = 2 / (centred + 2 * c + root)
    return first, first**2 * (1 + centred / root) / 2


def _share_law(ratio: float) -> float:
    if not 1 < number_law("ratio", ratio) < math.inf:
        raise InputError(
            "ratio", "be finite and above 1", ratio, "With fewer features there is nothing to interpolate."
        )
    return 1 / ratio


def _noise_law(noise: float) -> float:
    if not 1e-100 <= number_law("noise", noise) <= 1e100:
        raise InputError("noise", "lie between 1e-100 and 1e100", noise)
    return noise
