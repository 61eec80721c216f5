"""TF-IDF by its formula, and who may choose the words."""

from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest

from longtail.dataset import load_dataset
from longtail.dataset import text_features as module
from longtail.dataset.example_codes import example_codes
from longtail.dataset.text_features import text_features
from longtail.errors import InputError

TEXTS = ["a red fox red", "Red wine, white wine", "a white dog", "unheard dog dog"]


def test_weights_by_the_formula():
    training = np.array([0, 1, 2])
    found = text_features("body", TEXTS, training)
    assert found.words == ("dog", "fox", "red", "white", "wine")
    counts = np.array([[0, 1, 2, 0, 0], [0, 0, 1, 1, 2], [1, 0, 0, 1, 0], [2, 0, 0, 0, 0]], float)
    idf = 1 + np.log(4 / (1 + (counts[:3] > 0).sum(axis=0)))
    weights = np.where(counts > 0, 1 + np.log(np.maximum(counts, 1)), 0) * idf
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    np.testing.assert_allclose(found.weights, weights, rtol=1e-6)


def test_no_word_of_a_test_row_is_learned():
    before = text_features("body", TEXTS, np.arange(3))
    after = text_features("body", [*TEXTS[:3], "fox fox other words"], np.arange(3))
    assert before.words == after.words
    np.testing.assert_array_equal(before.weights[:3], after.weights[:3])


def test_the_most_frequent_words_are_kept_ties_by_the_alphabet(monkeypatch):
    monkeypatch.setattr(module, "_MOST_WORDS", 3)
    monkeypatch.setattr(module, "_FEWEST_WORDS", 1)
    found = text_features("body", ["bb bb aa cc dd", "dd dd ee"], np.arange(2))
    assert found.words == ("aa", "bb", "dd")  # three times dd, twice bb, and the first of three that are said once
    assert "3 words, the most frequent of 5 in the training rows (75.0 % of all that is said there)." in found.note


def test_memory_bounds_the_vocabulary(monkeypatch):
    monkeypatch.setattr(module, "_MOST_BYTES", 4 * 4 * 150)
    texts = [" ".join(f"word{i}" for i in range(300))] * 4
    assert text_features("body", texts, np.arange(4)).weights.nbytes == 4 * 4 * 150
    monkeypatch.setattr(module, "_MOST_BYTES", 4 * 4 * 99)
    with pytest.raises(InputError, match="text must name the texts of at most 3 rows; got 4. Give an embedding"):
        text_features("body", texts, np.arange(4))


@pytest.mark.parametrize(("texts", "what"), [([""] * 4, "empty in every row"), (["?", "a", "!", ""], "instance '[?]'")])
def test_texts_without_words_are_refused(texts, what):
    with pytest.raises(InputError, match=f"text must name a column with words .*'body', .*{what}"):
        text_features("body", texts, np.arange(4))


def test_silent_texts_are_counted():
    assert text_features("body", ["one word", "", "one more"], np.arange(3)).note.endswith(
        "; texts with none of them: 1."
    )


def test_texts_that_differ_and_became_equal_are_counted_and_are_no_exact_copies():
    """Two pairs differ in a rare word alone, below the 1,000 most frequent; one pair is equal in every letter."""
    common = [f"word{number}" for number in range(1_000)]
    rare = ["seldom", "hardly", "never", "once"]
    texts = [" ".join(common), " ".join(common)]
    texts += [f"{common[place // 2]} {common[place // 2 + 1]} {word}" for place, word in enumerate(rare)] + [
        "same x1"
    ] * 2
    texts += [f"{common[9]} {common[10]} {number % 3}" for number in range(4)]
    found = text_features("body", texts, np.arange(len(texts)))
    assert found.note.endswith("; texts that differ and became equal: 4.")
    table = pa.table({"body": texts, "label": ["a", "b"] * 6})
    data = load_dataset(table, "label", text="body")
    codes = example_codes(data)
    read = [texts[row] for row in [*data.position, *data.position_test]]
    for one, other in combinations(range(len(texts)), 2):
        assert (codes[one] == codes[other]) == (read[one] == read[other])
