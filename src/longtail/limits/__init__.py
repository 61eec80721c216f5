"""Learners whose memorization is limited: each wraps a learner, and states its guarantee.

=======================  ==================================================================================
``limit.py``             what a limit is, and the guarantee that it states
``spelling.py``          a limit as a command line says it
``asked_for.py``         the limits that a user asks for
``label_privacy.py``     randomized response, with a prior, in two stages; soft labels
``dp_sgd.py``            gradient descent that is differentially private, and its controls
``private_steps.py``     its steps in numbers, whatever network takes them
``private_gradient.py``  clipping by ghost norms: the built-in network
``opacus_training.py``   networks of the user's own, by Opacus (extra ``neural-privacy``)
``weight_pruning.py``    magnitude pruning, global and layer by layer, with and without fine-tuning
``rounding.py``          weights rounded to few bits; of a network of the user's own: ``torch_rounding.py``
``low_rank.py``          low rank, and smaller width
``regularization.py``    weight decay, early stopping, dropout, label smoothing, augmentation
``network_training.py``  how a network is trained where the compiled run does not reach
``soft_labels.py``       fitting a learner to a distribution over classes for each example
=======================  ==================================================================================
"""

from longtail.limits.dp_sgd import DPSGD
from longtail.limits.label_privacy import LabelPrivate
from longtail.limits.limit import NO_GUARANTEE, Guarantee, Intervention
from longtail.limits.low_rank import LowRank, Narrower
from longtail.limits.regularization import Regularized
from longtail.limits.rounding import Quantized
from longtail.limits.weight_pruning import Pruned

__all__ = [
    "DPSGD",
    "NO_GUARANTEE",
    "Guarantee",
    "Intervention",
    "LabelPrivate",
    "LowRank",
    "Narrower",
    "Pruned",
    "Quantized",
    "Regularized",
]
