import numpy as np
import pytest

from longtail.learners.ngrams import Documents, NgramIndex, models_of_subsets
from longtail.outcomes import Outcomes
from longtail.scores import memorization
from longtail.texts import memorization_by_copies, memorized_words, near_copies
from longtail.trials import SubsetDesign

COMMON = [f"the {animal} sat on the {thing} and ran away" for animal in ("cat", "dog", "cow") for thing in "abcdefgh"]
TEXTS = [*COMMON, "the cat sat on zanzibar quietly humming tunes and ran away"]


@pytest.fixture(scope="module")
def run():
    design = SubsetDesign(n_trials=200)
    inclusion = np.array([design.inclusion(len(TEXTS), trial) for trial in range(200)])
    documents = Documents.of(TEXTS)
    return documents, inclusion, models_of_subsets(NgramIndex.of(documents, 3), inclusion, tokens=True)


def test_a_document_s_memorization_is_the_mean_of_its_words(run):
    documents, inclusion, found = run
    table = Outcomes.from_arrays(inclusion, performance=found.log_loss, performance_name="log_loss")
    whole = memorization(table, 0.95).value
    each = [memorized_words(documents, found.tokens, number).value.mean() for number in range(len(TEXTS))]
    np.testing.assert_allclose(each, whole, rtol=1e-9)


def test_intervals_are_welch_s_of_the_single_models(run):
    """The last document's fifth word: its loss in each model alone, by the losses of its beginnings."""
    documents, inclusion, _ = run
    cut = [" ".join(TEXTS[-1].split()[:length]) for length in (4, 5)]
    index = NgramIndex.of(Documents.of(TEXTS, cut), 3)
    sums = models_of_subsets(index, inclusion).log_loss[:, -2:] * [4, 5]
    loss, inside = sums[:, 1] - sums[:, 0], inclusion[:, -1]
    from scipy.stats import ttest_ind

    welch = ttest_ind(loss[~inside], loss[inside], equal_var=False).confidence_interval(0.95)
    mine = memorized_words(documents, run[2].tokens, len(TEXTS) - 1)
    assert (mine.low[4], mine.high[4]) == pytest.approx((welch.low, welch.high), rel=1e-6)


def test_the_words_that_no_other_document_has_are_marked(run):
    documents, _, found = run
    mine = memorized_words(documents, found.tokens, len(TEXTS) - 1)
    marked = [TEXTS[-1][begin:end] for begin, end in mine.spans()]
    assert "quietly humming tunes" in " ".join(marked)
    assert not any("sat on" in text for text in marked)
    assert mine.predicted_in[mine.marked].min() > mine.predicted_out[mine.marked].max()
    # The common ones differ in one or two words, of which some are predicted only with their own document.
    common = [memorized_words(documents, found.tokens, number).marked.mean() for number in range(len(COMMON))]
    assert np.mean(common) < 0.2 < mine.marked.mean()


def test_copies_take_memorization_away():
    """Sentences of random words with one, two and four copies: means fall, and each row counts its kinds."""
    rng = np.random.default_rng(0)
    words = np.array([f"w{number}" for number in range(400)])
    sentences = [" ".join(rng.choice(words, 12)) for _ in range(21)]
    texts = [sentence for number, sentence in enumerate(sentences) for _ in range((1, 2, 4)[number % 3])]
    design = SubsetDesign(n_trials=100)
    inclusion = np.array([design.inclusion(len(texts), trial) for trial in range(100)])
    documents = Documents.of(texts)
    found = models_of_subsets(NgramIndex.of(documents, 3), inclusion)
    table = Outcomes.from_arrays(inclusion, performance=found.log_loss, performance_name="log_loss")
    rows = memorization_by_copies(memorization(table, 0.95).value, near_copies(documents))
    assert [(row.least, row.most, row.n_documents, row.n_kinds) for row in rows] == [
        (0, 0, 7, 7),
        (1, 1, 14, 7),
        (2, 3, 28, 7),
    ]
    one, two, four = (row.memorization for row in rows)
    assert one.low > two.high > two.low > four.high
    # Good and Turing's tau of what was seen once: twice the pairs over the singles, among 49 documents.
    assert rows[0].tau.value == pytest.approx(2 * 7 / 7 / 49, rel=0.01)
