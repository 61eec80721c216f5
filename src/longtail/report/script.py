"""The page's one script, and the policy that lets it run and nothing else.

Ours are the files in ``scripts/``, one idea a file, plain JavaScript without a build step; libraries of others lie in
``vendor/`` with their license and version. Libraries come first, as they are; our files follow in one strict function,
in which they see each other's names and no library sees theirs. A file only declares, and begins its work on
``DOMContentLoaded``; so the order of files does not matter.

The page's Content-Security-Policy names the SHA-256 of exactly this text. A string of the data that became markup could
therefore still not run, and no script can ask another address for anything.
"""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from markupsafe import Markup

__all__ = ["data_block", "page_script", "policy"]


@cache
def page_script() -> str:
    """Return the text between ``<script>`` and ``</script>``."""
    ours = "\n".join(_texts("scripts"))
    script = "\n".join([*_texts("vendor"), "(() => {", '"use strict";', ours, "})();", ""])
    if "</script" in script.lower() or "<!--" in script or "\r" in script:
        raise AssertionError(
            "no file of scripts/ or vendor/ may end the element it stands in, or hold a carriage return"
        )
    return script


@cache
def policy() -> str:
    """Return the Content-Security-Policy of a page with this script."""
    digest = base64.b64encode(hashlib.sha256(page_script().encode()).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def data_block(name: str, content: bytes) -> Markup:
    """Return an element that holds data and never runs.

    Base64 has no character that could end it.
    """
    text = base64.b64encode(content).decode("ascii")
    return Markup('<script type="text/plain" id="{}">{}</script>').format(name, Markup(text))


def _texts(folder: str) -> list[str]:
    """Return the JavaScript files of a folder of this package, by name."""
    found = [file for file in (files("longtail.report") / folder).iterdir() if file.name.endswith(".js")]
    return [file.read_text(encoding="utf-8") for file in sorted(found, key=lambda file: file.name)]
