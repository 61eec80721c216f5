"""Learners whose memorization is limited: each wraps a learner, and states what it promises.

=======================  ==========================================================================
``guarantee.py``         what an intervention is, and the promise that it states
``label_privacy.py``     randomized response, with a prior, in two stages; soft labels
``dp_sgd.py``            gradient descent that is differentially private, and its controls
``private_steps.py``     its steps in numbers, whatever network takes them
``private_gradient.py``  clipping by ghost norms: the built-in network
``opacus_training.py``   networks of the user's own, by Opacus (extra ``neural-privacy``)
``model_pruning.py``     magnitude pruning, global and layer by layer, with and without fine-tuning
``quantization.py``      weights rounded to few bits; of a network of the user's own: ``torch_rounding.py``
``low_rank.py``          low rank, and smaller width
``regularization.py``    weight decay, early stopping, dropout, label smoothing, augmentation
``network_training.py``  how a network is trained where the compiled run does not reach
``soft_labels.py``       fitting a learner to a distribution over classes for each example
=======================  ==========================================================================
"""

from longtail.interventions.dp_sgd import DPSGD
from longtail.interventions.guarantee import NO_GUARANTEE, Guarantee, Intervention
from longtail.interventions.label_privacy import LabelPrivate
from longtail.interventions.low_rank import LowRank, Narrower
from longtail.interventions.model_pruning import Pruned
from longtail.interventions.quantization import Quantized
from longtail.interventions.regularization import Regularized

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
