"""PATE: what one row and one unit can move, the guarantee by another route, who is public, and what is refused."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners.learner import Predictions
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.learners.sklearn_learner import SklearnLearner
from longtail.limits import DPSGD, PATE, PrivateNetwork
from longtail.limits.asked_for import asked_for
from longtail.limits.pate import noisy_labels
from longtail.limits.read_back import limit_of_identity
from longtail.limits.spelling import named_limit
from longtail.privacy_accounting import GaussianRelease

NETWORK = CompiledMLP(hidden=8, epochs=2, max_epochs=2)


class Recorder:
    """A learner that keeps what it is trained on, and answers with the sum of its rows."""

    name, version, executor = "recorder", "1", "threads"

    def __init__(self):
        self.trained = []

    def describe(self):
        return {}

    def fit_predict(self, X, y, X_eval, *, n_classes, seed):
        self.trained.append((X.copy(), y.copy(), X_eval.copy(), seed))
        total = int(X[:, 0].sum()) % n_classes
        return Predictions(labels=np.full(len(X_eval), total), logits=None)


def study(n=60, n_classes=3, together=None):
    """Rows that tell who they are: row i has the one feature i."""
    X, y = np.arange(n, dtype=float)[:, None], np.arange(n) % n_classes
    return Dataset.from_arrays(X, y, X[:6], y[:6], together=together)


def teachers_of(limit, data, rows, seed=0):
    """The rows of each teacher, as a recorder saw them, and those that the student was shown."""
    recorder = Recorder()
    told = PATE(inner=recorder, **limit).told(data)
    told.fit_predict_many(data.X, data.y, [np.asarray(rows)], data.X_test, n_classes=data.n_classes, seeds=[seed])
    *teachers, student = recorder.trained
    return [(seed, sorted(X[:, 0].astype(int).tolist())) for X, _, _, seed in teachers], student


SETTINGS = {"epsilon": 3.0, "public": 0.3, "teachers": 8}


def test_a_row_more_changes_one_teacher_and_nothing_else():
    """All neighbors of one subset: each private row added is one teacher's; a public one is nobody's."""
    data, rows = study(), np.arange(0, 60, 2)
    before, student = teachers_of(SETTINGS, data, rows)
    assert len(set(itertools.chain(*(own for _, own in before)))) == sum(len(own) for _, own in before)
    public = 0
    for row in range(1, 60, 2):
        after, student_after = teachers_of(SETTINGS, data, np.sort(np.append(rows, row)))
        np.testing.assert_array_equal(student_after[0], student[0])
        changed = [own for own in after if own not in before]
        gone = [own for own in before if own not in after]
        assert len(changed) <= 1
        assert len(gone) <= len(changed)
        if changed:
            assert row in changed[0][1]
            assert [own for own in changed[0][1] if own != row] == (gone[0][1] if gone else [])
            assert not gone or gone[0][0] == changed[0][0], "the seed of a teacher is another"
        public += not changed
    assert 0 < public < 20


def test_units_are_whole_at_one_teacher_or_public():
    data = study(together=np.repeat(np.arange(15), 4))
    teachers, student = teachers_of(SETTINGS, data, np.arange(60))
    of_teachers = [{row // 4 for row in own} for _, own in teachers]
    assert sum(map(len, of_teachers)) == len(set().union(*of_teachers)) == 15 - round(0.3 * 15)
    assert set().union(*of_teachers).isdisjoint(set((student[0][:, 0] // 4).astype(int)))
    limit = PATE(inner=NETWORK, **SETTINGS)
    assert limit.guarantee.of_unit(4) == limit.guarantee
    assert limit.remedied().guarantee.of_unit(4).bound.value == pytest.approx(
        4 * limit.remedied().guarantee.bound.value
    )


def test_public_rows_are_the_same_for_every_model_and_their_labels_are_not_used():
    data = study()
    shown = [
        teachers_of({**SETTINGS, "queries": 1000}, data, rows, seed) for rows, seed in ((range(30), 1), ((40, 50), 2))
    ]
    (_, first), (_, second) = shown
    np.testing.assert_array_equal(first[0], second[0])
    assert len(first[0]) == 18
    other = Dataset.from_arrays(data.X, (data.y + 1) % 3, data.X_test, data.y_test)
    again, _ = teachers_of(SETTINGS, other, range(30), 1)
    assert again == teachers_of(SETTINGS, data, range(30), 1)[0]


@pytest.mark.parametrize(("epsilon", "delta", "queries"), [(0.5, 1e-6, 10), (3.0, 1e-5, 50), (8.0, 1e-5, 200)])
def test_the_noise_keeps_the_guarantee_by_renyi_divergences_and_by_the_loss_of_the_worst_pair(epsilon, delta, queries):
    """Of q answers in which one vote moves: the privacy loss is normal, and its tail is delta by numerical integration.

    Rényi divergences by hand, q alpha / sigma^2 at order alpha, give a larger epsilon than the closed form, by at most
    two fifths here.
    """
    limit = PATE(inner=NETWORK, epsilon=epsilon, delta=delta, public=0.3, queries=queries)
    sigma = limit.noise(queries)
    moved = math.sqrt(2 * queries) / sigma
    losses, step = np.linspace(-12, 12, 400_001, retstep=True)
    density = np.exp(-(losses**2) / 2) / math.sqrt(2 * math.pi)
    loss = moved * losses + moved**2 / 2
    spent = float((density * np.maximum(-np.expm1(epsilon - loss), 0)).sum() * step)
    assert spent == pytest.approx(delta, rel=1e-3)
    orders = np.linspace(1.01, 200, 100_000)
    renyi = (queries * orders / sigma**2 + math.log(1 / delta) / (orders - 1)).min()
    assert epsilon < renyi < 1.4 * epsilon
    assert limit.guarantee.bound.value == pytest.approx(epsilon, abs=1e-6)
    assert limit.guarantee.bound.value <= epsilon


def test_no_event_of_few_votes_is_likelier_than_the_guarantee_allows():
    """Enumerated: three teachers, two classes, one answer; every pair of neighboring votes, every label.

    With two classes the label is 1 if a normal number of variance 2 sigma^2 is above the lead, so chances are exact.
    """
    epsilon, delta = 1.0, 1e-3
    sigma = PATE(inner=NETWORK, epsilon=epsilon, delta=delta, public=0.3).noise(1)
    worst = 0.0
    for votes in itertools.product((0, 1, None), repeat=3):
        for place, other in itertools.product(range(3), (0, 1, None)):
            changed = [*votes[:place], other, *votes[place + 1 :]]
            chances = []
            for given in (votes, changed):
                lead = sum(1 if vote else -1 for vote in given if vote is not None)
                chances.append(float(ndtr(lead / (sigma * math.sqrt(2)))))
            for first, second in ([*chances], [1 - chances[0], 1 - chances[1]]):
                worst = max(worst, first - math.exp(epsilon) * second)
    assert worst <= delta


def test_labels_are_drawn_as_the_noise_says():
    """20,000 answers, votes 5 to 3, noise 2: class 0 wins with chance Phi(1 / sqrt 2). Seed 0, six standard errors."""
    drawn = noisy_labels(np.tile([5.0, 3.0], (20_000, 1)), 2.0, np.random.default_rng(0))
    chance = float(ndtr(2 / (2 * math.sqrt(2))))
    assert abs((drawn == 0).mean() - chance) < 6 * math.sqrt(chance * (1 - chance) / 20_000)


def test_votes_of_near_rows_are_added_and_their_noise_is_not_the_answer():
    """Rows on a line, two classes, six of ten teachers right, noise 10: alone hardly better than a coin, 40 likes are.

    Alone a row is right with chance Phi(2 / 14) = 0.56; of 40 likes with Phi(0.9) = 0.82 away from the border, by the
    law of sums. 400 rows, seeds 0 to 19: five standard errors.
    """
    votes = np.where((np.arange(400) < 200)[:, None], [6.0, 4.0], [4.0, 6.0])
    near = np.abs(np.arange(400)[:, None] - np.arange(400)).argsort(axis=1, kind="stable")[:, :40]
    alone, together = (
        np.mean(
            [
                (noisy_labels(votes, 10.0, np.random.default_rng(seed), rows) == (np.arange(400) >= 200)).mean()
                for seed in range(20)
            ]
        )
        for rows in (None, near)
    )
    assert alone == pytest.approx(float(ndtr(2 / math.sqrt(200))), abs=0.03)
    inner = float(ndtr(2 * 40 / math.sqrt(200 * 40)))
    assert inner - 0.08 < together < inner + 0.02
    assert (noisy_labels(votes, 0.0, np.random.default_rng(0), near)[20:180] == 0).all()


def test_neighbors_are_sought_among_public_rows_by_public_features_alone():
    """Whatever the features of private rows are, the labels that the student learns are the same."""
    data = study(90)
    told = PATE(inner=Recorder(), **SETTINGS).told(data)
    labels = []
    for features in (data.X, np.where(told._public_units(90)[:, None], data.X, 1e6).astype(np.float32)):
        recorder = Recorder()
        limit = replace(told, inner=recorder, features=features)
        limit.fit_predict_many(data.X, data.y, [np.arange(90)], data.X_test, n_classes=3, seeds=[0])
        labels.append(recorder.trained[-1][1])
    assert limit.likes(27, 3) == 4
    assert (labels[0] == labels[1]).all()


def test_a_student_of_clear_votes_learns():
    """Blobs far apart, without much noise: three classes from 40 answers."""
    rng = np.random.default_rng(0)
    y = np.arange(900) % 3
    X = rng.normal(size=(900, 4)) + 6 * np.eye(3, 4)[y]
    data = Dataset.from_arrays(X[:600], y[:600], X[600:], y[600:])
    limit = named_limit("pate:epsilon=30,public=0.3,queries=40", data, CompiledMLP(hidden=8))
    assert limit.teachers == round(round(0.7 * 600) * 0.7 / 20)
    (answer,) = limit.told(data).fit_predict_many(data.X, data.y, [np.arange(600)], data.X_test, n_classes=3, seeds=[0])
    assert (answer.labels == data.y_test).mean() > 0.95


def test_public_rows_of_a_file_leave_every_row_private(tmp_path):
    data = study()
    np.save(tmp_path / "rows.npy", np.full((20, 1), 7.0))
    settings = {**SETTINGS, "public": str(tmp_path / "rows.npy")}
    teachers, student = teachers_of(settings, data, np.arange(60))
    assert sum(len(own) for _, own in teachers) == 60
    assert (student[0] == 7).all()
    limit = PATE(inner=NETWORK, **settings)
    before = limit.told_hash(data)
    np.save(tmp_path / "rows.npy", np.full((20, 1), 8.0))
    assert limit.told_hash(data) != before
    identity = {"name": limit.name, "version": limit.version, "settings": limit.describe()}
    assert limit_of_identity(identity, NETWORK) == limit


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros((4, 2)), r"a row of 1 features for each public row; got .*rows.npy, of shape \(4, 2\)"),
        (np.zeros(4), r"of shape \(4,\)"),
        (np.full((4, 1), np.nan), "finite numbers"),
        (np.zeros((0, 1)), r"of shape \(0, 1\)"),
        (np.array([["a"]]), "finite numbers"),
        (None, "FileNotFoundError"),
    ],
)
def test_a_file_without_rows_like_these_is_refused(tmp_path, array, said):
    if array is not None:
        np.save(tmp_path / "rows.npy", array)
    with pytest.raises(InputError, match=said):
        PATE(inner=NETWORK, **{**SETTINGS, "public": str(tmp_path / "rows.npy")}).refuse(study())


def test_it_stands_beside_private_training_at_the_same_epsilon():
    data = study(600)
    private, pate = asked_for(["pate:epsilon=3,public=0.3"], data, NETWORK)
    assert isinstance(private, DPSGD)
    assert private == named_limit("dp-sgd:epsilon=3", data, NETWORK)
    assert pate.title == "PATE with 30 % of rows public, ε = 3"
    from sklearn.tree import DecisionTreeClassifier

    tree = SklearnLearner(estimator=DecisionTreeClassifier())
    private, _ = asked_for(["pate:epsilon=3,public=0.3"], data, tree)
    assert isinstance(private, PrivateNetwork)
    assert private == named_limit("private-network:epsilon=3", data, tree)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"public": None}, "public must say where public rows come from; got none. State a share of the rows"),
        ({"public": 1.0}, "public must lie strictly between 0 and 1"),
        ({"public": "rows.csv"}, "be a share of the rows, or a .npy file of rows"),
        ({"teachers": 1}, "teachers must lie from 2 to 100,000"),
        ({"queries": 0}, "queries must be at least 1"),
        ({"epsilon": -1.0}, "epsilon must be positive and finite"),
        ({"epsilon": 1e300}, "epsilon must be at most 1,000,000"),
        ({"delta": 1e-200}, "delta must be at least"),
    ],
)
def test_settings_out_of_range_are_refused(settings, said):
    with pytest.raises(InputError, match=said):
        PATE(inner=NETWORK, **{**SETTINGS, **settings})


def test_more_teachers_than_private_units_are_refused():
    with pytest.raises(InputError, match="teachers must be at most 42, as many as are private; got 43"):
        PATE(inner=NETWORK, **{**SETTINGS, "teachers": 43}).refuse(study())


def test_the_least_noise_is_the_inverse_of_the_closed_form():
    for mu in (0.1, 1.0, 5.0):
        release = GaussianRelease(mu=mu)
        assert GaussianRelease.private(release.epsilon_at(1e-6), 1e-6).mu == pytest.approx(mu, rel=1e-9)
