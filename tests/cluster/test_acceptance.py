"""A real API server accepts every example, keeps every leaf of it, and admits its pods under "restricted"."""

import json
import subprocess

import pytest

from tests.cluster.api import STRICT_DRY_RUN
from tests.cluster.pod_templates import pods
from tests.cluster.readback import differences, unexplained
from tests.cluster.rendered import objects
from tests.cluster.surroundings import furnish
from tests.golden.examples import CASES
from tests.tools import require

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("api")]
every_example = pytest.mark.parametrize("case", CASES)


def name(manifest):
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


def content(answer):
    """An object without the server's own books."""
    books = ("resourceVersion", "managedFields")
    metadata = {key: value for key, value in answer.body["metadata"].items() if key not in books}
    return answer.body | {"metadata": metadata}


@every_example
def test_strict_dry_run_accepts_every_object_without_a_warning(case, bare_api):
    furnish(bare_api, objects(case))
    answers = {name(one): bare_api.apply(one, STRICT_DRY_RUN) for one in objects(case)}
    assert answers
    assert {of: answer.complaints for of, answer in answers.items() if answer.complaints} == {}
    assert {bare_api.read(one).status for one in objects(case)} == {404}


@every_example
def test_every_rendered_leaf_is_read_back(case, applied, bare_api):
    answers = applied(objects(case))
    assert [answer.complaints for answer in answers] == [[] for _ in answers]
    lines = {name(one): unexplained(differences(one, bare_api.read(one).body)) for one in objects(case)}
    assert {of: found for of, found in lines.items() if found} == {}


@every_example
def test_applying_again_changes_nothing(case, applied, bare_api):
    """Jobs have templates that cannot change; a GitOps controller applies them again and again."""
    before = [content(answer) for answer in applied(objects(case))]
    again = [bare_api.apply(one) for one in objects(case)]
    assert [answer.complaints for answer in again] == [[] for _ in again]
    assert [content(answer) for answer in again] == before


@every_example
def test_every_pod_template_is_admitted_as_a_pod(case, applied, bare_api):
    applied(objects(case))
    answers = {name(one): bare_api.create(pod, STRICT_DRY_RUN) for one in objects(case) for pod in pods(one)}
    assert {of: answer.complaints for of, answer in answers.items() if answer.complaints} == {}


def test_kubectl_agrees(server, bare_api, tmp_path):
    """The same question as a person asks it, about all examples at once: nothing is kept, so they cannot meet."""
    everything = [one for case in CASES for one in objects(case)]
    furnish(bare_api, everything)
    (tmp_path / "kubeconfig").write_text(json.dumps(server.endpoint.kubeconfig()))
    flags = ["--server-side", "--dry-run=server", "--validate=strict", "--warnings-as-errors", "--filename=-"]
    done = subprocess.run(
        [require("kubectl"), "apply", *flags],
        input=json.dumps({"apiVersion": "v1", "kind": "List", "items": everything}),
        env={"KUBECONFIG": str(tmp_path / "kubeconfig"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("serverside-applied (server dry run)") == len(everything)
