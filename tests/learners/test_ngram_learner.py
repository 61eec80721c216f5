import numpy as np
import pytest

from longtail.dataset.documents import load_documents
from longtail.errors import InputError
from longtail.learners import Performances
from longtail.learners.ngrams import Documents, NgramIndex, NgramModel, models_of_subsets
from longtail.runs.learner_of_run import built_in_learner
from longtail.scores import memorization
from longtail.trials import SubsetDesign, run_trials

TEXTS = np.array([f"{a} {b} {a} sees {c}" for a in ("ann", "bob") for b in ("and", "or") for c in ("us", "it")], object)


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    path = tmp_path_factory.mktemp("texts") / "texts.txt"
    path.write_text("\n".join([*TEXTS, "zoe saw 9 owls"]) + "\n", "utf-8")
    others = path.with_name("others.txt")
    others.write_text("ann sees owls\n", "utf-8")
    return load_documents(path, test=others)


def test_trials_are_the_models_of_their_subsets(documents):
    """All in one batch, in another, and one by one: what the counts of each subset give."""
    design = SubsetDesign(n_trials=24, fraction=0.5, seed=3)
    table = run_trials(NgramModel(order=2), documents, design, jobs=1)
    inclusion = np.array([[*design.inclusion(9, trial), False] for trial in range(24)])
    index = NgramIndex.of(Documents.of([*TEXTS, "zoe saw 9 owls", "ann sees owls"]), 2)
    expected = models_of_subsets(index, inclusion)
    assert table.kind.name == "token_accuracy"
    np.testing.assert_allclose(table.performance, expected.token_accuracy[:, :9], rtol=1e-6)
    np.testing.assert_allclose(table.test_performance, expected.token_accuracy[:, 9:], rtol=1e-6)
    texts = np.array([*TEXTS, "zoe saw 9 owls", "ann sees owls"], object)
    members = np.flatnonzero(inclusion[5])
    alone = NgramModel(order=2).fit_predict(texts[members], np.zeros(4, int), texts, n_classes=0, seed=0)
    assert isinstance(alone, Performances)
    np.testing.assert_allclose(alone.values["log_loss"], expected.log_loss[5], rtol=1e-12)


def test_the_rare_document_is_the_memorized_one(documents):
    table = run_trials(NgramModel(order=2), documents, SubsetDesign(n_trials=60, fraction=0.7), jobs=1)
    assert memorization(table, 0.95).value.argmax() == 8


def test_it_is_made_again_from_its_identity():
    model = NgramModel(order=4, unit="character")
    identity = {"name": "ngram", "version": model.version, "settings": model.describe()}
    assert built_in_learner(identity) == model


@pytest.mark.parametrize("settings", [{"order": 0}, {"unit": "byte"}, {"trials_per_batch": 0}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(InputError, match=next(iter(settings))):
        NgramModel(**settings)
