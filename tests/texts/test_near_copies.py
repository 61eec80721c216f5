import numpy as np
import pytest

from longtail.errors import InputError
from longtail.learners.ngrams import Documents
from longtail.texts import near_copies


def altered(rng, words, changes):
    """The words with some of them replaced by new ones."""
    new = list(words)
    for place in rng.choice(len(words), changes, replace=False):
        new[place] = f"n{rng.integers(10**9)}"
    return new


@pytest.fixture(scope="module")
def texts():
    rng = np.random.default_rng(5)
    originals = [[f"w{word}" for word in rng.integers(3_000, size=60)] for _ in range(80)]
    copies = [altered(rng, originals[i % 40], changes) for i, changes in enumerate(np.tile(np.arange(8), 20))]
    return [" ".join(words) for words in [*originals, *copies]]


def shingles(text):
    words = ["<s>", "<s>", *text.split()]
    return {tuple(words[place : place + 3]) for place in range(len(words) - 2)}


def test_pairs_are_those_that_sets_say(texts):
    """All 28,680 pairs compared by sets of shingles. A pair at the threshold is missed once in 5,000 times."""
    sets = [shingles(text) for text in texts]
    truth = np.array([[len(a & b) / len(a | b) for b in sets] for a in sets])
    found = near_copies(Documents.of(texts))
    assert ((truth >= 0.5).sum(axis=1) - 1).tolist() == found.count.tolist()
    assert ((truth >= 0.5).sum() - len(texts)) // 2 > 100  # There is something to find.
    for (one, other), resemblance in zip(found.pairs, found.resemblance, strict=True):
        assert resemblance == pytest.approx(truth[one, other])
    reachable = truth >= 0.5
    for _ in range(8):
        reachable = reachable @ reachable
    assert np.array_equal(found.kind[:, None] == found.kind, reachable)


def test_equal_documents_are_copies_of_each_other():
    found = near_copies(Documents.of(["a b c d", "x y", "a b c d", "a  b c d", "x"]))
    assert found.count.tolist() == [2, 1, 2, 2, 1]
    assert found.kind.tolist() == [0, 1, 0, 0, 1]


def test_a_low_threshold_is_refused():
    with pytest.raises(InputError, match="threshold must lie in"):
        near_copies(Documents.of(["a"]), 0.3)
