"""The discrete world against enumeration of every sample, and its arrays against each other."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.simulators import DiscreteDomain, MajorityVote, NeverFits
from longtail.simulators.plurality import MAX_VOTES
from longtail.theory import Zipf


def test_expected_masses_equal_enumeration_of_every_sample():
    frequencies, n = [Fraction(5, 10), Fraction(3, 10), Fraction(2, 10)], 4
    domain = DiscreteDomain(frequencies=[5, 3, 2], n_samples=n, n_classes=2)
    for count in range(n + 1):
        mass = number = Fraction(0)
        for sample in itertools.product(range(3), repeat=n):
            probability = np.prod([frequencies[x] for x in sample])
            seen = [x for x in range(3) if sample.count(x) == count]
            mass += probability * sum(frequencies[x] for x in seen)
            number += probability * len(seen)
        assert domain.expected_mass_seen(count) == pytest.approx(float(mass), rel=1e-12)
        assert domain.expected_number_seen(count) == pytest.approx(float(number), rel=1e-12)
        assert domain.tau(count) == pytest.approx(float(mass / number), rel=1e-12)


def test_a_sample_is_a_function_of_its_seed_and_adds_up():
    domain = DiscreteDomain(prior=Zipf(3000), n_samples=2000, n_classes=10, label_noise=0.2)
    sample, again, other = domain.draw(7), domain.draw(7), domain.draw(8)
    for name in ("frequencies", "counts", "labels"):
        assert (getattr(sample, name) == getattr(again, name)).all()
        assert (getattr(sample, name) != getattr(other, name)).any()
        assert not getattr(sample, name).flags.writeable
    assert sample.number_by_count @ np.arange(len(sample.number_by_count)) == 2000
    assert sample.mass_by_count.sum() == pytest.approx(1)
    assert sample.mass_at_votes().sum() == pytest.approx(1)
    assert sample.unseen_mass == pytest.approx(sample.frequencies[sample.counts == 0].sum())
    assert sample.tau(1) == pytest.approx(sample.frequencies[sample.counts == 1].mean())
    assert np.isnan(sample.tau(10**6))
    assert (sample.predictions(NeverFits()) == again.predictions(NeverFits())).all()


def test_examples_are_the_counts_and_their_labels():
    domain = DiscreteDomain(prior=Zipf(500), n_samples=20_000, n_classes=10, label_noise=0.3)
    sample = domain.draw(1)
    points, shown = sample.examples()
    assert (np.bincount(points, minlength=500) == sample.counts).all()
    assert abs((shown != sample.labels[points]).mean() - 0.27) < 5 * np.sqrt(0.27 * 0.73 / 20_000)
    assert points[0] != points[-1] or points[1] != points[-2]


def test_without_noise_only_unseen_points_are_hard():
    sample = DiscreteDomain(prior=Zipf(300), n_samples=500, n_classes=5).draw(2)
    assert sample.optimal_error() == pytest.approx(0.8 * sample.unseen_mass)
    assert sample.excess_given_counts(MajorityVote()) == 0.0
    seen = sample.counts > 0
    assert (sample.predictions(MajorityVote()) == sample.labels)[seen].all()
    identity = 0.8 * sample.frequencies[sample.counts == 1].sum()
    assert sample.excess_given_counts(NeverFits()) == pytest.approx(identity)


def test_counts_beyond_the_cap_still_count():
    sample = DiscreteDomain(frequencies=[0.9, 0.1], n_samples=1000, n_classes=3).draw(0)
    assert sample.mass_at_votes()[MAX_VOTES] == pytest.approx(0.9)
    assert (sample.predictions(MajorityVote()) == sample.labels).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"frequencies": [1, -1]}, "frequencies must be finite and at least 0; got -1.0"),
        ({"frequencies": [1, np.nan]}, "frequencies must be finite"),
        ({"frequencies": [0, 0]}, "hold a positive one; got only zeros"),
        ({"frequencies": []}, "at least one number"),
        ({}, "prior or frequencies must be given, one of them; got neither"),
        ({"frequencies": [1], "prior": Zipf(3)}, "got both"),
        ({"prior": "zipf"}, "prior must be one of Zipf, Geometric"),
        ({"frequencies": [1], "n_samples": 0}, "n_samples must be a whole number from 1"),
        ({"frequencies": [1], "n_samples": 1.5}, "n_samples must be a whole number"),
        ({"frequencies": [1], "n_classes": 1}, "n_classes must be a whole number from 2 to 256; got 1"),
        ({"frequencies": [1], "label_noise": 1.0}, "label_noise must lie in"),
    ],
)
def test_bad_input_is_one_line(arguments, message):
    with pytest.raises(InputError, match=message) as caught:
        DiscreteDomain(**({"n_samples": 10, "n_classes": 2} | arguments))
    assert "\n" not in str(caught.value)


def test_asking_too_much():
    domain = DiscreteDomain(frequencies=[1, 1], n_samples=10, n_classes=2)
    with pytest.raises(InputError, match="count must be a whole number from 0 to 10; got 11"):
        domain.expected_mass_seen(11)
    with pytest.raises(InputError, match="domain must have fixed frequencies"):
        _ = DiscreteDomain(prior=Zipf(3), n_samples=10, n_classes=2).known_frequencies
    with pytest.raises(InputError, match="domain must have a prior; got fixed frequencies"):
        _ = domain.model
