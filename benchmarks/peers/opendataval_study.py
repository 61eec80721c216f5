"""OpenDataVal: ``InfluenceSubsample``, its estimator of Feldman and Zhang's influence on the accuracy of a test set.

It has no memorization, but a way to it: the training set as the test set, and a metric that answers with a vector. Its
perceptron puts a softmax before the cross-entropy, which keeps it from fitting; here it is the network of the other
arms. It trains with its own loop (``DataLoader``, Adam at its default rate). Its random state hands out our subsets.
"""

import sys
from unittest.mock import MagicMock

import numpy as np
import torch
from network import BATCH, EPOCHS, layers
from share import Share, Tally, run

# Imported at its top for image sets, BERT, optimal transport and schemas, none of which is used here.
for unused in ("geomloss", "pandera", "torchvision", "torchvision.datasets", "torchvision.models", "transformers"):
    sys.modules.setdefault(unused, MagicMock())
for unused in ("torchvision.transforms", "torchvision.transforms.functional"):
    sys.modules.setdefault(unused, MagicMock())

from opendataval.dataval.influence.infsub import InfluenceSubsample  # noqa: E402
from opendataval.model.mlp import ClassifierMLP  # noqa: E402


class TheirSubsets(np.random.RandomState):
    """Chooses what it is told to."""

    def __init__(self, subsets: list[np.ndarray]) -> None:
        super().__init__(0)
        self._subsets = iter(subsets)

    def choice(self, *_: object, **__: object) -> np.ndarray:
        return next(self._subsets)


def right(truth: torch.Tensor, answer: torch.Tensor) -> np.ndarray:
    return (truth.argmax(1) == answer.argmax(1)).numpy()


def study(share: Share) -> Tally:
    torch.set_num_threads(1)
    torch.manual_seed(share.first)
    model = ClassifierMLP(share.X.shape[1], share.n_classes, layers=3)
    model.mlp = layers(share.X.shape[1], share.n_classes)
    X = torch.tensor((share.X - share.X.mean(axis=0)) / (share.X.std(axis=0) + 1e-6))
    y = torch.nn.functional.one_hot(torch.tensor(share.y), share.n_classes).float()
    fraction = share.inclusion.mean()
    estimator = InfluenceSubsample(len(share.inclusion), fraction, random_state=TheirSubsets(share.subsets))
    estimator.input_data(X, y, X, y).input_model(model).input_metric(right)
    estimator.train_data_values(epochs=EPOCHS, batch_size=BATCH)
    (right_out, right_in), (n_out, n_in) = estimator.influence_matrix.T, estimator.sample_counts.T
    return Tally(right_in, n_in, right_out, n_out)


run("opendataval_study", ("opendataval", "torch", "numpy"), study)
