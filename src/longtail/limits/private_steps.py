r"""The steps of a run of DP-SGD in numbers, whatever network takes them.

.. math:: w \leftarrow w - \eta \Bigl( \sum_{i \in B} g_i \min(1, C / \lVert g_i \rVert) + \mathcal N(0, s^2 I) \Bigr),

with each of the n examples in B with probability q: Poisson sampling, which the accountant counts on. Sampling without
replacement, or with weights, is another mechanism with another guarantee.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["PrivateSteps"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateSteps:
    """Settings that all steps of one private training share.

    Parameters
    ----------
    number : int
        Of steps.
    sampling_rate : float
        q.
    clipping_norm : float
        C; infinite to clip nothing.
    noise : float
        s, the standard deviation of the noise on the sum; zero for none.
    learning_rate : float
        Eta, of the sum.
    """

    number: int
    sampling_rate: float
    clipping_norm: float
    noise: float
    learning_rate: float

    def sample(self, n_examples: int, rng: np.random.Generator) -> NDArray[np.intp]:
        """Draw the examples that take part in one step. There may be none."""
        return np.flatnonzero(rng.random(n_examples) < self.sampling_rate)
