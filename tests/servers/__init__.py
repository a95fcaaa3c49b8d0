"""Real servers for the tests: found or started, never imitated.

What is not on the machine is skipped with `needs(...)`; the end of the run says what to install.
"""

from typing import NoReturn

import pytest

MISSING_PREFIX = "needs "


def needs(kind: str, install: str) -> NoReturn:
    """Skip, saying which kind of server is missing and what to install for it."""
    pytest.skip(f"{MISSING_PREFIX}{kind}: {install}")
