"""Policies whose repository has an ExternalSecret, rendered."""

import pytest

from tests.renderer.policies import result
from tests.renderer.volsync.policies import policy

URL = "url: 's3:https://s3.example.com/{app}'"
FETCHED = "store: vault, key: backups/restic"
ENGINES = {"volsync": {}, "cronjob": {"engine": "cronjob", "copyMethod": None}}


def keys(secret, repository, engine, more):
    said = f"{{{', '.join([*([repository] if repository else []), f'secret: {secret}'])}}}"
    return {"repository": said, **ENGINES[engine], **more}


@pytest.fixture
def render(tmp_path):
    """Render with this ExternalSecret, in flow YAML; `repository` stands beside `secret`."""

    def render_text(external=FETCHED, repository=URL, engine="volsync", secret=None, **more):
        said = secret or f"{{externalSecret: {{{external}}}}}"
        found = result(tmp_path, policy(**keys(said, repository, engine, more)))
        assert [problem for problem in found.problems if problem.is_error] == []
        return found

    return render_text


@pytest.fixture
def refused(tmp_path):
    """What is said about a policy that must not render."""

    def say(external=FETCHED, repository=URL, engine="volsync", secret=None, **more):
        said = secret or f"{{externalSecret: {{{external}}}}}"
        found = result(tmp_path, policy(**keys(said, repository, engine, more)))
        assert found.objects == []
        return found.said

    return say
