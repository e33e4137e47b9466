"""What all tests share: `--hypothesis-profile=fuzz` looks much longer for a counter-example."""

import os

import pytest
from hypothesis import settings

import safe_files
import site_build

settings.register_profile("fuzz", max_examples=20000, deadline=None)
settings.register_profile("default", deadline=None)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the pages, built once for all workers."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with safe_files.alone(shared):
        if not (shared / "site").exists():
            site_build.build(shared / "site")
    return shared / "site"
