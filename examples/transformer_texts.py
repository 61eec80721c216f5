"""A transformer's memorization of texts: many of them, each trained or fine-tuned on a random subset of the documents.

python examples/transformer_texts.py TEXTS [--out RUN] [--trials 40] [--model FOLDER]
python examples/transformer_texts.py --script RUN [--model FOLDER]

TEXTS has one document a line. Without ``--model`` the transformer is a small one with random weights that reads bytes;
with it, the causal language model in that folder (``save_pretrained`` wrote it), fine-tuned, with its own tokenizer.
Needs ``torch`` and ``transformers``; ``--model gru`` is a recurrent network of ``torch`` alone. Trials are kept in RUN,
so a script that was killed goes on. With ``--script`` it trains what RUN lacks, which
``longtail masks TEXTS --language-model`` made, of documents or of authors (``--together``), and records the loss of
every token: the report of RUN then colors what is memorized. Tried with transformers 5.24.0.
"""

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch.nn import functional

import longtail
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
        losses, hits, _ = self.token_losses(X, X_eval, seed)
        means = [np.array([float(part.mean()) for part in parts]) for parts in (losses, hits)]
        return Performances(values={"log_loss": means[0], "token_accuracy": means[1]})

    def token_losses(self, X: Any, X_eval: Any, seed: int) -> tuple[list[Any], list[Any], list[Any]]:
        """Train on ``X``; return losses of the tokens of each of ``X_eval``, which are predicted, and their places."""
        torch.manual_seed(seed)
        encode, offsets, predict, parameters = self._made()
        texts = [encode(text) for text in X]
        optimizer = torch.optim.AdamW(parameters, lr=self.learning_rate)
        for _ in range(self.epochs):
            for place in torch.randperm(len(texts)).tolist():
                tokens = texts[place]
                loss = functional.cross_entropy(predict(tokens[:-1]), tokens[1:])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        losses, hits, places = [], [], []
        with torch.no_grad():
            for text in X_eval:
                tokens = encode(text)
                logits = predict(tokens[:-1])
                losses.append(functional.cross_entropy(logits, tokens[1:], reduction="none").numpy())
                hits.append((logits.argmax(dim=1) == tokens[1:]).float().numpy())
                places.append(offsets(text))
        return losses, hits, places

    def _made(self) -> tuple[Any, Any, Any, Any]:
        """Return what encodes a text, where its tokens stand in it, what gives logits, and the parameters."""
        if self.model == "gru":
            recurrent = Recurrent(self.width)
            return self._bytes, self._places, lambda tokens: recurrent(tokens[None])[0], recurrent.parameters()
        from transformers import AutoModelForCausalLM, AutoTokenizer, GPT2Config, GPT2LMHeadModel

        if not self.model:
            size = {"n_embd": self.width, "n_layer": self.layers, "n_head": 4, "n_positions": self.longest}
            network = GPT2LMHeadModel(GPT2Config(vocab_size=BEGIN + 1, bos_token_id=BEGIN, eos_token_id=BEGIN, **size))
            encode, offsets = self._bytes, self._places
        else:
            network = AutoModelForCausalLM.from_pretrained(self.model)
            tokenizer = AutoTokenizer.from_pretrained(self.model)
            begin = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id

            def encode(text: str) -> torch.Tensor:
                return torch.tensor([begin, *tokenizer(text, add_special_tokens=False).input_ids][: self.longest])

            def offsets(text: str) -> Any:
                found = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True).offset_mapping
                return np.array(found[: self.longest - 1])

        network.eval()  # No dropout: a model that is to memorize needs none.
        return encode, offsets, lambda tokens: network(tokens[None]).logits[0], network.parameters()

    def _bytes(self, text: str) -> torch.Tensor:
        return torch.tensor([BEGIN, *text.encode()][: self.longest])

    def _places(self, text: str) -> Any:
        """Return begin and end, in characters, of each byte that is read."""
        numbers = [number for number, sign in enumerate(text) for _ in sign.encode()][: self.longest - 1]
        return np.stack([numbers, np.array(numbers) + 1], axis=1)


def main(texts: Path, out: Path | None, trials: int, learner: LanguageModel, jobs: int | None = None) -> str:
    """Train, and tell the most memorized document."""
    documents = load_documents(texts)
    outcomes = run_trials(learner, documents, SubsetDesign(n_trials=trials), out, jobs=jobs)
    scores = memorization(outcomes, level=0.95)
    known = np.isfinite(scores.value)  # Of a document that all models had, or none, nothing is known.
    if not known.any():
        return f"{outcomes.n_trials} models are too few: train more of them (--trials)."
    first = int(np.argmax(np.where(known, scores.value, -np.inf)))
    assert documents.originals is not None
    text = documents.originals.words(int(documents.position[first]))
    return (
        f"{outcomes.n_trials} models: mean memorization {scores.value[known].mean():.2f} nats a token; the most "
        f"memorized document, {scores[first]}: “{text[:60]}”."
    )


def record(run: Path, learner: LanguageModel) -> int:
    """Train the trials that a run of ``longtail masks`` lacks, with the loss of every token; return how many."""
    missing = longtail.missing_trials(run)
    for number in missing:
        with longtail.trial(run, number) as trial:
            losses, hits, places = learner.token_losses(trial.texts, trial.texts_eval, trial.seed)
            shares = np.array([float(part.mean()) for part in hits])
            trial.record(losses, places=places, performance={"token_accuracy": shares})
    return len(missing)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, nargs="?")
    parser.add_argument("--script", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--model", default="")
    arguments = parser.parse_args()
    if arguments.script is not None:
        n_trained = record(arguments.script, LanguageModel(model=arguments.model))
        print(f"{n_trained} trials recorded; next: longtail report {arguments.script}.")
        raise SystemExit
    if arguments.texts is None:
        parser.error("name TEXTS, or a run with --script")
    print(main(arguments.texts, arguments.out, arguments.trials, LanguageModel(model=arguments.model)))
