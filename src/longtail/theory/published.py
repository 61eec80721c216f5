"""Every number of the paper's worked examples [Feldman2020]_, as quoted, beside ours.

The examples: a Zipf prior on 50,000 subpopulations with 50,000 examples and ten equally likely labels; a learner
limited to gamma = 1/2, or label-private at epsilon = ln 6; and three Zipf subgroups, which make two mixtures. Quoted
numbers are as a public summary reports them, or as its formulas give them. Where it has none, a computation apart
from this library stands beside ours, if there is one: another program, by the same integral.
"""

import math
from dataclasses import dataclass
from typing import Any

from longtail.frequencies.priors import Zipf
from longtail.theory.disparity import Population, Subgroup, SubgroupCost, subgroup_costs
from longtail.theory.model import LongTailModel
from longtail.theory.privacy import memorization_cap, memorization_cap_paper
from longtail.theory.randomized_response import label_private_accuracy, label_private_accuracy_paper
from longtail.theory.tail_bounds import PAPER_LONG_TAIL_CONSTANT, long_tail_constant

__all__ = ["PublishedNumber", "published_mixtures", "published_numbers"]

_LABELS = 10
_GAMMA = 0.5
_EPSILON = math.log(6)
_COMPUTED_APART = {
    "least error, Zipf(5,000), n = 50,000": "0.0181743",
    "cost of gamma = 0.5, Zipf(5,000), n = 50,000": "0.0144832",
    "least error, Zipf(5,000), n = 10,000": "0.1134464",
    "cost of gamma = 0.5, Zipf(5,000), n = 10,000": "0.0357002",
    "least error, Zipf(25,000), n = 50,000": "0.1076506",
    "cost of gamma = 0.5, Zipf(25,000), n = 50,000": "0.0312795",
    "cost ratio, a sixth of the examples": "2.465",
    "cost ratio, a five times longer tail": "2.160",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedNumber:
    """A number of the paper and our value of it.

    Parameters
    ----------
    name : str
        What it is.
    quoted : str or None
        As printed; None where we know of no printed value.
    computed_apart : str or None
        As computed by another program from the same integral, or a plain multiple of that (epsilon = ln 6).
    value : float
        Ours.
    reason : str
        Why they differ, or what to know about the number; empty if nothing.
    """

    name: str
    quoted: str | None
    value: float
    computed_apart: str | None = None
    reason: str = ""

    @property
    def difference(self) -> float | None:
        """Difference of our number and the quoted one."""
        return None if self.quoted is None else self.value - float(self.quoted)

    @property
    def agrees(self) -> bool | None:
        """Return whether our number rounds to the quoted number at its own digits."""
        if self.quoted is None:
            return None
        digits = len(self.quoted.partition(".")[2])
        return round(self.value, digits) == float(self.quoted)

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary, the quoted number as a number."""
        return {
            "name": self.name,
            "quoted": None if self.quoted is None else float(self.quoted),
            "computed_apart": None if self.computed_apart is None else float(self.computed_apart),
            "value": self.value,
            "difference": self.difference,
            "agrees": self.agrees,
            "reason": self.reason,
        }


def published_numbers() -> list[PublishedNumber]:
    """Return all published numbers, in the order of the paper."""
    return [*_worked_example(), *_constants(), *_privacy(), *_disparate_effect()]


def published_mixtures() -> dict[str, Population]:
    """Return both mixtures of the paper's disparate effect: a minority by share, and one by a longer tail."""

    def population(sizes: tuple[int, int], shares: tuple[float, float], n_samples: int) -> Population:
        subgroups = tuple(
            Subgroup(
                name=f"Zipf({size:,}), n = {round(share * n_samples):,}", prior=Zipf(size), share=share, n_classes=10
            )
            for size, share in zip(sizes, shares, strict=True)
        )
        return Population(subgroups=subgroups, n_samples=n_samples)

    return {
        "a sixth of the examples": population((5000, 5000), (5 / 6, 1 / 6), 60_000),
        "a five times longer tail": population((5000, 25_000), (1 / 2, 1 / 2), 100_000),
    }


def _worked_example() -> list[PublishedNumber]:
    model = LongTailModel(prior=Zipf(50_000), n_samples=50_000, n_classes=_LABELS)
    fixed = LongTailModel(prior=Zipf(50_000), n_samples=50_000, n_classes=_LABELS, convention="fixed")
    in_order = f"the list in random order, without the random normalizer, gives {50_000 * fixed.tau(1):.4f}"
    never_fitted = model.cost_of_memorization_limit(0.0)
    return [
        PublishedNumber(
            name="n tau_1, Zipf, N = n = 50,000", quoted="0.47", value=50_000 * model.tau(1), reason=in_order
        ),
        PublishedNumber(name="examples seen once, of all", quoted="0.171", value=model.singleton_fraction),
        PublishedNumber(name="mass of points seen once", quoted="0.081", value=model.singleton_mass),
        PublishedNumber(name="mass of unseen points", quoted=None, computed_apart="0.1710542", value=model.unseen_mass),
        PublishedNumber(
            name="least error, 10 labels", quoted=None, computed_apart="0.1539488", value=model.optimal_error
        ),
        PublishedNumber(
            name="cost of fitting no singleton",
            quoted="0.073",
            value=never_fitted,
            reason="a misfit is counted once: 0.9 of the singletons' mass",
        ),
        PublishedNumber(
            name="cost of gamma = 0.5",
            quoted=None,
            computed_apart="0.0324768",
            value=model.cost_of_memorization_limit(_GAMMA),
        ),
        PublishedNumber(
            name="cost of epsilon = ln 6, label-private",
            quoted=None,
            computed_apart="0.0487153",
            value=model.cost_of_label_privacy(_EPSILON),
            reason="not that of gamma = 0.5: see the next rows",
        ),
    ]


def _constants() -> list[PublishedNumber]:
    return [
        PublishedNumber(
            name="constant of the long-tail lemma",
            quoted=f"{PAPER_LONG_TAIL_CONSTANT:.2f}",
            value=long_tail_constant(50_000),
            reason="0.2 is proven too; the sharp constant depends on n and falls to exp(-1/3)/3",
        )
    ]


def _privacy() -> list[PublishedNumber]:
    uniform = [1 / _LABELS] * _LABELS
    not_sharp = "the quoted bound is true and not sharp: no channel is right so often"
    return [
        PublishedNumber(name="misfit of a singleton at gamma = 0.5", quoted="0.4", value=1 - 1 / _LABELS - _GAMMA),
        PublishedNumber(
            name="accuracy on it at epsilon = ln 6",
            quoted=f"{label_private_accuracy_paper(1 / _LABELS, _EPSILON):.1f}",
            value=label_private_accuracy(uniform, _EPSILON),
            reason=not_sharp,
        ),
        PublishedNumber(
            name="misfit of it at epsilon = ln 6",
            quoted="0.4",
            value=1 - label_private_accuracy(uniform, _EPSILON),
            reason="so gamma = 0.5 is not epsilon = ln 6; it is epsilon = ln 13.5",
        ),
        PublishedNumber(
            name="memorization at epsilon = 1, at most",
            quoted=f"{memorization_cap_paper(1.0):.3f}",
            value=memorization_cap(1.0),
            reason="sharp for adding or removing an example; label privacy alone implies no cap",
        ),
    ]


def _disparate_effect() -> list[PublishedNumber]:
    rows: dict[str, PublishedNumber] = {}
    ratios = []
    for mixture, population in published_mixtures().items():
        limited = subgroup_costs(population, lambda model: model.cost_of_memorization_limit(_GAMMA))
        private = subgroup_costs(population, lambda model: model.cost_of_label_privacy(_EPSILON))
        for plain, label_private in zip(limited, private, strict=True):
            rows |= {number.name: number for number in _subgroup_rows(plain, label_private)}
        name = f"cost ratio, {mixture}"
        ratio = limited[1].cost / limited[0].cost
        ratios.append(PublishedNumber(name=name, quoted=None, computed_apart=_COMPUTED_APART.get(name), value=ratio))
    return [*rows.values(), *ratios]


def _subgroup_rows(plain: SubgroupCost, label_private: SubgroupCost) -> list[PublishedNumber]:
    values = {
        f"least error, {plain.name}": plain.optimal_error,
        f"cost of gamma = 0.5, {plain.name}": plain.cost,
        f"cost of epsilon = ln 6, {plain.name}": label_private.cost,
    }
    return [
        PublishedNumber(name=name, quoted=None, computed_apart=_COMPUTED_APART.get(name), value=value)
        for name, value in values.items()
    ]
