"""N-gram models of many subsets, against KenLM and NLTK retrained for each subset: models a CPU second, and losses.

    python benchmarks/trials_ngram.py [--kenlm FOLDER] [--nltk PYTHON]

5,000 documents of 100 tokens, cut from what ships with the packages that longtail needs: the language reference that
Python's ``help`` shows and the docstrings of numpy, scipy and scikit-learn. Each model is trained on 70 % of them and
evaluated on all. Trigrams, interpolated Kneser-Ney; CPU seconds, children included, by turns.

``--kenlm`` is a folder with KenLM's programs ``lmplz`` and ``query`` (github.com/kpu/kenlm, built with its default
flags): each subset is written as a file, estimated, and asked for the losses of all documents. ``--nltk`` is the Python
of an environment with ``nltk``, whose models are asked for a few of the documents, since all take hours; its time is
that of all. NLTK's discount is fixed at 0.1; KenLM has three discounts an order, ours has one. Neither is asked which
token is likeliest, which ours says, too: that would take a search of the vocabulary for every token.
"""

import argparse
import ast
import importlib.util
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from pydoc_data import topics

import numpy as np

from longtail.learners.ngrams import Documents, NgramIndex, models_of_subsets
from longtail.trials import SubsetDesign

N_DOCUMENTS, LENGTH, ORDER = 5_000, 100, 3

NLTK = """
import sys, time
from nltk.lm import {model}
from nltk.lm.preprocessing import pad_both_ends
from nltk.util import everygrams, ngrams
documents = [line.split() for line in open(sys.argv[1], encoding="utf-8")]
members = [line.split() for line in open(sys.argv[2], encoding="utf-8")]
asked, order = int(sys.argv[3]), 3
vocabulary = sorted({{word for words in documents for word in words}})
start = time.process_time()
model = {model}({settings}order=order)
padded = (list(pad_both_ends(words, n=order)) for words in members)
model.fit((everygrams(words, max_len=order) for words in padded), vocabulary)
trained = time.process_time() - start
start, losses = time.process_time(), []
for words in documents[:: len(documents) // asked]:
    grams = list(ngrams(list(pad_both_ends(words, n=order)), order))[: len(words)]
    losses.append(-sum(model.logscore(gram[-1], gram[:-1]) for gram in grams) / len(words) * 0.6931471805599453)
    number = len(losses)
print(trained, (time.process_time() - start) / number * len(documents), *losses)
"""


