"""The page's script: a browser's own parser and Node's agree with us about what it is."""

import hashlib
import re
import shutil
import subprocess
from importlib.resources import files

import pytest

from longtail.report import script as script_module
from longtail.report.script import page_script, policy


@pytest.fixture
def other_files(monkeypatch):
    """Put other texts where the package's files are."""

    def put(texts):
        monkeypatch.setattr(script_module, "_texts", lambda folder: texts[folder])
        return page_script.__wrapped__()

    return put


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_it_is_javascript(tmp_path):
    file = tmp_path / "page.js"
    file.write_text(page_script(), encoding="utf-8")
    subprocess.run(["node", "--check", file], check=True)


def test_libraries_come_first_and_ours_are_strict_and_private(other_files):
    script = other_files({"vendor": ["var library = 1;"], "scripts": ["const ours = 1;", "const more = 2;"]})
    lines = script.splitlines()
    assert lines[:3] == ["var library = 1;", "(() => {", '"use strict";']
    assert lines[3:] == ["const ours = 1;", "const more = 2;", "})();"]


@pytest.mark.parametrize("text", ['"</SCRIPT>"', "x<!--y", "a\r\nb"])
def test_a_file_that_would_end_its_element_or_change_its_hash_is_refused(other_files, text):
    with pytest.raises(AssertionError, match="may end the element"):
        other_files({"vendor": [], "scripts": [text]})


def test_the_policy_has_no_way_around_the_hash():
    script_source = next(part for part in policy().split("; ") if part.startswith("script-src"))
    assert script_source.startswith("script-src 'sha256-")
    assert "unsafe" not in script_source
    assert "connect-src" not in policy()


def test_libraries_are_those_that_were_published_and_have_their_licenses():
    vendor = files("longtail.report") / "vendor"
    listed = dict(
        re.findall(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", (vendor / "README.md").read_text(), re.MULTILINE)
    )
    found = {file.name: file.read_bytes() for file in vendor.iterdir() if file.name.endswith(".js")}
    assert {name: hashlib.sha256(content).hexdigest() for name, content in found.items()} == listed
    assert all((vendor / name.replace(".js", ".LICENSE")).is_file() for name in found)
