"""``longtail dose`` as it is typed."""

import json


def test_the_command_prints_the_curve(type_):
    words = ("dose", "iris", "--learner", "knn", "--copies", "1,2", "--examples", "5", "--trials", "20", "--jobs", "1")
    status, said, _ = type_(*words)
    assert status == 0
    assert "5 examples a dose with their own labels; 20 models (knn)" in said
    status, _, said = type_("dose", "iris", "--examples", "60")
    assert (status, "--examples must leave half of the 120 training examples" in said) == (2, True)
    status, _, said = type_("dose", "iris", "--copies", "one")
    assert (status, "--copies must be whole numbers with commas between them" in said) == (2, True)


def test_a_limit_that_forbids_memorization_flattens_the_curve(type_):
    """A stump has no leaf for five wrong labels of 96 examples: deep trees alone memorize a copy (seed 0)."""
    words = ("dose", "iris", "--learner", "forest", "--copies", "1", "--examples", "5", "--trials", "20", "--jobs", "1")
    found = {}
    for limit in (None, "smaller-trees:depth=1"):
        status, said, told = type_(*words, "--wrong-labels", "--json", *(() if limit is None else ("--limit", limit)))
        assert status == 0, told
        found[limit] = json.loads(said)
    assert found[None]["doses"][0]["memorization"]["value"] > 0.8
    assert found["smaller-trees:depth=1"]["doses"][0]["memorization"]["value"] < 0.2
    assert found["smaller-trees:depth=1"]["learner"] == "trees of depth 1"
    status, _, said = type_(*words, "--limit", "dp-sgd:epsilon=3")
    assert (status, "under DP-SGD" in said) == (2, True)
