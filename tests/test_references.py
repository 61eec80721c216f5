"""Every citation in the source resolves, and every entry of the bibliography is cited."""

import re
from functools import cache
from pathlib import Path

import pytest

from longtail.errors import InputError
from longtail.references import bibliography, cite

ROOT = Path(__file__).parents[1]
CITATION = re.compile(r"\[([A-Z][A-Za-z]+\d{4}[a-z]?)\]_")


@cache
def _cited() -> set[str]:
    files = [*ROOT.glob("src/**/*.py"), *ROOT.glob("docs/**/*.md")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    by_name = set(bibliography()) & set(re.findall(r"\w+", text))
    return set(CITATION.findall(text)) | by_name


def test_every_citation_resolves():
    assert _cited() <= set(bibliography())


def test_every_entry_is_cited_and_complete():
    assert set(bibliography()) <= _cited()
    for key, entry in bibliography().items():
        assert {"author", "title", "venue"} <= set(entry), key


def test_unknown_keys_are_refused():
    with pytest.raises(InputError, match="must be in references"):
        cite("Nobody1900")
