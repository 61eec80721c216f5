from itertools import combinations

import numpy as np
import pytest

from learners.plain_ngrams import PlainModel
from longtail.errors import InputError
from longtail.learners.ngrams import Documents, NgramIndex, models_of_subsets

TEXTS = ["the cat sat on the mat", "the dog sat on the cat", "a cat ran", "the mat ran on", "a dog sat , the cat ran"]
OTHERS = ["the cat flew on a mat", "dog"]
WORDS = [text.split() for text in (*TEXTS, *OTHERS)]
VOCABULARY = {word for words in WORDS[:5] for word in words}
SUBSETS = list(combinations(range(5), 3))


def inclusion_of(subsets, n):
    return np.array([[document in subset for document in range(n)] for subset in subsets])


@pytest.fixture(scope="module", params=[(1, 1), (2, 1), (3, 1), (5, 1), (3, 2)])
def both(request):
    """The compiled models of all subsets of three, and the plain ones."""
    order, least = request.param
    index = NgramIndex.of(Documents.of(TEXTS, OTHERS), order)
    found = models_of_subsets(index, inclusion_of(SUBSETS, 5), tokens=True, least=least)
    plain = [PlainModel([WORDS[document] for document in subset], VOCABULARY, order, least) for subset in SUBSETS]
    return found, plain


def test_every_model_is_the_one_that_its_definition_gives(both):
    found, plain = both
    losses = [[np.mean(model.log_losses(words)) for words in WORDS] for model in plain]
    hits = [[np.mean(model.hits(words)) for words in WORDS] for model in plain]
    np.testing.assert_allclose(found.log_loss, losses, rtol=1e-12)
    np.testing.assert_allclose(found.token_accuracy, hits, rtol=1e-12)


def test_every_counterfactual_is_that_of_all_subsets(both):
    """Memorization of each document and token, over all subsets of three: enumerated by the plain models."""
    found, plain = both
    n_tokens = np.concatenate([[0], np.cumsum([len(words) for words in WORDS[:5]])])
    for document, words in enumerate(WORDS[:5]):
        mine = slice(n_tokens[document], n_tokens[document + 1])
        for side in (0, 1):
            models = [m for m, subset in zip(plain, SUBSETS, strict=True) if (document in subset) == bool(side)]
            assert found.tokens.models[side, document] == len(models)
            losses = np.array([model.log_losses(words) for model in models])
            np.testing.assert_allclose(found.tokens.nats[side, mine], losses.sum(axis=0), rtol=1e-12)
            np.testing.assert_allclose(found.tokens.squares[side, mine], (losses**2).sum(axis=0), rtol=1e-12)
            assert found.tokens.hits[side, mine].tolist() == np.sum([m.hits(words) for m in models], axis=0).tolist()
            included = inclusion_of(SUBSETS, 5)[:, document] == bool(side)
            assert found.log_loss[included, document].mean() == pytest.approx(losses.mean(), rel=1e-12)


def test_probabilities_of_the_vocabulary_add_up_to_one():
    """Each word of the vocabulary, and an unknown one, behind one history: others that no model is trained on."""
    words = [*sorted(VOCABULARY), "unheard"]
    index = NgramIndex.of(Documents.of(TEXTS, [f"the {word}" for word in words]), 3)
    found = models_of_subsets(index, inclusion_of([(0, 1, 4), (2,)], 5))
    first = models_of_subsets(NgramIndex.of(Documents.of(TEXTS, ["the"]), 3), inclusion_of([(0, 1, 4), (2,)], 5))
    behind = np.exp(-(2 * found.log_loss[:, 5:] - first.log_loss[:, 5:]))
    np.testing.assert_allclose(behind.sum(axis=1), 1, rtol=1e-12)


def test_a_document_that_is_left_out_changes_nothing_but_the_vocabulary():
    """A model without the last document, whatever words that document has; they are as many."""
    alike = [[*TEXTS[:4], "the the the"], [*TEXTS[:4], "mat mat , mat on dog"]]
    alike = [[*texts, "a , dog"] for texts in alike]
    included = np.array([[True, True, True, True, False, True]])
    one, two = (models_of_subsets(NgramIndex.of(Documents.of(texts), 3), included) for texts in alike)
    np.testing.assert_array_equal(one.log_loss[:, [0, 1, 2, 3, 5]], two.log_loss[:, [0, 1, 2, 3, 5]])


def test_long_documents_do_not_underflow():
    index = NgramIndex.of(Documents.of(["a b c d " * 500, "e f"]), 2)
    found = models_of_subsets(index, np.array([[False, True]]), tokens=True)
    # Every token of the first is one of five that the model never saw, and all are as likely.
    assert found.log_loss[0, 0] == pytest.approx(found.tokens.nats[0, :2000].mean())
    assert np.isfinite(found.log_loss).all()


def test_characters_are_tokens_with_places():
    documents = Documents.of(["ab a", "b"], unit="character")
    assert [documents.word(token) for token in documents.tokens] == ["a", "b", " ", "a", "b"]
    assert documents.places.tolist() == [0, 1, 2, 3, 0]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Documents.of([]), "training must hold at least one document"),
        (lambda: Documents.of(["a", " \n"]), "training must hold a token in each document; got none in document 1"),
        (lambda: Documents.of(["a"], [""]), "others must hold a token in each document; got none in document 0"),
        (lambda: Documents.of(["a"], unit="byte"), "unit must be"),
        (lambda: NgramIndex.of(Documents.of(["a"]), 9), r"order must lie in 1..8; got 9"),
        (lambda: models_of_subsets(NgramIndex.of(Documents.of(["a", "b"])), np.array([[False, False]])), "none for"),
        (lambda: models_of_subsets(NgramIndex.of(Documents.of(["a", "b"])), np.array([[True]])), "column for each"),
    ],
)
def test_what_cannot_be_is_refused(call, said):
    with pytest.raises(InputError, match=said):
        call()
