"""The two ways of rendering a small policy in these tests."""

import pytest

from tests.renderer.volsync.policies import policy, result


@pytest.fixture
def render(tmp_path):
    """Render a policy that must have no error; keys are YAML texts over the usual ones."""

    def render_text(**keys):
        found = result(tmp_path, policy(**keys))
        assert [problem for problem in found.problems if problem.is_error] == []
        return found

    return render_text


@pytest.fixture
def refused(tmp_path):
    """What is said about a policy that must not render."""

    def say(**keys):
        found = result(tmp_path, policy(**keys))
        assert found.objects == []
        return found.said

    return say
