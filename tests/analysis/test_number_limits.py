"""The groups that a limit makes pay, where performance is a number: among many none is named by chance."""

import numpy as np
from scipy.stats import binom

from longtail.analysis.groups import Group
from longtail.analysis.limits import LimitTrials
from longtail.analysis.number_limits import number_limit
from longtail.learners import CompiledMLP
from longtail.limits import Rounded
from longtail.outcomes import Outcomes
from longtail.scores import memorization

N_WORLDS, N_TRIALS, N_TRAIN, N_TEST, N_GROUPS = 200, 10, 30, 480, 12


def pays(seed: int) -> bool:
    """Return whether one of twelve groups is said to pay surely under a limit that costs nobody anything."""
    rng = np.random.default_rng([1303, seed])
    inside = np.tile(np.arange(N_TRAIN) % 2 == 0, (N_TRIALS, 1)) ^ (np.arange(N_TRIALS)[:, None] % 2 == 0)
    plain, limited = (
        Outcomes.from_arrays(
            inside,
            performance=20 + rng.normal(size=(N_TRIALS, N_TRAIN)),
            test_performance=20 + rng.normal(size=N_TEST) + rng.normal(size=(N_TRIALS, N_TEST)),
            trial_numbers=np.arange(N_TRIALS),
            performance_name="log_loss",
        )
        for _ in range(2)
    )
    nobody, code = np.zeros(N_TRAIN, bool), np.arange(N_TEST) % N_GROUPS
    groups = [Group(name=f"{k}", train=nobody, test=code == k) for k in range(N_GROUPS)]
    trials = LimitTrials(limit=Rounded(inner=CompiledMLP(), bits=8), name="", outcomes=limited, folder="")
    found = number_limit(trials, plain, memorization(plain), groups, 0.95, tied=False)
    assert found.cost.level == 0.95
    return any(group.cost.low > 0 for group in found.groups)


def test_a_limit_that_costs_nobody_anything_makes_no_group_pay():
    """Twelve intervals of 95 % each would say so of about one world in four.

    Together they may of one in forty. 200 worlds, fixed seeds; a right rate of 5 % at most fails with chance 0.1 %.
    """
    assert sum(map(pays, range(N_WORLDS))) <= binom.ppf(0.999, N_WORLDS, 0.05)
