"""``longtail dose`` as it is typed."""

import json

from longtail.cli.dose_tables import dose_in_words
from longtail.estimate import Estimate
from longtail.experiments.dose import Dose, DoseStudy


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


def test_tables_and_sentences_are_those_of_the_numbers_and_stand_in_the_report(type_, tmp_path):
    """Nearest neighbors on canaries: one copy is enough, and siblings near a canary are misled (seed 0)."""
    words = ("iris", "--learner", "knn", "--trials", "20", "--jobs", "1")
    run = tmp_path / "run"
    assert type_("measure", *words, "--out", run)[0] == 0
    status, said, told = type_(
        "dose", *words, "--copies", "1,2", "--examples", "12", "--wrong-labels", "--run", run, "--json"
    )
    assert status == 0, told
    found, left = json.loads(said), json.loads((run / "results" / "dose.json").read_text())
    gain = found["doses"][0]["sibling_gain"]
    sentence = left["said"][1]
    if gain["low"] <= 0 <= gain["high"]:
        assert "is not sure" in sentence
    else:
        assert sentence.endswith("more often." if gain["low"] > 0 else "less often.")
    assert [table["columns"][0] for table in left["tables"]] == ["copies", "copies"]
    assert [row[0] for row in left["tables"][1]["rows"]] == ["1", "2"]
    assert "a wrong label (canaries)" in left["tables"][0]["title"]
    assert type_("report", run)[0] == 0
    page = (run / "report.html").read_text()
    assert "Fresh siblings" in page


def test_sentences_follow_from_the_numbers():
    """What one copy is enough for, and what siblings gain: above, below and neither."""
    for value, word in ((0.5, "surely more"), (0.1, "surely less"), (0.28, "is not contradicted")):
        assert word in dose_in_words(_study(value, 0.2)).said[0]
    for gain, word in ((0.2, "20 [10, 30] points more often"), (-0.2, "20 [10, 30] points less often")):
        assert word in dose_in_words(_study(0.3, gain)).said[1]
    assert "is not sure: 5 [−5, 15] points" in dose_in_words(_study(0.3, 0.05)).said[1]


def _study(second, gain):
    def about(value):
        return Estimate(value=value, low=value - 0.1, high=value + 0.1, level=0.95, method="")

    doses = tuple(
        Dose(
            copies=copies,
            n_examples=10,
            memorization=Estimate(value=value, low=value - 0.02, high=value + 0.02, level=0.95, method=""),
            expected=0.9 * 0.3 ** (copies - 1),
            left_out=about(0.3),
            exposure=None,
            siblings=about(0.5),
            sibling_gain=about(gain),
        )
        for copies, value in ((1, 0.9), (2, second))
    )
    return DoseStudy(
        doses=doses,
        groups=(),
        left_out_groups=(),
        worth=None,
        n_examples=10,
        n_train=100,
        n_trials=50,
        fraction=0.7,
        wrong_labels=False,
        label_noise=0.0,
        nearest=0.5,
        learner="knn",
    )
