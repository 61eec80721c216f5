"""``longtail audit --language-model`` as it is typed."""

import json
import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from findings.json_schema import faults
from longtail.findings.schema import findings_schema

RARE = "zanzibar hums quietly under violet kettles"
COMMON = [f"the {animal} sat on the {thing} and ran away" for animal in ("cat", "dog", "cow") for thing in "abcd"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("texts")
    lines = [*COMMON, RARE, "<b>rain</b> & tea", "<b>rain</b> & tea"]
    (place / "texts.txt").write_text("\n".join(lines) + "\n", "utf-8")
    (place / "others.txt").write_text("he hums quietly under violet kettles\n", "utf-8")
    pa.parquet.write_table(pa.table({"n": range(15), "line": lines}), place / "texts.parquet")
    return place


def test_an_audit_tells_documents_words_and_copies(folder, type_):
    run = folder / "run"
    words = ("audit", folder / "texts.txt", "--language-model", "--test", folder / "others.txt")
    status, said, told = type_(*words, "--trials", "60", "--limit-trials", "30", "--out", run, "--jobs", "1")
    assert status == 0, told
    assert "n-grams of at most 2" in said
    assert "60 models (3-grams, interpolated Kneser-Ney) of 15 documents" in said
    assert re.search(r"document 12 +\d", said)
    page = (run / "report.html").read_text("utf-8")
    assert '<span class="word marked"' in page
    assert "&lt;</span>" in page  # Text of documents is text.
    assert "<b>" not in page
    found = json.loads((run / "texts.json").read_text("utf-8"))
    assert faults(found, findings_schema("texts")) == []
    assert {"n-grams counted twice or more", "n-grams of at most 2"} < {limit["name"] for limit in found["limits"]}
    assert found["limits"][0]["guarantee"] in page
    first = found["documents"][0]
    assert (first["row"], first["text"], first["near_copies"]) == (12, RARE, 0)
    assert [RARE[a:b] for a, b in zip(first["begin"], first["end"], strict=True)] == RARE.split()
    assert [(row["least"], row["n_documents"]) for row in found["copies"]][-1][0] >= 1
    # The loss of a document is the mean of its words', and so is its memorization.
    assert first["memorization"]["value"] == pytest.approx(np.mean(first["nats"]), abs=1e-3)
    # The test document has most of its words from one training document.
    (helped,) = found["helped"]
    assert (helped["test_row"], helped["train_row"], helped["train_text"]) == (15, 12, RARE)
    before = page
    status, _, _ = type_("report", run)
    assert status == 0
    assert (run / "report.html").read_text("utf-8") == before
    status, said, told = type_("scores", run, "--top", "1")
    assert status == 0, told
    assert "row 12" in said
    status, said, told = type_("influence", run)
    assert status == 0, told
    assert "row 12" in said
    status, said, told = type_("membership", run, "--top", "1")
    assert status == 0, told
    assert "Attacks read the log loss of each example." in told
    status, _, told = type_("scores", run, "--out", folder / "table.csv")
    assert status == 0, told
    assert "Without names" not in told


def test_a_column_of_a_table_is_the_same(folder, type_):
    words = ("audit", folder / "texts.parquet", "--language-model", "--text", "line", "--trials", "40", "--json")
    status, said, told = type_(*words, "--out", folder / "run of a table", "--jobs", "1")
    assert status == 0, told
    assert json.loads(said)["n_documents"] == 12


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--target", "n"), "--target must be left out with --language-model; got 'n'."),
        (
            ("--minutes", "9"),
            "--minutes must be left out where the models are n-gram models; got 9.0. --trials says how many",
        ),
        (
            ("--learner", "mlp"),
            "--learner must be a language model, for texts that are themselves learned; got compiled-mlp",
        ),
    ],
)
def test_what_does_not_apply_is_refused_by_name(folder, type_, more, said):
    status, _, told = type_("audit", folder / "texts.txt", "--language-model", *more, "--out", folder / "none")
    assert (status, told.count("\n")) == (2, 1)
    assert said in told
    assert not (folder / "none").exists()


def test_texts_without_the_option_are_told_of_it(folder, type_):
    status, _, told = type_("audit", folder / "texts.txt", "--out", folder / "none")
    assert status == 2
    assert "Documents, one a line, are learned with --language-model." in told
