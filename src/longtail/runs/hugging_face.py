"""The logits of a trial that Hugging Face's ``Trainer`` trains, recorded when its training ends."""

from typing import Any

import torch
from torch.utils.data import DataLoader
from transformers import TrainerCallback

from longtail.runs.own_trial import Trial

__all__ = ["RecordTrial"]


class RecordTrial(TrainerCallback):  # type: ignore[misc]  # transformers' types are not looked at
    """Evaluate the trained model on all examples of a trial, in their order, and record its logits.

    Parameters
    ----------
    trial : Trial
        That is being trained.
    examples : sequence
        All training examples, in and out, then all test examples, as the trainer's own data set has them.
    collate : callable, optional
        What makes a batch of examples; the trainer's own where it is not given.
    """

    def __init__(self, trial: Trial, examples: Any, collate: Any = None) -> None:
        self._trial, self._examples, self._collate = trial, examples, collate

    def on_train_end(
        self, args: Any, state: Any, _control: Any, *, model: Any, train_dataloader: Any, **_: Any
    ) -> None:
        """Record, in the first process of a training. The model is the best one where the trainer was to load it."""
        if not state.is_world_process_zero:
            return
        collate = self._collate or train_dataloader.collate_fn
        model.eval()
        parts = []
        with torch.no_grad():
            for batch in DataLoader(self._examples, batch_size=args.per_device_eval_batch_size, collate_fn=collate):
                answer = model(**{name: part.to(args.device) for name, part in batch.items() if name != "labels"})
                parts.append(answer["logits"] if isinstance(answer, dict) else answer[0])
        self._trial.record(torch.cat(parts))
