"""A browser for tests that look at the page; without one they are left out, and say so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import browser as browsers
from tests.browser import Browser


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    if browsers.CHROMIUM is None:
        pytest.skip(browsers.WHY_NOT)
    with browsers.browser() as browser:
        yield browser
