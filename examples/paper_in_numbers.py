"""The paper in numbers: what Feldman (2020) quotes for its worked examples, recomputed; and the same at any scale.

python examples/paper_in_numbers.py [--out FOLDER]
"""

import argparse
from pathlib import Path

from matplotlib.figure import Figure

from longtail.theory import LongTailModel, Zipf
from longtail.theory.published import published_numbers

SCALES = [10**k for k in range(3, 13)]
N_CLASSES = 10


def main(out: Path) -> str:
    """Draw the mass of what was seen once and of what was never seen, from a thousand examples to 10^12."""
    quoted = [number for number in published_numbers() if number.quoted is not None]
    agreeing = [number for number in quoted if number.agrees]
    models = [LongTailModel(prior=Zipf(n), n_samples=n, n_classes=N_CLASSES) for n in SCALES]

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    axes.semilogx(SCALES, [100 * model.singleton_mass for model in models], "o-", label="seen once")
    axes.semilogx(SCALES, [100 * model.unseen_mass for model in models], "s-", label="never seen")
    axes.semilogx(SCALES, [100 * model.optimal_error for model in models], "^-", label="least error, ten labels")
    axes.set(xlabel="examples, and subpopulations, under Zipf's law", ylabel="percent of the distribution", ylim=0)
    axes.legend()
    figure.savefig(out / "paper_in_numbers.png", dpi=150)

    paper = LongTailModel(prior=Zipf(50_000), n_samples=50_000, n_classes=N_CLASSES)
    cost = paper.cost_of_memorization_limit(gamma=0.0)
    return (
        f"Of {len(quoted)} numbers quoted from the paper {len(agreeing)} come out to the last digit (`longtail paper` "
        f"says why the others do not): under Zipf's law {paper.singleton_fraction:.1%} of 50,000 examples are the only "
        f"one of their kind, and to fit none of those adds {cost:.2%} to the error."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "figures")
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    print(main(folder))
