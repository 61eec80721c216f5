"""The ceiling of a run: read from its identity, and wider where subsets have equal sizes."""

import numpy as np
import pytest

from longtail.analysis.ceiling import Ceiling
from longtail.dataset import Dataset
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.limits.dp_sgd import DPSGD
from longtail.privacy_accounting import ApproximatePrivacy, GaussianRelease
from longtail.trials import SubsetDesign, TrialSet

RATES = np.array([1e-3, 0.01, 0.1, 0.5])


def identity(learner, kind):
    rng = np.random.default_rng(0)
    dataset = Dataset.from_arrays(rng.random((40, 2)), np.arange(40) % 2, name="made")
    return TrialSet.of(dataset, learner, SubsetDesign(n_trials=20, fraction=0.5, kind=kind)).identity


def test_two_steps_of_a_gaussian_release_are_one_of_twice_the_shift():
    """Group privacy in closed form: T(T(a)) = Phi(Phi^-1(a) + 2 mu)."""
    guarantee = Ceiling(text="", event=GaussianRelease(mu=0.7), steps_apart=2)
    np.testing.assert_allclose(guarantee.ceiling(RATES), GaussianRelease(mu=1.4).attack_ceiling(RATES), rtol=1e-9)


def test_two_steps_of_pure_privacy_are_within_twice_the_epsilon():
    guarantee = Ceiling.given(1.0, 0.0, "balanced")
    assert guarantee.steps_apart == 2
    assert (guarantee.ceiling(RATES) <= ApproximatePrivacy(epsilon=2.0).attack_ceiling(RATES) + 1e-12).all()
    assert (guarantee.ceiling(RATES) > Ceiling.given(1.0, 0.0, "independent").ceiling(RATES)).all()


def test_units_are_as_many_steps_apart_as_they_have_rows():
    """Of persons of 5, 3 and 1 rows: the largest differ, of a Gaussian release by 5 mu, or by 8 mu where sizes hold."""
    units = np.repeat([0, 1, 2], [3, 1, 5])
    alone, paired = (Ceiling(text="e", event=GaussianRelease(mu=0.2), steps_apart=steps) for steps in (1, 2))
    np.testing.assert_allclose(
        alone.of_units(units).ceiling(RATES), GaussianRelease(mu=1.0).attack_ceiling(RATES), rtol=1e-9
    )
    np.testing.assert_allclose(
        paired.of_units(units).ceiling(RATES), GaussianRelease(mu=1.6).attack_ceiling(RATES), rtol=1e-9
    )
    assert "5 rows" in alone.of_units(units).text
    assert alone.of_units(np.arange(9)) == alone


def test_a_private_run_carries_its_promise():
    learner = DPSGD(inner=CompiledMLP(), epsilon=3.0, sampling_rate=0.5, epochs=5)
    guarantee = Ceiling.of_run(identity(learner, "independent"))
    assert guarantee.event.noise_multiplier == learner.noise_multiplier
    assert guarantee.event.epsilon_at(1e-5) == pytest.approx(3.0, rel=0.01)
    assert (guarantee.ceiling(RATES) <= Ceiling.given(3.0, 1e-5, "independent").ceiling(RATES) + 1e-6).all()


def test_other_learners_and_controls_promise_nothing():
    assert Ceiling.of_run(identity(CompiledMLP(), "balanced")) is None
    assert Ceiling.of_run(identity(DPSGD(inner=CompiledMLP(), epsilon=3.0, control="clip-only"), "balanced")) is None
