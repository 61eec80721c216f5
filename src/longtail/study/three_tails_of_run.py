"""The three tails of a run: wrong labels are planted several times, and what is memorized is divided by its cause."""

from dataclasses import replace
from typing import Any

from longtail.analysis.analysis import Analysis
from longtail.analysis.partitions import comparable_features
from longtail.arguments import checked
from longtail.errors import InputError
from longtail.experiments.planted_labels import planted_labels
from longtail.randomness import integer_seed
from longtail.runs.learner_of_run import learner_of_run
from longtail.runs.run_folder import RunFolder
from longtail.scores.label_evidence import label_evidence
from longtail.scores.three_tails import ThreeTails, three_tails
from longtail.scores.wrong_share import wrong_share
from longtail.trials import SubsetDesign
from longtail.trials.runner import Progress

__all__ = ["three_tails_of_run"]


@checked
def three_tails_of_run(
    analysis: Analysis,
    folder: RunFolder,
    learner: Any = None,
    *,
    n_models: int = 60,
    n_flips: int = 6,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> ThreeTails:
    """Plant wrong labels in the data of a run, and divide its memorization among the three tails.

    Parameters
    ----------
    analysis : Analysis
        Of the data set that was studied and the outcomes of the folder's trials.
    folder : RunFolder
        Nothing is written to it.
    learner : str, scikit-learn classifier or Learner, optional
        That of the run, which is made again where it is not given.
    n_models : int
        To train for each choice of flipped labels, at least 10.
    n_flips : int
        How often 5 % of the labels are chosen and flipped, at least 1. With one choice, shares of planted mixtures are
        off by up to 6 points here and there, with six by less than 5.
    jobs, progress
        Models at a time, and who is told how many are finished.

    Raises
    ------
    InputError
        If too few flipped labels are in question to learn from, or nothing is surely memorized.
    """
    if n_models < 10:
        raise InputError("n_models", "be at least 10", n_models)
    if n_flips < 1:
        raise InputError("n_flips", "be at least 1", n_flips)
    study, dataset = folder.study(), analysis.dataset
    chosen = learner_of_run(study, learner)
    design = replace(SubsetDesign.of_identity(study.identity["design"], n_models), n_subsets=None)
    near, planted = comparable_features(dataset, dataset.X), []
    for flips in range(n_flips):
        again = replace(design, seed=integer_seed(design.seed, "labels flipped for the three tails", flips))

        def told(done: int, _: int, before: int = flips * n_models) -> None:
            if progress is not None:
                progress(before + done, n_flips * n_models)

        found = planted_labels(chosen, dataset, again, jobs=jobs, progress=told)
        planted.append((label_evidence(found.outcomes, near, found.y), found.flipped))
    wrong = wrong_share(planted, label_evidence(analysis.outcomes, near, dataset.y), seed=design.seed)
    return three_tails(analysis.outcomes, dataset.y, wrong, level=analysis.level, seed=design.seed)
