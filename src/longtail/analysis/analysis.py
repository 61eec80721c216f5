"""What is computed from the trials of a study: each part once, when it is first asked for, and remembered.

Everything that answers a question about a study takes an :class:`Analysis` instead of the data set, the outcomes, the
partitions and the level, each by hand. Its parts are computed from their inputs alone; two that have the same input
are one. Trials that two learners share are an analysis of their own (:meth:`Analysis.of_trials`), made once for all
limits that have the same trials.
"""

from dataclasses import replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.accuracy import mean_memorization
from longtail.analysis.mislabeled import evidence_of
from longtail.analysis.paired_trials import PlainTrials
from longtail.analysis.partitions import Partition, Partitioned, found_partitions, given_partition, too_many_to_find
from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.estimate import Estimate
from longtail.findings.mislabeled import MislabeledFindings
from longtail.membership import Vulnerability, unit_vulnerability, vulnerability
from longtail.outcomes import Outcomes
from longtail.scores import InfluenceScores, MemorizationScores, influence, memorization
from longtail.scores.exact_knn import ExactMemorization
from longtail.scores.mislabeled_or_rare import MislabeledOrRare
from longtail.scores.ranking import ranked_examples
from longtail.scores.unit_memorization import UnitMemorization, unit_memorization
from longtail.tail import FrequencyCounts, TailEstimate, estimate_tail

__all__ = ["MOST_ATTACKED", "MOST_PAIRS", "STRONGEST", "Analysis"]

MOST_PAIRS = 2_000_000_000
"""Pairs of a training and a test example whose influence is looked at; of more, those of the most memorized."""

STRONGEST = 5
"""Influences that are looked for, of each training and on each test example."""

MOST_ATTACKED = 512
"""Trials that are attacked: more models add little to an attack, and an audit has thousands."""


