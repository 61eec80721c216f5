"""What the tests of the page in a real browser share."""

import pytest


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A Chromium; a module asks for it only where there is one."""
    from report.browser import chromium

    with chromium(tmp_path_factory.mktemp("profile")) as window:
        yield window
