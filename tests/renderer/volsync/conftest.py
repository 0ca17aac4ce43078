"""The two ways of rendering a small policy in these tests."""

import pytest

from tests.renderer import policies
from tests.renderer.volsync.policies import policy


@pytest.fixture
def render(tmp_path):
    """Render a policy that must have no error; keys are YAML texts over the usual ones."""
    return lambda **keys: policies.rendered(tmp_path, policy(**keys))


@pytest.fixture
def refused(tmp_path):
    """What is said about a policy that must not render."""
    return lambda **keys: policies.refused(tmp_path, policy(**keys))
