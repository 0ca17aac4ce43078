"""SealedSecrets as we render them: what the real controller makes of them."""

import pytest
import yaml

from tests.cluster.sealing.apps import SEALED, SIZES, URL, VALUES, WEB, App
from tests.cluster.sealing.controller import kubeseal

pytestmark = pytest.mark.cluster


def test_one_sealed_credential_serves_apps_of_three_namespaces(controller, unsealed):
    apps = (WEB, App("family", "photos", "volsync"), App("media", "jellyfin"))
    sealed = kubeseal(controller.certificate, VALUES, "cluster-wide", "elsewhere/restic")
    assert unsealed(sealed, *apps) == {
        app.name: {**VALUES, "RESTIC_REPOSITORY": f"s3:https://s3.example.com/{app.namespace}/{app.name}"}
        for app in apps
    }


def test_credential_of_a_namespace_serves_its_apps(controller, unsealed):
    sealed = kubeseal(controller.certificate, VALUES, "namespace-wide", "shop/anything")
    found = unsealed(sealed, WEB, App("shop", "wiki"))
    urls = {app: values.pop("RESTIC_REPOSITORY") for app, values in found.items()}
    assert urls == {app: f"s3:https://s3.example.com/shop/{app}" for app in ("web", "wiki")}
    assert list(found.values()) == [VALUES, VALUES]


def test_credential_of_one_secret_serves_that(controller, unsealed):
    sealed = kubeseal(controller.certificate, VALUES, "strict", "shop/paper")
    url = "s3:https://s3.example.com/shop/web"
    assert unsealed(sealed, App("shop", "web", names="")) == {"web": {**VALUES, "RESTIC_REPOSITORY": url}}


def test_keys_env_and_templates_of_the_user_are_in_the_secret(controller, unsealed):
    document = yaml.safe_load(kubeseal(controller.certificate, VALUES, "cluster-wide", "elsewhere/restic"))
    document["spec"]["template"]["data"] = {"other.key": "{{ .AWS_ACCESS_KEY_ID | lower }}", "note": "plain"}
    document["spec"]["template"]["metadata"]["labels"] = {"team": "storage"}
    keys = "{AWS_SECRET_ACCESS_KEY: secret-key, AWS_SESSION_TOKEN: other.key}"
    repository = f"url: '{URL}', keys: {keys}, env: {{AWS_PROFILE: 'a \"b\" \\ %s ü'}}, {SEALED}"
    found = unsealed(yaml.safe_dump(document), App("shop", "web", repository=repository))
    assert found["web"] == {
        **VALUES,
        "other.key": "akia",
        "note": "plain",
        "AWS_SECRET_ACCESS_KEY": VALUES["secret-key"],
        "AWS_SESSION_TOKEN": "akia",
        "AWS_PROFILE": 'a "b" \\ %s ü',
        "RESTIC_REPOSITORY": "s3:https://s3.example.com/shop/web",
    }


def test_text_beside_the_data_of_a_template_is_no_template(controller, unsealed, api):
    """So that no annotation of ours or the user's needs to be looked at: it cannot show a credential."""
    document = yaml.safe_load(kubeseal(controller.certificate, VALUES, "cluster-wide", "elsewhere/restic"))
    document["spec"]["template"]["metadata"]["annotations"]["note"] = "{{ .RESTIC_PASSWORD }}"
    unsealed(yaml.safe_dump(document), WEB)
    secret = api.read({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "web", "namespace": "shop"}}).body
    assert secret["metadata"]["annotations"]["note"] == "{{ .RESTIC_PASSWORD }}"


@pytest.mark.parametrize("bits", SIZES)
def test_keys_of_other_lengths_are_known(certificates, unsealed, bits):
    sealed = kubeseal(certificates[bits], VALUES, "cluster-wide", "elsewhere/restic")
    assert unsealed(sealed, WEB)["web"].items() >= VALUES.items()


def test_value_may_have_line_breaks_as_in_the_controller(controller, unsealed):
    document = yaml.safe_load(kubeseal(controller.certificate, VALUES, "cluster-wide", "elsewhere/restic"))
    values = document["spec"]["encryptedData"]
    values |= {key: "\n".join([value[:64], value[64:], ""]) for key, value in values.items()}
    assert unsealed(yaml.safe_dump(document), WEB)["web"].items() >= VALUES.items()


def test_what_was_sealed_before_a_renewal_of_the_key_is_still_unsealed(controller, unsealed):
    before = kubeseal(controller.certificate, VALUES, "cluster-wide", "elsewhere/restic")
    controller.renew()
    after = kubeseal(controller.certificate, VALUES, "cluster-wide", "elsewhere/restic")
    assert unsealed(before, WEB)["web"].items() >= VALUES.items()
    assert unsealed(after, App("shop", "wiki"))["wiki"].items() >= VALUES.items()


def test_file_may_be_sealed_again_by_the_controller(controller, unsealed):
    document = yaml.safe_load(kubeseal(controller.certificate, VALUES, "cluster-wide", "elsewhere/restic"))
    again = controller.sealed_again(document)
    assert not set(document["spec"]["encryptedData"].values()) & set(again["spec"]["encryptedData"].values())
    assert unsealed(yaml.safe_dump(again), WEB)["web"].items() >= VALUES.items()


def test_what_a_template_gave_is_sealed_too_when_it_is_sealed_again(controller):
    """So the file is to be given to the controller, and not what was rendered of it."""
    document = yaml.safe_load(kubeseal(controller.certificate, VALUES, "cluster-wide", "elsewhere/restic"))
    document["spec"]["template"]["data"] = {"RESTIC_REPOSITORY": '{{ "s3:https://s3.example.com/web" }}'}
    spec = controller.sealed_again(document)["spec"]
    assert (set(spec["encryptedData"]), "data" in spec["template"]) == ({*VALUES, "RESTIC_REPOSITORY"}, False)
