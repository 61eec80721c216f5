r"""Whether counts can be of independent draws at all: tables from which rare subpopulations were removed cannot.

In the Poisson model :math:`\operatorname{E} \Phi_\ell = \sum_x \lambda_x^\ell e^{-\lambda_x} / \ell!`, whatever the
rates :math:`\lambda_x` of the subpopulations are. By Cauchy and Schwarz, neighboring expectations therefore satisfy

.. math:: \operatorname{E} \Phi_\ell \;\ge\; \frac{\ell + 1}{\ell + 2} \,
          \frac{(\operatorname{E} \Phi_{\ell + 1})^2}{\operatorname{E} \Phi_{\ell + 2}}, \qquad \ell \ge 1.

A table that lacks its singletons (denoisers and filters of rare species remove them), or in which every example stands
twice, breaks it. It is called a contradiction where the law fails for the exact Poisson limits [Garwood1936]_ of all
three numbers, each of which errs with a third of the level, divided by the number of cells looked at: of tables that
are samples at most one in a thousand is called so. ``docs/derivations/trimmed-tables.md`` proves it.
"""

from functools import lru_cache

from longtail.errors import InputError, Said
from longtail.sampling_laws import poisson_mean_high, poisson_mean_low
from longtail.tail.fingerprint import Fingerprint, times

__all__ = ["FALSE_ALARMS", "contradiction", "least_number", "require_draws"]

FALSE_ALARMS = 0.001
"""The share of samples of independent draws that are called none, at most."""
_CELLS = 9
_LOOKS = "the table looks trimmed: "
_NOTHING = (
    ", whatever the frequencies; rare ones were removed, or examples are no independent draws: "
    "nothing is known of the tail"
)


def contradiction(fingerprint: Fingerprint) -> str:
    """Explain why these are no counts of independent draws. The text is empty where they may be such counts.

    Examples
    --------
    >>> contradiction(Fingerprint.of(222 * [2] + 78 * [3]))[:90]
    'the table looks trimmed: 0 subpopulations were seen once, where at least 421 belong to 222'
    >>> contradiction(Fingerprint.of(500 * [1] + 222 * [2] + 78 * [3]))
    ''
    """
    return _contradiction(tuple(fingerprint(count) for count in range(1, _CELLS + 3)))


def require_draws(argument: str, fingerprint: Fingerprint) -> None:
    """Refuse counts that independent draws cannot give.

    Raises
    ------
    InputError
        With the numbers that contradict one another.
    """
    why = contradiction(fingerprint)
    if why:
        numbers = why.removeprefix(_LOOKS).removesuffix(_NOTHING)
        remedy = "Rare ones were removed, or examples are copies: give the counts from before, or a column of units."
        raise InputError(argument, "hold counts that independent draws can give", Said(numbers), remedy)


def least_number(count: int, next_cell: float, after_next: float) -> float:
    """Return the least expected number seen ``count`` times, given those seen once and twice more often."""
    return (count + 1) / (count + 2) * next_cell**2 / after_next


@lru_cache(maxsize=256)
def _contradiction(numbers: tuple[int, ...]) -> str:
    """Explain the contradiction of the numbers seen 1, 2, … times."""
    tail = FALSE_ALARMS / _CELLS / 3
    for count in range(1, _CELLS + 1):
        here, next_cell, after_next = numbers[count - 1 : count + 2]
        least = least_number(count, poisson_mean_low(next_cell, tail), poisson_mean_high(after_next, tail))
        if least > poisson_mean_high(here, tail):
            return _said(count, here, next_cell, after_next)
    return ""


def _said(count: int, here: int, next_cell: int, after_next: int) -> str:
    least = least_number(count, next_cell, max(after_next, 1))
    return (
        f"{_LOOKS}{here:,} subpopulations were seen {times(count)}, where at least {least:,.0f} "
        f"belong to {next_cell:,} seen {times(count + 1)} and {after_next:,} seen {times(count + 2)}"
        f"{_NOTHING}"
    )
