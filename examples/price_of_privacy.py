"""The price of privacy for a table of counts: nothing is trained, the counts are enough.

    python examples/price_of_privacy.py [--out FOLDER] [--counts counts.csv]

The counts are how often each word occurs in NumPy's docstrings; think of customers and what they buy, or of patients
and what they have. Each kind has a label, one of ten; that of a kind seen once must be memorized, or is lost. With
``--counts`` the counts are yours, one number a line.
"""

import argparse
import re
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from longtail.tail import FrequencyCounts, estimate_tail

EPSILONS = np.linspace(0, 8, 33)
DELTA = 1e-5
GUESS = 0.1


def words() -> FrequencyCounts:
    """How often each word occurs in the docstrings of NumPy's functions."""
    functions = (getattr(np, name) for name in sorted(dir(np)))
    text = " ".join(str(function.__doc__) for function in functions if callable(function))
    return FrequencyCounts.from_labels(re.findall(r"\b[a-z]{2,}\b", text.lower()))


def main(out: Path, counts: FrequencyCounts) -> str:
    """Draw what a guarantee costs at least, against its epsilon."""
    tail = estimate_tail(counts, level=0.95)
    guarantees = {
        "labels private": [tail.cost_of_label_privacy(epsilon, guess_probability=GUESS) for epsilon in EPSILONS],
        "examples private": [tail.cost_of_privacy(epsilon, DELTA, guess_probability=GUESS) for epsilon in EPSILONS],
    }
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for name, costs in guarantees.items():
        axes.plot(EPSILONS, [100 * cost.value for cost in costs], label=name)
        axes.fill_between(EPSILONS, [100 * c.low for c in costs], [100 * c.high for c in costs], alpha=0.3)
    axes.set(xlabel="epsilon", ylabel="error added at least, in percent", ylim=0)
    axes.legend()
    figure.savefig(out / "price_of_privacy.png", dpi=150)

    forced = tail.cost_of_privacy(1.0, DELTA, guess_probability=GUESS)
    return (
        f"Of {tail.n_distinct:,} kinds in {tail.n_samples:,} examples {tail.fingerprint(1):,} were seen once, so "
        f"privacy at epsilon 1 puts the error of any learner at least {forced.value:.2%} [{forced.low:.2%}, "
        f"{forced.high:.2%}] above the optimum, if the label of a kind is guessed right {GUESS:.0%} of the time."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "figures")
    parser.add_argument("--counts", type=Path)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    table = (
        words() if arguments.counts is None else FrequencyCounts.from_counts(np.loadtxt(arguments.counts, dtype=int))
    )
    print(main(arguments.out, table))