@checked
class Analysis:
    """Results of the outcomes of a study's trials, each computed once.

    Parameters
    ----------
    dataset : Dataset or None
        The one that was studied; None where it is not here, and only the outcomes are asked.
    outcomes : Outcomes
        Of its trials.
    level : float
        Of every interval.
    estimator : {"difference", "efficient"}
        Of memorization, see :func:`~longtail.scores.memorization.memorization`.
    attacked : Outcomes, optional
        Of the same trials, another performance that attacks read: :func:`longtail.runs.reload.losses_of_texts`.

    Attributes
    ----------
    judged : MislabeledFindings or None
        Judgement on labels that the run holds, if whoever gathers has read it.
    exact_knn : ExactMemorization or None
        Memorization by nearest neighbors that the run holds, read likewise.

    Examples
    --------
    >>> from longtail.dataset import load_dataset
    >>> data, rng = load_dataset("iris"), np.random.default_rng(0)
    >>> inside = rng.permuted(np.tile(np.arange(data.n_train) % 3 > 0, (20, 1)), axis=1)
    >>> analysis = Analysis(data, Outcomes.from_arrays(inside, inside))  # right only on what was seen
    >>> analysis.scores is analysis.scores, float(np.nanmin(analysis.scores.value))
    (True, 1.0)
    """

    def __init__(
        self,
        dataset: Dataset | None,
        outcomes: Outcomes,
        level: float = 0.95,
        *,
        estimator: Literal["difference", "efficient"] = "difference",
        attacked: Outcomes | None = None,
    ) -> None:
        self._dataset = dataset
        self.outcomes = outcomes if dataset is None else outcomes.labeled(dataset.y)
        self.level = level
        self.estimator = estimator
        self._attacked = attacked
        self.judged: MislabeledFindings | None = None
        self.exact_knn: ExactMemorization | None = None
        self._of_trials: dict[bytes, Analysis] = {}
        self._tails: dict[tuple[bytes, float], TailEstimate] = {}
        self._plain: dict[tuple[bytes, bytes], PlainTrials] = {}

    @property
    def has_data(self) -> bool:
        """Return whether the data set is here."""
        return self._dataset is not None

    @property
    def dataset(self) -> Dataset:
        """The data set that was studied.

        Raises
        ------
        InputError
            If it is not here.
        """
        if self._dataset is None:
            raise InputError("data", "be here, for what is asked of them", Said("the outcomes of trials alone"))
        return self._dataset

    # -------------------------------------------------------------------------------------------------------- trials

    def of_trials(self, numbers: NDArray[np.int64]) -> "Analysis":
        """Return the analysis of some of the trials, given by their numbers.

        The same numbers always give the same object.
        """
        if np.array_equal(numbers, self.outcomes.trial_numbers):
            return self
        key = np.asarray(numbers, np.int64).tobytes()
        if key not in self._of_trials:
            part = Analysis(self._dataset, self.outcomes.of_trials(numbers), self.level, estimator=self.estimator)
            part._tails = self._tails
            self._of_trials[key] = part
        return self._of_trials[key]

    @cached_property
    def attacked(self) -> "Analysis":
        """The analysis of the trials that are attacked, by the performance that attacks read."""
        first = self.outcomes.trial_numbers[:MOST_ATTACKED]
        if self._attacked is None or self._attacked.kind == self.outcomes.kind:
            return self.of_trials(first)
        return Analysis(self._dataset, self._attacked, self.level, estimator=self.estimator).of_trials(first)

    # -------------------------------------------------------------------------------------------------------- scores

    @cached_property
    def mislabeled(self) -> MislabeledOrRare:
        """Evidence that each example memorized by a quarter or more is mislabeled rather than rare."""
        return evidence_of(self.dataset, self.outcomes, self.scores.value)

    @cached_property
    def scores(self) -> MemorizationScores:
        """Memorization of every training example."""
        return memorization(self.outcomes, self.level, estimator=self.estimator)

    @cached_property
    def ranking(self) -> tuple[NDArray[np.intp], str]:
        """All training examples, the most memorized first, and what the order rests on."""
        return ranked_examples(self.outcomes, self.scores)

    @cached_property
    def mean_memorization(self) -> Estimate:
        """Mean memorization, over examples."""
        return mean_memorization(self.outcomes, self.level)

    @cached_property
    def influence(self) -> InfluenceScores:
        """The strongest influences of each training example, and on each test example.

        Beyond :data:`MOST_PAIRS`, those of the most memorized training examples alone, and it says so.
        """
        n, n_test = self.outcomes.n_train, self.outcomes.n_test
        if n * n_test <= MOST_PAIRS:
            return influence(self.outcomes, self.level, strongest=STRONGEST, both_ways=True)
        looked_at = np.sort(self.ranking[0][: max(MOST_PAIRS // n_test, 1)])
        found = influence(self.outcomes, self.level, train=looked_at, strongest=STRONGEST, both_ways=True)
        return replace(found, method=f"{found.method}, of the {len(looked_at):,} most memorized of {n:,} examples")

    @cached_property
    def vulnerability(self) -> Vulnerability | None:
        """Exposure of each training example. None where no example can be attacked."""
        try:
            return vulnerability(self.outcomes, self.level)
        except InputError:  # The attacks give the reason.
            return None

    # --------------------------------------------------------------------------------------------------------- units

    @property
    def has_units(self) -> bool:
        """Return whether rows belong to units that are in or out together, some of them of several rows."""
        return self.has_data and len(self.dataset.unit_names) < self.dataset.n_train

    @property
    def unit_of_row(self) -> NDArray[np.int64]:
        """The unit of each training example: itself, where rows belong to none."""
        together = self.dataset.together
        return np.arange(self.dataset.n_train) if together is None else together

    @cached_property
    def unit_memorization(self) -> UnitMemorization:
        """Memorization of every unit, in the order of their codes."""
        return unit_memorization(self.outcomes, self.unit_of_row, self.level)

    @cached_property
    def unit_vulnerability(self) -> Vulnerability | None:
        """Exposure of every unit. None where none can be attacked."""
        try:
            return unit_vulnerability(self.outcomes, self.unit_of_row, self.level)
        except InputError:  # The attacks give the reason.
            return None

    # ---------------------------------------------------------------------------------------------------- partitions

    @cached_property
    def partitions(self) -> list[Partition]:
        """Partitions of the training examples in subpopulations: as given, otherwise as found.

        Empty where none can be found.
        """
        return self.found_partitions if self.dataset.group is None else [given_partition(self.dataset)]

    @property
    def middle(self) -> Partition | None:
        """The partition that stands for all, where one must."""
        return self.partitions[len(self.partitions) // 2] if self.partitions else None

    @property
    def found_partitions(self) -> list[Partition]:
        """The partitions found within classes, from fine to coarse, whatever groups are given."""
        return self._found[0]

    @property
    def why_none_found(self) -> str:
        """Reason why no partition could be found. Empty where there are some."""
        return self._found[1]

    @cached_property
    def _found(self) -> tuple[list[Partition], str]:
        if too_many := too_many_to_find(self.dataset):
            return [], too_many
        try:
            return found_partitions(self.dataset), ""
        except InputError as error:
            return [], str(error)

    # ---------------------------------------------------------------------------------------------------------- tails

    def tail(self, partition: Partition) -> TailEstimate:
        """Return the tail of a partition."""
        return self.tail_of_counts(partition.counts)

    def tail_of_counts(self, counts: NDArray[np.int64]) -> TailEstimate:
        """Return the tail of a sample with this number of examples in each subpopulation."""
        frequencies = FrequencyCounts.from_counts(counts)
        key = (frequencies.counts.tobytes(), self.level)
        if key not in self._tails:
            self._tails[key] = estimate_tail(frequencies, self.level)
        return self._tails[key]

    def plain_trials(self, partitioned: Partitioned) -> PlainTrials:
        """Return the trials as samples of the subpopulations of a partition, for limits to be compared with."""
        ids, ids_test = partitioned.partition.ids, partitioned.ids_test
        key = (ids.tobytes(), ids_test.tobytes())
        if key not in self._plain:
            self._plain[key] = PlainTrials(
                inclusion=self.outcomes.inclusion,
                correct=self.outcomes.correct,
                ids=ids,
                test_correct=self.outcomes.test_correct,
                ids_test=ids_test,
                tail_of_counts=self.tail_of_counts,
            )
        return self._plain[key]
