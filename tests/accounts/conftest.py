"""What every test of people starts from."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_attempts_yet():
    """Forget how often anybody has tried to sign in."""
    cache.clear()
