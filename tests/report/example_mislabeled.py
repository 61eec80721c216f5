"""A judgement on labels, and a result that a command left, for pages that show both."""

from longtail.estimate import Estimate
from longtail.findings.mislabeled import JudgedExample, MislabeledFindings
from longtail.findings.results import Result, ResultTable


def _estimate(value, low, high):
    return Estimate(value=value, low=low, high=high, level=0.95, method="Wilson, cross-validated")


MISLABELED = MislabeledFindings(
    n_trials=120,
    n_models=20,
    n_flipped=72,
    share=0.05,
    precision=_estimate(0.9512, 0.8717, 0.9803),
    recall=_estimate(0.9722, 0.9043, 0.9923),
    called=0.5,
    n_asked=60,
    n_called=3,
    n_memorized=56,
    n_memorized_called=2,
    examples=[
        JudgedExample(
            train=i,
            row=1000 + i,
            label="4",
            predicted="9",
            predicted_share=0.93,
            probability=0.9 - 0.2 * i,
            memorization=_estimate(0.96, 0.9, 1.0),
            neighbors=[1, 2],
            neighbor_labels=["9", "9", "4", "9", "9"],
        )
        for i in range(4)
    ],
    train=[0, 1, 2, 3],
    probability=[0.9, 0.7, 0.5, 0.3],
)

RESULT = Result(
    name="coupling",
    title="How far misfits carry over to fresh examples",
    command="longtail coupling RUN",
    n_trials=120,
    said=["By radius 3: the error above the optimum is at least 0.1 [0.0, 0.3] % (plug-in)."],
    tables=[ResultTable(title="Subpopulations: radius 3", columns=["seen", "misfitted"], rows=[["1", "2.50%"]])],
    notes=["A bound, no difference of two learners."],
)
