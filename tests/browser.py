"""A real headless Chromium for the tests that need one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = (
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-quic", "--no-first-run"),
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the Chromium of this machine; where there is none, stop the tests and say so."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not path:
        pytest.exit(
            "These tests need Chromium. On Debian and Ubuntu: apt-get install chromium. "
            "Elsewhere say where it is: CHROMIUM=/path/to/chrome make test-site",
            returncode=1,
        )
    root = hasattr(os, "geteuid") and os.geteuid() == 0  # whom Chromium's sandbox does not serve
    with sync_playwright() as playwright:
        options = [*QUIET, *(["--no-sandbox"] if root else [])]
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()
