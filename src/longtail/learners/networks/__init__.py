"""Networks of the user's own, by PyTorch (extra ``neural``); nothing here is imported before it is asked for.

=======================  ===========================================================
``torch_learner.py``     any PyTorch network as a learner, from its factory
``module_factory.py``    what makes a network: a class or a function
``torch_inputs.py``      examples as tensors
``torch_session.py``     the state of PyTorch during a trial: seeds, threads, device
``stacked_torch.py``     many models of a user's network in a launch on a GPU
``recurrent.py``         a small recurrent language model
``stacked_mlp.py``       the same for the built-in network
``stacked_training.py``  the training run that both share
=======================  ===========================================================
"""

from importlib import import_module
from typing import Any

from longtail.arguments import checked

__all__ = ["NEED_TORCH", "network_learner"]

NEED_TORCH = {
    "RecurrentModel": "longtail.learners.networks.recurrent",
    "StackedMLP": "longtail.learners.networks.stacked_mlp",
    "StackedTorch": "longtail.learners.networks.stacked_torch",
    "TorchLearner": "longtail.learners.networks.torch_learner",
}
"""Learner by PyTorch -> the module that defines it."""


@checked
def network_learner(name: str) -> Any:
    """Import a learner of :data:`NEED_TORCH`, and with it PyTorch.

    Raises
    ------
    ImportError
        If PyTorch is not installed.
    """
    try:
        return getattr(import_module(NEED_TORCH[name]), name)
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise ImportError(f"{name} needs PyTorch: in a clone, pip install '.[neural]'", name="torch") from error
