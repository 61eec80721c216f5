"""Findings built by hand: digits for pictures, a table for rows, and strings as hostile as data can be."""

import base64
from dataclasses import replace

import numpy as np
from sklearn.datasets import load_digits

from longtail.estimate import Estimate
from longtail.findings import (
    Answer,
    ClassSanity,
    CostFindings,
    Findings,
    FitFindings,
    ForcedCost,
    Influence,
    LearnerTailFindings,
    MemorizationFindings,
    MemorizedExample,
    NextStep,
    Omission,
    Remark,
    Resolution,
    SanityFindings,
    StudyFindings,
    TailFindings,
    View,
)

NAN = float("nan")
DIGITS = load_digits()
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "{{ 7 * 7 }}{% raw %}",
    "a & b's $x$ </style>",
)
GOOD_TURING = "Good-Turing, Garwood interval"


def estimate(
    value: float, half: float, method: str = "difference of proportions, Newcombe interval", **more
) -> Estimate:
    return Estimate(value=value, low=value - half, high=value + half, level=0.95, method=method, **more)


def digit(index: int) -> View:
    pixels = np.round(DIGITS.images[index] * 255 / 16).astype(np.uint8)
    return View(
        kind="image",
        width=8,
        height=8,
        channels=1,
        pixels=base64.b64encode(pixels.tobytes()).decode("ascii"),
        names=[],
        values=[],
    )


def color_square(red: int, green: int, blue: int) -> View:
    raw = bytes([red, green, blue]) * 6
    return View(
        kind="image", width=3, height=2, channels=3, pixels=base64.b64encode(raw).decode("ascii"), names=[], values=[]
    )


def row(**cells: str) -> View:
    return View(kind="row", names=list(cells), values=list(cells.values()))


def memorized_digit(rank: int) -> MemorizedExample:
    labels = DIGITS.target
    train, value = 37 * rank + 5, 0.96 - 0.06 * rank
    return MemorizedExample(
        train=train,
        label=str(labels[train]),
        memorization=estimate(value, 0.04 + 0.01 * rank),
        n_in=280,
        n_out=120,
        q_value=1.3e-7 * 10**rank if rank < 5 else 0.013,
        group_size=(1, 2, None)[rank % 3],
        view=digit(train),
        influences=[
            Influence(
                test=t,
                label=str(labels[1437 + t]),
                influence=estimate(value / (2 + k), 0.08),
                q_value=0.0004 * (k + 1),
                view=digit(1437 + t),
            )
            for k, t in enumerate(range(11 * rank, 11 * rank + 4 - rank % 2))
        ],
    )


def resolution(radius: float, n_subpopulations: int, n_singletons: int, n_samples: int = 1437) -> Resolution:
    ranks = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610]
    n_repeated = n_subpopulations - n_singletons
    kept = [rank for rank in ranks if rank <= n_repeated]
    head = (n_samples - n_singletons) / n_samples / sum(1 / r for r in range(1, n_repeated + 1))
    frequencies = [max(2, round(n_samples * head / rank)) / n_samples for rank in kept]
    tau = 0.0007 + 0.00001 * radius
    once = n_singletons / n_samples
    return Resolution(
        name=f"radius {radius:g}",
        radius=radius,
        n_subpopulations=n_subpopulations,
        n_singletons=n_singletons,
        tau_1=estimate(tau, tau / 4, GOOD_TURING),
        unseen_mass=estimate(once, 0.02, GOOD_TURING),
        singleton_mass=estimate(
            once * 0.8,
            0.03,
            GOOD_TURING,
            **({"warning": "fewer than 10 subpopulations seen twice"} if radius > 25 else {}),
        ),
        guess_probability=estimate(0.83, 0.02, "left-out models, clustered normal interval"),
        cost_of_not_fitting=estimate(once * 0.8 * 0.17, 0.004, "product of two estimates, delta method"),
        singleton_memorization=None if radius > 25 else estimate(0.11, 0.02, "mean over singletons, bootstrap"),
        ranks=[*kept, n_subpopulations],
        frequencies=[*frequencies, 1 / n_samples],
    )


RESOLUTIONS = [
    resolution(27.5, 190, 96),
    resolution(24.0, 352, 208),
    resolution(21.0, 548, 371),
    resolution(18.0, 782, 590),
    resolution(15.0, 1001, 812),
]


