"""Clipping by group: what one example can move, whose norm grows, and what is refused."""

import numpy as np
import pytest

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.limits import DPSGD, GroupDPSGD
from longtail.limits.followed_norms import split_noise
from longtail.limits.private_gradient import clipped_sum

NETWORK = CompiledMLP(hidden=8)


def test_each_example_is_clipped_at_the_norm_of_its_group():
    """Gradients made one by one: outer products, shortened by hand."""
    rng = np.random.default_rng(0)
    below, above = rng.normal(size=(6, 3)).astype(np.float32), 3 * rng.normal(size=(6, 2)).astype(np.float32)
    norms = np.array([0.5, 0.5, 4.0, 4.0, 1e9, 1.0])
    into = [(np.empty((3, 2), np.float32), np.empty(2, np.float32))]
    clipped_sum([below], [above], into, norms)
    expected = np.zeros((4, 2))
    for a, d, norm in zip(below, above, norms, strict=True):
        own = np.outer(np.append(a, 1), d)
        expected += own * min(1, norm / np.linalg.norm(own))
    np.testing.assert_allclose(np.vstack([into[0][0], into[0][1]]), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("n_groups", [1, 2, 9])
@pytest.mark.parametrize("largest", [1.0, 4.0])
def test_one_example_moves_all_that_is_released_by_one_multiplier(n_groups, largest):
    """All releases of a step in units of their noise: the sum, clipped at its group's norm, and a count a group.

    Adding an example of any group, of any gradient, moves them by 1 / z at most, and by just that at worst.
    """
    z, expected = 1.3, 60.0
    of_sum, of_count = split_noise(z, expected)
    rng, moved = np.random.default_rng(1), []
    norms = np.linspace(1.0, largest, n_groups)
    for group in range(n_groups):
        for length in (0.1, 1.0, 50.0):
            counts = np.zeros(n_groups)
            counts[group] = (length <= norms[group]) - 0.5
            vector = rng.normal(size=20)
            shift = vector / np.linalg.norm(vector) * min(length, norms[group])
            moved.append(np.hypot(np.linalg.norm(shift) / (of_sum * norms.max()), np.linalg.norm(counts) / of_count))
    assert max(moved) == pytest.approx(1 / z)


def test_the_guarantee_is_that_of_one_norm_and_the_remedied_limit_has_it():
    limit = GroupDPSGD(inner=NETWORK, epsilon=3, sampling_rate=0.25, public_size=40)
    assert isinstance(limit.remedied(), DPSGD)
    assert limit.guarantee == limit.remedied().guarantee
    assert limit.guarantee.bound.value <= 3


def test_norms_of_groups_part_where_their_gradients_differ(monkeypatch):
    """One group is told apart at once, the other has labels by chance: its gradients stay large, and so its norm."""
    rng = np.random.default_rng(0)
    y, group = rng.integers(0, 2, 400), np.repeat([0, 1], 200)
    signal = np.where(group == 0, y, rng.integers(0, 2, 400))
    X = np.c_[signal, 1 - signal, group, 1 - group] * 0.8 + 0.1 * rng.random((400, 4))
    data = Dataset.from_arrays(X, y, X[:10], y[:10], group=group)
    seen = []
    monkeypatch.setattr(
        "longtail.limits.followed_norms.clipped_sum",
        lambda inputs, slopes, into, norm: (seen.append(norm), clipped_sum(inputs, slopes, into, norm)),
    )
    limit = GroupDPSGD(inner=NETWORK, epsilon=200, sampling_rate=0.5, epochs=60, least_norm=0.1, most_norm=20.0)
    limit.told(data).fit_predict_many(data.X, data.y, [np.arange(400)], data.X_test, n_classes=2, seeds=[0])
    assert seen[-1].max() > 3 * seen[-1].min()
    assert len(set(seen[-1].tolist())) == 2
    assert len(set(seen[0].tolist())) == 1
    assert 0.1 <= seen[-1].min() <= seen[-1].max() <= 20.0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"least_norm": 2.0}, "least_norm, first_norm and most_norm must be positive, finite and in order"),
        ({"most_norm": np.inf}, "be positive, finite and in order"),
        ({"epsilon": -1.0}, "epsilon must be positive and finite"),
    ],
)
def test_settings_out_of_range_are_refused(settings, said):
    with pytest.raises(InputError, match=said):
        GroupDPSGD(inner=NETWORK, **{"epsilon": 3.0, **settings})


def test_without_groups_it_is_refused():
    rng = np.random.default_rng(0)
    data = Dataset.from_arrays(rng.random((20, 2)), np.arange(20) % 2)
    with pytest.raises(InputError, match="group must be given for group-dp-sgd"):
        GroupDPSGD(inner=NETWORK, epsilon=3.0).refuse(data)
