"""The linear datamodeling score: by SciPy and by dattri, its interval and its ceiling."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores import linear_datamodeling_score
from longtail.trials import SubsetDesign


def truth(n_subsets=30, n_seeds=1, n=40, n_test=6, noise=0.5, seed=0):
    rng = np.random.default_rng(seed)
    effects = rng.normal(size=(n, n_test))
    subsets = np.array([np.isin(np.arange(n), rng.permutation(n)[: n // 2]) for _ in range(n_subsets)])
    inside = np.tile(subsets, (n_seeds, 1))
    margin = inside @ effects + noise * n**0.5 * rng.normal(size=(len(inside), n_test))
    return (
        Outcomes.from_arrays(
            inside, inside, test_correct=margin > 0, test_margin=margin, trial_numbers=np.arange(len(inside))
        ),
        effects,
    )


def test_it_is_scipys_rank_correlation_of_sums_written_out():
    outcomes, effects = truth()
    rough = np.round(effects, 1)  # ties among predictions
    by_test = [
        spearmanr([sum(rough[i, j] for i in np.flatnonzero(row)) for row in outcomes.inclusion], margin).statistic
        for j, margin in enumerate(outcomes.test_margin.T)
    ]
    found = linear_datamodeling_score(outcomes, rough)
    np.testing.assert_allclose(found.by_test, by_test, atol=1e-6)
    assert found.score.value == pytest.approx(np.mean(by_test), abs=1e-6)


def test_it_is_what_dattri_computes():
    torch = pytest.importorskip("torch")
    metrics = pytest.importorskip("dattri.metric.metrics")
    outcomes, effects = truth()
    indices = np.array([np.flatnonzero(row) for row in outcomes.inclusion])
    theirs, _ = metrics.lds(torch.tensor(effects), (torch.tensor(outcomes.test_margin), torch.tensor(indices)))
    np.testing.assert_allclose(linear_datamodeling_score(outcomes, effects).by_test, theirs.numpy(), atol=1e-6)


def test_trials_on_one_subset_are_averaged_and_tell_the_ceiling():
    """The true effects come near the ceiling: 200 subsets of 8 seeds (seed 0); both have errors of about .01."""
    outcomes, effects = truth(n_subsets=200, n_seeds=8, noise=1.0)
    found = linear_datamodeling_score(outcomes, effects)
    assert (found.n_subsets, found.n_trials) == (200, 1600)
    assert found.ceiling.value == pytest.approx(found.score.value, abs=0.04)
    assert linear_datamodeling_score(truth()[0], effects).ceiling is None
    margin = outcomes.test_margin.reshape(8, 200, -1).mean(axis=0)
    by_test = [spearmanr(outcomes.inclusion[:200] @ effects[:, j], margin[:, j]).statistic for j in range(6)]
    assert found.score.value == pytest.approx(np.mean(by_test), abs=1e-6)


def test_its_interval_covers_the_score_of_many_subsets():
    """20 worlds of 40 subsets, 6 test examples, against 400 subsets: fewer than 15 covered has chance below 1e-3."""
    covered = 0
    for seed in range(20):
        many, effects = truth(n_subsets=400, seed=seed)
        rng = np.random.default_rng(seed)
        given = effects + rng.normal(size=effects.shape)
        few = linear_datamodeling_score(many.of_trials(np.arange(40)), given).score
        covered += few.low <= linear_datamodeling_score(many, given).score.value <= few.high
    assert covered >= 15


def test_a_constant_prediction_counts_as_nothing():
    outcomes, effects = truth()
    effects[:, 0] = 1.0
    assert linear_datamodeling_score(outcomes, effects).by_test[0] == 0


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (np.zeros((6, 40)), "attributions must be numbers of shape \\(40, 6\\)"),
        (np.full((40, 6), np.inf), "attributions must hold finite numbers only"),
        (np.full((40, 6), "a"), "attributions must be numbers"),
    ],
)
def test_attributions_of_another_shape_are_refused(given, says):
    with pytest.raises(InputError, match=says):
        linear_datamodeling_score(truth()[0], given)


def test_outcomes_that_cannot_judge_are_refused():
    outcomes, effects = truth()
    bare = Outcomes.from_arrays(outcomes.inclusion, outcomes.correct, test_correct=outcomes.test_correct)
    with pytest.raises(InputError, match="outcomes must hold margins of test examples"):
        linear_datamodeling_score(bare, effects)
    with pytest.raises(InputError, match="at least 10 different subsets"):
        linear_datamodeling_score(outcomes.of_trials(np.arange(9)), effects)


def test_a_design_of_repeated_subsets_repeats_them_and_nothing_else():
    design = SubsetDesign(n_trials=60, fraction=0.5, seed=3, n_subsets=20)
    plain = SubsetDesign(n_trials=20, fraction=0.5, seed=3)
    for trial in (0, 7, 20, 47):
        assert np.array_equal(design.inclusion(30, trial), plain.inclusion(30, trial % 20))
    assert SubsetDesign.of_identity(design.describe(), 60) == design
    assert "n_subsets" not in plain.describe()
    with pytest.raises(InputError, match="n_subsets must lie in 2..n_trials = 60"):
        SubsetDesign(n_trials=60, fraction=0.5, n_subsets=1)
