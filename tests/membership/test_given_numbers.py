"""Numbers from elsewhere: what is no logit, no confidence or in another order is refused, with the test that tells."""

import numpy as np
import pytest
from scipy.special import softmax

from longtail.errors import InputError
from longtail.membership import confidence_from_logits, read_published_table
from longtail.membership.given_numbers import order_found, require_confidences, require_logits, require_order


@pytest.mark.parametrize("classes", [2, 10, 1000])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_probabilities_and_their_negative_logarithms_are_no_logits(classes, dtype):
    logits = np.random.default_rng(0).normal(0, 2, (50, classes))
    p = softmax(logits, axis=1)
    for fine in (logits, np.log(p), logits - logits.max(axis=1, keepdims=True), np.abs(logits) + 1):
        require_logits("x", fine.astype(dtype))
    one_by_one = 1 / (1 + np.exp(-logits))
    for bad, said in (
        (p, "probabilities"),
        (100 * p, "probabilities"),
        (-np.log(p), "negative logarithms"),
        (one_by_one, "numbers from 0 to 1 alone"),
    ):
        with pytest.raises(InputError, match=f"x must hold logits; got {said}"):
            require_logits("x", bad.astype(dtype))


def _shadows(seed=0, models=32, n=200):
    stream = np.random.default_rng(seed)
    inclusion = stream.random((models, n)) < 0.5
    return inclusion, stream.normal(3, 2, n) + stream.normal(0, 1, inclusion.shape) + inclusion


@pytest.mark.parametrize("make", [lambda c: 1 / (1 + np.exp(-c)), lambda c: np.log1p(np.exp(-c))], ids=["p", "loss"])
def test_an_archive_of_probabilities_or_losses_is_refused(make, tmp_path):
    inclusion, confidence = _shadows()
    np.savez(tmp_path / "right.npz", keep=inclusion, scores=confidence)
    assert read_published_table(tmp_path / "right.npz").n_trials == 32
    np.savez(tmp_path / "wrong.npz", keep=inclusion, scores=make(confidence))
    with pytest.raises(InputError, match=r"wrong\.npz must be (logits|higher where)"):
        read_published_table(tmp_path / "wrong.npz")
    np.savez(tmp_path / "inverted.npz", keep=~inclusion, scores=confidence)
    with pytest.raises(InputError, match="higher where an example was trained on"):
        read_published_table(tmp_path / "inverted.npz")


def test_models_that_do_not_tell_are_not_refused():
    """No memorization, 40 seeds: a refusal at six standard errors would be chance in 1 of 10^7."""
    for seed in range(40):
        inclusion, confidence = _shadows(seed)
        require_confidences("x", confidence - inclusion, inclusion=inclusion)


def test_epochs_are_numbers(tmp_path):
    for t in range(8):
        scores = tmp_path / f"experiment-{t}" / "scores"
        scores.mkdir(parents=True)
        np.save(scores.parent / "keep.npy", np.arange(20) % 8 == t)
        for epoch in ("2", "10", "0000000100", "99"):
            np.save(scores / f"{epoch}.npy", np.full(20, float(epoch) + t))
    assert (read_published_table(tmp_path).confidence[:, 0] == 100 + np.arange(8)).all()
    np.save(scores / "best.npy", np.zeros(20))
    with pytest.raises(InputError, match=r"named by their epochs.*best\.npy"):
        read_published_table(tmp_path)
    (scores / "best.npy").unlink()
    np.save(scores / "100.npy", np.zeros(20))
    with pytest.raises(InputError, match="different epochs"):
        read_published_table(tmp_path)


def test_another_order_of_classes_is_found_and_a_weak_model_is_not_one():
    """Truths and predictions made with a known order: digits' folders 0, 1, 10, 11, 2, ... as text."""
    stream = np.random.default_rng(0)
    names = sorted(map(str, range(12)))
    truth = stream.integers(0, 12, 600)
    predicted = np.where(stream.random(600) < 0.9, truth, stream.integers(0, 12, 600))
    assert order_found(predicted, truth, 12) is None
    own = np.array([int(name) for name in names])[predicted]
    with pytest.raises(InputError, match=r"another order.*The order is '0', '1', '10', '11', '2'"):
        require_order("x", own, truth, names)
    assert order_found(stream.integers(0, 12, 600), truth, 12) is None
    assert order_found(1 - truth % 2, truth % 2, 2) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([-1, 0], "labels must be class codes"),
        ([0, 7], "got 7"),
        ([0.0, 1.0], "labels must be"),
        ([0], "row"),
        (["0", "1"], "got '0'"),
    ],
)
def test_labels_are_columns_of_the_logits(labels, said):
    with pytest.raises(InputError, match=said):
        confidence_from_logits([[0.0, 1.0], [2.0, 0.5]], labels)
    with pytest.raises(InputError, match="logits must hold no NaN"):
        confidence_from_logits([[0.0, np.nan]], [0])
    with pytest.raises(InputError, match="logits must be below infinity; got infinity in 1 rows, first 1"):
        confidence_from_logits([[0.0, -np.inf], [np.inf, 3.0]], [0, 1])
    with pytest.raises(InputError, match="a column for each of at least two classes"):
        confidence_from_logits([[0.5]], [0])
