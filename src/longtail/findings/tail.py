"""How long the tail is, and what leaving it unfitted costs, as plain data: a part of the findings of a study."""

from collections.abc import Sequence
from dataclasses import dataclass

from longtail.estimate import Estimate
from longtail.findings.notebook import ShownAsTable
from longtail.percent import percent

__all__ = ["CostFindings", "ForcedCost", "Resolution", "TailFindings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The tail at one resolution: for one partition of the training examples into subpopulations.

    Parameters
    ----------
    name : str
        Of the partition, for instance "radius 17.3" or "column species".
    radius : float or None
        Where the partition was found; None where it was given.
    n_subpopulations, n_singletons : int
        How many there are, and how many were seen once.
    tau_1, unseen_mass, singleton_mass : Estimate
        Realised quantities of this sample.
    guess_probability : Estimate or None
        How often models that were not trained on a singleton guess its label, measured over singletons.
    cost_of_not_fitting : Estimate or None
        Expected error paid for not fitting what was seen once.
    singleton_memorization : Estimate or None
        Mean measured memorization of singletons.
    ranks, frequencies : list
        The rank-frequency curve, thinned for drawing: frequency (counts / n) of the subpopulation of each rank.
    """

    name: str
    radius: float | None
    n_subpopulations: int
    n_singletons: int
    tau_1: Estimate
    unseen_mass: Estimate
    singleton_mass: Estimate
    guess_probability: Estimate | None
    cost_of_not_fitting: Estimate | None
    singleton_memorization: Estimate | None
    ranks: list[int]
    frequencies: list[float]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TailFindings(ShownAsTable):
    """The tail, at one resolution where subpopulations were given and at several where they were found."""

    given: bool
    method: str
    n_samples: int
    resolutions: list[Resolution]
    n_units: int | None = None
    """Units whose rows stay together, where they are the draws: each counts once for each subpopulation it has."""

    def _shown(self) -> tuple[str, Sequence[str], Sequence[Sequence[str]]]:
        what = "given subpopulations" if self.given else "found kinds"
        title = f"tail of {self.n_samples:,} training examples, {what}, by what was seen once"
        columns = ("partition", "mass seen once", "tau_1", "unseen mass", "subpopulations", "seen once")
        return (
            title,
            columns,
            [
                (
                    each.name,
                    percent(each.singleton_mass),
                    str(each.tau_1),
                    percent(each.unseen_mass),
                    f"{each.n_subpopulations:,}",
                    f"{each.n_singletons:,}",
                )
                for each in self.resolutions
            ],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedCost:
    """The least error above the optimum that one guarantee forces, at each resolution of the tail (same order)."""

    guarantee: str
    meaning: str
    costs: list[Estimate]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostFindings:
    """Costs of limits on memorization, and what they assume."""

    assumptions: list[str]
    rows: list[ForcedCost]
