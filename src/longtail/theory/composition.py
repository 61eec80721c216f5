r"""Worth of what was seen once, where a test example combines several points.

A test example has k parts, drawn independently from the frequencies, and is answered right only if every part is. A
learner that is right on a part with probability A is right on it with probability :math:`A^k`, so points left unfitted
that add c to its error on parts cost

.. math:: A^k - (A - c)^k, \qquad \text{at first order } k A^{k-1}\, c .

A singleton is then worth about :math:`k A^{k-1} \tau_1`: more than alone where A is large, less where the tail is so
long that another part fails anyway. That is given a sample; over samples A and c are replaced by their means, which
leaves out terms of the order of the variance of A, about 1 % at n = 300. That learners which memorize rare features
are right on combinations never seen is due to [ZhouMaGe2026]_, for a linear setting, of which the abstract was read.
What is here is the long-tail model's answer to the same question, derived in ``docs/derivations/composition.md``.
"""

from dataclasses import dataclass

from longtail.arguments import checked
from longtail.frequencies.checks import whole_law
from longtail.theory.model import LongTailModel

__all__ = ["CompositionCost", "composition_cost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositionCost:
    """Cost of fitting no singleton, on combinations.

    Parameters
    ----------
    parts : int
        k.
    accuracy : float
        The best accuracy on a combination.
    cost : float
        What is lost of it where no point seen once is fitted.
    factor : float
        The worth of one more fitted singleton, in units of its worth for single points.
    """

    parts: int
    accuracy: float
    cost: float
    factor: float


@checked
def composition_cost(model: LongTailModel, parts: int) -> CompositionCost:
    """Return what fitting no singleton costs on test examples of several parts.

    Parameters
    ----------
    model : LongTailModel
        The prior, the sample size and the probability of a right guess.
    parts : int
        How many points a test example combines, at least 1.

    Raises
    ------
    InputError, AccuracyError
        If ``parts`` is no whole number of at least 1; as :class:`LongTailModel` does.

    Examples
    --------
    >>> from longtail.theory import Zipf
    >>> model = LongTailModel(prior=Zipf(50_000), n_samples=50_000, n_classes=10)
    >>> for parts in (1, 2, 10, 20):
    ...     found = composition_cost(model, parts)
    ...     print(parts, round(found.accuracy, 3), round(found.cost, 3), round(found.factor, 2))
    1 0.846 0.073 1.0
    2 0.716 0.118 1.69
    10 0.188 0.112 2.22
    20 0.035 0.03 0.83
    """
    k = whole_law("parts", parts, least=1)
    accuracy = 1 - model.optimal_error
    lost = (1 - model.guess) * model.singleton_mass
    return CompositionCost(
        parts=k,
        accuracy=accuracy**k,
        cost=accuracy**k - (accuracy - lost) ** k,
        factor=k * accuracy ** (k - 1),
    )
