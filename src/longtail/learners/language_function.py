"""A language model of the user's own as a learner: texts and a seed in, the loss of each token of any text out.

It is a function ``train(texts, seed) -> score``, or a class whose objects have ``fit(texts, seed)`` and
``score(texts)``. ``score`` is given texts and returns for each the log loss of its tokens, in nats, each given those
before it; or a mapping with them as ``losses`` and, as far as it knows, ``predicted`` (whether each token is the
likeliest) and ``places`` (where it begins and ends in the text, in characters), an array a text. What are tokens is the
model's choice, but they must be the same whatever it was trained on: otherwise losses could not be compared. Nothing
else may pass from one call to the next.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from longtail.array_types import Reals
from longtail.errors import InputError, Said
from longtail.learners.learner import Performances
from longtail.learners.own_code import described
from longtail.learners.seeding import global_generators_seeded
from longtail.learners.token_losses import TokenLosses
from longtail.outcomes import Performance

__all__ = ["LanguageFunction", "is_language_function"]

_ASKED = ("texts", "seed")
_SAID = ("losses", "predicted", "places")


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageFunction:
    """A learner that calls ``train(texts, seed)``, or makes an object of a class and fits it, for each trial.

    The generators of Python, NumPy and PyTorch are seeded for each trial, too.

    Parameters
    ----------
    train : callable
        The function, or the class, of a module or a script, whose source is part of the study's identity.
    name : str
        What people call it; the name of the function or class where it is empty.

    Raises
    ------
    InputError
        If ``train`` is neither.

    Examples
    --------
    >>> def train(texts, seed):
    ...     words = " ".join(texts).split()
    ...     def score(texts):
    ...         share = lambda word: (words.count(word) + 1) / (len(words) + 9)
    ...         return [[-np.log(share(word)) for word in text.split()] for text in texts]
    ...     return score
    >>> found = LanguageFunction(train=train).fit_predict(["a b a"], None, ["a b", "c"], n_classes=0, seed=0)
    >>> found.values["log_loss"].round(2).tolist(), found.tokens.lengths.tolist()
    ([1.59, 2.48], [2, 1])
    """

    task: ClassVar[Literal["language"]] = "language"
    rows: ClassVar[Literal["text"]] = "text"

    train: Callable[..., Any]
    name: str = ""

    def __post_init__(self) -> None:
        if not is_language_function(self.train):
            law = "be a function train(texts, seed), or a class with fit(texts, seed) and score(texts)"
            raise InputError("train", law, Said(getattr(self.train, "__name__", repr(self.train))))
        object.__setattr__(self, "name", self.name or self.train.__name__)

    @property
    def version(self) -> str:
        """Version of this wrapper and of NumPy. The function itself has its source in the identity."""
        return f"1; numpy {np.__version__}"

    @property
    def executor(self) -> Literal["threads", "processes"]:
        """Kind of workers: processes, since any Python may hold the interpreter lock."""
        return "processes"

    def describe(self) -> dict[str, Any]:
        """Return the function's or class's module and name, and its defaults."""
        return described(self.train)

    def fit_predict(self, X: Any, y: Any, X_eval: Any, *, n_classes: int, seed: int) -> Performances:  # noqa: ARG002
        """Train on the texts ``X`` and ask for the losses of ``X_eval``.

        Raises
        ------
        InputError
            If the answer has another form, or a loss is negative or not finite.
        """
        training, asked = [str(text) for text in X], [str(text) for text in X_eval]
        with global_generators_seeded(seed):
            answer = self._scorer(training, seed)(asked)
        tokens = self._tokens(answer, len(asked))
        accuracy = tokens.accuracy()
        known: dict[str | Performance, Reals] = {} if accuracy is None else {"token_accuracy": accuracy}
        return Performances(values={**known, "log_loss": tokens.means()}, tokens=tokens)

    def _scorer(self, texts: list[str], seed: int) -> Callable[[list[str]], Any]:
        if inspect.isclass(self.train):
            model: Any = self.train()
            model.fit(texts, seed)
            scorer: Callable[[list[str]], Any] = model.score
            return scorer
        score = self.train(texts, seed)
        if not callable(score):
            raise InputError(f"learner {self.name}", "return a function that scores texts", score)
        made: Callable[[list[str]], Any] = score
        return made

    def _tokens(self, answer: Any, n: int) -> TokenLosses:
        who = f"learner {self.name}"
        parts = answer if isinstance(answer, Mapping) else {"losses": answer}
        if "losses" not in parts or set(parts) - set(_SAID):
            law = "answer with the losses of each text, or a mapping of losses, predicted and places"
            raise InputError(who, law, Said(", ".join(map(repr, parts)) or "an empty one"))
        for name, part in parts.items():
            if part is not None and (isinstance(part, str) or not hasattr(part, "__len__")):
                raise InputError(who, f"answer with {name} that hold an array for each text", Said(type(part).__name__))
        return TokenLosses.of(
            parts["losses"], n, parts.get("places"), parts.get("predicted"), whose=f" of learner {self.name}"
        )


def is_language_function(value: Any) -> bool:
    """Return whether a value is a function of ``texts`` and ``seed``, or a class whose objects are fitted to them and
    score texts.

    Others of their parameters have defaults.

    Examples
    --------
    >>> is_language_function(lambda texts, seed: None), is_language_function(print)
    (True, False)
    """
    if inspect.isclass(value):
        fit, score = getattr(value, "fit", None), getattr(value, "score", None)
        return inspect.isfunction(fit) and inspect.isfunction(score) and _begins(fit, ("self", *_ASKED))
    return inspect.isfunction(value) and _begins(value, _ASKED)


def _begins(function: Callable[..., Any], asked: tuple[str, ...]) -> bool:
    """Return whether a function has these parameters first, and none without a default behind them."""
    parameters = inspect.signature(function).parameters
    free = [name for name, each in parameters.items() if each.default is inspect.Parameter.empty]
    return tuple(parameters)[: len(asked)] == asked and len(free) <= len(asked)
