"""Attributions: what each training example is worth to each test example's margin, from a few trained models.

========================  ==========================================================================================
``trak.py``               the attributions of a learner: a few models, their tangent kernels, one linear system
``attributions.py``       what comes of it, with its provenance
``tangent.py``            one trained model to first order; which learners have that
``tangent_of_mlp.py``     the built-in network: gradients in closed form, none of them written out
``tangent_of_linear.py``  logistic regression, ours and scikit-learn's, from its probabilities alone
``tangent_of_trees.py``   boosted trees, by the leaves that examples share
``tangent_of_torch.py``   networks of the user's own, by ``torch.func`` (extra ``neural``)
``penalty.py``            the penalty of the system, chosen by what the models themselves show
========================  ==========================================================================================
"""

from longtail.attribution.attributions import Attributions
from longtail.attribution.trak import has_attributions, self_influence, trak

__all__ = ["Attributions", "has_attributions", "self_influence", "trak"]
