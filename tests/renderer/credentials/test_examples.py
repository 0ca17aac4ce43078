"""The Secrets of every example: the users are those of the rendered files, and no value is listed."""

import re

import pytest
import yaml

from renderer.report.credentials import as_json, listing, text
from renderer.root import FLEET_FILE
from tests import checkout
from tests.golden.examples import CASES, FOLDER, documents, expected, whole_example
from tests.renderer.credentials.goldens import EXPECTED, GOLDENS, RENEW, listed

every_example = pytest.mark.parametrize("case", CASES)
SEALED = re.compile(r"\bAg[A-Za-z0-9+/=]{300,}|ENC\[AES256_GCM,data:[A-Za-z0-9+/=]*,iv:[A-Za-z0-9+/=]+")


def apps_of(case):
    return listing(whole_example(FOLDER / case, FOLDER.parent).apps)


def names_in(value, key=None):
    """Every name of a Secret that somebody reads, found by the words of Kubernetes and VolSync."""
    if isinstance(value, dict):
        if key in ("secretRef", "secretKeyRef"):
            yield value["name"]
        if key == "restic":
            yield value["repository"]
        if "secretName" in value:
            yield value["secretName"]
        for name, below in value.items():
            yield from names_in(below, name)
    elif isinstance(value, list):
        for below in value:
            yield from names_in(below, key)


def read_in(case):
    """Who reads which Secret, by the folder of the rendered files."""
    found = set()
    for path, content in expected(case).items():
        folder = path.rpartition("/")[0].removesuffix("/bootstrap")
        for one in documents(content):
            if one["kind"] not in ("Kustomization", "Component"):
                who = (one["kind"], one["metadata"]["name"])
                found |= {(folder, one["metadata"].get("namespace"), *who, name) for name in names_in(one)}
    return found


def folder_of(who):
    of_app = [who.name] if who.name == "_fleet" else [who.namespace, who.name]
    return "/".join([*([who.cluster] if who.cluster else []), *of_app])


@every_example
def test_users_are_the_rendered_objects_that_name_the_secret(case):
    got = {
        (folder_of(app.who), secret.namespace if user.operation != "bootstrap" or "Repl" in user.kind else None,
         user.kind, user.name, secret.name)
        for app in apps_of(case)
        for secret in app.secrets
        for user in secret.users
    }  # fmt: skip
    assert got == read_in(case)
    assert got


@every_example
def test_secrets_that_are_made_are_those_of_the_rendered_sources(case):
    sources = [one for content in expected(case).values() for one in documents(content)]
    made = sorted(
        (one["kind"], one["metadata"]["name"], one.get("spec", {}).get("target", one["metadata"])["name"])
        for one in sources
        if one["kind"] in ("ExternalSecret", "SealedSecret", "Secret")
    )
    all_secrets = [secret for app in apps_of(case) for secret in app.secrets]
    assert made == sorted((one.source.kind, one.source.name, one.name) for one in all_secrets if one.source)


def values_of(case):
    """What only the Secrets and templates of an example say."""
    for path in (FOLDER / case).rglob("*.yaml"):
        yield from SEALED.findall(path.read_text())
        for one in documents(path.read_text()):
            spec = one.get("spec") or {}
            target = spec.get("target") or {}
            for data in (spec.get("encryptedData"), (target.get("template") or {}).get("data")):
                yield from (str(value) for key, value in (data or {}).items() if key != "RESTIC_REPOSITORY")


@every_example
def test_no_value_and_no_ciphertext_is_listed(case):
    apps = apps_of(case)
    said = text(apps) + as_json(apps)
    assert [value for value in values_of(case) if len(value) > 8 and "{{" not in value and value[:24] in said] == []
    assert re.findall(r"[A-Za-z0-9+/=]{64,}", said.replace("/", " ")) == []


def test_examples_have_values_to_look_for():
    assert len([value for case in CASES for value in values_of(case) if SEALED.match(value)]) >= 20


@every_example
def test_text_fits_120_columns(case):
    assert [line for line in text(apps_of(case)).splitlines() if len(line) > 120] == []


@pytest.mark.parametrize("name", GOLDENS)
def test_listing_is_what_expected_says(name):
    assert listed(name) == (EXPECTED / name).read_text(), RENEW


def test_fleet_is_listed_without_arguments_from_any_folder_in_it():
    whole = checkout.backplan(FOLDER / "sealed-secret", "secrets", "--format", "json").stdout
    below = checkout.backplan(FOLDER / "sealed-secret" / "apps" / "home", "secrets", "--format", "json").stdout
    names = [[one["app"] for one in yaml.safe_load(out)["apps"]] for out in (whole, below)]
    assert names == [["paperless", "grocy", "jellyfin"]] * 2
    assert (FOLDER / "sealed-secret" / FLEET_FILE).exists()
