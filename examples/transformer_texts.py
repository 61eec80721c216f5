"""A transformer's memorization of texts: many of them, each trained or fine-tuned on a random subset of the documents.

python examples/transformer_texts.py TEXTS [--out RUN] [--trials 40] [--model FOLDER]

TEXTS has one document a line. Without ``--model`` the transformer is a small one with random weights that reads bytes;
with it, the causal language model in that folder (``save_pretrained`` wrote it), fine-tuned, with its own tokenizer.
Needs ``torch`` and ``transformers``; ``--model gru`` is a recurrent network of ``torch`` alone. Trials are kept in RUN,
so a script that was killed goes on.
"""

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch.nn import functional

from longtail.dataset.documents import load_documents
from longtail.learners import Performances
from longtail.scores import memorization
from longtail.trials import SubsetDesign, run_trials

BEGIN = 256


class Recurrent(torch.nn.Module):
    """A recurrent language model of bytes."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(BEGIN + 1, width)
        self.recurrence = torch.nn.GRU(width, width, batch_first=True)
        self.head = torch.nn.Linear(width, BEGIN + 1)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Return logits of the next token, at each place."""
        logits: torch.Tensor = self.head(self.recurrence(self.embedding(tokens))[0])
        return logits


@dataclass(frozen=True, kw_only=True)
class LanguageModel:
    """A language model of PyTorch as a learner: texts in, the loss and the token accuracy of each text out."""

    name: ClassVar[str] = "language-model"
    version: ClassVar[str] = "1"
    executor: ClassVar[str] = "processes"
    task: ClassVar[str] = "language"
    rows: ClassVar[str] = "text"

    model: str = ""
    width: int = 64
    layers: int = 2
    epochs: int = 10
    learning_rate: float = 3e-3
    longest: int = 128

    def describe(self) -> dict[str, Any]:
        """Return its settings."""
        return asdict(self)

    def fit_predict(self, X: Any, y: Any, X_eval: Any, *, n_classes: int, seed: int) -> Performances:  # noqa: ARG002
        """Train on the texts ``X``, measure each of ``X_eval``."""
        torch.manual_seed(seed)
        encode, predict, parameters = self._made()
        texts = [encode(text) for text in X]
        optimizer = torch.optim.AdamW(parameters, lr=self.learning_rate)
        for _ in range(self.epochs):
            for place in torch.randperm(len(texts)).tolist():
                tokens = texts[place]
                loss = functional.cross_entropy(predict(tokens[:-1]), tokens[1:])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        losses, hits = [], []
        with torch.no_grad():
            for text in X_eval:
                tokens = encode(text)
                logits = predict(tokens[:-1])
                losses.append(float(functional.cross_entropy(logits, tokens[1:])))
                hits.append(float((logits.argmax(dim=1) == tokens[1:]).float().mean()))
        return Performances(values={"log_loss": np.array(losses), "token_accuracy": np.array(hits)})

    def _made(self) -> tuple[Any, Any, Any]:
        """Return what encodes a text, what gives logits, and the parameters."""
        if self.model == "gru":
            recurrent = Recurrent(self.width)
            return self._bytes, lambda tokens: recurrent(tokens[None])[0], recurrent.parameters()
        from transformers import AutoModelForCausalLM, AutoTokenizer, GPT2Config, GPT2LMHeadModel

        if not self.model:
            size = {"n_embd": self.width, "n_layer": self.layers, "n_head": 4, "n_positions": self.longest}
            network = GPT2LMHeadModel(GPT2Config(vocab_size=BEGIN + 1, bos_token_id=BEGIN, eos_token_id=BEGIN, **size))
            encode = self._bytes
        else:
            network = AutoModelForCausalLM.from_pretrained(self.model)
            tokenizer = AutoTokenizer.from_pretrained(self.model)
            begin = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id

            def encode(text: str) -> torch.Tensor:
                return torch.tensor([begin, *tokenizer(text, add_special_tokens=False).input_ids][: self.longest])

        network.eval()  # No dropout: a model that is to memorize needs none.
        return encode, lambda tokens: network(tokens[None]).logits[0], network.parameters()

    def _bytes(self, text: str) -> torch.Tensor:
        return torch.tensor([BEGIN, *text.encode()][: self.longest])


def main(texts: Path, out: Path | None, trials: int, learner: LanguageModel, jobs: int | None = None) -> str:
    """Train, and tell the most memorized document."""
    documents = load_documents(texts)
    outcomes = run_trials(learner, documents, SubsetDesign(n_trials=trials), out, jobs=jobs)
    scores = memorization(outcomes, level=0.95)
    first = int(np.argmax(scores.value))
    assert documents.originals is not None
    text = documents.originals.words(int(documents.position[first]))
    return (
        f"{outcomes.n_trials} models: mean memorization {np.mean(scores.value):.2f} nats a token; the most memorized "
        f"document, {scores[first]}: “{text[:60]}”."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--model", default="")
    arguments = parser.parse_args()
    print(main(arguments.texts, arguments.out, arguments.trials, LanguageModel(model=arguments.model)))
