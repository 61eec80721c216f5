import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from longtail.errors import InputError
from longtail.scores.data_maps import data_map, prediction_depth


def test_a_data_map_is_mean_and_deviation_of_the_label_s_probability():
    rng = np.random.default_rng(0)
    probability = rng.dirichlet(np.ones(3), size=(7, 20))
    y = rng.integers(3, size=20)
    found = data_map(np.log(probability), y)
    for example in range(20):
        own = [probability[epoch, example, y[example]] for epoch in range(7)]
        assert found.confidence[example] == pytest.approx(sum(own) / 7)
        assert found.variability[example] ** 2 == pytest.approx(sum(p * p for p in own) / 7 - (sum(own) / 7) ** 2)
        right = [probability[epoch, example].argmax() == y[example] for epoch in range(7)]
        assert found.correctness[example] == pytest.approx(sum(right) / 7)


def test_a_depth_is_where_scikit_learn_s_neighbors_begin_to_agree():
    """Each layer's vote by a classifier fitted without the example itself."""
    rng = np.random.default_rng(1)
    y = np.repeat([0, 1, 2], 15)
    layers = [rng.normal(size=(45, 4)) + strength * np.eye(3, 4)[y] for strength in (0, 1, 2, 4)]
    predicted = np.where(rng.random(45) < 0.1, (y + 1) % 3, y)
    found = prediction_depth(layers, y, predicted, n_neighbors=5)
    for example in range(45):
        others = np.arange(45) != example
        votes = [
            KNeighborsClassifier(5, algorithm="brute")
            .fit(layer[others], y[others])
            .predict(layer[example : example + 1])[0]
            for layer in np.float32(layers)
        ]
        agree = [vote == predicted[example] for vote in votes]
        expected = next((depth for depth in range(5) if all(agree[depth:])), 4)
        assert found[example] == expected
    assert len(set(found.tolist())) >= 4  # The example has something of every depth.


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: data_map(np.zeros((2, 3)), [0, 0]), "logits must have shape"),
        (lambda: data_map(np.zeros((2, 3, 2)), [0, 0]), "y must hold one class code for each of 3"),
        (lambda: data_map(np.zeros((2, 3, 2)), [0, 0, 2]), "y must hold class codes from 0 to 1"),
        (lambda: prediction_depth([], [0], [0]), "layers must hold the inputs at least"),
        (lambda: prediction_depth([[[0.0], [1.0]]], [0, 1], [0]), "predicted must hold one class code"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(call, said):
    with pytest.raises(InputError, match=said):
        call()
