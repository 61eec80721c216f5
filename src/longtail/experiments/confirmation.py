r"""Confirmation: what the memorization of a run is worth, by the three questions that a reviewer asks of it.

* Is it leave-one-out? No: it is subsampled. The highest scores are tried by retraining with all examples and without
  each (:mod:`longtail.experiments.leave_one_out`), and with runs at other fractions the mean is followed to the limit.
* Is it the examples or the seeds? Several models on each of several subsets split the variance
  (:mod:`longtail.experiments.variance_split`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.experiments.leave_one_out import LeaveOneOut, leave_one_out, mean_leave_one_out
from longtail.experiments.variance_split import VarianceSplit, variance_split
from longtail.learners.any_learner import any_learner
from longtail.outcomes import Outcomes
from longtail.runs.run_folder import RunFolder
from longtail.scores import MemorizationScores, memorization
from longtail.scores.ranking import ranked_examples
from longtail.trials import SubsetDesign
from longtail.trials.design import least_trials

__all__ = ["Confirmation", "confirm", "outcomes_by_fraction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The answers.

    Parameters
    ----------
    scores : MemorizationScores
        Of the run: subsampled memorization.
    top : LeaveOneOut
        Leave-one-out memorization of the examples that are memorized most.
    limit_of_mean : Estimate or None
        Mean memorization in the limit of leaving out one; None without runs at two fractions.
    variance : VarianceSplit
        Of performance: the subset's part and the seed's.
    """

    scores: MemorizationScores
    top: LeaveOneOut
    limit_of_mean: Estimate | None
    variance: VarianceSplit

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        top, variance = self.top, self.variance
        rows = zip(top.train.tolist(), top.value.tolist(), top.low.tolist(), top.high.tolist(), strict=True)
        return {
            "level": top.level,
            "n_models": top.n_models,
            "kind": top.kind.describe(),
            "top": [
                {"train": i, "subsampled": float(self.scores.value[i]), "value": value, "low": low, "high": high}
                for i, value, low, high in rows
            ],
            "limit_of_mean": self.limit_of_mean.to_json() if self.limit_of_mean else None,
            "variance": {
                "subset_out": variance.subset_out,
                "seed_out": variance.seed_out,
                "subset_in": variance.subset_in,
                "seed_in": variance.seed_in,
                "share_of_subset_out": variance.share_of_subset_out.to_json(),
            },
        }


def confirm(
    learner: Any,
    dataset: Dataset,
    by_fraction: dict[float, Outcomes],
    fraction: float,
    *,
    top: int = 10,
    n_models: int = 20,
    n_subsets: int = 20,
    n_seeds: int = 4,
    seed: int = 0,
    level: float = 0.95,
    jobs: int | None = None,
) -> Confirmation:
    """Retrain without each of the ``top`` examples, and several models on each of several subsets.

    Parameters
    ----------
    learner, dataset
        Those of the run.
    by_fraction : dict
        Fraction -> outcomes, that of the run among them.
    fraction : float
        Of the run.
    top, n_models : int
        How many examples; models with all examples, and as many without each.
    n_subsets, n_seeds : int
        Of the split of variance.

    Raises
    ------
    InputError
        If ``top`` is not between 1 and the number of training examples, or a number of models is below 2.
    """
    learner = any_learner(learner)
    if not 1 <= top <= dataset.n_train:
        raise InputError("top", f"be between 1 and {dataset.n_train}, the training examples", top)
    if n_subsets < (least := least_trials(fraction)):
        law = f"be at least {least}, to have each example in and out once at fraction {fraction}"
        raise InputError("n_subsets", law, n_subsets)
    design = SubsetDesign(n_trials=n_subsets, fraction=fraction, seed=seed)
    scores = memorization(by_fraction[fraction], level)
    highest = np.sort(ranked_examples(by_fraction[fraction], scores)[0][:top]).astype(np.int64)
    return Confirmation(
        scores=scores,
        top=leave_one_out(learner, dataset, highest, n_models=n_models, seed=seed, level=level, jobs=jobs),
        limit_of_mean=mean_leave_one_out(by_fraction, level) if len(by_fraction) > 1 else None,
        variance=variance_split(learner, dataset, design, n_seeds=n_seeds, level=level, jobs=jobs),
    )


def outcomes_by_fraction(run: Path, others: Sequence[Path]) -> dict[float, Outcomes]:
    """Return the outcomes of runs that differ in their fraction alone. The first run's fraction comes first.

    Raises
    ------
    InputError
        If a run is about other data or another learner, or two have the same fraction.
    """
    held = RunFolder(run).study().identity
    found: dict[float, Outcomes] = {}
    for path in (run, *others):
        folder = RunFolder(path)
        identity = folder.study().identity
        for part in ("data", "learner"):
            if identity[part] != held[part]:
                raise InputError("RUN", f"be runs of the same {part}", f"{path}, which differs from {run}")
        fraction = float(identity["design"]["fraction"])
        if fraction in found:
            raise InputError("RUN", "be runs at different fractions", f"{path}, at {fraction:g} like another one")
        found[fraction] = folder.trials().outcomes()
    return found
