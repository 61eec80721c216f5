"""All that one table of counts says: the verdict in a sentence, the estimates, the costs, the figure's numbers.

What cannot be said is said too: warnings come from the counts (an identifier, one subpopulation) and from every
estimate that rests on a handful of subpopulations.
"""

from dataclasses import dataclass
from typing import Any

from longtail.arguments import checked
from longtail.estimate import Estimate
from longtail.tail.cost_curves import CostCurve, cost_curves, samples_to_halve
from longtail.tail.extrapolation import LargerSample, larger_sample
from longtail.tail.frequency_counts import FrequencyCounts
from longtail.tail.good_turing import TailEstimate, estimate_tail
from longtail.tail.prior_estimation import PriorEstimate, estimate_prior
from longtail.tail.rank_frequency import RankFrequency, rank_frequency
from longtail.tail.realized_mass import in_percent
from longtail.tail.tail_fit import Shape, TailFit, fit_tail
from longtail.tail.trimming import contradiction

__all__ = ["GroupTail", "TailOverview", "overview"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTail:
    """Tail of one class or subgroup, as a population of its own. Costs are on its own examples."""

    name: str
    tail: TailEstimate
    curves: list[CostCurve]

    @property
    def cost_of_not_fitting(self) -> Estimate:
        """The cost of not fitting what was seen once."""
        return self.curves[0].costs[0]

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        return {
            "name": self.name,
            **self.tail.to_json(),
            "costs": [curve.to_json() for curve in self.curves],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TailOverview:
    """Result of :func:`overview`.

    Parameters
    ----------
    counts : FrequencyCounts
        What it is about.
    tail : TailEstimate
        Realized quantities of this sample.
    prior : PriorEstimate
        The frequencies behind it.
    curves : list of CostCurve
        The first is the cost of not fitting.
    groups : list of GroupTail
        By class or subgroup, the costliest first; empty when there are none.
    twice : LargerSample
        What as many examples again would show.
    halving : float or None
        How many more examples would halve the cost of not fitting singletons, 0 if there is none; ``None``: more
        than as many again, or it cannot be told, as singletons were taken out of the table.
    figure : list of RankFrequency
        Classes, where there are, and subpopulations.
    warnings : list of str
        When to distrust it.
    fit : TailFit, optional
        The parametric tail, where one was asked for.
    """

    counts: FrequencyCounts
    tail: TailEstimate
    prior: PriorEstimate
    curves: list[CostCurve]
    groups: list[GroupTail]
    twice: LargerSample
    halving: float | None
    figure: list[RankFrequency]
    warnings: list[str]
    fit: TailFit | None = None

    @property
    def verdict(self) -> str:
        """The answer in one sentence."""
        unseen, single, cost = self.tail.unseen_mass, self.tail.singleton_mass, self.curves[0].costs[0]
        return (
            f"{in_percent(unseen)} of what comes next belongs to subpopulations never seen in these "
            f"{self.tail.n_samples:,} examples and {in_percent(single)} to those seen once; not fitting what was seen "
            f"once costs {in_percent(cost)} in error"
            + (" if labels were unguessable." if "hypothetical" in cost.method else ".")
        )

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return {
            "verdict": self.verdict,
            "warnings": self.warnings,
            "n_missing": self.counts.n_missing,
            "missing": self.counts.missing,
            **self.tail.to_json(),
            "prior": self.prior.to_json(),
            "fit": None if self.fit is None else self.fit.to_json(),
            "at_twice_the_sample": self.twice.to_json(),
            "costs": [curve.to_json() for curve in self.curves],
            "examples_to_halve_cost": self.halving,
            "groups": [group.to_json() for group in self.groups],
            "rank_frequency": [curve.to_json() for curve in self.figure],
        }


@checked
def overview(
    counts: FrequencyCounts,
    *,
    guess_probability: float | Estimate | None = None,
    n_classes: int | None = None,
    subgroups: FrequencyCounts | None = None,
    shape: Shape | None = None,
    delta: float = 1e-5,
    level: float = 0.95,
) -> TailOverview:
    """Gather what these counts say.

    Parameters
    ----------
    counts : FrequencyCounts
        Of subpopulations, with classes where they are known.
    guess_probability, n_classes
        How well a label is guessed without its examples; see
        :meth:`~longtail.tail.good_turing.TailEstimate.cost_of_not_fitting`.
    subgroups : FrequencyCounts, optional
        The same examples with the subgroups of another column as classes; ``groups`` is then by subgroup.
    shape : {"zipf", "lognormal", "pitman-yor"}, optional
        A parametric tail to fit besides, with its test.
    delta : float
        Of (epsilon, delta)-differential privacy.
    level : float
        Of every interval.
    """
    tail, prior = estimate_tail(counts, level), estimate_prior(counts, level)
    known: dict[str, Any] = {"guess_probability": guess_probability, "n_classes": n_classes}
    split = subgroups if subgroups is not None else counts if counts.classes is not None else None
    figure = [rank_frequency(counts, "subpopulations", prior)]
    if counts.classes is not None:
        sizes = [mine.n_samples for mine in counts.by_class().values()]
        figure.insert(0, rank_frequency(FrequencyCounts.from_counts(sizes), "classes"))
    estimates = {"unseen mass": tail.unseen_mass, "singleton mass": tail.singleton_mass}
    said = [f"{name}: {estimate.warning}" for name, estimate in estimates.items() if estimate.warning]
    if trimmed := contradiction(tail.fingerprint):
        said = [trimmed]
    return TailOverview(
        counts=counts,
        tail=tail,
        prior=prior,
        curves=cost_curves(tail, delta=delta, **known),
        groups=[] if split is None else _groups(split, known, delta, level),
        twice=larger_sample(prior),
        halving=_halving(tail, prior, bool(trimmed)),
        figure=figure,
        warnings=[*_warnings(counts, subgroups), *said],
        fit=None if shape is None else fit_tail(counts, shape),
    )


def _halving(tail: TailEstimate, prior: PriorEstimate, trimmed: bool) -> float | None:
    """Return how many more examples would halve the cost. A trimmed table's lack of singletons says nothing of it."""
    if tail.fingerprint(1):
        return samples_to_halve(prior, {1: 1.0})
    return None if trimmed else 0.0


def _groups(split: FrequencyCounts, known: dict[str, Any], delta: float, level: float) -> list[GroupTail]:
    tails = {str(name): estimate_tail(mine, level) for name, mine in split.by_class().items()}
    groups = [
        GroupTail(name=name, tail=tail, curves=cost_curves(tail, delta=delta, **known)) for name, tail in tails.items()
    ]
    return sorted(groups, key=lambda group: -group.cost_of_not_fitting.value)


def _warnings(counts: FrequencyCounts, subgroups: FrequencyCounts | None) -> list[str]:
    warnings = [*counts.notes, *([counts.warning] if counts.warning else [])]
    if counts.n_missing:
        what = "subpopulation" if counts.classes is None else "subpopulation or class"
        became = "were left out" if counts.missing == "drop" else "were made a group"
        warnings.append(f"{counts.n_missing:,} rows name no {what}; they {became}")
    if subgroups is not None and subgroups.n_missing > counts.n_missing:
        warnings.append(f"{subgroups.n_missing - counts.n_missing:,} more rows name no subgroup")
    return warnings
