"""LiRA and memorization: the examples that a network must memorize are those that an attacker finds.

    python examples/lira_and_memorization.py [--out FOLDER] [--trials 256]

Every network is attacked with all the others as shadow models. Memorization and exposure from the same networks share
their noise, which would flatter the relation; so both are drawn from halves that share none.
"""

import argparse
from pathlib import Path

from matplotlib.figure import Figure

from longtail.dataset import load_dataset
from longtail.membership import lira, memorization_correlation, roc, vulnerability
from longtail.scores import memorization
from longtail.trials import CompiledMLP, SubsetDesign, run_trials


def main(out: Path, trials: int) -> str:
    """Draw how exposed each digit is against how memorized it is."""
    digits = load_dataset("digits")
    outcomes = run_trials(CompiledMLP(), digits, SubsetDesign(n_trials=trials, fraction=0.5, seed=0))
    memorized = memorization(outcomes.restricted_to(slice(0, None, 2))).value
    exposed = vulnerability(outcomes.restricted_to(slice(1, None, 2))).value

    figure = Figure(figsize=(6, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.scatter(memorized, exposed, s=8, alpha=0.5)
    axes.axhline(0.5, color="gray", linewidth=1)
    axes.set(xlabel="memorization, from the even networks", ylabel="how well in is told from out, from the odd ones")
    figure.savefig(out / "lira_and_memorization.png", dpi=150)

    _, across = memorization_correlation(outcomes, level=0.95)
    found = roc(lira(outcomes)).tpr_at_1_percent
    return (
        f"At 1 % false positives LiRA finds {found.value:.1%} [{found.low:.1%}, {found.high:.1%}] of the members of "
        f"{trials} networks, and it finds the memorized ones: the rank correlation of memorization and exposure, from "
        f"networks that share nothing, is {across.value:.2f} [{across.low:.2f}, {across.high:.2f}]."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "figures")
    parser.add_argument("--trials", type=int, default=256)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    print(main(arguments.out, arguments.trials))
