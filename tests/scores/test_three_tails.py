"""The three tails: parts that are known exactly, a planted law of class sizes, and mixtures of scores."""

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores import memorization
from longtail.scores.label_evidence import LabelEvidence
from longtail.scores.three_tails import three_tails
from longtail.scores.wrong_share import WrongShare, wrong_share

SIZES = np.array([20, 40, 100, 200, 240])
EXPONENT = 0.7


@pytest.fixture(scope="module")
def planted():
    """Right labels of a class of n are memorized by 0.5 (20 / n)^0.7, every tenth label is wrong and memorized by 1."""
    draws, y = np.random.default_rng(0), np.repeat(np.arange(5), SIZES)
    wrong = np.concatenate([np.arange(size) % 10 == 0 for size in SIZES])
    rate = np.where(wrong, 1.0, 0.5 * (20 / SIZES[y]) ** EXPONENT)
    inside = draws.permuted(np.tile(np.arange(len(y)) % 10 < 7, (400, 1)), axis=1)
    return Outcomes.from_arrays(inside, inside | (draws.random(inside.shape) >= rate)), y, wrong


def _known(wrong, doubt=0.0):
    asked = np.flatnonzero(wrong)
    probability = np.full((2, len(asked)), 1 - doubt)
    return WrongShare(train=asked, probability=probability, drawn=np.full((200, len(asked)), 1 - doubt))


def test_parts_add_up_and_are_what_was_planted(planted):
    """Wrong labels are known here, so that their part is a sum; the part of small classes follows from the law."""
    outcomes, y, wrong = planted
    found = three_tails(outcomes, y, _known(wrong))
    value = memorization(outcomes, 0.95).value
    parts = (found.wrong_labels, found.small_classes, found.atypical)
    assert sum(part.value for part in parts) == pytest.approx(found.total.value, abs=1e-12)
    assert sum(share.value for share in found.shares) == pytest.approx(1, abs=1e-12)
    assert found.total.value == pytest.approx(value.mean())
    assert found.wrong_labels.value == pytest.approx(value[wrong].sum() / len(y))
    right, even = 0.9 * SIZES, 0.9 * SIZES.mean()
    excess = right * 0.5 * (20 / SIZES) ** EXPONENT * np.maximum(1 - (right / even) ** EXPONENT, 0)
    assert found.small_classes.value == pytest.approx(excess.sum() / len(y), rel=0.05)
    assert found.small_classes.low <= excess.sum() / len(y) <= found.small_classes.high
    assert found.exponent.low <= EXPONENT <= found.exponent.high
    assert (found.n_wrong.value, found.n_small, found.even_size) == (60, 3, pytest.approx(even))


def test_labels_that_are_doubted_widen_the_parts(planted):
    outcomes, y, wrong = planted
    sure, doubted = (three_tails(outcomes, y, _known(wrong, doubt)) for doubt in (0.0, 0.3))
    assert doubted.n_wrong.value == pytest.approx(0.7 * 60)
    assert doubted.shares[0].high - doubted.shares[0].low > 2 * (sure.shares[0].high - sure.shares[0].low)


def test_classes_of_one_size_owe_nothing_to_it(planted):
    outcomes, _, wrong = planted
    found = three_tails(outcomes, np.arange(600) % 5, _known(np.zeros_like(wrong)))
    assert found.small_classes.value == pytest.approx(0, abs=1e-12)
    assert found.wrong_labels.value == 0


@pytest.mark.parametrize("n_wrong", [10, 40])
def test_wrong_labels_are_counted(n_wrong):
    """Of 300 in question some are wrong, one kind of evidence a normal apart; three studies flip 30 others each.

    Seed 0; over 40 seeds the count was off by 5.1 at most, and 8 are allowed.
    """
    draws = np.random.default_rng(0)
    wrong = np.arange(300) < n_wrong

    def evidence(is_wrong):
        columns = 0.1 * draws.normal(size=(300, 5))
        columns[:, 0] += np.where(is_wrong, draws.normal(2, 0.7, 300), draws.normal(-2, 0.7, 300))
        return LabelEvidence(train=np.arange(300), columns=columns, neighbors=np.zeros((300, 1), np.int64))

    planted = []
    for _ in range(3):
        flipped = np.isin(np.arange(300), draws.choice(np.arange(n_wrong, 300), 30, replace=False))
        planted.append((evidence(wrong | flipped), flipped))
    given = evidence(wrong)
    found = wrong_share(planted, given, n_draws=10)
    assert abs(found.probability.mean(axis=0).sum() - n_wrong) < 8
    order = np.argsort(given.columns[:, 0])
    assert np.corrcoef(found.probability[0][order], wrong[order])[0, 1] > 0.9


def test_studies_that_disagree_widen_what_is_drawn():
    """Flipped labels show in one column in one study, in another in the other; what is wrong here shows in the first.

    Draws of one shape, seed 0: where studies disagree they count anything from hardly any of 40 wrong labels to all.
    """
    draws = np.random.default_rng(0)

    def evidence(is_wrong, column):
        columns = 0.1 * draws.normal(size=(300, 5))
        columns[:, :2] += draws.normal(-2, 0.7, (300, 2))
        columns[is_wrong, column] += 4
        return LabelEvidence(train=np.arange(300), columns=columns, neighbors=np.zeros((300, 1), np.int64))

    wrong, spread = np.arange(300) < 40, []
    for second in (0, 1):
        flipped = [np.isin(np.arange(300), draws.choice(np.arange(40, 300), 40, replace=False)) for _ in range(2)]
        planted = [(evidence(each | wrong, column), each) for each, column in zip(flipped, (0, second), strict=True)]
        found = wrong_share(planted, evidence(wrong, 0), n_draws=20)
        spread.append(np.ptp(found.drawn[::2].sum(axis=1)))
    assert spread[1] > 20
    assert spread[0] < 12


def test_bad_input_is_one_line(planted):
    outcomes, y, wrong = planted
    with pytest.raises(InputError, match="y must have one label for each of 600 training examples; got 3"):
        three_tails(outcomes, y[:3], _known(wrong))
    with pytest.raises(InputError, match="y must be of two classes or more; got 1"):
        three_tails(outcomes, np.zeros_like(y), _known(wrong))
    nothing = Outcomes.from_arrays(outcomes.inclusion, np.ones_like(outcomes.inclusion))
    with pytest.raises(InputError, match="hold memorization that is surely above 0"):
        three_tails(nothing, y, _known(wrong))
    with pytest.raises(InputError, match="planted must hold one study at least; got 0"):
        wrong_share([], LabelEvidence(train=y[:0], columns=np.zeros((0, 5)), neighbors=np.zeros((0, 1), np.int64)))
