"""Words that a reader of another first language stumbles over stand nowhere in the product."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "longtail"
PLAIN = {
    r"hang(s|ing)? on": "depend on",
    r"dear(er|est)?": "costly",
    r"mend(s|ed|ing)?": "fix",
    r"interventions?": "limit",
}
"""Word -> the plain one that stands for it."""
WRITTEN = (".py", ".jinja", ".js", ".css")


@pytest.mark.parametrize("word", PLAIN)
def test_the_plain_word_is_used(word):
    found = [
        f"{path.relative_to(SOURCE)}:{number}: say {PLAIN[word]}"
        for path in sorted(SOURCE.rglob("*"))
        if path.suffix in WRITTEN and "vendor" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(rf"\b{word}\b", line, re.IGNORECASE)
    ]
    assert found == []


def test_a_word_is_seen():
    assert any(re.search(rf"\b{word}\b", "It hangs on the labels.") for word in PLAIN)