def texts() -> Iterator[str]:
    """English that ships with Python, numpy, scipy and scikit-learn."""
    yield from topics.topics.values()
    for package in ("numpy", "scipy", "sklearn"):
        spec = importlib.util.find_spec(package)
        assert spec is not None
        for path in sorted(Path(str(spec.origin)).parent.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                    yield ast.get_docstring(node) or ""


def corpus() -> list[str]:
    """Return the documents, tokens apart by blanks: pieces of the whole, drawn at random."""
    words = [word for text in texts() for word in re.findall(r"\w+(?:'\w+)*|[^\w\s]", text) if word.isascii()]
    pieces = [words[start : start + LENGTH] for start in range(0, len(words) - LENGTH, LENGTH)]
    chosen = np.random.default_rng(0).permutation(len(pieces))[:N_DOCUMENTS]
    # Words alone, so that all three split alike. The marks of KenLM are no words.
    return [" ".join(word if re.match(r"\w", word) else f"mark{ord(word)}" for word in pieces[each]) for each in chosen]


def ours(documents: list[str], inclusion: np.ndarray) -> tuple[float, float, np.ndarray]:
    start = time.process_time()
    index = NgramIndex.of(Documents.of(documents), ORDER)
    counted = time.process_time() - start
    start = time.process_time()
    found = models_of_subsets(index, inclusion)
    return counted, (time.process_time() - start) / len(inclusion), found.log_loss


def kenlm(folder: Path, documents: list[str], included: np.ndarray, scratch: Path) -> tuple[float, np.ndarray]:
    train, arpa, everything = scratch / "train.txt", scratch / "model.arpa", scratch / "all.txt"
    train.write_text("\n".join(np.array(documents)[included]) + "\n", "utf-8")
    start = _child_seconds()
    with train.open() as text, arpa.open("w") as model:
        subprocess.run(
            [folder / "lmplz", "-o", str(ORDER), "-S", "500M", "--skip_symbols"],
            stdin=text, stdout=model, stderr=subprocess.DEVNULL, check=True,
        )  # fmt: skip
    _queried(folder, arpa, everything, "sentence")
    seconds = _child_seconds() - start
    lines = _queried(folder, arpa, everything, "word", "-v", "sentence").splitlines()  # to leave the ends out
    words = [re.findall(r"=\d+ \d+ (-?[\d.e-]+)", line) for line in lines if "Total:" in line]
    return seconds, np.array([-np.log(10) * np.mean(list(map(float, scores[:-1]))) for scores in words])


def _queried(folder: Path, arpa: Path, everything: Path, *level: str) -> str:
    with everything.open() as text:
        call = [folder / "query", "-v", *level, arpa]
        return subprocess.run(call, stdin=text, capture_output=True, text=True, check=True).stdout


def nltk(
    python: str, model: str, settings: str, everything: Path, train: Path, asked: int
) -> tuple[float, float, np.ndarray]:
    code = NLTK.format(model=model, settings=settings)
    out = subprocess.run(
        [python, "-c", code, everything, train, str(asked)], capture_output=True, text=True, check=True
    )
    trained, evaluated, *losses = map(float, out.stdout.split())
    return trained, evaluated, np.array(losses)


def _child_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5, help="Models of KenLM; those of NLTK are one.")
    parser.add_argument("--kenlm", type=Path)
    parser.add_argument("--nltk")
    given = parser.parse_args()
    documents = corpus()
    design = SubsetDesign(n_trials=given.models)
    inclusion = np.array([design.inclusion(N_DOCUMENTS, trial) for trial in range(given.models)])
    models_of_subsets(NgramIndex.of(Documents.of(documents[:9]), ORDER), inclusion[:1, :9] | True)  # compiles
    print(f"{N_DOCUMENTS:,} documents of {LENGTH} tokens, {len({*' '.join(documents).split()}):,} different tokens")
    print(f"{'':28}{'CPU a model':>12}{'times ours':>12}{'nats, in':>10}{'nats, out':>10}")
    with tempfile.TemporaryDirectory() as place:
        scratch = Path(place)
        (scratch / "all.txt").write_text("\n".join(documents) + "\n", "utf-8")
        asked: list[tuple[float, np.ndarray]] = []
        share = -(-given.models // given.rounds)
        own, counting, losses = [], 0.0, []
        for number in range(given.rounds):
            counting, seconds, loss = ours(documents, inclusion[number * share : (number + 1) * share])
            own.append(seconds)
            losses.append(loss)
            if given.kenlm:
                asked.append(kenlm(given.kenlm, documents, inclusion[number], scratch))
        mine = float(np.median(own)) + counting / given.models
        _row("longtail, accuracy too", mine, mine, np.concatenate(losses), inclusion)
        print(f"  (of it counting, once for all {given.models} models: {counting:.2f} s)")
        if given.kenlm:
            _row(
                "KenLM",
                float(np.median([each[0] for each in asked])),
                mine,
                np.array([each[1] for each in asked]),
                inclusion,
            )
        if given.nltk:
            (scratch / "train.txt").write_text("\n".join(np.array(documents)[inclusion[0]]) + "\n", "utf-8")
            for model, settings, some in (("KneserNeyInterpolated", "", 5), ("WittenBellInterpolated", "", 100)):
                trained, evaluated, loss = nltk(
                    given.nltk, model, settings, scratch / "all.txt", scratch / "train.txt", some
                )
                _row(f"NLTK, {model}", trained + evaluated, mine, loss[None], inclusion[:, :: N_DOCUMENTS // some])
                print(f"  (training alone: {trained:.1f} s, {trained / mine:,.0f} times)")
    sys.stdout.flush()


def _row(name: str, seconds: float, ours: float, loss: np.ndarray, inclusion: np.ndarray) -> None:
    present = inclusion[: len(loss)]
    inside, outside = loss[present].mean(), loss[~present].mean()
    print(f"{name:28}{1000 * seconds:9,.1f} ms{seconds / ours:12,.0f}{inside:10.3f}{outside:10.3f}")


if __name__ == "__main__":
    main()
