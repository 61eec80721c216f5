"""The example of a transformer's memorization, with a few tiny models of random weights."""

from importlib.util import find_spec

import numpy as np
import pytest

pytest.importorskip("torch")

LINES = [f"the {animal} sat on the {thing}" for animal in ("cat", "dog") for thing in ("mat", "rug")]


@pytest.fixture
def texts(tmp_path):
    path = tmp_path / "texts.txt"
    path.write_text("\n".join([*LINES * 2, "Zq9#xK!"]) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("model", ["gru", ""])
def test_models_train_and_memorize(texts, model):
    if not model and find_spec("transformers") is None:
        pytest.skip("transformers is not installed")
    from transformer_texts import LanguageModel, main

    learner = LanguageModel(model=model, width=16, layers=1, epochs=3)
    said = main(texts, None, 5, learner, jobs=1)
    assert said.startswith("5 models: mean memorization")
    found = learner.fit_predict(LINES, np.zeros(4, int), np.array([*LINES, "Zq9#xK!"], object), n_classes=0, seed=1)
    again = learner.fit_predict(LINES, np.zeros(4, int), np.array([*LINES, "Zq9#xK!"], object), n_classes=0, seed=1)
    assert found.values["log_loss"].tolist() == again.values["log_loss"].tolist()
    assert found.values["log_loss"][:4].max() < found.values["log_loss"][4]  # It knows what it was trained on.


def test_a_script_records_the_loss_of_every_token(texts, tmp_path):
    import longtail
    from transformer_texts import LanguageModel, record

    run = longtail.masks(texts, task="language", trials=6, out=tmp_path / "run")
    assert record(run.path, LanguageModel(model="gru", width=8, epochs=1, longest=24)) == 6
    again = longtail.open_run(run.path)
    again.report()
    first = again.findings.documents[0]
    assert first.memorization.value == pytest.approx(np.mean(first.nats), abs=1e-3)
    assert [first.text[a:b] for a, b in zip(first.begin, first.end, strict=True)] == list(first.text[:23])
