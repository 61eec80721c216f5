"""Mislabeled or rare, for a run: wrong labels are planted, a judge learns from them, and every example is judged.

What it finds is ``mislabeled.json`` of the run, and ``mislabeled.csv`` beside it, a worklist with the user's rows. A
judgement that was made of fewer trials of the study is out of date, and is not read.
"""

from typing import Any

import numpy as np

from longtail.analysis.analysis import Analysis
from longtail.analysis.mislabeled import MEMORIZED
from longtail.analysis.partitions import comparable_features
from longtail.checked_json import checked_text, read_checked
from longtail.errors import DamagedRunError
from longtail.estimate import Estimate
from longtail.experiments.planted_labels import SHARE, PlantedLabels, planted_labels
from longtail.findings.mislabeled import JudgedExample, MislabeledFindings
from longtail.findings.plain import from_plain, to_plain
from longtail.learners.learner import Learner
from longtail.runs.run_folder import RunFolder
from longtail.scores.label_evidence import LabelEvidence, label_evidence
from longtail.scores.near_examples import SEARCHED
from longtail.scores.tables import write_table
from longtail.scores.wrong_labels import CALLED, LabelJudge, label_judge
from longtail.trials import SubsetDesign
from longtail.trials.runner import Progress
from longtail.whole_files import write_atomically

__all__ = ["MODELS", "PLANTED_STAGE", "WORKLIST", "judge_labels", "mislabeled_found", "planted_models"]

MODELS = (100, 60, 40, 20)
"""Numbers of models of the planted study to choose from."""

PLANTED_STAGE = "with some labels flipped, to judge labels"
"""What training on planted labels is called."""

WORKLIST = "mislabeled.csv"
"""In a run folder."""

_FILE = "mislabeled.json"
_SHOWN = 24
_TENTH = 0.1  # Of the trials of a study, at most, where nobody asks for a number.


def planted_models(n_trials: int) -> int:
    """Return how many models an audit of so many trials trains on planted labels: a tenth of them, or none.

    Examples
    --------
    >>> planted_models(2000), planted_models(400), planted_models(150)
    (100, 40, 0)
    """
    return next((number for number in MODELS if number <= _TENTH * n_trials), 0)


