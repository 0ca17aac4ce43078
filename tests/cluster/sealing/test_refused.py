"""What we refuse to render would fail in the real controller too, or give an empty credential."""

import base64
import json
from dataclasses import replace

import pytest
import yaml

from tests.cluster.sealing.apps import VALUES, WEB
from tests.cluster.sealing.conftest import without_times
from tests.cluster.sealing.controller import kubeseal
from tests.cluster.sealing.keys import pair

pytestmark = pytest.mark.cluster


def refused(said):
    """The errors of a run that must have rendered nothing."""
    assert (said.returncode, said.stdout) == (1, "")
    return said.stderr


@pytest.mark.parametrize(
    ("scope", "sealed_for"), [("strict", "shop/restic"), ("strict", "family/web"), ("namespace-wide", "family/web")]
)
def test_scope_that_we_refuse_fails_in_the_controller(controller, rendered, unsealing, scope, sealed_for):
    sealed = kubeseal(controller.certificate, VALUES, scope, sealed_for)
    ours = {"strict": "shop/web", "namespace-wide": "shop"}[scope]
    assert f"(scope {scope}), and is wanted for '{ours}'; seal it" in refused(rendered(sealed, WEB))
    assert "no key could decrypt secret" in unsealing(yaml.safe_load(sealed), namespace="shop", name="web")


def test_scope_that_an_annotation_claims_is_refused_by_us_and_fails_in_the_controller(controller, rendered, unsealing):
    """The controller believes the annotations of the object, and the scope is part of what is encrypted."""
    sealed = kubeseal(controller.certificate, VALUES, "strict", "shop/web")
    claim = {"sealedsecrets.bitnami.com/cluster-wide": "true"}
    assert "no annotation changes it" in refused(rendered(sealed, replace(WEB, annotations=json.dumps(claim))))
    assert "no key could decrypt secret" in unsealing(
        yaml.safe_load(sealed), namespace="shop", name="web", annotations=claim
    )


def damaged(value, change):
    """A sealed value whose bytes have gone through `change`."""
    return base64.b64encode(change(base64.b64decode(value))).decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda _: "correct-horse", "illegal base64 data"),
        (lambda value: f"{value[:8]} {value[8:]}", "illegal base64 data"),
        (lambda value: damaged(value, lambda sealed: sealed[:1]), "no key could decrypt secret"),
        (lambda value: damaged(value, lambda sealed: sealed[:300]), "no key could decrypt secret"),
        (lambda value: damaged(value, lambda sealed: sealed[: 2 + 512 + 15]), "no key could decrypt secret"),
        (lambda value: damaged(value, lambda sealed: b"\0\0" + sealed[2:]), "no key could decrypt secret"),
    ],
    ids=["plain-text", "space", "one-byte", "half-a-block", "half-a-tag", "no-block"],
)
def test_ciphertext_that_we_refuse_fails_in_the_controller(controller, rendered, unsealing, change, said):
    document = yaml.safe_load(kubeseal(controller.certificate, VALUES, "cluster-wide", "elsewhere/restic"))
    values = document["spec"]["encryptedData"]
    values["RESTIC_PASSWORD"] = change(values["RESTIC_PASSWORD"])
    assert "'RESTIC_PASSWORD' is " in refused(rendered(yaml.safe_dump(document), WEB))
    assert said in unsealing(document, namespace="shop", name="web")


def test_text_that_is_empty_once_unsealed_is_refused_by_us_alone(controller, rendered, applied):
    values = {**VALUES, "RESTIC_PASSWORD": ""}
    sealed = kubeseal(controller.certificate, values, "cluster-wide", "shop/web")
    assert "'RESTIC_PASSWORD' was sealed from an empty text" in refused(rendered(sealed, WEB))
    assert controller.values(applied(without_times(yaml.safe_load(sealed)))) == values


def test_template_of_what_is_not_sealed_has_no_value_and_the_controller_does_not_mind(controller, rendered, applied):
    document = yaml.safe_load(kubeseal(controller.certificate, VALUES, "cluster-wide", "shop/web"))
    document["spec"]["template"]["data"] = {"a": "{{ .AWS_ACCESS_KEY }}", "b": '{{ index . "x-y" }}'}
    said = refused(rendered(yaml.safe_dump(document), WEB))
    assert all(f"'{key}' is not among what is sealed" in said for key in ("AWS_ACCESS_KEY", "x-y"))
    assert controller.values(applied(without_times(document))) == {**VALUES, "a": "<no value>", "b": ""}


def test_what_was_sealed_for_a_key_that_is_lost_cannot_be_told_offline(rendered, unsealing, tmp_path):
    """The one failure of which the file shows nothing."""
    sealed = kubeseal(pair(tmp_path, 2048).certificate, VALUES, "cluster-wide", "shop/web")
    assert rendered(sealed, WEB).returncode == 0
    assert "no key could decrypt secret" in unsealing(yaml.safe_load(sealed))