def forced(guarantee: str, meaning: str, factor: float) -> ForcedCost:
    return ForcedCost(
        guarantee=guarantee,
        meaning=meaning,
        costs=[
            Estimate(
                value=factor * r.singleton_mass.value,
                low=factor * r.singleton_mass.low,
                high=factor * r.singleton_mass.high,
                level=0.95,
                method=GOOD_TURING,
            )
            for r in RESOLUTIONS
        ],
    )


HISTOGRAM_EDGES = [round(-1 + 0.05 * k, 10) for k in range(41)]
HISTOGRAM_COUNTS = [0] * 17 + [1, 3, 19, 1104, 112, 61, 38, 24, 19, 13, 11, 8, 6, 5, 4, 3, 2, 1, 1, 1, 0, 0, 1]

LEARNER_TAIL = LearnerTailFindings(
    fractions=[0.5, 0.7, 0.9],
    sizes=[719.0, 1006.0, 1293.0],
    errors=[estimate(0.037, 0.004), estimate(0.031, 0.004), estimate(0.027, 0.004)],
    training_error=0.0,
    singleton_worth=estimate(0.021, 0.006, "average of single examples, over witnesses and trials"),
    exponent=estimate(0.55, 0.1),
    error_left=estimate(0.68, 0.05),
    checked_at=0.9,
    predicted=estimate(0.0271, 0.004),
    found=0.027,
    witnesses=["test examples", "training examples that were left out"],
    notes=[],
)

SANITY = SanityFindings(
    classes=[
        ClassSanity(name=str(d), n_train=144 - d, n_test=36, recall=estimate(0.95, 0.04) if d else None)
        for d in range(12)
    ],
    majority="0",
    majority_accuracy=estimate(0.1, 0.03, "Wilson interval over test examples"),
    remarks=[
        Remark(
            name="duplicates within training",
            finding="Of 1,437 training rows 20 have an exact twin in training (1.4 %).",
            meaning="A twin hides memorization.",
            remedy="Keep copies together.",
            command="longtail audit DATA --together duplicates --out NEW_RUN",
            voids=["memorization", "limits"],
            rows=[3, 17],
        ),
        Remark(name="no remedy", finding="Rows are few.", meaning="Intervals are wide."),
    ],
    accuracy_on_new=estimate(0.94, 0.02),
)

FINDINGS = Findings(
    summary=[
        Answer(
            topic="How long the tail is",
            text="Seen from far, 96 of the kinds of digits were seen only once; seen from near, 812.",
            section="tail",
        ),
        Answer(
            topic="How much is memorized",
            text="Models memorize 91 of the 1,437 training digits: on those they are right only because they saw them.",
            section="memorization",
        ),
    ],
    next_steps=[
        NextStep(
            text="Look at the most memorized examples.",
            command="longtail scores RUN --out scores.csv",
            examples=[5, 42],
        ),
        NextStep(text="Collect more of what is rare."),
    ],
    omissions=[
        Omission(
            what="differential privacy, ε = 3",
            cause="time",
            reason="20 models under it would have taken longer than there was time for.",
            command="longtail limit DATA --epsilon 3 --trials 20 --out RUN",
        ),
        Omission(what="groups with names", cause="data", reason="None are given."),
    ],
    longtail_version="0.1.0",
    study=StudyFindings(
        data="digits",
        n_train=1437,
        n_test=360,
        n_features=64,
        class_names=[str(d) for d in range(10)],
        learner="mlp",
        learner_settings={"width": 64, "epochs": 40, "learning_rate": 0.01, "layers": [64]},
        n_trials=400,
        n_failed=0,
        fraction=0.7,
        design="balanced in rounds of 20 trials",
        seed=0,
        notes=["Digits are split once, stratified, into 1,437 training and 360 test examples."],
    ),
    fit=FitFindings(
        included_accuracy=Estimate(value=1.0, low=0.9996, high=1.0, level=0.95, method="Wilson, over trials"),
        left_out_accuracy=estimate(0.962, 0.003, "mean over trials, t interval"),
        test_accuracy=estimate(0.951, 0.004, "mean over trials, t interval"),
        fits=True,
    ),
    sanity=SANITY,
    memorization=MemorizationFindings(
        estimand="subsampled memorization at fraction 0.7, of 0/1 correctness",
        level=0.95,
        histogram_edges=HISTOGRAM_EDGES,
        histogram_counts=HISTOGRAM_COUNTS,
        mean=estimate(0.038, 0.002, "mean over examples, jackknife over trials"),
        n_examples=1437,
        n_undetermined=3,
        n_significant=131,
        q_level=0.05,
        threshold=0.25,
        n_above_threshold=91,
        smallest_visible=0.11,
        gallery=[memorized_digit(rank) for rank in range(8)],
    ),
    tail=TailFindings(
        given=False,
        method="components of the near-neighbor graph within each class, at a radius",
        n_samples=1437,
        resolutions=RESOLUTIONS,
    ),
    costs=CostFindings(
        assumptions=[
            "A learner's errors at a given count do not depend on the frequency itself (assumed, not checked).",
            "A singleton's label is guessed without it as often as measured on left-out trials.",
        ],
        rows=[
            forced("memorize nothing", "no example changes its own prediction", 0.17),
            forced("label privacy, ε = 1", "each label is protected by (1, 0) label differential privacy", 0.09),
            forced("memorize at most half", "no example changes its own prediction by more than 0.5", 0.0),
        ],
    ),
)
"""Pictures; subpopulations found at five resolutions; every section measured."""

