"""Planted label noise against planted rare groups, both memorized: the separation's area under the curve."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.scores import memorization, mislabeled_or_rare
from longtail.trials import CompiledMLP, SubsetDesign, run_trials

N_COMMON, N_RARE, N_FLIPPED = 600, 40, 40


def planted(seed: int) -> tuple[Dataset, np.ndarray, np.ndarray, np.ndarray]:
    """Four classes of three clusters each; 40 rare groups of one or two examples; 40 flipped labels in the clusters.

    Returns the data, which training examples are flipped, which are rare, and the groups of training and test examples.
    """
    rng = np.random.default_rng(seed)
    centers, rare_centers = rng.normal(0, 1, (12, 16)) * 1.2, rng.normal(0, 1, (N_RARE, 16)) * 1.6
    rare_label = rng.integers(0, 4, N_RARE)

    def draw(n_common, per_rare):
        cluster = rng.integers(0, 12, n_common)
        kind = np.repeat(np.arange(N_RARE), per_rare)
        X = np.r_[centers[cluster], rare_centers[kind]]
        X = X + rng.normal(0, 0.6, X.shape)
        return X, np.r_[cluster % 4, rare_label[kind]], np.r_[cluster, 12 + kind]

    X, y, group = draw(N_COMMON, rng.integers(1, 3, N_RARE))
    X_test, y_test, group_test = draw(200, np.full(N_RARE, 3))
    flipped = np.zeros(len(y), bool)
    flipped[rng.choice(N_COMMON, N_FLIPPED, replace=False)] = True
    y = np.where(flipped, (y + rng.integers(1, 4, len(y))) % 4, y)
    return Dataset.from_arrays(X, y, X_test, y_test), flipped, group, group_test


@pytest.fixture(scope="module")
def study():
    data, flipped, group, group_test = planted(0)
    outcomes = run_trials(CompiledMLP(hidden=32), data, SubsetDesign(n_trials=120, fraction=0.7, seed=0), jobs=2)
    return data, flipped, group, group_test, outcomes


@pytest.mark.parametrize("with_groups", [False, True])
def test_flipped_and_rare_examples_are_told_apart(study, with_groups):
    data, flipped, group, group_test, outcomes = study
    value = memorization(outcomes).value
    planted_ones = flipped | (group >= 12)
    asked = np.flatnonzero(planted_ones & (value >= 0.25))
    assert flipped[asked].sum() >= 30
    assert (~flipped[asked]).sum() >= 15
    groups = {"group": group, "group_test": group_test} if with_groups else {}
    found = mislabeled_or_rare(outcomes, data.X, data.y, data.X_test, asked, **groups)
    assert roc_auc_score(flipped[asked], found.score) >= 0.9
    for part in (found.contradiction, found.assurance, found.harm):
        assert roc_auc_score(flipped[asked], part) > 0.6
    assert ((found.score > 0) & (found.score < 1)).all()


def test_missing_evidence_is_left_out(study):
    data, flipped, _, _, outcomes = study
    from longtail.outcomes import Outcomes

    bare = Outcomes.from_arrays(outcomes.inclusion, outcomes.correct)
    asked = np.flatnonzero(flipped)
    found = mislabeled_or_rare(bare, data.X, data.y, data.X_test[:0], asked)
    assert np.isnan(found.assurance).all()
    assert np.isnan(found.harm).all()
    assert np.isfinite(found.score).all()
    assert len(mislabeled_or_rare(outcomes, data.X, data.y, data.X_test, []).score) == 0


def test_shapes_must_fit(study):
    data, _, _, _, outcomes = study
    with pytest.raises(InputError, match="X and y must"):
        mislabeled_or_rare(outcomes, data.X[1:], data.y, data.X_test, [0])
    with pytest.raises(InputError, match="X_test must"):
        mislabeled_or_rare(outcomes, data.X, data.y, data.X_test[1:], [0])
    with pytest.raises(InputError, match="train must"):
        mislabeled_or_rare(outcomes, data.X, data.y, data.X_test, [10_000])
