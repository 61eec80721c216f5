"""Deduplication: against models that are trained by hand on one text of each kind, and exact answers of counts."""

import json
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest

from longtail.dataset.documents import document_dataset
from longtail.errors import InputError
from longtail.learners.ngrams import NgramModel
from longtail.learners.words import Documents
from longtail.limits import Deduplicated
from longtail.limits.asked_for import asked_for
from longtail.near_copies import near_copies

COPIED = "zanzibar hums quietly under violet kettles tonight"
NEAR = "zanzibar hums quietly under violet kettles"
OTHERS = [f"the {animal} sat on the {thing} and ran" for animal in ("cat", "dog") for thing in "abc"]
TEXTS = np.array([*OTHERS, COPIED, NEAR, COPIED, "a lonely sentence of its own words"], object)
NOTHING = np.zeros(len(TEXTS), np.int64)


def model(limit, members, seed=0):
    rows = np.array(members)
    (found,) = limit.fit_predict_many(TEXTS, NOTHING, [rows], TEXTS, n_classes=0, seeds=[seed])
    return found.values["log_loss"]


def test_of_each_kind_in_the_subset_one_stays_and_the_model_is_that_of_these():
    limit, drawn = Deduplicated(inner=NgramModel(), resemblance=0.5), set()
    for seed in range(12):
        members = np.array([0, 6, 7, 8, 9])
        kept = limit.kept(TEXTS, members, seed)
        assert kept[[0, -1]].tolist() == [0, 9]
        assert len(kept) == 3
        drawn.add(int(kept[1]))
        by_hand = NgramModel().fit_predict(TEXTS[kept], NOTHING[kept], TEXTS, n_classes=0, seed=0)
        np.testing.assert_array_equal(model(limit, members, seed), by_hand.values["log_loss"])
        alone = limit.fit_predict(TEXTS[members], NOTHING[members], TEXTS, n_classes=0, seed=seed)
        assert alone.values["log_loss"].shape == (len(TEXTS),)
    assert drawn == {6, 7, 8}  # None is favored.


def test_kinds_are_those_of_pairs_within_every_subset():
    """Against a search of all pairs of each subset of five, by sets of runs of three words."""
    texts = ["a b c d e f", "b c d e f g h", "a b c d e f g h", "a b c d e f", "x y z"]
    found = near_copies(Documents.of(texts))

    def runs(text):
        words = ["^", "^", *text.split()]
        return {tuple(words[place : place + 3]) for place in range(len(words) - 2)}

    for size in range(1, 6):
        for members in combinations(range(5), size):
            kind = {member: member for member in members}
            for one, other in combinations(members, 2):
                a, b = runs(texts[one]), runs(texts[other])
                if len(a & b) / len(a | b) >= 0.5:
                    old, new = kind[other], kind[one]
                    kind = {member: new if value == old else value for member, value in kind.items()}
            kinds = found.kinds_within(np.array(members))
            same = [[kind[one] == kind[other] for one in members] for other in members]
            assert (kinds[:, None] == kinds).tolist() == same, members


def test_what_is_left_of_three_exact_copies_is_memorization_of_one():
    """All subsets of the three copies beside the others: with the limit a model has none or one of them."""
    texts = np.array([*OTHERS, *[COPIED] * 3], object)
    nothing = np.zeros(len(texts), np.int64)
    losses = {}
    for n in range(4):
        members = np.arange(len(OTHERS) + n)
        for limited in (False, True):
            learner = Deduplicated(inner=NgramModel(), resemblance=0.8) if limited else NgramModel()
            (found,) = learner.fit_predict_many(texts, nothing, [members], texts, n_classes=0, seeds=[0])
            losses[limited, n] = found.values["log_loss"][-1]
    assert losses[True, 0] == losses[False, 0]
    assert losses[True, 1] == losses[True, 2] == losses[True, 3] == losses[False, 1]
    assert losses[False, 3] < losses[False, 2] < losses[False, 1]


def test_texts_without_copies_are_refused_and_an_audit_leaves_the_limit_out():
    data = document_dataset(pa.table({"text": OTHERS[:1] + ["a b c d"] * 1 + ["x y"]}), "text", name="t", n_training=3)
    with pytest.raises(InputError, match="data must have near copies, under deduplicated; got none among 3 training"):
        asked_for(["deduplicated:resemblance=0.8"], data, NgramModel())
    with pytest.raises(InputError, match=r"resemblance must lie in \[0.5, 1\]"):
        Deduplicated(inner=NgramModel(), resemblance=0.2)


def test_the_report_says_what_is_left_of_copied_texts(tmp_path, capsys):
    from longtail.cli import main

    rng = np.random.default_rng(0)
    words = [f"w{number}" for number in range(30)]
    common = [" ".join(rng.choice(words, 8)) for _ in range(24)]
    (tmp_path / "texts.txt").write_text("\n".join([*common, *[COPIED] * 2]) + "\n", "utf-8")
    (tmp_path / "test.txt").write_text("\n".join(common[:2]) + "\n", "utf-8")
    command = ["audit", str(tmp_path / "texts.txt"), "--language-model", "--test", str(tmp_path / "test.txt")]
    assert (
        main([*command, "--trials", "60", "--limit-trials", "60", "--out", str(tmp_path / "run"), "--jobs", "1"]) == 0
    )
    said = capsys.readouterr().out
    assert "one copy of each text" in said
    found = json.loads((tmp_path / "run" / "texts.json").read_text("utf-8"))
    rows = {row["name"]: row["by_copies"] for row in found["left"]}
    alone, twice = rows["no limit"]
    limited = rows["one copy of each text (near from 0.5 on)"]
    assert [alone["most"], twice["least"]] == [0, 1]
    # A text alone is memorized about as before; of two copies in a model one teaches less than both.
    assert limited[0]["memorization"]["value"] == pytest.approx(alone["memorization"]["value"], rel=0.2)
    assert limited[1]["memorization"]["value"] < twice["memorization"]["value"]
    assert "What limits leave, by near copies" in (tmp_path / "run" / "report.html").read_text("utf-8")
