"""Every example, built by hand as the findings are: digits, rows, texts; and strings as hostile as data can be."""

import base64
from dataclasses import replace
from io import BytesIO

import numpy as np
from PIL import Image

from longtail.findings import Findings
from longtail.findings.columns import Column
from longtail.findings.example_looks import Looks, Pictures, Rows, WideRows
from longtail.findings.examples import Examples, Influences, Neighbors, TestExamples, TrainingExamples
from report.example_findings import DIGITS, FINDINGS

N, N_TEST = FINDINGS.study.n_train, FINDINGS.study.n_test
LABELS = DIGITS.target
_RNG = np.random.default_rng(0)


def _webp(index: int) -> str:
    file = BytesIO()
    pixels = np.round(DIGITS.images[index] * 255 / 16).astype(np.uint8)
    Image.fromarray(pixels).convert("RGB").save(file, format="WEBP")
    return base64.b64encode(file.getvalue()).decode()


def _pictures(of: list[int], offset: int) -> Looks:
    return Looks(pictures=Pictures(of=np.array(of), webp=[_webp(offset + i) for i in of], small=True))


def _intervals(name: str, unit: str, value: np.ndarray, half: float, undetermined: list[int]) -> Column:
    value = value.round(4)
    value[undetermined] = np.nan
    return Column(
        name=name,
        title=name,
        unit=unit,
        value=value,
        low=(value - half).round(4),
        high=(value + half).round(4),
        method="difference of proportions, Newcombe's interval [Newcombe1998]_",
    )


def _trials(name: str, title: str, value: np.ndarray, of: str = "") -> Column:
    return Column(name=name, title=title, unit="trials", value=value, of=of)


_VALUES = _RNG.beta(0.3, 4, N)
_VALUES[5], _VALUES[7] = 0.96, -0.0423
_TRAIN = np.repeat(np.arange(N), 2)
_TEST = np.ravel([(7 * i + k) % N_TEST for i in range(N) for k in (0, 1)])

EXAMPLES = Examples(
    n_trials=FINDINGS.study.n_trials,
    level=0.95,
    class_names=[str(d) for d in range(10)],
    group_names=["left", "right"],
    strongest=5,
    train=TrainingExamples(
        position=np.arange(N) * 2,
        label=LABELS[:N],
        group=np.arange(N) % 2,
        columns=[
            _intervals("memorization", "difference", _VALUES.copy(), 0.04, [11]),
            Column(
                name="q_value",
                title="q",
                unit="q-value",
                value=np.where(_VALUES > 0.2, 3.2e-9, 0.41),
                method="that memorization is at most 0; allows for all training examples",
            ),
            _trials("right_in", "right when trained on it", np.full(N, 280), of="n_in"),
            _trials("right_out", "right when left out", (120 * (1 - np.clip(_VALUES, 0, 1))).astype(int), of="n_out"),
            _trials("n_in", "trained on it", np.full(N, 280)),
            _trials("n_out", "left out", np.full(N, 120)),
            _intervals("exposure", "probability", 0.5 + _VALUES / 2, 0.05, [11, 12]),
            Column(
                name="subpopulation_size",
                title="size of its subpopulation",
                unit="examples",
                value=np.where(np.arange(N) % 3, 1, 4),
            ),
        ],
        neighbors=Neighbors(
            of=np.arange(N),
            train=(np.arange(N)[:, None] + [1, 2, 3]) % N,
            distance=np.tile([1.5, 2.0, 22.45], (N, 1)),
            measure="Euclidean, of pixels",
        ),
        looks=_pictures([0, 5, 42, 1436], 0),
    ),
    test=TestExamples(
        position=np.arange(N_TEST) * 2 + 1,
        label=LABELS[N : N + N_TEST],
        columns=[
            _trials("right", "models right", np.full(N_TEST, 390), of="n_trials"),
            _trials("n_trials", "models", np.full(N_TEST, 400)),
        ],
        neighbors=None,
        looks=_pictures([35, 36], N),
    ),
    influences=Influences(
        train=_TRAIN,
        test=_TEST,
        value=np.where(np.arange(2 * N) % 2, 0.05, 0.125),
        low=np.full(2 * N, -0.02),
        high=np.full(2 * N, 0.3),
        q_value=np.full(2 * N, 0.0004),
        n_pairs=N * N_TEST,
        method="difference of proportions",
    ),
)
"""Digits: pictures of four training and two test examples; two groups."""


def with_looks(train: Looks, test: Looks) -> Examples:
    """The same examples, looking otherwise."""
    return replace(EXAMPLES, train=replace(EXAMPLES.train, looks=train), test=replace(EXAMPLES.test, looks=test))


def written(cells: list) -> np.ndarray:
    """Cells of a table as a page has them."""
    return np.array(cells, np.dtypes.StringDType())


_TOWNS = written(["Ulm", "Bonn", "Köln"] * (N // 3))
ROWS = with_looks(
    Looks(rows=Rows(names=["age", "town"], columns=[written([str(i) for i in range(N)]), _TOWNS])),
    Looks(rows=Rows(names=["age", "town"], columns=[written(["7"] * N_TEST), written(["Ulm"] * N_TEST)])),
)
WIDE_ROWS = with_looks(
    Looks(wide_rows=WideRows(names=["a", "b", "c"], columns=np.tile([0, 2], (N, 1)), values=written([["1", "3"]] * N))),
    Looks(
        wide_rows=WideRows(
            names=["a", "b", "c"], columns=np.tile([1, 2], (N_TEST, 1)), values=written([["2", "3"]] * N_TEST)
        )
    ),
)
TEXTS = with_looks(
    Looks(texts=[f"letter {i}: to whom it may concern" for i in range(N - 1)] + [""]),
    Looks(texts=["an answer"] * N_TEST),
)


def hostile_examples(text: str, findings: Findings) -> Examples:
    """Every string that can come from data is ``text``."""
    n_classes = len(EXAMPLES.class_names)
    rows = Rows(names=[text, f"{text} 2"], columns=[written([text] * N)] * 2)
    test_rows = Rows(names=[text, f"{text} 2"], columns=[written([text] * N_TEST)] * 2)
    hostile = with_looks(Looks(rows=rows, texts=[text] * N), Looks(rows=test_rows, texts=[text] * N_TEST))
    return replace(hostile, class_names=[text] * n_classes, group_names=[text] * 2, n_trials=findings.study.n_trials)
