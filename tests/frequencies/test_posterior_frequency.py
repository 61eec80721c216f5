"""The integral for what a whole sample says, against exact enumeration and a Gibbs sampler."""

from collections import Counter

import numpy as np
import pytest
from scipy.stats import gamma

from longtail.errors import AccuracyError, InputError
from longtail.frequencies import posterior_frequency
from longtail.frequencies.posterior_frequency import posterior_frequencies
from longtail.frequencies.priors import Dirichlet, PitmanYor, ScipyPrior, Zipf
from longtail.randomness import generator
from longtail.theory.enumeration import SmallProblem, exact_posterior_frequencies, samples

PROBLEMS = [
    ((10, 1, 1), 3, 5),
    ((6, 3, 2), 3, 3),
    ((100, 1, 0), 4, 4),  # a zero entry
    ((7, 1), 4, 8),
    ((1000, 1, 1, 1), 3, 6),  # two scales: the integrand has two peaks
    ((3, 2), 2, 1),
]


def _problem(prior: tuple[int, ...], n_points: int, n_samples: int) -> SmallProblem:
    return SmallProblem(frequencies=prior, labelings={(0,) * n_points: 1}, n_samples=n_samples)


@pytest.mark.parametrize(("prior", "n_points", "n_samples"), PROBLEMS)
def test_posterior_frequencies_are_those_of_enumeration(prior: tuple[int, ...], n_points: int, n_samples: int) -> None:
    problem = _problem(prior, n_points, n_samples)
    for _, sample in samples(problem):
        exact = exact_posterior_frequencies(problem, sample.counts)
        computed = posterior_frequencies(prior, Counter(sample.counts))
        assert [computed[c] for c in sample.counts] == pytest.approx([float(x) for x in exact], rel=1e-12)


@pytest.mark.parametrize(("prior", "n_points", "n_samples"), PROBLEMS)
def test_summing_only_what_counts_changes_nothing(
    prior: tuple[int, ...], n_points: int, n_samples: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Counter([n_samples] + [0] * (n_points - 1))
    at_once = posterior_frequencies(prior, seen)
    monkeypatch.setattr(posterior_frequency, "_LARGEST_TENSOR", 0)
    assert posterior_frequencies(prior, seen) == pytest.approx(at_once, rel=1e-12)


def test_a_prior_of_few_nodes_is_as_good_as_its_list() -> None:
    """Zipf(3000): a list of 3,000 numbers, or a few hundred nodes; counts up to several hundred."""
    rng = generator(6, "nodes")
    frequencies = 1 / np.arange(1.0, 3001)
    domain = rng.choice(frequencies, 3000)
    seen = Counter(rng.multinomial(3000, domain / domain.sum()).tolist())
    assert posterior_frequencies(Zipf(3000), seen) == pytest.approx(posterior_frequencies(frequencies, seen), rel=1e-10)


def test_under_a_dirichlet_prior_only_the_count_matters() -> None:
    """The gamma law by quadrature against the closed form (a + l) / (N a + n)."""
    seen = {0: 4, 1: 3, 2: 2, 9: 1}
    by_quadrature = posterior_frequencies(ScipyPrior(10, gamma(1.5)), seen)
    assert posterior_frequencies(Dirichlet(10, 1.5), seen) == pytest.approx(by_quadrature, rel=1e-9)


def test_a_gibbs_sampler_agrees_at_a_thousand_points() -> None:
    """Seed 5; 600 sweeps, chance of a false alarm at 5 standard errors under 1e-6."""
    rng = generator(5, "gibbs")
    prior = 1 / np.arange(1.0, 301)
    domain = rng.choice(prior, 300)
    counts = rng.multinomial(300, domain / domain.sum())
    log_prior, p = np.log(prior), domain
    singles = counts == 1
    means = []
    for _ in range(600):
        s = rng.gamma(300) / p.sum()  # given the frequencies, s is Gamma; given s, frequencies are independent
        log_weight = counts[:, None] * log_prior - s * prior
        p = prior[np.argmax(log_weight + rng.gumbel(size=log_weight.shape), axis=1)]
        means.append((p / p.sum())[singles].mean())
    computed = posterior_frequencies(prior, Counter(counts.tolist()))[1]
    standard_error = np.std(means) / np.sqrt(len(means) / 3)  # a third: sweeps are correlated
    assert abs(np.mean(means[20:]) - computed) < 5 * standard_error
    assert standard_error < 0.01 * computed


def test_unreached_accuracy_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posterior_frequency, "_FEWEST_POINTS", 5)
    monkeypatch.setattr(posterior_frequency, "_WIDEST_STEP", 2.0)
    with pytest.raises(AccuracyError, match="sum to one only within"):
        posterior_frequencies([1000.0, 1.0, 1.0, 1.0], {0: 2, 6: 1})


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (
            lambda: posterior_frequencies([0.0, 0.0], {1: 1}),
            "prior must be a prior, or a list that is finite",
        ),
        (lambda: posterior_frequencies([np.nan], {1: 1}), "prior must be a prior, or a list that is finite"),
        (lambda: posterior_frequencies([], {1: 1}), "prior must be a prior, or a list that is finite"),
        (lambda: posterior_frequencies([1.0], {0: 1}), "number_seen must hold at least one example"),
        (lambda: posterior_frequencies([1.0], {-1: 1}), "number_seen must be a whole number of at least 0; got -1."),
        (lambda: posterior_frequencies(PitmanYor(1.0), {1: 1}), "prior must have finitely many subpopulations"),
        (
            lambda: posterior_frequencies(Zipf(5), {1: 4}),
            "number_seen must count all n_subpopulations = 5 points, those seen 0 times included; got 4 points.",
        ),
    ],
)
def test_bad_input_is_one_line(call, line: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(line)
