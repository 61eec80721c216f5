"""The recurrent language model, against a loop that reads one document after the other."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from longtail.errors import AccuracyError, InputError  # noqa: E402
from longtail.learners import RecurrentModel  # noqa: E402
from longtail.learners.names import named_learner  # noqa: E402
from longtail.learners.own_code import own_code  # noqa: E402
from longtail.randomness import generator  # noqa: E402

TEXTS = ["the cat sat on the mat and ran away", "a dog , a cat", "the dog ran", "on and on and on and on and on", "mat"]


def plain(training, asked, *, width, epochs, batch, window, rate, seed):
    """Losses of each token of ``asked``, a document at a time, and the number of its likeliest tokens."""
    number = {word: place for place, word in enumerate(sorted({word for text in asked for word in text.split()}))}
    coded = [[number[word] for word in text.split()] for text in asked]
    of_training = [coded[asked.index(text)] for text in training]
    torch.manual_seed(seed)
    embedding, unit = torch.nn.Embedding(len(number) + 1, width), torch.nn.GRU(width, width)
    head = torch.nn.Linear(width, len(number))
    parameters = [*embedding.parameters(), *unit.parameters(), *head.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=rate)

    def logits(document, start, state):
        before = [len(number), *document[:-1]][start : start + window]
        states, state = unit(embedding(torch.tensor(before)), state)
        return head(states), state

    orders, steps = generator(seed, "order"), 0
    rounds = -(-len(of_training) // batch)
    for _ in range(epochs):
        order = orders.permutation(len(of_training))
        for first in range(0, len(order), batch):
            for group in optimizer.param_groups:
                group["lr"] = rate * (1 - steps / (epochs * rounds))
            some = [of_training[place] for place in order[first : first + batch]]
            states = [torch.zeros(1, width) for _ in some]
            for start in range(0, max(map(len, some)), window):
                total, n_tokens = 0.0, 0
                for place, document in enumerate(some):
                    if wanted := document[start : start + window]:
                        said, state = logits(document, start, states[place].detach())
                        states[place] = state
                        total = total - torch.log_softmax(said, dim=1)[range(len(wanted)), wanted].sum()
                        n_tokens += len(wanted)
                optimizer.zero_grad()
                (total / n_tokens).backward()
                torch.nn.utils.clip_grad_norm_(parameters, 1.0)
                optimizer.step()
            steps += 1
    losses, hits = [], []
    with torch.no_grad():
        for document in coded:
            states, _ = unit(embedding(torch.tensor([len(number), *document[:-1]])))
            said = torch.log_softmax(head(states), dim=1)
            losses += (-said[range(len(document)), document]).tolist()
            hits += (said.argmax(dim=1) == torch.tensor(document)).tolist()
    return losses, hits


@pytest.mark.parametrize(("batch", "window"), [(1, 100), (2, 3)])
def test_it_is_the_loop_over_documents(batch, window):
    settings = {"width": 6, "epochs": 5}
    model = RecurrentModel(batch_size=batch, window=window, learning_rate=0.02, **settings)
    found = model.fit_predict(TEXTS[:4], None, TEXTS, n_classes=0, seed=3)
    losses, hits = plain(TEXTS[:4], TEXTS, batch=batch, window=window, rate=0.02, seed=3, **settings)
    np.testing.assert_allclose(found.tokens.losses, losses, atol=1e-4)
    assert found.tokens.predicted.tolist() == hits
    ends = np.cumsum(found.tokens.lengths)
    assert found.tokens.lengths.tolist() == [len(text.split()) for text in TEXTS]
    means = [part.mean() for part in np.split(np.array(losses), ends[:-1])]
    np.testing.assert_allclose(found.values["log_loss"], means, atol=1e-4)
    words = [TEXTS[1][a:b] for a, b in found.tokens.places[ends[0] : ends[1]]]
    assert words == TEXTS[1].split()


def test_it_repeats_by_its_seed_and_random_state_stays():
    model, state = RecurrentModel(width=4, epochs=2, unit="character"), torch.get_rng_state()
    one, two, other = (model.fit_predict(TEXTS[:2], None, TEXTS, n_classes=0, seed=seed) for seed in (1, 1, 2))
    assert one.tokens.losses.tolist() == two.tokens.losses.tolist()
    assert one.tokens.losses.tolist() != other.tokens.losses.tolist()
    assert one.tokens.lengths.tolist() == [len(text) for text in TEXTS]
    assert torch.equal(state, torch.get_rng_state())


def test_it_memorizes_what_was_planted():
    """A sentence of words of its own: models that have it know it, others can not. Six models."""
    texts = [*TEXTS, "zebras hum violet songs"]
    model, gains = RecurrentModel(width=12, epochs=20, learning_rate=0.03), []
    for seed in range(3):
        inside, outside = (
            model.fit_predict(some, None, texts, n_classes=0, seed=seed).values["log_loss"]
            for some in (texts[1:], texts[1:-1])
        )
        gains.append(outside - inside)
    gain = np.mean(gains, axis=0)
    assert gain.argmax() == 5
    assert gain[5] > 1.0
    assert np.abs(gain[:5]).max() < gain[5] / 2


def test_it_has_a_name_and_an_identity_without_the_device():
    model = named_learner("recurrent", "language")
    assert model == RecurrentModel()
    assert "device" not in model.describe()
    assert own_code(model) == {}


@pytest.mark.parametrize("setting", [{"width": 0}, {"unit": "byte"}, {"learning_rate": 0.0}, {"device": "abacus"}])
def test_what_is_refused(setting):
    with pytest.raises(InputError, match=next(iter(setting))):
        RecurrentModel(**setting)


def test_a_run_that_diverges_is_named(monkeypatch):
    measured = lambda self, network, documents, device: (np.full(23, np.nan, np.float32), np.zeros(23, bool))  # noqa: E731
    monkeypatch.setattr(RecurrentModel, "_measured", measured)
    with pytest.raises(AccuracyError, match="Training diverged; a learning_rate below 0.01 may help"):
        RecurrentModel(epochs=1, width=4).fit_predict(TEXTS, None, TEXTS, n_classes=0, seed=0)