def judge_labels(
    analysis: Analysis,
    folder: RunFolder,
    learner: Learner,
    design: SubsetDesign,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> MislabeledFindings:
    """Plant wrong labels, judge every example, and write ``mislabeled.json`` and ``mislabeled.csv``.

    Parameters
    ----------
    analysis : Analysis
        Of the data set that was studied and the outcomes of its trials.
    folder : RunFolder
        Held for writing.
    learner : Learner
        That of the run.
    design : SubsetDesign
        Of the run, with the number of models to train.
    jobs, progress
        Models at a time, and who is told how many are finished.

    Raises
    ------
    InputError
        If too few planted labels are in question to learn from.
    """
    dataset = analysis.dataset
    X = comparable_features(dataset, dataset.X)
    planted = planted_labels(learner, dataset, design, jobs=jobs, progress=progress)
    seen = label_evidence(planted.outcomes, X, planted.y)
    judge = label_judge(seen, planted.flipped, level=analysis.level, seed=design.seed)
    evidence = label_evidence(analysis.outcomes, X, dataset.y)
    order = np.argsort(-judge.log_odds(evidence), kind="stable")
    ordered = LabelEvidence(
        train=evidence.train[order], columns=evidence.columns[order], neighbors=evidence.neighbors[order]
    )
    found = _findings(analysis, planted, judge, ordered, design.n_trials)
    write_atomically(folder.path / _FILE, checked_text(to_plain(found), indent=1, owner=folder.key))
    write_table(_worklist(analysis, planted, judge, ordered), folder.path / WORKLIST, "out")
    for part in (_FILE, WORKLIST):
        folder.remember(part, "longtail mislabeled RUN")
    return found


def mislabeled_found(folder: RunFolder, n_trials: int) -> tuple[MislabeledFindings | None, list[str]]:
    """Read back what was judged of so many trials. None where it was not, and why where a file cannot be read."""
    file, remedy = folder.path / _FILE, "longtail mislabeled RUN makes it anew."
    if not file.is_file():
        return None, []
    try:
        found = from_plain(MislabeledFindings, read_checked(file, remedy, owner=folder.key))
        assert isinstance(found, MislabeledFindings)
        if found.n_trials == n_trials:
            return found, []
        why = f"{file} was made of {found.n_trials:,} trials, and the run has {n_trials:,}. {remedy}"
    except DamagedRunError as error:
        why = str(error)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        why = f"{file} is incomplete ({error!r}). {remedy}"
    return None, [f"Which labels look wrong is left out: {why}"]


def _findings(
    analysis: Analysis, planted: PlantedLabels, judge: LabelJudge, ordered: LabelEvidence, n_models: int
) -> MislabeledFindings:
    dataset, scores, train = analysis.dataset, analysis.scores, ordered.train
    probability = judge.probability(ordered)
    memorized = scores.value[train] >= MEMORIZED
    called = probability >= CALLED
    predicted, share = _predicted(planted, ordered)
    examples = [
        JudgedExample(
            train=i,
            row=int(dataset.position[i]),
            label=dataset.class_names[dataset.y[i]],
            predicted=dataset.class_names[predicted[place]],
            predicted_share=float(share[place]),
            probability=float(probability[place]),
            memorization=Estimate.at(
                i, scores.value, scores.low, scores.high, level=scores.level, method=scores.method
            ),
            neighbors=dataset.position[ordered.neighbors[place]].tolist(),
            neighbor_labels=[dataset.class_names[code] for code in dataset.y[ordered.neighbors[place]]],
        )
        for place, i in enumerate(train[:_SHOWN].tolist())
    ]
    return MislabeledFindings(
        n_trials=analysis.outcomes.n_trials,
        n_models=n_models,
        n_flipped=judge.n_flipped,
        share=SHARE,
        precision=judge.precision,
        recall=judge.recall,
        called=CALLED,
        n_asked=len(train),
        n_called=int(called.sum()),
        n_memorized=int(memorized.sum()),
        n_memorized_called=int((memorized & called).sum()),
        examples=examples,
        train=train.tolist(),
        probability=np.round(probability, 6).tolist(),
        n_searched=SEARCHED if dataset.n_train > SEARCHED else None,
    )


def _predicted(planted: PlantedLabels, ordered: LabelEvidence) -> tuple[Any, Any]:
    """Return the class that models without each example predict, and its mean probability."""
    distribution = np.nan_to_num(planted.left_out[ordered.train])
    predicted = distribution.argmax(axis=1)
    return predicted, distribution[np.arange(len(predicted)), predicted]


def _worklist(analysis: Analysis, planted: PlantedLabels, judge: LabelJudge, ordered: LabelEvidence) -> dict[str, Any]:
    dataset, scores, train = analysis.dataset, analysis.scores, ordered.train
    names = np.array(dataset.class_names, object)
    probability = judge.probability(ordered)
    predicted, share = _predicted(planted, ordered)
    known = {name: column[train] for name, column in dataset.particulars.items()}
    beside = [" ".join(map(str, rows)) for rows in dataset.position[ordered.neighbors].tolist()]
    labels = [", ".join(row) for row in names[dataset.y[ordered.neighbors]].tolist()]
    return {
        **known,
        "judgement": np.where(probability >= CALLED, "mislabeled", "rare").astype(object),
        "probability": np.round(probability, 4),
        "predicted_without_it": names[predicted],
        "predicted_share": np.round(share, 4),
        "memorization": scores.value[train],
        "memorization_low": scores.low[train],
        "memorization_high": scores.high[train],
        "nearest_rows": np.array(beside, object),
        "nearest_labels": np.array(labels, object),
        "train": train,
    }
