"""Margins and confidences beside SciPy's softmax, and where softmax itself has no digits left."""

import numpy as np
from scipy.special import logit, softmax

from longtail.trials.margins import margins_and_confidences


def test_they_are_those_of_the_softmax():
    draws = np.random.default_rng(0)
    logits, truth = draws.normal(0, 3, size=(500, 7)), draws.integers(7, size=500)
    margins, confidences = margins_and_confidences(logits, truth)
    rows = np.arange(500)
    np.testing.assert_allclose(confidences, logit(softmax(logits, axis=1)[rows, truth]), rtol=1e-9, atol=1e-9)
    others = np.ma.masked_array(logits, truth[:, None] == np.arange(7)).max(axis=1)
    np.testing.assert_array_equal(margins, logits[rows, truth] - others.data)


def test_of_two_classes_they_are_one_number():
    logits = np.random.default_rng(1).normal(size=(50, 2))
    margins, confidences = margins_and_confidences(logits, np.arange(50) % 2)
    np.testing.assert_array_equal(margins, confidences)


def test_no_logit_is_too_large():
    least = float(np.finfo(np.float32).min)
    logits = np.array([[1e5, 0, 0], [0, 1e5, least], [least, least, least]])
    margins, confidences = margins_and_confidences(logits, np.zeros(3, np.int64))
    np.testing.assert_allclose(margins, [1e5, -1e5, 0])
    np.testing.assert_allclose(confidences, [1e5 - np.log(2), -1e5, -np.log(2)])


def test_one_class_is_sure():
    margins, confidences = margins_and_confidences(np.ones((2, 1)), np.zeros(2, np.int64))
    assert np.isinf(margins).all()
    assert (confidences > 0).all()
