"""Limits: learners whose memorization is limited; each wraps a learner, and describes itself.

========================  ==================================================================================
``limit.py``              what a limit says of itself, and its guarantee
``spelling.py``           a limit as a command line spells it; ``settings.py``: from the fields of its class
``asked_for.py``          the limits that a study tries; ``own_limit.py``: those of the user's own
``read_back.py``          a limit made again from the identity of its trials
``conformance.py``        the rules that every limit keeps, as a test suite
``dp_sgd.py``             gradient descent that is differentially private, and its controls
``adaptive_clipping.py``  the same with a clipping norm that follows the gradients, a remedy
``group_clipping.py``     the same with a clipping norm for each group, a remedy
``followed_norms.py``     the descent of both
``balanced.py``           classes that count alike, by loss, logits or sampling, a remedy
``group_balanced.py``     given groups that count alike, a remedy
``limit_of_rows.py``      a limit that knows which examples of a study it is trained on
``private_network.py``    a private network in the place of a learner that is none
``hat_features.py``       how the numbers of a table enter it
``private_ridge.py``      a private ridge regression in the place of a learner of numbers
``private_training.py``   settings that all training by DP-SGD shares
``private_steps.py``      its steps in numbers, whatever network takes them
``private_gradient.py``   clipping by ghost norms: the built-in network
``opacus_training.py``    networks of the user's own, by Opacus (extra ``neural-privacy``)
``pate.py``               teachers of disjoint private rows vote with noise on public rows, a remedy
``label_privacy.py``      randomized response, with a prior, in two stages; soft labels
``weight_pruning.py``     magnitude pruning, global and layer by layer, with and without fine-tuning
``rounding.py``           weights rounded to few bits; of a network of the user's own: ``torch_rounding.py``
``low_rank.py``           low rank, and smaller width
``smaller_trees.py``      fewer leaves, less depth, larger leaves, fewer trees, of any learner that grows trees
``limit_of_trees.py``     a limit that reaches into boosted trees
``stopped_early.py``      boosting that keeps the rounds which do best on held-out examples
``rounded_leaves.py``     leaf values of boosting rounded to few bits
``deduplicated.py``       one text of each kind of near copies
``ngram_limits.py``       n-grams that are shorter, or were counted often
``private_words.py``      private word frequencies in the place of n-grams
``stronger_penalty.py``   a larger penalty, of any learner that has one
``regularization.py``     weight decay, early stopping, dropout, label smoothing, augmentation
``network_training.py``   how a network is trained where the compiled run does not reach
``distilled.py``          a student that is trained on a teacher's outputs
``pruned_data.py``        training examples left out, by a score
``soft_labels.py``        fitting a learner to a distribution over classes for each example
========================  ==================================================================================
"""

from longtail.limits.adaptive_clipping import AdaptiveDPSGD
from longtail.limits.balanced import Balanced
from longtail.limits.deduplicated import Deduplicated
from longtail.limits.distilled import Distilled
from longtail.limits.dp_sgd import DPSGD
from longtail.limits.group_balanced import GroupBalanced
from longtail.limits.group_clipping import GroupDPSGD
from longtail.limits.label_privacy import LabelPrivate
from longtail.limits.limit import NO_GUARANTEE, Guarantee, Limit
from longtail.limits.low_rank import LowRank, Narrower
from longtail.limits.ngram_limits import CountedOften, ShorterContext
from longtail.limits.pate import PATE
from longtail.limits.private_network import PrivateNetwork
from longtail.limits.private_ridge import PrivateRidge
from longtail.limits.private_words import PrivateWords
from longtail.limits.pruned_data import PrunedData
from longtail.limits.regularization import Regularized
from longtail.limits.rounded_leaves import RoundedLeaves
from longtail.limits.rounding import Rounded
from longtail.limits.smaller_trees import SmallerTrees
from longtail.limits.stopped_early import StoppedEarly
from longtail.limits.stronger_penalty import StrongerPenalty
from longtail.limits.weight_pruning import WeightPruned

__all__ = [
    "DPSGD",
    "LIMITS",
    "NO_GUARANTEE",
    "PATE",
    "AdaptiveDPSGD",
    "Balanced",
    "CountedOften",
    "Deduplicated",
    "Distilled",
    "GroupBalanced",
    "GroupDPSGD",
    "Guarantee",
    "LabelPrivate",
    "Limit",
    "LowRank",
    "Narrower",
    "PrivateNetwork",
    "PrivateRidge",
    "PrivateWords",
    "PrunedData",
    "Regularized",
    "Rounded",
    "RoundedLeaves",
    "ShorterContext",
    "SmallerTrees",
    "StoppedEarly",
    "StrongerPenalty",
    "WeightPruned",
]

LIMITS: tuple[type[Limit], ...] = (
    DPSGD,
    AdaptiveDPSGD,
    GroupDPSGD,
    PrivateNetwork,
    PATE,
    PrivateRidge,
    PrivateWords,
    LabelPrivate,
    WeightPruned,
    Rounded,
    LowRank,
    Narrower,
    Regularized,
    Distilled,
    PrunedData,
    Balanced,
    GroupBalanced,
    SmallerTrees,
    StoppedEarly,
    RoundedLeaves,
    StrongerPenalty,
    Deduplicated,
    ShorterContext,
    CountedOften,
)
"""All limits, in the order in which they are shown. A new one takes a line here, and nothing else need know it."""