_FLOWERS = {"sepal_length": "5.1", "sepal_width": "3.5", "species": "setosa"}

ROW_FINDINGS = replace(
    FINDINGS,
    study=replace(FINDINGS.study, data="flowers.csv", class_names=["setosa", "virginica"]),
    fit=replace(FINDINGS.fit, test_accuracy=None, fits=False),
    sanity=replace(SANITY, majority_accuracy=None, accuracy_on_new=None),
    memorization=replace(
        FINDINGS.memorization,
        mean=Estimate(value=NAN, low=NAN, high=NAN, level=0.95, method="mean over examples"),
        gallery=[
            replace(
                FINDINGS.memorization.gallery[0],
                label="setosa",
                view=row(**_FLOWERS),
                influences=[
                    replace(i, label="setosa", view=row(**{**_FLOWERS, "sepal_width": f"3.{k}"}))
                    for k, i in enumerate(FINDINGS.memorization.gallery[0].influences)
                ],
            ),
            replace(FINDINGS.memorization.gallery[1], label="virginica", view=row(**_FLOWERS), influences=[]),
        ],
    ),
    tail=TailFindings(given=True, method="column species", n_samples=150, resolutions=[resolution(0, 30, 9, 150)]),
    costs=None,
)
"""Rows; a tail that was given; no test examples, no costs, an undetermined mean."""


def hostile_findings(text: str) -> Findings:
    """Every string that can come from data is ``text``."""
    hostile_view = View(kind="row", names=[text, text], values=[text, text])
    first = FINDINGS.memorization.gallery[0]
    influences = [replace(influence, label=text, view=hostile_view) for influence in first.influences]
    pictured = replace(first, label=text, influences=[replace(i, label=text) for i in first.influences])
    listed = replace(first, label=text, view=hostile_view, influences=influences)
    assert FINDINGS.tail is not None
    return replace(
        FINDINGS,
        summary=[Answer(topic=text, text=text, section="tail")],
        next_steps=[NextStep(text=text, command=text)],
        omissions=[Omission(what=text, cause="data", reason=text, command=text)],
        study=replace(
            FINDINGS.study,
            data=text,
            class_names=[text],
            learner=text,
            learner_settings={text: text},
            design=text,
            notes=[text],
        ),
        memorization=replace(FINDINGS.memorization, estimand=text, gallery=[pictured, listed]),
        tail=replace(FINDINGS.tail, method=text, resolutions=[replace(r, name=text) for r in RESOLUTIONS]),
        sanity=replace(
            SANITY,
            majority=text,
            classes=[replace(each, name=text) for each in SANITY.classes],
            remarks=[Remark(name=text, finding=text, meaning=text, remedy=text, command=text, voids=["limits"])],
        ),
        costs=CostFindings(assumptions=[text], rows=[replace(forced("", "", 0.1), guarantee=text, meaning=text)]),
    )
