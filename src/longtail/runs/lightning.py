"""The logits of a trial that Lightning's ``Trainer`` fits, recorded when its fitting ends."""

from typing import Any

import torch
from lightning import Callback
from torch.utils.data import DataLoader

from longtail.runs.own_trial import Trial

__all__ = ["RecordTrial"]


class RecordTrial(Callback):  # type: ignore[misc]  # Lightning's types are not looked at
    """Evaluate the fitted module on all examples of a trial, in their order, and record its logits.

    Parameters
    ----------
    trial : Trial
        That is being trained.
    examples : data set
        All training examples, in and out, then all test examples: batches of them are what the module's ``forward``
        takes.
    batch_size : int
        How many at a time.
    """

    def __init__(self, trial: Trial, examples: Any, batch_size: int = 256) -> None:
        self._trial, self._examples, self._batch_size = trial, examples, batch_size

    def on_fit_end(self, trainer: Any, pl_module: Any) -> None:
        """Record, in the first process of a fit."""
        if not trainer.is_global_zero:
            return
        pl_module.eval()
        loader = DataLoader(self._examples, batch_size=self._batch_size)
        with torch.no_grad():
            parts = [pl_module(pl_module.transfer_batch_to_device(batch, pl_module.device, 0)) for batch in loader]
        self._trial.record(torch.cat(parts))
