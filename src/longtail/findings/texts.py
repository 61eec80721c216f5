"""Findings of language models on their documents: what is memorized, which words, and beside how many near copies."""

from dataclasses import dataclass, field

from longtail.estimate import Estimate
from longtail.findings.membership import AttackFindings
from longtail.findings.numbers import NumberLimit
from longtail.findings.results import Result

__all__ = ["CopiesLeft", "CopiesRow", "DocumentWords", "HelpedDocument", "TextFindings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesRow:
    """Documents with so many near copies.

    Parameters
    ----------
    least, most : int
        Near copies, itself aside.
    n_documents, n_kinds : int
        How many documents, of how many kinds.
    memorization : Estimate
        The mean over them, with an interval over kinds; without ends where there is but one kind.
    tau : Estimate or None
        Mean frequency of kinds seen ``least + 1`` times; None where the counts do not determine it.
    """

    least: int
    most: int
    n_documents: int
    n_kinds: int
    memorization: Estimate
    tau: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesLeft:
    """Memorization of kinds that a limit leaves, against their near copies.

    Parameters
    ----------
    name : str
        Of the limit; "no limit" for the learner itself on the same subsets.
    by_copies : list of CopiesRow
        What any text of a kind being there gives to the log loss of its texts: models that have none of them against
        models that have one or more.
    """

    name: str
    by_copies: list[CopiesRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentWords:
    """One document with the memorization of its words.

    Parameters
    ----------
    row : int
        Its row or line in the data as given.
    text : str
        As it was given, as far as it is shown.
    n_tokens, near_copies : int
        Its length, and how many near copies it has.
    memorization, accuracy : Estimate, Estimate or None
        Of its log loss, in nats a token; of the share of its tokens that are predicted, None where it was not measured.
    begin, end : list of int
        Where its tokens stand in ``text``.
    nats : list of float
        Memorization of each token.
    predicted_in, predicted_out : list of float
        Share of models with and without the document that predict each token. Empty where that was not measured.
    marked : list of bool
        Whether that share is surely higher with the document; where it was not measured, whether the loss is lower.
        Only in documents that are significantly memorized (q <= 0.05), since those that are shown were chosen.
    """

    row: int
    text: str
    n_tokens: int
    near_copies: int
    memorization: Estimate
    accuracy: Estimate | None
    begin: list[int]
    end: list[int]
    nats: list[float]
    predicted_in: list[float]
    predicted_out: list[float]
    marked: list[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpedDocument:
    """A test document, and the training document that helps it most.

    Parameters
    ----------
    test_row, train_row : int
        Their rows in the data as given; test documents of a file of their own follow the others.
    test_text, train_text : str
        Their beginnings.
    influence : Estimate
        How much lower the test document's loss is with the training document, in nats a token.
    q_value : float
        Allowing for all pairs.
    """

    test_row: int
    train_row: int
    test_text: str
    train_text: str
    influence: Estimate
    q_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFindings:
    """All findings of a study of texts.

    Parameters
    ----------
    name, learner : str
        Of the data and of the models.
    unit : str
        What a token is.
    n_documents, n_test, n_tokens, n_words, n_trials : int
        Training and test documents, tokens of the former, different tokens of all, models.
    fraction, level : float
        Share of the documents that each model has; nominal coverage of intervals.
    loss_in, loss_out : Estimate
        Means over training documents, of models that have them and that have not.
    accuracy_in, accuracy_out : Estimate or None
        The same; None where it was not measured.
    loss_test, accuracy_test : Estimate or None
        Means over test documents.
    n_memorized : int
        Documents whose memorization of log loss is significant (q <= 0.05).
    n_copied : int
        Documents that have a near copy.
    documents : list of DocumentWords
        The most memorized.
    copies : list of CopiesRow
        Memorization of log loss against near copies.
    helped : list of HelpedDocument
        Test documents that a training document surely helps (q <= 0.05), the most helped first.
    n_helped : int
        How many there are in all.
    notes : list of str
        How the data were read.
    failed : str
        Of models that failed; empty where none did.
    method : str
        Of the intervals of memorization.
    limits : list of NumberLimit
        What limits cost in nats a token, over all and by length.
    left : list of CopiesLeft
        Memorization of kinds without a limit, then under each, where documents have near copies and limits were tried.
    attacks : list of AttackFindings
        Which read the log loss of each document, the strongest first.
    results : list of Result
        What commands measured on the run.
    """

    name: str
    learner: str
    unit: str
    n_documents: int
    n_test: int
    n_tokens: int
    n_words: int
    n_trials: int
    fraction: float
    level: float
    loss_in: Estimate
    loss_out: Estimate
    accuracy_in: Estimate | None
    accuracy_out: Estimate | None
    loss_test: Estimate | None
    accuracy_test: Estimate | None
    n_memorized: int
    n_copied: int
    documents: list[DocumentWords]
    copies: list[CopiesRow]
    helped: list[HelpedDocument]
    n_helped: int
    notes: list[str]
    failed: str
    method: str
    limits: list[NumberLimit] = field(default_factory=list)
    left: list[CopiesLeft] = field(default_factory=list)
    attacks: list[AttackFindings] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
