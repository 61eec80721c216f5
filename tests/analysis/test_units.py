"""Findings where rows belong to units: the tail counts units, and attacks are told by unit."""

import numpy as np
import pytest

from longtail.analysis.analysis import Analysis
from longtail.analysis.exposure import exposure_findings
from longtail.analysis.tail import tail_findings
from longtail.dataset import Dataset
from longtail.membership import unit_vulnerability
from longtail.outcomes import Outcomes
from longtail.report.words.summary import _exposed
from longtail.scores import memorization
from longtail.tail import clustered_tail

N_PERSONS = 40


@pytest.fixture(scope="module")
def analysis():
    """Forty persons with three rows each; twelve groups, of which one person has the last alone, in three rows."""
    rng = np.random.default_rng(0)
    person = np.repeat(np.arange(N_PERSONS), 3)
    group = np.where(person == 7, 11, rng.integers(0, 11, 120))
    X = rng.normal(size=(120, 2))
    data = Dataset.from_arrays(
        X, np.arange(120) % 2, X[:4], [0, 1, 0, 1], group=group, together=[f"p{k:02d}" for k in person]
    )
    inclusion = (rng.random((60, N_PERSONS)) < 0.5)[:, person]
    confidence = rng.normal(size=(60, 120)) + 4 * inclusion * (person == 7)
    return Analysis(data, Outcomes.from_arrays(inclusion, confidence > 0, confidence=confidence))


def test_the_tail_counts_persons_not_rows(analysis):
    found = tail_findings(analysis)
    (only,) = found.resolutions
    (partition,) = analysis.partitions
    owners = [set(analysis.dataset.together[partition.ids == kind]) for kind in range(only.n_subpopulations)]
    assert only.n_singletons == sum(len(each) == 1 for each in owners) > sum(np.bincount(partition.ids) == 1)
    assert found.n_samples == sum(map(len, owners))
    assert found.n_units == N_PERSONS
    expected = clustered_tail(partition.ids, analysis.dataset.together).unseen_mass
    assert (only.unseen_mass.value, only.unseen_mass.high) == (expected.value, expected.high)
    alone = np.isin(partition.ids, [kind for kind, each in enumerate(owners) if len(each) == 1])
    guesses = memorization(analysis.outcomes)
    assert only.guess_probability.value == pytest.approx((guesses.correct_out / guesses.n_out)[alone].mean())


def test_the_one_who_is_exposed_is_named_and_speaks(analysis):
    found = exposure_findings(analysis).by_unit
    exposed = unit_vulnerability(analysis.outcomes, analysis.dataset.together)
    assert found.n_examples == N_PERSONS
    assert found.n_surely == int((exposed.q_value <= 0.05).sum()) >= 1
    first = found.exposed[0]
    assert (first.label, first.n_rows, first.row) == ("p07", 3, 21)
    assert first.vulnerability.value == exposed.value[7] == exposed.value.max()
    said = _exposed(exposure_findings(analysis))
    assert f"Of 40 units {found.n_surely} are surely exposed, most of all “p07” (3 rows)" in said
