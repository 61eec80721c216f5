"""The report of 60,000 examples: how large the file is, and how soon it can be used in headless Chromium.

    PYTHONPATH=tests python benchmarks/report_page.py [--looks pictures|rows|texts] [--trials 100] [--out FOLDER]

Pictures are those of Fashion-MNIST; rows have twelve columns of numbers and four of names, texts a hundred words drawn
by Zipf's law and two columns beside. Trials are simulated (each example its own difficulty and its own memorization):
the page does not depend on what trained. A page is usable when the table of all examples is shown; the clock starts
when the browser begins to navigate. Given are five openings, and the answers of the table after that.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from longtail.analysis.analysis import Analysis
from longtail.analysis.examples import examples_of
from longtail.cli.printing import out, print_table
from longtail.dataset import Dataset, Originals, load_dataset
from longtail.outcomes import Outcomes
from longtail.report import write_report
from report.browser import chromium, missing
from report.example_findings import FINDINGS

N, N_TEST = 60_000, 10_000
ACTS = {
    "sort by label": "[...document.querySelectorAll('.explorer .sort')].find(b => b.textContent === 'label').click()",
    "last page": "[...document.querySelectorAll('.pager button')].at(-1).click()",
    "open an example": "location.hash = '#example=59999'",
}
PAINTED = "await new Promise(done => requestAnimationFrame(() => setTimeout(done)));"
SEARCH = """
const box = document.querySelector('.explorer input[type=search]'), status = document.querySelector('.status');
location.hash = '';
box.value = '123 4';
const t = performance.now();
box.dispatchEvent(new Event('input'));
await new Promise(done => new MutationObserver(done).observe(status, {childList: true}));
return performance.now() - t;
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--looks", choices=("pictures", "rows", "texts"), default="pictures")
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "report-page")
    chosen = parser.parse_args()
    dataset = load_dataset("fashion-mnist") if chosen.looks == "pictures" else _table(chosen.looks == "texts")
    outcomes = _simulated(dataset.n_train, dataset.n_test, chosen.trials)
    rows, page = [], chosen.out / "report.html"
    examples, seconds = _timed(lambda: examples_of(Analysis(dataset, outcomes)))
    rows.append(("gather all examples", f"{seconds:.1f} s"))
    packed, seconds = _timed(examples.packed)
    rows.append(("compress them", f"{seconds:.1f} s, {len(packed) / 1e6:.2f} MB"))
    study = replace(FINDINGS.study, n_train=dataset.n_train, n_test=dataset.n_test, n_trials=chosen.trials)
    _, seconds = _timed(lambda: write_report(replace(FINDINGS, study=study), page, packed))
    rows.append(("render the page", f"{seconds:.1f} s, {page.stat().st_size / 1e6:.2f} MB"))
    rows.append(("peak memory", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB"))
    rows += _in_browser(page) if not missing() else [(missing(), "")]
    print_table(f"The report of 60,000 training and 10,000 test examples: {chosen.looks}", ("what", "measured"), rows)
    out.print(f"Load when measured: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; the page: {page}")


def _table(texts: bool) -> Dataset:
    rng = np.random.default_rng(1)
    numbers = rng.normal(size=(N + N_TEST, 12)).astype(np.float32)
    names = [f"name {k}" for k in range(1000)]
    columns: dict[str, Any] = {f"number {k}": numbers[:, k] for k in range(2 if texts else 12)}
    if texts:
        words = np.array([f"w{k:x}" for k in range(30_000)])
        places = np.minimum(rng.zipf(1.3, (N + N_TEST, 100)), 30_000) - 1
        columns["letter"] = [" ".join(line) for line in words[places]]
    else:
        columns |= {f"name {k}": rng.choice(names, N + N_TEST) for k in range(4)}
    given = Originals(table=pa.table(columns), text="letter" if texts else None)
    labels = rng.integers(0, 10, N + N_TEST)
    parts = (numbers[:N], labels[:N], numbers[N:], labels[N:])
    return Dataset.from_arrays(*parts, originals=given)


def _simulated(n: int, n_test: int, n_trials: int) -> Outcomes:
    rng = np.random.default_rng(0)
    inclusion = rng.random((n_trials, n), np.float32) < 0.7
    left_out = rng.beta(1.2, 0.15, n)
    correct = inclusion | (rng.random((n_trials, n), np.float32) < left_out)
    shift = np.where(inclusion, 2 * (1 - left_out), 0)
    confidence = rng.normal(4 * left_out + shift, 1, (n_trials, n)).astype(np.float16)
    test_correct = rng.random((n_trials, n_test), np.float32) < rng.beta(1.2, 0.15, n_test)
    return Outcomes.from_arrays(inclusion, correct, test_correct=test_correct, confidence=confidence)


def _in_browser(page: Path) -> list[tuple[str, str]]:
    shown, answers = [], dict[str, float]()
    with tempfile.TemporaryDirectory() as profile, chromium(Path(profile)) as browser:
        for _ in range(5):
            browser.open(page)
            while not (mark := browser.run("return performance.getEntriesByName('examples-shown')[0]?.startTime")):
                time.sleep(0.05)
            shown.append(mark)
        for name, act in ACTS.items():
            answers[name] = browser.run(f"const t = performance.now(); {act}; {PAINTED} return performance.now() - t")
        answers["search, with 150 ms of waiting for more letters"] = browser.run(SEARCH)
        complaints = browser.complaints()
    assert complaints == [], complaints
    usable = ", ".join(f"{each / 1000:.2f}" for each in sorted(shown))
    return [("table usable after", f"{usable} s"), *((name, f"{each:.0f} ms") for name, each in answers.items())]


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


if __name__ == "__main__":
    main()
