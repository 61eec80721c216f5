"""What the tests of the page in a real browser share."""

import pytest


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """One Chromium for all of them, since its start costs more than a page; asked for only where there is one."""
    from report.browser import chromium

    with chromium(tmp_path_factory.mktemp("profile")) as window:
        yield window
