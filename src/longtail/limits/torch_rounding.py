r"""Rounding the weights of a PyTorch network to few bits, one scale for each output channel.

A channel :math:`w` of a linear or convolutional layer becomes :math:`s \cdot \mathrm{round}(w / s)` for
:math:`s = \max|w| / (2^{b-1} - 1)`; whatever else a network has keeps its precision.
"""

from typing import Any

import torch

__all__ = ["round_weights"]

_CONVOLUTIONS = (torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d)
_TRANSPOSED = (torch.nn.ConvTranspose1d, torch.nn.ConvTranspose2d, torch.nn.ConvTranspose3d)


def round_weights(network: Any, bits: int) -> None:
    """Round in place.

    Parameters
    ----------
    network : torch.nn.Module
        After its training run.
    bits : int
        From 2 on.
    """
    with torch.no_grad():
        for layer in network.modules():
            if isinstance(layer, (torch.nn.Linear, *_CONVOLUTIONS)):
                _round(layer.weight, 0, bits)
            elif isinstance(layer, _TRANSPOSED):
                _round(layer.weight, 1, bits)


def _round(weight: torch.Tensor, channels: int, bits: int) -> None:
    others = [axis for axis in range(weight.dim()) if axis != channels]
    step = weight.abs().amax(dim=others, keepdim=True) / (2 ** (bits - 1) - 1)
    step[step == 0] = 1  # A channel of zeros stays a channel of zeros.
    weight.copy_((weight / step).round() * step)
