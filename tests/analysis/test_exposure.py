"""The scatter of vulnerability and memorization: against the scores themselves, whole and thinned."""

import numpy as np
import pytest

from longtail.analysis.analysis import Analysis
from longtail.analysis.exposure import exposure_findings
from longtail.membership import vulnerability
from longtail.outcomes import Outcomes
from longtail.scores import memorization


def table(n_examples, seed=0):
    """The later an example, the more it shows that it is in."""
    rng = np.random.default_rng(seed)
    inclusion = np.argsort(rng.random((40, n_examples)), axis=0) < 20
    confidence = rng.normal(size=inclusion.shape) + 4 * inclusion * np.linspace(0, 1, n_examples)
    return Outcomes.from_arrays(inclusion, confidence > 0, confidence=confidence)


@pytest.mark.parametrize(("n_examples", "n_drawn"), [(300, 300), (2_400, 2_000)])
def test_the_dots_are_scores_of_examples_the_ends_among_them(n_examples, n_drawn):
    outcomes = table(n_examples)
    scatter = exposure_findings(Analysis(None, outcomes)).scatter
    memorized, exposed = memorization(outcomes).value.round(4), vulnerability(outcomes).value.round(4)
    assert (len(scatter.memorization), len(scatter.vulnerability), scatter.n_examples) == (n_drawn, n_drawn, n_examples)
    assert len(set(scatter.examples)) == n_drawn
    assert memorized[scatter.examples].tolist() == scatter.memorization
    assert exposed[scatter.examples].tolist() == scatter.vulnerability
    assert (min(scatter.memorization), max(scatter.memorization)) == (memorized.min(), memorized.max())
    assert np.mean(scatter.memorization) == pytest.approx(memorized.mean(), abs=0.002)


def test_an_example_that_cannot_be_attacked_has_no_dot():
    outcomes = table(50)
    confidence = outcomes.confidence.copy()
    confidence[:, 7] = 1.0
    scatter = exposure_findings(
        Analysis(None, Outcomes.from_arrays(outcomes.inclusion, outcomes.correct, confidence=confidence))
    ).scatter
    assert scatter.n_examples == len(scatter.memorization) == 49
    assert 7 not in scatter.examples


def test_where_nobody_can_be_attacked_there_is_no_scatter():
    outcomes = table(20)
    assert exposure_findings(Analysis(None, Outcomes.from_arrays(outcomes.inclusion, outcomes.correct))).scatter is None
