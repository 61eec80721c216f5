r"""A small recurrent language model: a gated recurrent unit that reads tokens and predicts the next one.

With :math:`e` an embedding of tokens, :math:`s_t = \mathrm{GRU}(s_{t-1}, e(w_{t-1}))` [ChoEtAl2014]_ and :math:`w_0`
the mark of the beginning, the model of a document is

.. math:: p(w_t \mid w_1 \dots w_{t-1}) = \mathrm{softmax}(A s_t + b)_{w_t}.

It is trained on its subset by Adam [KingmaBa2015]_ on the mean loss of a token, some documents at a time. The state
goes on from window to window of a long document, the gradient does not. Steps shrink to nothing over the epochs, whose
number is fixed: no document has a part in when training ends.

The vocabulary is that of all documents that it is asked for or trained on, as for n-grams, so that losses of models are
comparable. Initialization and order come from the trial's seed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version as version_of
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import AccuracyError, InputError
from longtail.learners.learner import Performances
from longtail.learners.networks.torch_session import checked_device, seeded, torch_session
from longtail.learners.token_losses import TokenLosses
from longtail.learners.words import UNITS, Documents, Unit
from longtail.randomness import generator

__all__ = ["RecurrentModel"]

_LONGEST_GRADIENT = 1.0
_ASKED_TOGETHER = 64


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrentModel:
    """A gated recurrent unit over the words or characters of texts.

    Parameters
    ----------
    unit : {"word", "character"}
        What a token is.
    width : int
        Of the embedding and of the state.
    epochs : int
        How often each document of the subset is read.
    batch_size : int
        Documents at a time.
    window : int
        Tokens that a gradient goes back at most.
    learning_rate : float
        Of the first step.
    device : str
        Where it is trained. Not part of its identity: devices agree up to rounding.

    Raises
    ------
    InputError
        If a setting is out of its range, or there is no such device.

    Examples
    --------
    >>> texts = np.array(["to be or not to be", "to see or not to see"], object)
    >>> found = RecurrentModel(width=8, epochs=60).fit_predict(texts[:1], None, texts, n_classes=0, seed=0)
    >>> found.values["token_accuracy"].round(1).tolist(), found.tokens.lengths.tolist()
    ([1.0, 0.5], [6, 6])
    """

    name: ClassVar[str] = "recurrent"
    task: ClassVar[Literal["language"]] = "language"
    rows: ClassVar[Literal["text"]] = "text"

    unit: Unit = "word"
    width: int = 64
    epochs: int = 10
    batch_size: int = 8
    window: int = 64
    learning_rate: float = 0.01
    device: str = "cpu"

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise InputError("unit", 'be "word" or "character"', self.unit)
        for setting in ("width", "epochs", "batch_size", "window"):
            if getattr(self, setting) < 1:
                raise InputError(setting, "be at least 1", getattr(self, setting))
        if not 0 < self.learning_rate < float("inf"):
            raise InputError("learning_rate", "be positive and finite", self.learning_rate)
        checked_device(self.device)

    @property
    def version(self) -> str:
        """Version of this model and of PyTorch."""
        return f"1; torch {version_of('torch')}"

    @property
    def executor(self) -> Literal["threads", "processes"]:
        """Kind of workers: processes, because the loop holds the interpreter lock.

        On a device one process is enough.
        """
        return "processes" if self.device == "cpu" else "threads"

    def describe(self) -> dict[str, Any]:
        """Return the settings without the device."""
        settings = ("unit", "width", "epochs", "batch_size", "window", "learning_rate")
        return {setting: getattr(self, setting) for setting in settings}

    def fit_predict(self, X: Any, y: Any, X_eval: Any, *, n_classes: int, seed: int) -> Performances:  # noqa: ARG002
        """Train on the texts ``X``, then measure the loss of each token of ``X_eval``.

        Raises
        ------
        InputError
            If a text has no token.
        AccuracyError
            If the training run diverged.
        """
        asked, training = [str(text) for text in X_eval], [str(text) for text in X]
        documents = Documents.of([*asked, *training], unit=self.unit)
        parts = [torch.from_numpy(part.astype(np.int64)) for part in np.split(documents.tokens, documents.starts[1:-1])]
        device = torch.device(self.device)
        with torch_session(), seeded(seed, device):
            network = _Network(len(documents.vocabulary), self.width).to(device)
            self._train(network, parts[len(asked) :], seed, device)
            losses, hits = self._measured(network, parts[: len(asked)], device)
        if not np.isfinite(losses).all():
            raise AccuracyError(f"Training diverged; a learning_rate below {self.learning_rate:g} may help.")
        lengths, n_tokens = documents.lengths[: len(asked)], int(documents.starts[len(asked)])
        written = np.array([len(word) for word in documents.vocabulary])
        begin = documents.places[:n_tokens]
        places = np.stack([begin, begin + written[documents.tokens[:n_tokens]]], axis=1)
        tokens = TokenLosses(losses=losses, lengths=lengths, places=places, predicted=hits)
        return Performances(
            values={"token_accuracy": np.asarray(tokens.accuracy()), "log_loss": tokens.means()}, tokens=tokens
        )

    def _train(self, network: "_Network", documents: list[torch.Tensor], seed: int, device: torch.device) -> None:
        optimizer = torch.optim.Adam(network.parameters(), lr=self.learning_rate)
        orders, step = generator(seed, "order"), 0
        n_steps = self.epochs * -(-len(documents) // self.batch_size)
        for _ in range(self.epochs):
            order = orders.permutation(len(documents))
            for start in range(0, len(order), self.batch_size):
                optimizer.param_groups[0]["lr"] = self.learning_rate * (1 - step / n_steps)
                some = [documents[place] for place in order[start : start + self.batch_size]]
                for logits, wanted in self._windows(network, some, device):
                    optimizer.zero_grad()
                    torch.nn.functional.cross_entropy(logits, wanted).backward()
                    torch.nn.utils.clip_grad_norm_(network.parameters(), _LONGEST_GRADIENT)
                    optimizer.step()
                step += 1

    def _measured(
        self, network: "_Network", documents: list[torch.Tensor], device: torch.device
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return the loss of each token, one document behind the other, and whether it is the likeliest."""
        lengths = np.array([len(document) for document in documents])
        starts = np.concatenate([[0], np.cumsum(lengths)])
        losses, hits = np.empty(starts[-1], np.float32), np.empty(starts[-1], bool)
        order = np.argsort(lengths, kind="stable")
        with torch.no_grad():
            for start in range(0, len(order), _ASKED_TOGETHER):
                chosen = order[start : start + _ASKED_TOGETHER][::-1]  # The longest first, as the windows come.
                at = 0
                for logits, wanted in self._windows(network, [documents[place] for place in chosen], device):
                    ends = np.minimum(at + self.window, lengths[chosen])
                    places = [
                        np.arange(starts[c] + at, starts[c] + end)
                        for c, end in zip(chosen, ends, strict=True)
                        if end > at
                    ]
                    where = np.concatenate(places)
                    losses[where] = torch.nn.functional.cross_entropy(logits, wanted, reduction="none").cpu().numpy()
                    hits[where] = (logits.argmax(dim=1) == wanted).cpu().numpy()
                    at += self.window
        return losses, hits

    def _windows(
        self, network: "_Network", documents: list[torch.Tensor], device: torch.device
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield logits and tokens of each window of some documents, the longest first, one behind the other."""
        documents = sorted(documents, key=len, reverse=True)  # stable
        lengths = torch.tensor([len(document) for document in documents])
        table = torch.nn.utils.rnn.pad_sequence(documents, batch_first=True)
        before = torch.cat([torch.full((len(documents), 1), network.n_words), table[:, :-1]], dim=1)
        state = torch.zeros(1, len(documents), self.width, device=device)
        for start in range(0, int(lengths[0]), self.window):
            n = int((lengths > start).sum())
            part = slice(start, start + self.window)
            inside = torch.arange(start, start + table[:, part].shape[1])[None] < lengths[:n, None]
            logits, state = network(before[:n, part].to(device), state[:, :n].detach(), inside.to(device))
            yield logits, table[:n, part][inside].to(device)


class _Network(torch.nn.Module):  # type: ignore[misc]  # PyTorch need not be installed where types are checked
    """The model of the module's equation."""

    def __init__(self, n_words: int, width: int) -> None:
        super().__init__()
        self.n_words = n_words
        self.embedding = torch.nn.Embedding(n_words + 1, width)
        self.recurrence = torch.nn.GRU(width, width, batch_first=True)
        self.head = torch.nn.Linear(width, n_words)

    def forward(
        self, before: torch.Tensor, state: torch.Tensor, inside: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return logits at the places that are inside their documents, and the last state."""
        states, last = self.recurrence(self.embedding(before), state.contiguous())
        logits: torch.Tensor = self.head(states[inside])
        return logits, last
