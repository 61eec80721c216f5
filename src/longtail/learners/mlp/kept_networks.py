"""Networks that took long to train, kept for whoever asks for the same ones again in the same process.

A network is a pure function of its settings, its examples and its seed, and takes half a megabyte where its training
took seconds. What compresses a network (:class:`longtail.limits.WeightPruned`, ...) begins with the very networks of
the trials without limits; so those of a study are kept, and trained once. What is quickly trained is not kept: to know
it again costs as much.
"""

import threading
from collections.abc import Callable, Hashable

from longtail.learners.mlp.trained_mlp import TrainedMLP

__all__ = ["KeptNetworks"]


class KeptNetworks:
    """The first networks of a study, up to a number of bytes.

    Those of the study before it give way.

    Parameters
    ----------
    most : int
        Bytes of their parameters.
    """

    def __init__(self, most: int = 64_000_000) -> None:
        self._most = most
        self._study: Hashable = None
        self._kept: dict[Hashable, TrainedMLP] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, study: Hashable, key: Hashable, train: Callable[[], TrainedMLP]) -> TrainedMLP:
        """Return a copy of the network that was trained under the key, or train it.

        Parameters
        ----------
        study : hashable
            What its networks have in common.
        key : hashable
            What a network is made of, all of it.
        train : callable
            Makes it. Threads train at the same time, the same network too.
        """
        with self._lock:
            found = self._kept.get((study, key))
        if found is not None:
            return found.copy()
        made = train()
        with self._lock:
            if study != self._study:
                self._study, self._kept, self._bytes = study, {}, 0
            if self._bytes + made.parameters.nbytes <= self._most and (study, key) not in self._kept:
                self._kept[study, key] = made.copy()
                self._bytes += made.parameters.nbytes
        return made
