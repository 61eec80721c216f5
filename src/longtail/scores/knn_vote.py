r"""The probability that a random vote of nearest neighbors is right, compiled.

A query ranks the other training examples by distance; some of them are drawn at random, and the nearest :math:`k` of
those vote. If the :math:`k`-th drawn has rank :math:`r`, it votes for sure, and the :math:`k - 1` nearer voters are a
uniform :math:`(k-1)`-subset of the ranks below :math:`r`: with :math:`c_y` of those ranks labeled :math:`y`, the votes
:math:`a_y` follow the multivariate hypergeometric law

.. math:: \Pr[a \mid r] = \prod_y \binom{c_y}{a_y} \Big/ \binom{r-1}{k-1}.

One more example may be known to be drawn (the one whose influence is asked for). If it ranks before :math:`r`, it votes
for sure in place of the :math:`k`-th other.

The plurality wins, and among equals the smallest label, as in scikit-learn. Its probability is a coefficient of a
product of truncated polynomials, one a class. Binomial coefficients are tilted to binomial probabilities
:math:`\binom{c}{a} q^a (1-q)^{c-a}`: all factors of :math:`q` cancel, and nothing overflows, however large :math:`k`.
"""

from typing import NamedTuple

import numpy as np

from longtail.array_types import Reals, Whole
from longtail.compilation import compiled, part

__all__ = ["election", "influence_of_listed", "memorization_of_listed"]


_NOWHERE = 2**62  # Rank of an example that is not drawn, or is too far to vote.


class Election(NamedTuple):
    """Tables for counting votes, with the memory to do it in."""

    n_voters: int
    binomials: Reals  # [c, a]: the probability of a successes in c trials, tilted
    counts: Whole  # labels among the ranks passed so far
    polynomial: Reals


@compiled
def election(n_voters: int, n_classes: int, n_ranks: int, tilt: float) -> Election:
    """Make binomial probabilities up to ``n_ranks`` trials by their recurrence.

    ``tilt`` may be any number in (0, 1).
    """
    binomials = np.zeros((n_ranks + 1, n_voters + 1))
    binomials[0, 0] = 1
    for c in range(1, n_ranks + 1):
        binomials[c, 0] = (1 - tilt) * binomials[c - 1, 0]
        for a in range(1, n_voters + 1):
            binomials[c, a] = tilt * binomials[c - 1, a - 1] + (1 - tilt) * binomials[c - 1, a]
    return Election(n_voters, binomials, np.zeros(n_classes, np.int64), np.empty(n_voters))


@part
def _multiply(polynomial: Reals, degree: int, coefficients: Reals, most: int, lowest: int, highest: int) -> None:
    """Multiply a polynomial in place by one of degree ``most``. Only powers from ``lowest`` to ``highest`` matter."""
    for power in range(highest, lowest - 1, -1):
        total = 0.0
        for votes in range(max(0, power - degree), min(most, power) + 1):
            total += coefficients[votes] * polynomial[power - votes]
        polynomial[power] = total


@part
def _rivals_stay_below(election: Election, votes: int, n_rest: int, sure_vote: int, truth: int) -> float:
    """Return the probability that the drawn labels are ``n_rest`` votes for rivals of the truth, of which none wins
    against ``votes``.
    """
    counts, polynomial, last_rival = election.counts, election.polynomial, -1
    for label in range(len(counts)):
        if label != truth and (counts[label] > 0 or label == sure_vote):
            last_rival = label
    polynomial[0], degree = 1.0, 0
    for label in range(last_rival + 1):
        if label != truth and (counts[label] > 0 or label == sure_vote):
            most = (votes if label > truth else votes - 1) - (1 if label == sure_vote else 0)
            if most < 0:
                return 0.0
            most = min(most, counts[label])
            new_degree = min(degree + most, n_rest)
            lowest = n_rest if label == last_rival else 0  # One coefficient of the whole product is enough.
            _multiply(polynomial, degree, election.binomials[counts[label]], most, lowest, new_degree)
            degree = new_degree
    return float(polynomial[n_rest]) if degree == n_rest else 0.0


@part
def _plurality_probability(election: Election, n_ranks: int, sure_vote: int, truth: int) -> float:
    """Return the probability that ``truth`` wins when ``sure_vote`` and all other voters, drawn from the ranks passed,
    vote.
    """
    n_drawn, total = election.n_voters - 1, 0.0
    for drawn_for_truth in range(min(n_drawn, election.counts[truth]) + 1):
        votes = drawn_for_truth + (1 if sure_vote == truth else 0)
        if votes > 0:
            below = _rivals_stay_below(election, votes, n_drawn - drawn_for_truth, sure_vote, truth)
            total += election.binomials[election.counts[truth], drawn_for_truth] * below
    return float(total / election.binomials[n_ranks, n_drawn])


@part
def _probability_right(
    election: Election, others: Whole, rank_distribution: Reals, own_rank: int, own_label: int, truth: int
) -> float:
    """Return the probability that the vote is right, given the others' labels by rank and the distribution of the k-th
    drawn one's rank.

    ``own_rank`` is 1 plus the number of others before the example that is known to be drawn.
    """
    total = 0.0
    for label in range(len(election.counts)):
        election.counts[label] = 0
    for before in range(len(rank_distribution)):
        if rank_distribution[before] > 0:
            sure_vote = own_label if before + 1 >= own_rank else others[before]
            total += rank_distribution[before] * _plurality_probability(election, before, sure_vote, truth)
        if before < len(others):
            election.counts[others[before]] += 1
    return total


@compiled
def memorization_of_listed(
    election: Election, lists: Whole, own_ranks: Whole, y: Whole, rank_in: Reals, rank_out: Reals
) -> tuple[Reals, Reals]:
    """Return for each training example the probability that it is classified right when it is in, and when it is out.

    ``rank_in`` and ``rank_out`` are the distributions of the rank of the k-th drawn other in either case.
    """
    right_in, right_out = np.empty(len(lists)), np.empty(len(lists))
    others = np.empty(lists.shape[1], np.int64)
    for i in range(len(lists)):
        for rank in range(len(others)):
            others[rank] = y[lists[i, rank]]
        right_in[i] = _probability_right(election, others, rank_in, own_ranks[i], y[i], y[i])
        right_out[i] = _probability_right(election, others, rank_out, _NOWHERE, 0, y[i])
    return right_in, right_out


@compiled
def influence_of_listed(
    election: Election, lists: Whole, y: Whole, truths: Whole, rank_in: Reals, rank_out: Reals
) -> tuple[Reals, Reals]:
    """Return for each test example the influence of every training example in its list, and that of any farther one.

    Lists are one longer than the ranks that matter: the example whose influence is asked for is not its own other.
    """
    influence, elsewhere = np.empty(lists.shape), np.empty(len(lists))
    last = lists.shape[1] - 1
    others = np.empty(last, np.int64)
    for j in range(len(lists)):
        for rank in range(last):
            others[rank] = y[lists[j, rank]]
        right_in = _probability_right(election, others, rank_in, _NOWHERE, 0, truths[j])
        elsewhere[j] = right_in - _probability_right(election, others, rank_out, _NOWHERE, 0, truths[j])
        for place in range(last, -1, -1):
            own_label = y[lists[j, place]]
            right_in = _probability_right(election, others, rank_in, place + 1, own_label, truths[j])
            right_out = _probability_right(election, others, rank_out, _NOWHERE, 0, truths[j])
            influence[j, place] = right_in - right_out
            if place > 0:  # For the next one, the nearer neighbor leaves and this one returns.
                others[place - 1] = own_label
    return influence, elsewhere
