"""The glossary points at files and references that exist."""

import re
from pathlib import Path

from longtail.references import bibliography

ROOT = Path(__file__).parents[1]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|")
][2:]


# What the product speaks of, on pages and in the names of commands and functions.
WORDS = """
audit, exponent, exposure, findings, group, guarantee, influence, kind, level of a limit, level of an interval, limit,
margin, memorization, partition, privacy audit, report, run, run folder, scope, singleton, singleton worth, strength,
study, subpopulation, trial, trial set, witness, worth of a set
"""
# Words that were given up for one of these.
GIVEN_UP = {"intervention", "promise", "dear", "mend"}


def test_the_words_of_the_product_are_there_once():
    terms = [term for row in ROWS for term in row[1].split(", ")]
    for word in " ".join(WORDS.split()).split(", "):
        assert terms.count(word) == 1, word
    assert GIVEN_UP.isdisjoint(re.findall(r"\w+", (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").lower()))


def test_no_term_stands_twice():
    terms = [row[1] for row in ROWS]
    assert [term for term in terms if terms.count(term) > 1] == []


def test_every_row_has_five_cells_and_a_term():
    assert len(ROWS) > 50
    assert all(len(row) == 5 and row[1] and row[2] for row in ROWS)


def test_every_file_exists():
    files = [name for row in ROWS for name in re.findall(r"`([\w/]+\.py)`", row[3])]
    assert len(files) == len(ROWS)
    assert [name for name in files if not (ROOT / "src" / "longtail" / name).is_file()] == []


def test_every_source_is_in_the_bibliography():
    sources = {source for row in ROWS for source in row[4].split(", ")} - {"here"}
    assert sources <= set(bibliography())
