r"""Ridge and kernel ridge classifiers, exactly: all leave-one-out answers from one factorization, and fast refits.

Classes are told apart by regression on ±1 labels, one against the rest, as in scikit-learn's ``RidgeClassifier``. Such
a fit is linear in the labels, so that the model without example :math:`i` is known from the model of all: with
:math:`h_i` the leverage of the example,

.. math:: y_i - f_{-i}(x_i) = \frac{y_i - f(x_i)}{1 - h_i}.

The same for whole subsets is in :mod:`longtail.scores.ridge_refits`. Its tables of outcomes are those that as many real
fits would give, so every score can be made of them; leave-one-out memorization is the limit of large subsets.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solve_triangular

from longtail.arguments import checked
from longtail.array_types import Bits, Reals, Whole
from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores.ridge_refits import DualRefits, PrimalRefits, Refits, residual_operator

__all__ = [
    "ExactLeaveOneOut",
    "exact_kernel_ridge_leave_one_out",
    "exact_ridge_leave_one_out",
    "kernel_ridge_outcomes",
    "ridge_outcomes",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactLeaveOneOut:
    """Every training example, classified by the model of all examples and by that of all others.

    Parameters
    ----------
    value : (n,) int array
        Memorization at the leave-one-out limit, ``correct_in - correct_out``: -1, 0 or 1, since nothing is random.
    correct_in, correct_out : (n,) bool arrays
        Whether either model is right.
    margin_in, margin_out : (n,) float arrays
        Decision value of the true class minus the largest other.
    estimand : str
        In words.
    """

    value: Whole
    correct_in: Bits
    correct_out: Bits
    margin_in: Reals
    margin_out: Reals
    estimand: str = "leave-one-out memorization of 0/1 correctness, exact"


@checked
def exact_ridge_leave_one_out(X: ArrayLike, y: ArrayLike, *, alpha: float = 1.0) -> ExactLeaveOneOut:
    """Leave-one-out memorization by scikit-learn's ``RidgeClassifier(alpha)``, for all examples at once.

    Parameters
    ----------
    X : (n, d) array
        Training examples.
    y : (n,) array
        Their labels, of at least two classes.
    alpha : float
        Penalty on the squared weights (not on the intercept), positive.

    Raises
    ------
    InputError
        If the arrays do not fit together or hold a number that is not finite, or ``alpha`` is not positive.

    Examples
    --------
    >>> exact_ridge_leave_one_out([[0.0], [0.1], [0.2], [1.0]], ["a", "a", "a", "b"], alpha=0.1).value.tolist()
    [0, 0, 0, 1]
    """
    X, (codes, targets) = _checked_table("X", X), _one_against_rest(y)
    _check_rows(len(X), codes, "y")
    _check_alpha(alpha)
    centered = X - X.mean(axis=0)
    if X.shape[1] >= len(X):
        return _leave_one_out(residual_operator(centered @ centered.T, alpha, intercept=True), targets, codes, alpha)
    factor = np.linalg.cholesky(centered.T @ centered + alpha * np.eye(X.shape[1]))
    whitened = solve_triangular(factor, centered.T, lower=True)
    predicted = targets.mean(axis=0) + whitened.T @ (whitened @ targets)
    leverage = 1 / len(X) + np.einsum("di,di->i", whitened, whitened)
    left_out = targets - (targets - predicted) / (1 - leverage)[:, None]
    return _compared(predicted, left_out, codes)


@checked
def exact_kernel_ridge_leave_one_out(gram: ArrayLike, y: ArrayLike, *, alpha: float = 1.0) -> ExactLeaveOneOut:
    """Leave-one-out memorization by scikit-learn's ``KernelRidge(alpha)`` on ±1 labels, for all examples at once.

    Parameters
    ----------
    gram : (n, n) array
        Kernel between training examples, symmetric and positive semidefinite.
    y, alpha
        As in :func:`exact_ridge_leave_one_out`.

    Raises
    ------
    InputError
        As there, or if ``gram`` is not such a matrix.
    """
    (codes, targets), gram = _one_against_rest(y), _checked_gram(gram)
    _check_rows(len(gram), codes, "y")
    _check_alpha(alpha)
    return _leave_one_out(residual_operator(gram, alpha, intercept=False), targets, codes, alpha)


@checked
def ridge_outcomes(
    X: ArrayLike,
    y: ArrayLike,
    inclusion: ArrayLike,
    *,
    alpha: float = 1.0,
    X_test: ArrayLike | None = None,
    y_test: ArrayLike | None = None,
) -> Outcomes:
    """The outcomes of ``RidgeClassifier(alpha)``, refitted exactly on every subset.

    Parameters
    ----------
    X, y, alpha
        As in :func:`exact_ridge_leave_one_out`.
    inclusion : (trials, n) bool array
        The subsets.
    X_test, y_test : (n_test, d) and (n_test,) arrays, optional
        Test examples and their labels.

    Returns
    -------
    Outcomes
        With margins of decision values. A class that a subset lacks gets the decision value -1 everywhere.

    Raises
    ------
    InputError
        As there, or if :class:`longtail.outcomes.Outcomes` refuses the subsets.
    """
    train, (codes, targets) = _checked_table("X", X), _one_against_rest(y)
    _check_rows(len(train), codes, "y")
    _check_alpha(alpha)
    n_features = train.shape[1]
    test = np.empty((0, n_features)) if X_test is None else _checked_table("X_test", X_test)
    if test.shape[1] != n_features:
        raise InputError("X_test", f"have the {n_features} columns of X", test.shape)
    train, test = train - train.mean(axis=0), test - train.mean(axis=0)
    refits: Refits
    if n_features < len(train):
        refits = PrimalRefits.of(train, test, targets, alpha)
    else:
        refits = DualRefits.of(train @ train.T, test @ train.T, targets, alpha, intercept=True)
    return _outcomes(refits, codes, _codes_like(y, y_test), inclusion)


@checked
def kernel_ridge_outcomes(
    gram: ArrayLike,
    y: ArrayLike,
    inclusion: ArrayLike,
    *,
    alpha: float = 1.0,
    gram_test: ArrayLike | None = None,
    y_test: ArrayLike | None = None,
) -> Outcomes:
    """The outcomes of kernel ridge classifiers without intercept, refitted exactly on every subset.

    Parameters
    ----------
    gram, y, alpha
        As in :func:`exact_kernel_ridge_leave_one_out`.
    inclusion : (trials, n) bool array
        The subsets.
    gram_test : (n_test, n) array, optional
        Kernel between test and training examples.
    y_test : (n_test,) array, optional
        Labels of the test examples.

    Raises
    ------
    InputError
        As in :func:`ridge_outcomes`.

    Notes
    -----
    One factorization of the n by n matrix, and then one of the left-out block a trial.
    """
    (codes, targets), gram = _one_against_rest(y), _checked_gram(gram)
    _check_rows(len(gram), codes, "y")
    _check_alpha(alpha)
    to_test = np.empty((0, len(gram))) if gram_test is None else _checked_table("gram_test", gram_test)
    if to_test.shape[1] != len(gram):
        raise InputError("gram_test", f"have a column for each of {len(gram)} training examples", to_test.shape)
    refits = DualRefits.of(gram, to_test, targets, alpha, intercept=False)
    return _outcomes(refits, codes, _codes_like(y, y_test), inclusion)


# ------------------------------------------------------------------------------------------------------ leave one out


def _leave_one_out(operator: Reals, targets: Reals, codes: Whole, alpha: float) -> ExactLeaveOneOut:
    duals = operator @ targets
    left_out = targets - duals / np.diagonal(operator)[:, None]
    return _compared(targets - alpha * duals, left_out, codes)


def _compared(decisions_in: Reals, decisions_out: Reals, codes: Whole) -> ExactLeaveOneOut:
    correct_in, correct_out = (d.argmax(axis=1) == codes for d in (decisions_in, decisions_out))
    return ExactLeaveOneOut(
        value=correct_in.astype(np.int64) - correct_out,
        correct_in=correct_in,
        correct_out=correct_out,
        margin_in=_margins(decisions_in, codes),
        margin_out=_margins(decisions_out, codes),
    )


def _outcomes(refits: Refits, codes: Whole, codes_test: Whole, inclusion: ArrayLike) -> Outcomes:
    included = np.asarray(inclusion).astype(bool)
    n_train, all_codes = len(codes), np.concatenate([codes, codes_test])
    if included.ndim != 2 or included.shape[1] != n_train:
        raise InputError("inclusion", f"have a column for each of {n_train} training examples", included.shape)
    correct = np.empty((len(included), len(all_codes)), bool)
    margin = np.empty(correct.shape, np.float32)
    for trial, subset in enumerate(included):
        if not 0 < subset.sum() < n_train:
            raise InputError("inclusion", "leave some examples in and some out in every trial", subset.sum())
        decisions = refits.decisions(subset)
        correct[trial] = decisions.argmax(axis=1) == all_codes
        margin[trial] = _margins(decisions, all_codes)
    return Outcomes.from_arrays(
        included, correct[:, :n_train], margin[:, :n_train], correct[:, n_train:], margin[:, n_train:]
    )


# ---------------------------------------------------------------------------------------------------- labels, refusals


def _one_against_rest(y: ArrayLike) -> tuple[Whole, Reals]:
    """Return class codes, and the ±1 targets of every class."""
    classes, codes = np.unique(np.asarray(y), return_inverse=True)
    if len(classes) < 2:
        raise InputError("y", "hold at least two classes", classes.tolist())
    return codes, np.where(codes[:, None] == np.arange(len(classes)), 1.0, -1.0)


def _codes_like(y: ArrayLike, y_test: ArrayLike | None) -> Whole:
    """Return codes of test labels. A label without training examples is -1, which is never predicted."""
    classes, labels = np.unique(np.asarray(y)), np.asarray([] if y_test is None else y_test)
    places = np.searchsorted(classes, labels).clip(max=len(classes) - 1)
    return np.where(classes[places] == labels, places, -1)


def _margins(decisions: Reals, codes: Whole) -> Reals:
    rows, others = np.arange(len(codes)), decisions.copy()
    others[rows[codes >= 0], codes[codes >= 0]] = -np.inf
    true = np.where(codes >= 0, decisions[rows, codes], -np.inf)
    margins: Reals = true - others.max(axis=1)
    return margins


def _checked_table(argument: str, table: ArrayLike) -> Reals:
    table = np.asarray(table, np.float64)
    if table.ndim != 2 or 0 in table.shape:
        raise InputError(argument, "be a table with at least one row and one column", table.shape)
    if not np.isfinite(table).all():
        raise InputError(argument, "hold finite numbers only", table[~np.isfinite(table)][0])
    return table


def _checked_gram(gram: ArrayLike) -> Reals:
    gram = _checked_table("gram", gram)
    if gram.shape[0] != gram.shape[1] or not np.allclose(gram, gram.T):
        raise InputError("gram", "be a symmetric matrix", gram.shape)
    return gram


def _check_rows(n_rows: int, codes: Whole, argument: str) -> None:
    if codes.shape != (n_rows,):
        raise InputError(argument, f"hold one label for each of {n_rows} rows", codes.shape)


def _check_alpha(alpha: float) -> None:
    if not 0 < alpha < np.inf:
        raise InputError("alpha", "be positive and finite", alpha)
