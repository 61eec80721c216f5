"""The references, from ``references.bib``: what ``[Key]_`` in a docstring leads to."""

import re

from longtail.references import bibliography


def reference_page() -> str:
    """Every entry, in alphabetic order of its key, in the form of the reports; an arXiv number is a link."""
    entries = [f".. [{key}] {_entry(key)}" for key in sorted(bibliography(), key=str.lower)]
    return "\n".join(["References", "==========", "", *entries, ""])


def _entry(key: str) -> str:
    entry = {field: _escaped(text) for field, text in bibliography()[key].items()}
    where = ", ".join(entry[field] for field in ("venue", "note") if field in entry)
    author = re.sub(r"^(\w+)\.", r"\1\\.", entry["author"])  # or an initial would begin a list
    text = f"{author}, “{entry['title']}”, {where}."
    return re.sub(r"arXiv:(\d{4}\.\d{4,5})", r"`arXiv:\1 <https://arxiv.org/abs/\1>`__", text)


def _escaped(text: str) -> str:
    return re.sub(r"([*_`|\\])", r"\\\1", text.replace("{", "").replace("}", "").replace("--", "–"))
