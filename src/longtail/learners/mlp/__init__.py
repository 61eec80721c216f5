"""The built-in neural network: a whole training run, compiled.

======================  ====================================================================
``compiled_mlp.py``     the learner
``kernels.py``          its arithmetic
``kept_networks.py``    networks that took long to train, kept for what compresses them
``training_rounds.py``  how long a network is trained, and in which batches
``trained_mlp.py``      a network after its training run, for code that works on its weights
``training_traces.py``  one training run of it, epoch by epoch
======================  ====================================================================
"""

from longtail.learners.mlp.compiled_mlp import CompiledMLP

__all__ = ["CompiledMLP"]
