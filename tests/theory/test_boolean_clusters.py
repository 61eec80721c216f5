"""Bits of an example seen once: against random channels on few bits, and against the tables of a coin."""

import math

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.theory.boolean_clusters import singleton_information


def _information(joint):
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = joint * np.log2(joint / (joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)))
    return np.nansum(terms)


def _flips(d, correlation):
    one = np.array([[1 + correlation, 1 - correlation], [1 - correlation, 1 + correlation]]) / 2
    table = np.ones((1, 1))
    for _ in range(d):
        table = np.kron(table, one)
    return table


@pytest.mark.parametrize("seed", range(6))
def test_no_channel_of_few_bits_keeps_less(seed):
    """Messages of three bits by random channels, sharp and blunt; the best test of each by its likelihood ratio."""
    rng, d, similarity = np.random.default_rng(seed), 3, 0.8
    channel = rng.dirichlet(np.full(5, 10 ** rng.uniform(-2, 0)), size=2**d)
    center = _flips(d, math.sqrt(similarity))
    joint = channel.T @ _flips(d, similarity) / 2**d  # of the message and a fresh example
    apart = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    order = np.argsort(-(joint / apart).ravel())
    hit, false = (np.cumsum(table.ravel()[order]) for table in (joint, apart))
    error = np.min(np.maximum(1 - hit, false))
    needed = singleton_information(min(error, 0.5), dimension=d, similarity=similarity)
    bits, relevant = _information(channel / 2**d), _information(center @ channel / 2**d)
    assert needed.bits <= bits + 1e-9
    assert needed.irrelevant_bits <= bits - relevant + 1e-9


def test_flipped_bits_keep_what_is_said():
    """Through the whole joint table of three bits."""
    found = singleton_information(0.3, dimension=3, similarity=0.7)
    channel = _flips(3, 1 - 2 * found.flip_probability)
    assert _information(channel / 8) == pytest.approx(found.bits, rel=1e-9)
    relevant = _information(_flips(3, math.sqrt(0.7)) @ channel / 8)
    assert found.bits - relevant == pytest.approx(found.irrelevant_bits, rel=1e-8)
    tested = _information(channel @ _flips(3, 0.7) / 8)
    assert tested == pytest.approx(0.4 * math.log2(0.7 / 0.3), rel=1e-9)


def test_nearly_all_bits_at_the_least_error_and_none_for_a_guess():
    assert singleton_information(0.5, dimension=100, similarity=0.3).bits == 0
    barely = singleton_information(0.45, dimension=10_000, similarity=0.3)
    small = 0.1 * math.log(0.55 / 0.45) / math.log(2)
    assert barely.bits == pytest.approx(small / 0.09, rel=1e-3)
    kept = [singleton_information(error, dimension=100, similarity=0.4).bits for error in (0.2, 0.02, 0.003, 0.0004)]
    assert kept == sorted(kept)
    assert kept[-1] > 80


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"error": 1e-9}, "error must be one that a single example allows, in this dimension and at this similarity"),
        ({"error": 0.7}, "error must lie above 0 and be at most 0.5; got 0.7."),
        ({"similarity": 0.0}, "similarity must lie strictly between 0 and 1; got 0."),
        ({"dimension": -3}, "dimension must be a whole number of at least 1; got -3."),
    ],
)
def test_what_cannot_be_is_one_line(change, line):
    with pytest.raises(InputError) as caught:
        singleton_information(**{"error": 0.1, "dimension": 100, "similarity": 0.3} | change)
    assert str(caught.value).startswith(line)
