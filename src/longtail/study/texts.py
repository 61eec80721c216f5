"""An audit of texts: language models on subsets of documents, memorized documents and words, near copies, a page.

What an audit of a classifier has beside this, limits, attacks and the tail of kinds, is not measured: it rests on right
and wrong answers about labels, which a text has none of.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.checked_json import checked_text
from longtail.dataset import Dataset
from longtail.dataset.raw_rows import text_rows
from longtail.errors import InputError, Said
from longtail.estimate import Estimate
from longtail.findings.plain import to_plain
from longtail.findings.texts import DocumentWords, HelpedDocument, TextFindings
from longtail.learners.ngrams import Documents, NgramIndex, NgramModel, TokenTallies, models_of_subsets
from longtail.learners.ngrams.ngram_learner import index_of_texts
from longtail.outcomes import Outcomes
from longtail.report.texts_page import write_texts_page
from longtail.runs.measure import DataSource, measure
from longtail.runs.run_folder import RunFolder
from longtail.runs.saved_findings import TEXTS
from longtail.sampling_laws import student_half_width
from longtail.scores import MemorizationScores, influence, memorization
from longtail.texts import memorization_by_copies, memorized_words, near_copies
from longtail.trials import SubsetDesign
from longtail.trials.runner import Progress
from longtail.whole_files import write_atomically

__all__ = ["audit_texts"]

_SHOWN = 2_000
"""Characters of a document that a page shows."""
_OPENING, _PAIRS, _SURE = 160, 10, 0.05


@checked
def audit_texts(
    source: DataSource,
    dataset: Dataset,
    learner: NgramModel,
    design: SubsetDesign,
    out: str | Path,
    *,
    level: float = 0.95,
    top: int = 20,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> TextFindings:
    """Train language models on subsets of the documents, and write what they memorized into a run folder.

    Parameters
    ----------
    source : DataSource
        Written into the study.
    dataset : Dataset
        Documents, as :func:`longtail.dataset.documents.load_documents` makes them.
    learner : NgramModel
        What is trained.
    design : SubsetDesign
        Which documents each model has.
    out : path
        The run folder; trials that are there are not run again.
    level : float
        Nominal coverage of each interval.
    top : int
        How many documents are shown with their words.
    jobs, progress
        See :func:`longtail.trials.run_trials`.

    Raises
    ------
    InputError
        If the data are no documents.
    StudyMismatchError
        If the folder holds another study.
    """
    if dataset.task != "language":
        raise InputError("data", "be documents, for a language model", Said(f"{dataset.name}, for {dataset.task}"))
    measure(source, dataset, learner, design, out, jobs=jobs, progress=progress)
    folder = RunFolder(Path(out))
    findings = _gathered(folder, dataset, learner, design, level, top)
    with folder.writing():
        write_atomically(folder.path / TEXTS, checked_text(to_plain(findings)))
        write_texts_page(findings, folder.report)
    return findings


def _gathered(
    folder: RunFolder, dataset: Dataset, learner: NgramModel, design: SubsetDesign, level: float, top: int
) -> TextFindings:
    losses, hits = (folder.trials().outcomes(performance=name) for name in ("log_loss", "token_accuracy"))
    by_loss, by_hits = memorization(losses, level), memorization(hits, level)
    index = index_of_texts(tuple(text_rows(dataset)), learner.order, learner.unit)
    copies = near_copies(_training_alone(index, dataset.n_train))
    order = np.argsort(-np.nan_to_num(by_loss.value, nan=-np.inf), kind="stable")[:top]
    tallies = _tallies(index, losses)
    helped = _helped(dataset, losses, level)
    return TextFindings(
        name=dataset.name,
        learner=f"{learner.order}-grams, interpolated Kneser-Ney",
        unit=learner.unit,
        n_documents=dataset.n_train,
        n_test=dataset.n_test,
        n_tokens=int(index.documents.starts[dataset.n_train]),
        n_words=len(index.documents.vocabulary),
        n_trials=losses.n_trials,
        fraction=design.fraction,
        level=level,
        **_sides("loss", by_loss, level),
        **_sides("accuracy", by_hits, level),
        loss_test=_over_documents(losses.test_performance, level),
        accuracy_test=_over_documents(hits.test_performance, level),
        n_memorized=int((by_loss.q_value <= _SURE).sum()),
        n_copied=int((copies.count > 0).sum()),
        documents=[
            _document(int(n), dataset, index, tallies, by_loss, by_hits, int(copies.count[n]), level) for n in order
        ],
        copies=memorization_by_copies(by_loss.value, copies, level),
        helped=helped[:_PAIRS],
        n_helped=len(helped),
        notes=list(dataset.notes),
        failed=losses.about_failed,
        method=by_loss.method,
    )


def _document(
    number: int,
    dataset: Dataset,
    index: NgramIndex,
    tallies: TokenTallies,
    by_loss: MemorizationScores,
    by_hits: MemorizationScores,
    n_copies: int,
    level: float,
) -> DocumentWords:
    words = memorized_words(index.documents, tallies, number, level)
    assert dataset.originals is not None
    text = dataset.originals.words(int(dataset.position[number]))[:_SHOWN]
    shown = int((words.end <= len(text)).sum())
    return DocumentWords(
        row=int(dataset.position[number]),
        text=text,
        n_tokens=len(words.value),
        near_copies=n_copies,
        memorization=by_loss[number],
        accuracy=by_hits[number],
        begin=words.begin[:shown].tolist(),
        end=words.end[:shown].tolist(),
        nats=words.value[:shown].round(4).tolist(),
        predicted_in=words.predicted_in[:shown].round(4).tolist(),
        predicted_out=words.predicted_out[:shown].round(4).tolist(),
        marked=words.marked[:shown].tolist(),
    )


def _helped(dataset: Dataset, losses: Outcomes, level: float) -> list[HelpedDocument]:
    """Return test documents whose loss a training document surely lowers, with the one that lowers it most."""
    if not dataset.n_test:
        return []
    found = influence(losses, level, strongest=1, both_ways=True)
    best: dict[int, int] = {}
    for pair in np.argsort(found.value).tolist():
        best[int(found.test[pair])] = pair
    surely = [pair for pair in best.values() if found.value[pair] > 0 and found.q_value[pair] <= _SURE]
    given = dataset.originals
    assert given is not None
    rows = []
    for pair in sorted(surely, key=lambda pair: -found.value[pair]):
        test_row, train_row = int(dataset.position_test[found.test[pair]]), int(dataset.position[found.train[pair]])
        ends = (found.value, found.low, found.high)
        rows.append(
            HelpedDocument(
                test_row=test_row,
                train_row=train_row,
                test_text=given.words(test_row)[:_OPENING],
                train_text=given.words(train_row)[:_OPENING],
                influence=Estimate.at(pair, *ends, level=level, method=found.method),
                q_value=float(found.q_value[pair]),
            )
        )
    return rows


def _tallies(index: NgramIndex, outcomes: Outcomes) -> TokenTallies:
    """Train the models of the trials again, and tally single tokens. It is as fast as reading files."""
    n_others = index.documents.n_documents - outcomes.n_train
    inclusion = np.pad(outcomes.inclusion, ((0, 0), (0, n_others)))
    tokens = models_of_subsets(index, inclusion, tokens=True).tokens
    assert tokens is not None
    return tokens


def _training_alone(index: NgramIndex, n_train: int) -> Documents:
    return replace(index.documents, n_train=n_train)


def _sides(name: str, scores: MemorizationScores, level: float) -> dict[str, Estimate]:
    sides = {f"{name}_in": scores.mean_in, f"{name}_out": scores.mean_out}
    return {key: _mean(values, level) for key, values in sides.items()}


def _over_documents(performance: NDArray[np.floating] | None, level: float) -> Estimate | None:
    if performance is None or performance.shape[1] == 0:
        return None
    return _mean(performance.mean(axis=0, dtype=np.float64), level)


def _mean(values: NDArray[np.float64], level: float) -> Estimate:
    known = values[np.isfinite(values)]
    mean, half = float(known.mean()), float("nan")
    if len(known) > 1:
        half = float(student_half_width(level, len(known) - 1)) * float(known.std(ddof=1)) / len(known) ** 0.5
    method = "mean over documents, Student's interval over them"
    return Estimate(value=mean, low=mean - half, high=mean + half, level=level, method=method)
