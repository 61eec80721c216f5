"""The sanity of a study: what the checks of the data found, and what the models of its trials add.

Recall of every class, accuracy on test examples that do not stand in training, and two remarks that only models allow:
that they are no better than always saying the largest class, and that they hardly ever find some class.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.analysis import Analysis
from longtail.arguments import checked
from longtail.dataset.example_codes import example_codes
from longtail.estimate import Estimate
from longtail.findings.sanity import ClassSanity, Remark, SanityFindings
from longtail.percent import percent, share
from longtail.sanity import look_over
from longtail.sanity.words import listed, quoted
from longtail.scores.subgroup_cost import group_accuracy

__all__ = ["sanity_findings"]

_HARDLY_FOUND = 0.5


@checked
def sanity_findings(analysis: Analysis, options: str = "", looked_over: SanityFindings | None = None) -> SanityFindings:
    """Add what the models tell to what is known of the data.

    Parameters
    ----------
    analysis : Analysis
        Of the data set that was studied and the outcomes of its trials.
    options : str
        How a command line names the study after DATA.
    looked_over : SanityFindings, optional
        What :func:`longtail.sanity.look_over` found of the same data.
    """
    dataset, right = analysis.dataset, analysis.outcomes.test_correct
    found = look_over(dataset, options, level=analysis.level) if looked_over is None else looked_over
    if not analysis.outcomes.n_test:
        return found

    def on(rows: NDArray[np.bool_]) -> Estimate:
        unit = None if dataset.together_test is None else dataset.together_test[rows]
        return group_accuracy(right[:, rows], analysis.level, unit=unit)

    classes = [
        replace(each, recall=on(dataset.y_test == code) if each.n_test else None)
        for code, each in enumerate(found.classes)
    ]
    accuracy = on(np.ones(dataset.n_test, bool))
    added = [*_no_skill(found, accuracy), *_hardly_found(classes, accuracy)]
    codes = example_codes(dataset)
    new = ~np.isin(codes[dataset.n_train :], codes[: dataset.n_train])
    on_new = on(new) if new.any() and not new.all() else None
    return replace(found, classes=classes, remarks=[*added, *found.remarks], accuracy_on_new=on_new)


def _no_skill(found: SanityFindings, accuracy: Estimate) -> list[Remark]:
    usual = found.majority_accuracy
    if usual is None or accuracy.low > usual.value:
        return []
    return [
        Remark(
            name="no better than the largest class",
            finding=f"Models are right on {percent(accuracy)} of test "
            f"rows; always saying '{found.majority}' is right on {share(usual.value)}.",
            meaning="They were not seen to predict better than a constant: what limits cost and what is memorized are "
            "those of a learner that has learned little that carries over.",
            remedy="Choose a learner that beats it, before anything else is read.",
            voids=["accuracy", "memorization", "learner-tail", "limits"],
        )
    ]


def _hardly_found(classes: list[ClassSanity], accuracy: Estimate) -> list[Remark]:
    lost = [each for each in classes if each.recall is not None and each.recall.high < min(_HARDLY_FOUND, accuracy.low)]
    if not lost:
        return []
    worst = min(lost, key=lambda each: 0.0 if each.recall is None else each.recall.value)
    assert worst.recall is not None
    return [
        Remark(
            name="classes that models hardly find",
            finding=f"Of test rows of class {listed(quoted([each.name for each in lost]))} models are right on less "
            f"than half: {percent(worst.recall)} of '{worst.name}'.",
            meaning="A limit cannot cost a class what models never had, and accuracy on the whole hides this class.",
            remedy="Read what limits cost each class, not the whole alone.",
            voids=["limits"],
        )
    ]
