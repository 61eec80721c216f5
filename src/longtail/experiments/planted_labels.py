"""Models of the same data with some labels flipped: ground truth for whoever judges labels.

A share of the training examples, drawn at random, gets one of the other labels, drawn at random; models are trained on
random subsets as those of the study were. Beside their outcomes, which are right or wrong by the flipped labels, the
mean of what models without an example predict for it is kept: a distribution over classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from joblib import delayed
from numpy.typing import NDArray

from longtail.array_types import Reals
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.experiments.canaries import wrong_labels
from longtail.handed_rows import handed_rows, told_of
from longtail.learners.learner import Learner, Predictions
from longtail.machine import one_thread
from longtail.outcomes import Outcomes
from longtail.randomness import generator, integer_seed
from longtail.trials import SubsetDesign
from longtail.trials.batches import answers_of, batches_of
from longtail.trials.collect import collect_outcomes
from longtail.trials.record import TrialRecord, failed_record, record_of
from longtail.trials.runner import Progress
from longtail.trials.worker_life import side_by_side

__all__ = ["SHARE", "PlantedLabels", "planted_labels"]


SHARE = 0.05
"""Of the labels are flipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedLabels:
    """Labels with the planted ones, and what models trained on them say.

    Parameters
    ----------
    y : (n,) int array
        Labels with the flipped ones.
    flipped : (n,) bool array
        Which these are.
    outcomes : Outcomes
        By the labels ``y``.
    left_out : (n, n_classes) float array
        Mean predicted distribution of the models without each example; NaN where there is none. A model without
        probabilities is sure of its label.
    """

    y: NDArray[np.int64]
    flipped: NDArray[np.bool_]
    outcomes: Outcomes
    left_out: NDArray[np.float64]


def planted_labels(
    learner: Learner,
    dataset: Dataset,
    design: SubsetDesign,
    *,
    share: float = SHARE,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> PlantedLabels:
    """Flip labels and train ``design.n_trials`` models.

    Parameters
    ----------
    learner, dataset
        Those of the study.
    design : SubsetDesign
        Of the models; its seed is also that of the flips.
    share : float
        Of the labels that are flipped, in (0, 1).
    jobs, progress
        Models at a time, and who is told how many are finished.

    Raises
    ------
    InputError
        If there are too few examples to flip one and leave one.
    """
    if dataset.n_classes < 2:
        raise InputError("data", "have two classes or more, for labels to be flipped", dataset.n_classes)
    n, n_flipped = dataset.n_train, round(share * dataset.n_train)
    if not 0 < n_flipped < n:
        raise InputError("share", f"flip some of {n} labels, and not all", share)
    rng = generator(design.seed, "planted labels")
    flipped, y = np.zeros(n, bool), dataset.y.copy()
    flipped[rng.permutation(n)[:n_flipped]] = True
    y[flipped] = wrong_labels(y[flipped], dataset.n_classes, rng)
    told, examples = told_of(learner, dataset), handed_rows(learner, dataset)
    truth = np.concatenate([y, dataset.y_test])
    design = replace(design, seed=integer_seed(design.seed, "models of planted labels"))

    def run(batch: Sequence[int]) -> list[tuple[TrialRecord, Reals]]:
        seeds = [integer_seed(design.seed, "learner", trial) for trial in batch]
        subsets = [design.inclusion(n, trial, dataset.together) for trial in batch]
        with one_thread():
            answers = answers_of(told, examples, truth, subsets, dataset.n_classes, seeds)
        return [
            (failed_record(trial, subset, answer), np.zeros((0, dataset.n_classes)))
            if isinstance(answer, Exception)
            else (
                record_of(trial, subset, answer, truth, dataset.n_classes, told.name),
                _distributions(answer, np.flatnonzero(~subset), dataset.n_classes),
            )
            for trial, subset, answer in zip(batch, subsets, answers, strict=True)
        ]

    wanted = range(design.n_trials)
    total, times = np.zeros((n, dataset.n_classes)), np.zeros(n)
    records: list[TrialRecord] = []
    parallel = side_by_side(told.executor, jobs, "generator")
    for answered in parallel(delayed(run)(batch) for batch in batches_of(told, wanted)):
        for record, distributions in answered:
            if record.trial in wanted:
                records.append(record)
                if not record.failure:
                    total[~record.inclusion] += distributions
                    times += ~record.inclusion
        if progress:
            progress(len(records), len(wanted))
    with np.errstate(invalid="ignore"):
        left_out = total / times[:, None]
    outcomes = collect_outcomes(records, wanted, n)
    return PlantedLabels(y=y, flipped=flipped, outcomes=outcomes, left_out=left_out)


def _distributions(predictions: Predictions, rows: NDArray[np.intp], n_classes: int) -> Reals:
    """Return the predicted distributions of some examples."""
    if predictions.logits is None or not predictions.calibrated:
        known: Reals = np.eye(n_classes)[predictions.labels[rows]]
        return known
    logits = np.maximum(np.asarray(predictions.logits[rows], np.float64), np.finfo(np.float32).min)
    weight = np.exp(logits - logits.max(axis=1, keepdims=True))
    distributions: Reals = weight / weight.sum(axis=1, keepdims=True)
    return distributions
