"""Rare sentences planted among documents: found, and memorized the less the more copies there are, as counts say.

    python benchmarks/texts_planted.py

Fifty sentences of 100 words drawn at random, 13, 13, 12 and 12 of them with 1, 2, 4 and 8 copies, stand among documents
of a small grammar, in which nothing is rare, 5,000 in all; or (``--english``) among documents of English that ships
with Python, numpy, scipy and scikit-learn (``trials_ngram.py``), many of which are rarer. From 200 trigram models on
70 %: the share of planted documents among the fifty most memorized; mean memorization by dose, beside the answer of
counts; and how often intervals hold what 4,000 other models say.

The answer of counts: a copy's loss depends on the number j of copies in the subset, itself included. With f(j) its mean
over models that are made to hold j of them, and j of the k - 1 others there with binomial probability,

    memorization at dose k = sum_j Binomial(j; k - 1, 0.7) (f(j) - f(j + 1)).
"""

import argparse

import numpy as np
from scipy.stats import binom

from longtail.learners.ngrams import Documents, NgramIndex, models_of_subsets
from longtail.outcomes import Outcomes
from longtail.scores import memorization
from longtail.trials import SubsetDesign
from trials_ngram import corpus

DOSES = np.repeat([1, 2, 4, 8], [13, 13, 12, 12])
N_DOCUMENTS, FRACTION = 5_000, 0.7


def grammar(n_documents: int) -> list[str]:
    """Documents of 100 words, each of which is one of four that follow the word before it; there are 300."""
    rng = np.random.default_rng(3)
    follow, word = rng.integers(300, size=(300, 4)), rng.integers(300, size=n_documents)
    words = []
    for _ in range(100):
        words.append(word)
        word = follow[word, rng.integers(4, size=n_documents)]
    return [" ".join(f"word{each}" for each in row) for row in np.transpose(words)]


def planted(*, english: bool) -> tuple[list[str], np.ndarray]:
    """Return documents, and the sentence that each is a copy of, -1 for the others."""
    rng = np.random.default_rng(1)
    copies = np.repeat(np.arange(len(DOSES)), DOSES)
    n_others = N_DOCUMENTS - len(copies)
    others = corpus()[:n_others] if english else grammar(n_others)
    words = sorted({word for text in others for word in text.split()})
    sentences = [" ".join(words[each] for each in rng.integers(len(words), size=100)) for _ in DOSES]
    return [sentences[copy] for copy in copies] + others, np.concatenate([copies, np.full(len(others), -1)])


def of_counts(index: NgramIndex, sentence: np.ndarray, models: int) -> dict[str, np.ndarray]:
    """Return f(j) for j of 0 to 8 copies of the sentences that have so many, by models that hold j of each."""
    rng = np.random.default_rng(2)
    found = {"log_loss": np.full((4, 9), np.nan), "token_accuracy": np.full((4, 9), np.nan)}
    for row, dose in enumerate((1, 2, 4, 8)):
        for held in range(dose + 1):
            inclusion = rng.random((models, len(sentence))) < FRACTION
            for number in np.flatnonzero(dose == DOSES):
                inclusion[:, np.flatnonzero(sentence == number)] = np.arange(dose) < held
            made = models_of_subsets(index, inclusion)
            # A copy of a sentence has the same loss in the subset or out of it: it is the same text.
            first = [int(np.flatnonzero(sentence == number)[0]) for number in np.flatnonzero(dose == DOSES)]
            for name in found:
                found[name][row, held] = getattr(made, name)[:, first].mean()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--truth", type=int, default=4_000)
    parser.add_argument("--english", action="store_true")
    given = parser.parse_args()
    documents, sentence = planted(english=given.english)
    index = NgramIndex.of(Documents.of(documents), 3)
    few, many = (_outcomes(index, n, seed) for n, seed in ((given.trials, 0), (given.truth, 1)))
    answer = of_counts(index, sentence, 20)
    dose = np.where(sentence < 0, 0, DOSES[sentence])
    for name in ("log_loss", "token_accuracy"):
        found, truth = memorization(few[name], 0.95), memorization(many[name], 0.95)
        top = np.argsort(-found.value)[: len(DOSES)]
        covered = (found.low <= truth.value) & (truth.value <= found.high)
        print(
            f"{name}: of the {len(top)} most memorized of {len(dose):,}, {np.mean(sentence[top] >= 0):.0%} are planted"
        )
        print(f"  intervals of {given.trials} trials hold {given.truth:,} others' value: {covered.mean():.1%}")
        print("  dose  memorized, 95 % interval        by counts  intervals hold it")
        for row, k in enumerate((1, 2, 4, 8)):
            f = answer[name][row]
            sign = 1 if name == "log_loss" else -1
            exact = sum(binom.pmf(j, k - 1, FRACTION) * sign * (f[j] - f[j + 1]) for j in range(k))
            mean, low, high = (getattr(found, part)[dose == k].mean() for part in ("value", "low", "high"))
            print(f"  {k:4}  {mean:.3f} [{low:.3f}, {high:.3f}] {exact:18.3f} {covered[dose == k].mean():12.0%}")
        print(f"  others {found.value[dose == 0].mean():.3f}, the most {found.value[dose == 0].max():.3f}", flush=True)


def _outcomes(index: NgramIndex, trials: int, seed: int) -> dict[str, Outcomes]:
    design = SubsetDesign(n_trials=trials, fraction=FRACTION, seed=seed)
    inclusion = np.array([design.inclusion(N_DOCUMENTS, trial) for trial in range(trials)])
    made = models_of_subsets(index, inclusion)
    return {
        name: Outcomes.from_arrays(inclusion, performance=getattr(made, name), performance_name=name)
        for name in ("log_loss", "token_accuracy")
    }


if __name__ == "__main__":
    main()
