"""Findings of a run of texts: gathered from its trials, saved, and gathered anew from what is in the run.

Memorization is of the log loss. Words are told where single tokens can be: of n-gram models, which are trained again
for it, as fast as files are read; of models of one's own, where their trials recorded the loss of each token.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.analysis import Analysis
from longtail.analysis.exposure import exposure_findings
from longtail.analysis.groups import Group
from longtail.analysis.limits import LimitTrials
from longtail.analysis.number_limits import number_limit
from longtail.arguments import checked
from longtail.checked_json import checked_text
from longtail.dataset import Dataset
from longtail.dataset.raw_rows import text_rows
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.findings.plain import to_plain
from longtail.findings.texts import CopiesLeft, DocumentWords, HelpedDocument, TextFindings
from longtail.learners.learner import Learner
from longtail.learners.ngrams import Documents, NgramIndex, NgramModel, models_of_subsets
from longtail.learners.ngrams.ngram_learner import index_of_texts
from longtail.limits import Limit
from longtail.near_copies import NearCopies, near_copies
from longtail.outcomes import Outcomes, Performance
from longtail.runs.learner_of_run import built_in_learner
from longtail.runs.reload import reload_dataset
from longtail.runs.results import remember_results, results_of
from longtail.runs.run_folder import RunFolder
from longtail.runs.saved_findings import TEXTS, known_results
from longtail.runs.token_losses import has_token_losses, memorized_tokens
from longtail.sampling_laws import student_half_width
from longtail.scores import MemorizationScores, influence, memorization
from longtail.study.limits_of_run import limits_of_learner
from longtail.texts import kind_memorization, memorization_by_copies, memorized_words
from longtail.trials import SubsetDesign, TrialStore
from longtail.trials.design import MOST_TRIALS
from longtail.trials.store import read_trial_set
from longtail.whole_files import write_atomically

__all__ = ["gather_texts", "texts_gathered_again"]

_SHOWN = 2_000
"""Characters of a document that a page shows."""
_OPENING, _PAIRS, _SURE = 160, 10, 0.05


@checked
def gather_texts(
    folder: RunFolder,
    dataset: Dataset,
    level: float = 0.95,
    top: int = 20,
    limits: Sequence[Limit] = (),
    learner: Learner | None = None,
) -> TextFindings:
    """Gather the findings of a run of texts, and save them.

    Parameters
    ----------
    folder : RunFolder
        Held for writing.
    dataset : Dataset
        Its documents.
    level : float
        Nominal coverage of each interval.
    top : int
        How many documents are shown with their words.
    limits : sequence of Limit
        Known ones; the others are made again from their identity.
    learner : Learner, optional
        That of the run, which is made again from its identity where it is not given.

    Raises
    ------
    InputError
        If the trials hold no log loss.
    """
    trials, identity = folder.trials(), folder.study().identity
    losses, hits = trials.outcomes(performance="log_loss"), None
    with suppress(InputError):  # A model of one's own need not say which tokens it predicts.
        hits = trials.outcomes(performance="token_accuracy")
    by_loss, by_hits = memorization(losses, level), None if hits is None else memorization(hits, level)
    model = learner or built_in_learner(identity["learner"])
    ngram = model if isinstance(model, NgramModel) else None
    texts = tuple(text_rows(dataset))
    index = None if ngram is None else index_of_texts(texts, ngram.order, ngram.unit)
    words = index.documents if index is not None and index.documents.unit == "word" else Documents.of(texts)
    copies = near_copies(replace(words, n_train=dataset.n_train))
    counts, n_words = _lengths(folder, words if index is None else index.documents, losses)
    order = np.argsort(-np.nan_to_num(by_loss.value, nan=-np.inf), kind="stable")[:top].tolist()
    helped = _helped(dataset, losses, level)
    held, unread = _limits(folder, dataset, model, limits)
    lengths = _by_length(counts, dataset.n_train)
    tied = dataset.together is not None
    results, damaged = results_of(folder, known_results(folder))
    remember_results(folder, results)
    exposed = exposure_findings(Analysis(dataset, losses, level).attacked)
    findings = TextFindings(
        name=dataset.name,
        learner=identity["learner"]["name"] if ngram is None else f"{ngram.order}-grams, interpolated Kneser-Ney",
        unit=getattr(model, "unit", "token"),
        n_documents=dataset.n_train,
        n_test=dataset.n_test,
        n_tokens=int(counts[: dataset.n_train].sum()),
        n_words=n_words,
        n_trials=losses.n_trials,
        fraction=float(identity["design"]["fraction"]),
        level=level,
        loss_in=_mean(by_loss.mean_in, level, losses.kind),
        loss_out=_mean(by_loss.mean_out, level, losses.kind),
        accuracy_in=None if hits is None or by_hits is None else _mean(by_hits.mean_in, level, hits.kind),
        accuracy_out=None if hits is None or by_hits is None else _mean(by_hits.mean_out, level, hits.kind),
        loss_test=_over_documents(losses, level),
        accuracy_test=None if hits is None else _over_documents(hits, level),
        n_memorized=int((by_loss.q_value <= _SURE).sum()),
        n_copied=int((copies.count > 0).sum()),
        documents=[
            replace(
                told,
                row=int(dataset.position[number]),
                near_copies=int(copies.count[number]),
                memorization=by_loss[number],
                accuracy=None if by_hits is None else by_hits[number],
            )
            for number, told in zip(order, _words(folder, dataset, index, losses, by_loss, order, level), strict=True)
        ],
        copies=memorization_by_copies(by_loss.value, copies, level),
        helped=helped[:_PAIRS],
        n_helped=len(helped),
        limits=[number_limit(each, losses, by_loss, lengths, level, tied=tied) for each in held],
        left=_left(held, losses, copies, level) if copies.count.any() else [],
        attacks=exposed.attacks,
        notes=[*dataset.notes, *unread, *damaged, *folder.gone(), *exposed.refused],
        results=results,
        failed=losses.about_failed,
        method=by_loss.method,
    )
    write_atomically(folder.path / TEXTS, checked_text(to_plain(findings), owner=folder.key))
    return findings


@checked
def texts_gathered_again(folder: RunFolder) -> TextFindings:
    """Gather the findings of a run of texts from its trials.

    Parameters
    ----------
    folder : RunFolder
        Held for writing.

    Raises
    ------
    InputError
        If the data are not where they were, or the trials hold no log loss.
    StudyMismatchError
        If their content has changed since.
    """
    return gather_texts(folder, reload_dataset(folder.study()))


def _lengths(folder: RunFolder, documents: Documents, losses: Outcomes) -> tuple[NDArray[np.int64], int]:
    """Return how many tokens each text has, those of the model where it said, and how many different ones there are."""
    held = folder.trials().tokens(int(losses.trial_numbers[0]))
    return documents.lengths if held is None else held.lengths, len(documents.vocabulary)


def _limits(
    folder: RunFolder, dataset: Dataset, model: Learner | None, asked: Sequence[Limit]
) -> tuple[list[LimitTrials], list[str]]:
    """Return the limits of the run, by their log losses, and what cannot be read back."""
    study = folder.study()
    design = SubsetDesign.of_identity(study.identity["design"], study.n_trials or MOST_TRIALS)
    held = limits_of_learner(folder, dataset, model, design, asked)
    found = [
        replace(
            each,
            outcomes=TrialStore(folder.path / each.folder, read_trial_set(folder.path / each.folder)).outcomes(
                performance="log_loss"
            ),
        )
        for each in held.trials
    ]
    return found, held.unread


def _left(held: Sequence[LimitTrials], losses: Outcomes, copies: NearCopies, level: float) -> list[CopiesLeft]:
    """Return memorization of kinds without a limit, on the subsets that the most models under a limit have, and with.

    It is empty where no limit was tried.
    """
    if not held:
        return []
    most = max(held, key=lambda each: each.outcomes.n_trials).outcomes.trial_numbers
    paired = losses.of_trials(np.intersect1d(losses.trial_numbers, most))
    tables = [("no limit", paired), *((each.name, each.outcomes) for each in held)]
    return [
        CopiesLeft(name=name, by_copies=memorization_by_copies(kind_memorization(table, copies.kind), copies, level))
        for name, table in tables
    ]


def _by_length(lengths: NDArray[np.int64], n_train: int) -> list[Group]:
    """Return documents in quarters by how many tokens they have, test documents where their own length falls."""
    edges = np.unique(np.quantile(lengths[:n_train], [0.25, 0.5, 0.75], method="lower"))
    place = np.searchsorted(edges, lengths)
    ends = [f"at most {edges[0]:g}", *(f"{a + 1:g} to {b:g}" for a, b in pairwise(edges)), f"above {edges[-1]:g}"]
    groups = [
        Group(name=f"{name} tokens", train=place[:n_train] == code, test=place[n_train:] == code)
        for code, name in enumerate(ends)
    ]
    return [group for group in groups if group.train.any()]


def _words(
    folder: RunFolder,
    dataset: Dataset,
    index: NgramIndex | None,
    losses: Outcomes,
    by_loss: MemorizationScores,
    order: Sequence[int],
    level: float,
) -> list[DocumentWords]:
    """Return some documents with what is known of their tokens, in this order.

    The documents were chosen as the most memorized of all, so what chance did for the document it did for its words:
    words are marked in documents that are significantly memorized, and in no others.
    """
    sure = by_loss.q_value <= _SURE
    assert dataset.originals is not None
    texts = [dataset.originals.words(int(dataset.position[number]))[:_SHOWN] for number in order]
    if index is not None:
        others = index.documents.n_documents - losses.n_train
        tallies = models_of_subsets(index, np.pad(losses.inclusion, ((0, 0), (0, others))), tokens=True).tokens
        assert tallies is not None
        found = []
        for number, text in zip(order, texts, strict=True):
            words = memorized_words(index.documents, tallies, number, level)
            shares = words.predicted_in, words.predicted_out
            places = np.stack([words.begin, words.end], axis=1)
            found.append(_document(text, len(words.value), places, words.value, words.marked & sure[number], shares))
        return found
    if has_token_losses(folder, losses):
        return [
            _document(text, len(tokens.value), tokens.places, tokens.value, tokens.marked & sure[number], tokens.shares)
            for text, number, tokens in zip(texts, order, memorized_tokens(folder, losses, order, level), strict=True)
        ]
    return [_document(text, 0, None, np.zeros(0), np.zeros(0, bool), None) for text in texts]


def _document(
    text: str,
    n_tokens: int,
    places: NDArray[np.int64] | None,
    nats: NDArray[np.float64],
    marked: NDArray[np.bool_],
    shares: Sequence[NDArray[np.float64]] | NDArray[np.float64] | None,
) -> DocumentWords:
    """Return the words of a document as far as its text is shown, without its row and its scores."""
    places = np.zeros((0, 2), np.int64) if places is None else places
    shown = int((places[:, 1] <= len(text)).sum())
    unknown = Estimate(value=0.0, low=0.0, high=0.0, level=0.95, method="")
    inside, outside = ([], []) if shares is None else (part[:shown].round(4).tolist() for part in shares)
    return DocumentWords(
        row=0,
        text=text,
        n_tokens=n_tokens,
        near_copies=0,
        memorization=unknown,
        accuracy=None,
        begin=places[:shown, 0].tolist(),
        end=places[:shown, 1].tolist(),
        nats=nats[:shown].round(4).tolist(),
        predicted_in=inside,
        predicted_out=outside,
        marked=marked[:shown].tolist(),
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


def _over_documents(outcomes: Outcomes, level: float) -> Estimate | None:
    performance = outcomes.test_performance
    if performance is None or performance.shape[1] == 0:
        return None
    return _mean(performance.mean(axis=0, dtype=np.float64), level, outcomes.kind)


def _mean(values: NDArray[np.float64], level: float, kind: Performance) -> Estimate:
    """Return the mean over documents, with an interval within what there can be."""
    known = values[np.isfinite(values)]
    mean, half = float(known.mean()), float("nan")
    if len(known) > 1:
        half = float(student_half_width(level, len(known) - 1)) * float(known.std(ddof=1)) / len(known) ** 0.5
    low, high = mean - half, mean + half
    if np.isfinite(half):
        low, high = max(low, kind.low), min(high, kind.high)
    method = "mean over documents, Student's interval over them"
    return Estimate(value=mean, low=low, high=high, level=level, method=method)
