"""Memorized sentences: what character models repeat of Python's own manual, and what their copies have to do with it.

python examples/memorized_sentences.py [--out FOLDER] [--trials 200]

The documents are the paragraphs of the language reference that ships with Python (``pydoc_data.topics``).
"""

import argparse
import re
from pathlib import Path
from pydoc_data import topics

import numpy as np
import pyarrow as pa
from matplotlib.figure import Figure

from longtail.dataset.documents import document_dataset
from longtail.learners.ngrams import Documents, NgramModel
from longtail.scores import memorization
from longtail.texts import memorization_by_copies, near_copies
from longtail.trials import SubsetDesign, run_trials


def paragraphs(most: int) -> list[str]:
    """Return paragraphs of at least forty letters, in the order of the manual."""
    found = [" ".join(part.split()) for text in topics.topics.values() for part in re.split(r"\n\s*\n", text)]
    return [part for part in found if sum(sign.isalpha() for sign in part) >= 40][:most]


def main(out: Path, trials: int, most: int = 4_000) -> str:
    """Draw memorization against the number of near copies."""
    data = document_dataset(pa.table({"text": paragraphs(most)}), "text", name="paragraphs")
    design = SubsetDesign(n_trials=trials, fraction=0.7, seed=0)
    outcomes = run_trials(NgramModel(order=6, unit="character"), data, design)
    scores = memorization(outcomes, level=0.95)
    assert data.originals is not None
    texts = [data.originals.words(int(place)) for place in data.position]
    rows = memorization_by_copies(scores.value, near_copies(Documents.of(texts)))

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    for place, row in enumerate(rows):
        mean = row.memorization
        axes.plot([place], [mean.value], "o", color="#16697a")
        axes.plot([place, place], [mean.low, mean.high], color="#16697a")
    names = [f"{row.least}" if row.least == row.most else f"{row.least}–{row.most}" for row in rows]
    axes.set_xticks(range(len(rows)), [f"{name}\n({row.n_documents:,})" for name, row in zip(names, rows, strict=True)])
    axes.set(xlabel="near copies of a paragraph (paragraphs)", ylabel="memorization: characters predicted, more")
    figure.savefig(out / "memorized_sentences.png", dpi=150)

    first = int(np.argmax(scores.value))
    value, low, high = (float(part[first]) for part in (scores.value, scores.low, scores.high))
    alone = rows[0].memorization
    shown = texts[first][:50].replace(". ", ", ")
    return (
        f"{outcomes.n_trials} models of characters predict {alone.value:.1%} [{alone.low:.1%}, {alone.high:.1%}] more "
        f"of the characters of a paragraph without near copies if they saw it, and {value:.0%} [{low:.0%}, {high:.0%}] "
        f"more of the most memorized one, “{shown}…”."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "figures")
    parser.add_argument("--trials", type=int, default=200)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    print(main(arguments.out, arguments.trials))
