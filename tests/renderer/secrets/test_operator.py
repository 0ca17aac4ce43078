"""What becomes of an ExternalSecret in the cluster: three apps, one entry of a store, and Go's own templates."""

import pytest

from tests.renderer.secrets.conftest import ENGINES
from tests.renderer.secrets.operator import RefusedError, filled, secret_data
from tests.renderer.secrets.shapes import APPS, FIELDS, SHAPES, STORE, URL, made, of_one_entry, url_of


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("shape", SHAPES)
def test_each_app_gets_its_secret_from_one_entry(tmp_path, shape, engine):
    repository, expected = SHAPES[shape]
    found = made(tmp_path, repository, **ENGINES[engine])
    assert {app: secret_data(one["spec"], STORE) for app, one in found.items()} == {app: expected(app) for app in APPS}
    assert len({one["spec"]["target"]["name"] for one in found.values()}) == len(APPS)


def test_whatever_is_fetched_is_not_run(tmp_path):
    """A password with braces stays as it is: only what the policy says is a template."""
    found = made(tmp_path, SHAPES["all fields and a url"][0])
    assert secret_data(found["web"]["spec"], STORE)["RESTIC_PASSWORD"] == 'sh{a}red "{{ .x }}"'


def test_key_that_is_not_there_stops_the_operator(tmp_path):
    found = made(tmp_path, of_one_entry(url=URL, keys={"RESTIC_REST_PASSWORD": "nowhere"}))
    with pytest.raises(RefusedError, match="nowhere"):
        secret_data(found["web"]["spec"], STORE)


@pytest.mark.parametrize("text", ["{{ env `HOME` }}", "{{ expandenv `$HOME` }}", "{{ .my-app }}", "{{"])
def test_go_refuses(text):
    with pytest.raises(RefusedError):
        filled({"a": text}, {"my": "x"})


def test_metadata_of_both_objects(tmp_path):
    metadata = {"labels": {"team": "storage"}, "annotations": {"app": "{app}"}}
    repository = of_one_entry({"type": "Opaque", "metadata": metadata}, url=URL)
    repository["secret"] |= {"labels": {"a": "b"}, "annotations": {"c": "{app}"}}
    for app, found in made(tmp_path, repository).items():
        assert found["metadata"]["labels"].items() >= {"a": "b"}.items()
        assert found["metadata"]["annotations"].items() >= {"c": app}.items()
        template = found["spec"]["target"]["template"]
        assert template["metadata"] == {"labels": {"team": "storage"}, "annotations": {"app": app}}
        assert template["type"] == "Opaque"
        assert secret_data(found["spec"], STORE) == FIELDS | url_of(app)
