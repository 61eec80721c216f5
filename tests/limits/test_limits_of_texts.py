"""Limits of language models: n-grams that are shorter or counted often, and private word frequencies on extremes."""

import numpy as np
import pyarrow as pa
import pytest

from longtail.dataset.documents import document_dataset
from longtail.errors import InputError
from longtail.learners.ngrams import Documents, NgramModel
from longtail.limits import CountedOften, PrivateWords, ShorterContext
from longtail.limits.asked_for import asked_for
from longtail.privacy_accounting import GaussianRelease

TEXTS = np.array(["a b a c", "a b d", "b c a b", "zebras hum songs"], object)
NOTHING = np.zeros(4, np.int64)


def losses(learner):
    return learner.fit_predict(TEXTS, NOTHING, TEXTS, n_classes=0, seed=0).values["log_loss"]


def test_a_limit_is_the_model_with_its_setting():
    model = NgramModel(order=3)
    np.testing.assert_array_equal(losses(ShorterContext(inner=model, order=1)), losses(NgramModel(order=1)))
    np.testing.assert_array_equal(losses(CountedOften(inner=model, times=2)), losses(NgramModel(order=3, least=2)))
    rare = 3  # Its n-grams were counted once: it loses most.
    lost = losses(CountedOften(inner=model, times=2)) - losses(model)
    assert lost.argmax() == rare
    assert NgramModel(order=3).describe() == {"order": 3, "unit": "word"}  # Runs of before stay what they are.


def test_no_document_moves_the_counts_further_than_it_says_and_a_long_one_does_so_far():
    """Documents of no known word, of one word a thousand times, of all words, of 10^5 words."""
    words = [f"w{number}" for number in range(60)]
    documents = Documents.of([" ".join(words)])
    limit = PrivateWords(inner=NgramModel(), epsilon=1.0, most=40)
    others = ["w1 w2 w3", "w59 w59"]
    before = limit.counts(others, documents)
    extremes = ["unheard", "w0 " * 1000, " ".join(words), " ".join(reversed(words)), " ".join(words * 2000)]
    moved = [np.linalg.norm(limit.counts([*others, text], documents) - before) for text in extremes]
    assert moved == pytest.approx([0.0, 1.0, np.sqrt(40), np.sqrt(40), np.sqrt(40)])
    assert GaussianRelease(mu=np.sqrt(40) / limit.noise).epsilon_at(1e-5) == pytest.approx(1.0, rel=1e-6)


def test_the_noise_is_what_the_guarantee_counts_and_probabilities_add_up_to_one():
    """20,000 draws: a deviation is known to half a percent, so 3 % away has a chance below 10^-8 (seed 0)."""
    limit = PrivateWords(inner=NgramModel(), epsilon=3.0, most=4)
    words = [f"w{number}" for number in range(20_000)]
    documents = Documents.of([" ".join(words)])
    noise = limit.released([], documents, np.random.default_rng(0))
    assert noise.std() == pytest.approx(limit.noise, rel=0.03)
    every = np.array(["a", "b", "c", "d", "zebras", "hum", "songs"], object)
    asked = np.array([*TEXTS, *every], object)
    found = limit.fit_predict(TEXTS, NOTHING, asked, n_classes=0, seed=1).values
    assert np.exp(-found["log_loss"][4:]).sum() == pytest.approx(1.0)
    assert found["token_accuracy"][4:].sum() == 1.0


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: ShorterContext(inner=NgramModel(order=2), order=2), "order must be at least 1 and below the model"),
        (lambda: CountedOften(inner=NgramModel(), times=1), "times must be above the model"),
        (lambda: PrivateWords(inner=NgramModel(), epsilon=-1.0), "epsilon must be positive"),
        (lambda: PrivateWords(inner=NgramModel(), epsilon=1.0, most=0), "most must be at least 1"),
    ],
)
def test_what_is_refused(make, said):
    with pytest.raises(InputError, match=said):
        make()


def test_limits_of_other_data_are_refused_by_name():
    data = document_dataset(pa.table({"text": list(TEXTS)}), "text", name="texts", n_training=3)
    (limit,) = asked_for(["shorter-context:order=2"], data, NgramModel())
    assert limit.title == "n-grams of at most 2"
    with pytest.raises(InputError, match="limits must hold without classes, in a study of texts"):
        asked_for(["label-private:epsilon=1"], data, NgramModel())
