"""The mixture's geometry, and the checkers' verdicts against coupling measured on classifiers that were trained."""

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.simulators import GaussianMixture, coupling_cell, coupling_grid
from longtail.theory import Uniform, Zipf

LEVEL = 0.95


def test_geometry_is_the_stated_one():
    """D = 20,000: inner products within are 1/(1 + spread^2) and across 0, both up to a few 1/sqrt(d) = .007."""
    mixture = GaussianMixture(frequencies=[1, 1, 1], n_samples=12, dimension=20_000, spread=0.8)
    sample = mixture.draw(0)
    gram = sample.points @ sample.points.T
    same = sample.subpopulations[:, None] == sample.subpopulations[None, :]
    np.testing.assert_allclose(np.diag(gram), 1, rtol=1e-12)
    np.testing.assert_allclose(gram[same & ~np.eye(12, dtype=bool)], 1 / 1.64, atol=0.04)
    np.testing.assert_allclose(gram[~same], 0, atol=0.04)
    for subpopulation in np.unique(sample.subpopulations):
        assert len(set(sample.labels[sample.subpopulations == subpopulation])) == 1


def test_fresh_points_come_from_subpopulations_seen_once():
    sample = GaussianMixture(prior=Zipf(30), n_samples=20, dimension=500, spread=0.3).draw(4)
    fresh, own = sample.fresh(50, seed=1)
    counts = np.bincount(sample.subpopulations)
    assert (counts[own] == 1).all()
    examples = sample.example_of(own)
    assert (sample.subpopulations[examples] == own).all()
    assert (np.argmax(fresh @ sample.points.T, axis=1) == examples).mean() > 0.99


def test_same_seed_same_sample():
    mixture = GaussianMixture(prior=Zipf(30), n_samples=20, dimension=5, spread=1.0)
    assert (mixture.draw(3).points == mixture.draw(3).points).all()
    assert (mixture.draw(3).points != mixture.draw(4).points).any()


@pytest.mark.parametrize("classifier", ["max margin", "nearest neighbor"])
def test_certified_points_are_coupled_over_the_grid(classifier):
    """4 x 4 mixtures, 3 training sets each. A theorem: not one certified point may be predicted otherwise."""
    cells = coupling_grid(
        Uniform(40),
        classifier,
        n_samples=6,
        dimensions=[16, 256, 4096, 16384],
        spreads=[0.1, 0.5, 2.0, 8.0],
        n_draws=3,
        seed=0,
    )
    assert [cell.violations for cell in cells] == [0] * len(cells)
    assert all(cell.certified.value <= cell.measured.value for cell in cells)
    by_place = {(cell.dimension, cell.spread): cell for cell in cells}
    assert by_place[16384, 0.1].certified.low > 0.9  # holds, and is certified
    assert by_place[256, 0.1].measured.low > 0.9  # holds; for the linear classifier this cannot be certified
    assert (by_place[256, 0.1].certified.value == 0) == (classifier == "max margin")
    assert by_place[16, 8.0].measured.high < 0.9  # fails
    assert by_place[16, 8.0].certified.value < 0.5


def test_far_spread_leaves_a_coin_flip():
    """Spread 50 in 64 dimensions: fresh points are unrelated to their example; 800 of them at level 1 - 1e-6."""
    mixture = GaussianMixture(prior=Uniform(40), n_samples=6, dimension=64, spread=50.0)
    cell = coupling_cell(mixture, "max margin", n_draws=40, seed=1, level=1 - 1e-6)
    assert cell.n_fresh == 800
    assert cell.measured.low < 0.5 + 0.05
    assert cell.to_json()["violations"] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dimension": 1}, "dimension must be a whole number of at least 2; got 1"),
        ({"spread": -0.1}, "spread must be finite and at least 0"),
        ({"spread": np.inf}, "spread must be finite"),
        ({"n_samples": 0}, "n_samples must be a whole number"),
        ({"frequencies": [0.0]}, "hold a positive one"),
    ],
)
def test_bad_input_is_one_line(arguments, message):
    defaults = {"frequencies": [1, 1], "n_samples": 4, "dimension": 8, "spread": 0.5}
    with pytest.raises(InputError, match=message):
        GaussianMixture(**(defaults | arguments))


def test_what_cannot_be_measured_is_said():
    crowd = GaussianMixture(frequencies=[1], n_samples=50, dimension=8, spread=0.5)
    with pytest.raises(InputError, match="a subpopulation seen once"):
        coupling_cell(crowd, "max margin", n_draws=2, seed=0)
    with pytest.raises(InputError, match="n_fresh must be a whole number"):
        coupling_cell(crowd, "max margin", n_draws=2, seed=0, n_fresh=0)
    with pytest.raises(InputError, match='classifier must be "max margin"'):
        coupling_cell(crowd, "svm", n_draws=2, seed=0)
