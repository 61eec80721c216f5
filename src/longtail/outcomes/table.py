r"""The table of trials: who was in, who was right, by what margin; or one number for each example.

One table with a row for each trial. Memorization, influence and membership inference are reductions of it, whoever
made it: our trials, or a published archive.

Where a model is right or wrong, a table holds bits. Elsewhere it holds one *performance* of each example, a number of
a known kind (:mod:`longtail.outcomes.performance`): token accuracy, a loss, a squared error. What needs right or wrong
is refused for such a table, by name.

``margin`` is the logit of the true class minus the largest other logit (its sign is correctness, but for ties);
``confidence`` is the logit :math:`\log p/(1-p)` of the predicted probability of the true class.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.array_types import Bits, Floats
from longtail.errors import InputError, Said
from longtail.failed_trials import FailedTrials
from longtail.outcomes.checks import bits, check_numbers, frozen, performances, reals, refuse_copies
from longtail.outcomes.performance import ACCURACY, Performance

__all__ = ["Outcomes"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """The table of trials. Make one with :meth:`from_arrays`.

    Parameters
    ----------
    inclusion : (trials, n) bool array
        Whether each example was in the trial's training subset.
    right : (trials, n) bool array or None
        Whether the trial's model labels each training example, in or out, correctly: :attr:`correct`. None in a table
        of numbers.
    test_right : (trials, n_test) bool array or None
        The same for test examples; ``n_test`` may be 0.
    margin, confidence : (trials, n) float array or None
        See the module.
    test_margin, test_confidence : (trials, n_test) float array or None
        The same for test examples.
    trial_numbers : (trials,) int array
        Which trial of the design each row is.
    failed : FailedTrials or None
        The trials of the set that have no model; None where none failed, or nothing is known of them.
    performance : (trials, n) float array or None
        How well the trial's model does on each training example, in its own unit; None in a table of right and wrong.
    test_performance : (trials, n_test) float array or None
        The same for test examples.
    kind : Performance
        The kind of performance; accuracy in a table of right and wrong.
    """

    inclusion: Bits
    right: Bits | None
    test_right: Bits | None
    margin: Floats | None
    confidence: Floats | None
    test_margin: Floats | None
    test_confidence: Floats | None
    trial_numbers: NDArray[np.int64]
    failed: FailedTrials | None = None
    performance: Floats | None = None
    test_performance: Floats | None = None
    kind: Performance = ACCURACY

    def __repr__(self) -> str:
        kept = [name for name in ("margin", "confidence") if getattr(self, name) is not None]
        held = self.kind.title if self.of_numbers else "with " + " and ".join(kept) if kept else "correctness alone"
        return (
            f"Outcomes({self.n_trials:,} trials, {self.n_train:,} training and {self.n_test:,} test examples, {held})"
        )

    @property
    def of_numbers(self) -> bool:
        """Return whether performance is a number, and not right or wrong."""
        return self.performance is not None

    @property
    def correct(self) -> Bits:
        """(trials, n) bool array: whether the trial's model labels each training example, in or out, correctly.

        Raises
        ------
        InputError
            If the table holds numbers.
        """
        return self._of_right_or_wrong(self.right)

    @property
    def test_correct(self) -> Bits:
        """(trials, n_test) bool array: the same for test examples."""
        return self._of_right_or_wrong(self.test_right)

    def _of_right_or_wrong(self, held: Bits | None) -> Bits:
        if held is None:
            said = Said(f"{self.kind.title}, a number for each example")
            raise InputError("outcomes", "hold right or wrong, for what is asked of them", said)
        return held

    def numbers(self) -> tuple[Floats, Floats]:
        """Return performances of training and of test examples.

        Raises
        ------
        InputError
            If the table holds right and wrong.
        """
        if self.performance is None or self.test_performance is None:
            raise InputError("outcomes", "hold numbers, for what is asked of them", Said("right and wrong alone"))
        return self.performance, self.test_performance

    @property
    def n_trials(self) -> int:
        """Number of trials."""
        return len(self.inclusion)

    @property
    def n_train(self) -> int:
        """Number of training examples."""
        return int(self.inclusion.shape[1])

    @property
    def n_test(self) -> int:
        """Number of test examples."""
        held = self.test_performance if self.test_right is None else self.test_right
        return 0 if held is None else int(held.shape[1])

    def of_trials(self, numbers: ArrayLike) -> "Outcomes":
        """Return the table with only the trials of these numbers, in its own order. It shares memory where they are in
        a row.

        Examples
        --------
        >>> table = Outcomes.from_arrays([[1, 0], [0, 1], [1, 0]], [[1, 0], [1, 1], [0, 1]])
        >>> table.of_trials([2, 0]).trial_numbers.tolist()
        [0, 2]
        """
        places = np.flatnonzero(np.isin(self.trial_numbers, numbers))
        in_a_row = len(places) > 0 and places[-1] - places[0] + 1 == len(places)
        return self.restricted_to(slice(int(places[0]), int(places[-1]) + 1) if in_a_row else places)

    def restricted_to(self, rows: slice | NDArray[np.intp]) -> "Outcomes":
        """Return the table with only some of its rows. For a slice, it shares the memory."""
        tables = ("right", "test_right", "margin", "confidence", "test_margin", "test_confidence")
        held = {name: getattr(self, name) for name in (*tables, "performance", "test_performance")}
        chosen: dict[str, Any] = {name: None if table is None else table[rows] for name, table in held.items()}
        return replace(self, inclusion=self.inclusion[rows], trial_numbers=self.trial_numbers[rows], **chosen)

    def with_failed(self, failed: FailedTrials | None) -> "Outcomes":
        """Return the table with the trials that have no model."""
        return replace(self, failed=failed)

    def labeled(self, labels: NDArray[np.int64]) -> "Outcomes":
        """Return the table with the classes of the training examples, by which failed trials are tested."""
        return self if self.failed is None else self.with_failed(self.failed.with_labels(labels))

    @property
    def about_failed(self) -> str:
        """Describe failed trials in a sentence: how many, why, and what follows. It is empty where none failed."""
        return "" if self.failed is None else self.failed.sentence(self.inclusion)

    @property
    def refused(self) -> Bits:
        """Return the (n,) bool array of training examples whose scores would be biased by failed trials."""
        return np.zeros(self.n_train, bool) if self.failed is None else self.failed.associated(self.inclusion)

    @classmethod
    def from_arrays(
        cls,
        inclusion: ArrayLike,
        correct: ArrayLike | None = None,
        margin: ArrayLike | None = None,
        test_correct: ArrayLike | None = None,
        test_margin: ArrayLike | None = None,
        *,
        confidence: ArrayLike | None = None,
        test_confidence: ArrayLike | None = None,
        trial_numbers: NDArray[np.int64] | Sequence[int] | None = None,
        performance: ArrayLike | None = None,
        test_performance: ArrayLike | None = None,
        performance_name: str | Performance | None = None,
    ) -> "Outcomes":
        """Check arrays and make a table of them: of right and wrong, or of numbers.

        Parameters
        ----------
        inclusion : (trials, n) array of bool, or of 0 and 1
            See :class:`Outcomes`.
        correct : (trials, n) array of bool, or of 0 and 1
            Whether models are right; in its place ``performance`` where that is a number.
        margin, confidence : (trials, n) arrays of float, optional
        test_correct, test_margin, test_confidence : (trials, n_test) arrays, optional
        trial_numbers : (trials,) array of int, optional
            0, 1, … where it is not given; then no trial may be a copy of another.
        performance, test_performance : (trials, n) and (trials, n_test) arrays of numbers, optional
            How well models do, instead of ``correct``. Accuracies that are all 0 or 1 are right and wrong.
        performance_name : str or Performance, optional
            The kind of these numbers: a known name (``PERFORMANCES``) or a kind of your own.

        Raises
        ------
        InputError
            On other shapes or values, a trial that holds every example or none, or a trial given twice; numbers that
            are not finite or outside their range, or of a kind whose direction is not known.

        Examples
        --------
        >>> Outcomes.from_arrays([[1, 0], [0, 1]], [[1, 0], [1, 1]]).n_trials
        2
        >>> loss = [[0.5, 3.0], [2.0, 1.0]]
        >>> Outcomes.from_arrays([[1, 0], [0, 1]], performance=loss, performance_name="log_loss")
        Outcomes(2 trials, 2 training and 0 test examples, log loss)
        """
        included = bits("inclusion", inclusion)
        if 0 in included.shape:
            raise InputError("inclusion", "have at least one trial and one example", included.shape)
        shape = included.shape
        for trial, kept in enumerate(included.sum(axis=1)):
            if kept in (0, shape[1]):
                what = Said(f"{'all' if kept else 'none'} of {shape[1]} in trial {trial}")
                raise InputError("inclusion", "leave some examples in and some out in every trial", what)
        numbers = np.arange(shape[0]) if trial_numbers is None else np.asarray(trial_numbers, np.int64)
        check_numbers(numbers, shape[0])
        if trial_numbers is None:
            tables = (correct, margin, confidence, performance)
            refuse_copies(included, [table for table in tables if table is not None])
        values = performances(shape, correct, performance, test_performance, performance_name)
        if values is not None and not values.of_bits:
            given = {"margin": margin, "test_margin": test_margin, "confidence": confidence}
            given |= {"test_confidence": test_confidence, "test_correct": test_correct}
            for name, table in given.items():
                if table is not None:
                    raise InputError(name, "be given with correct, not with performance", Said("both"))
            return cls(
                inclusion=included,
                right=None,
                test_right=None,
                margin=None,
                confidence=None,
                test_margin=None,
                test_confidence=None,
                trial_numbers=frozen(numbers),
                performance=values.train,
                test_performance=values.test,
                kind=values.kind,
            )
        if values is not None:
            correct, test_correct = values.train, values.test
        assert correct is not None
        held = np.zeros((shape[0], 0), bool) if test_correct is None else bits("test_correct", test_correct)
        if len(held) != shape[0]:
            raise InputError("test_correct", f"have one row for each of {shape[0]} trials", held.shape)
        return cls(
            inclusion=included,
            right=bits("correct", correct, shape),
            test_right=held,
            margin=reals("margin", margin, shape),
            confidence=reals("confidence", confidence, shape),
            test_margin=reals("test_margin", test_margin, held.shape),
            test_confidence=reals("test_confidence", test_confidence, held.shape),
            trial_numbers=frozen(numbers),
        )
