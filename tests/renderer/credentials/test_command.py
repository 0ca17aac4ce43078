"""The command as a whole: what goes where, in which order, in which shape, and what never goes anywhere."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from renderer.report.credentials import as_json, listing
from tests.golden.examples import CASES, FOLDER, whole_example
from tests.renderer.credentials.conftest import ciphertext, sealed
from tests.tools import ROOT

SHAPE = json.loads(Path(__file__).with_name("shape.json").read_text())
TWO = {"east": "one", "west": "two"}
BROKEN = {"retain": "{dayly: 7}"}


@pytest.mark.parametrize("case", CASES)
def test_json_has_one_shape(case):
    found = json.loads(as_json(listing(whole_example(FOLDER / case, FOLDER.parent).apps)))
    jsonschema.Draft7Validator(SHAPE).validate(found)


def test_shape_is_documented_key_by_key():
    text = re.sub(r"^```.*?^```$", "", (ROOT / "docs/secrets.md").read_text(), flags=re.MULTILINE | re.DOTALL)
    said = {word for code in re.findall(r"`[^`]+`", text) for word in re.findall(r"\w+", code)}
    keys = {name for one in SHAPE["definitions"].values() for name in properties(one)}
    assert keys - said == set()
    assert len(keys) > 35


def properties(schema):
    for name, below in schema.get("properties", {}).items():
        yield name
        yield from properties(below.get("items", below))


def test_apps_without_errors_are_listed_beside_those_with_errors(fleet):
    fleet.policy("good")
    fleet.policy("bad", **BROKEN)
    found = fleet.text()
    assert found.code == 1
    assert found.out.startswith("shop/good (apps/shop/good/backup-policy.yaml:")
    assert "shop/bad" not in found.out
    assert found.said.startswith("apps/shop/bad/backup-policy.yaml:7:12: error: unknown key 'dayly'")
    assert found.said.endswith("\n2 policy files: 1 error\napps whose policy has an error are not listed\n")


def test_json_of_the_listing_and_of_the_problems_are_two_streams(fleet):
    fleet.policy("good")
    fleet.policy("bad", **BROKEN)
    found = fleet.json()
    assert (found.code, [one["app"] for one in found.json["apps"]]) == (1, ["good"])
    assert [one["rule"] for one in json.loads(found.said)] == ["schema"]


def test_nothing_to_list_is_no_output_and_a_valid_document(fleet):
    fleet.policy("bad", **BROKEN)
    assert fleet.text().out == ""
    found = fleet.json().json
    jsonschema.Draft7Validator(SHAPE).validate(found)
    assert found["apps"] == []


def test_warnings_count_only_if_asked(fleet):
    fleet.policy(schedule='"30 6 * * *"', window='"01:00-05:00"')
    codes = [fleet.text().code, fleet.text("--strict").code]
    assert codes == [0, 1]


@pytest.mark.parametrize("words", [["nowhere"], ["--format", "yaml"], ["--frobnicate"]])
def test_wrong_usage_is_exit_code_2_and_nothing_listed(fleet, words):
    fleet.policy()
    found = fleet.text(*words)
    assert (found.code, found.out) == (2, "")


def test_paths_choose_apps_and_their_order_changes_nothing(fleet):
    for name, namespace in (("one", "shop"), ("two", "media"), ("three", "media")):
        fleet.policy(name, namespace)
    apart = [f"apps/{path}/backup-policy.yaml" for path in ("shop/one", "media/two", "media/three")]
    assert [one["app"] for one in fleet.json("apps/media").json["apps"]] == ["three", "two"]
    assert fleet.text(*apart).out == fleet.text(*reversed(apart)).out == fleet.text().out
    assert fleet.json(*apart).out == fleet.json(*reversed(apart)).out == fleet.json().out


def test_policies_of_two_fleets_are_listed_together(fleet):
    kind = "apiVersion: backplan.dev/v1alpha1\nkind: BackupFleet\nmetadata: {name: home}\n"
    clusters = "".join(f"    - {{name: {name}, policies: ['{glob}/*.yaml']}}\n" for name, glob in TWO.items())
    fleet.write("apps/media/backplan.yaml", f"{kind}spec:\n  clusters:\n{clusters}")
    fleet.policy("one")
    fleet.policy("one", "media")
    found = fleet.json("apps/shop", "apps/media")
    assert [(one["cluster"], one["namespace"]) for one in found.json["apps"]] == [("east", "media"), (None, "shop")]


def test_values_of_every_kind_stay_where_they_are(fleet):
    """Each text marked SENTINEL is a value in the inputs; none of them may come out, in whatever encoding."""
    template = "{data: {RESTIC_PASSWORD: '{{ .SENTINEL1 }}', NOTE: 'SENTINEL2'}}"
    external = f"{{store: vault, key: all, target: {{template: {template}}}}}"
    env = "{AWS_DEFAULT_REGION: SENTINEL3}"
    url = "url: 's3:https://s3.example.com/web'"
    fleet.policy(
        "one", repository=f"{{{url.replace('web', 'one')}, secret: {{externalSecret: {external}}}, env: {env}}}"
    )
    fleet.write("restic.yaml", sealed(RESTIC_PASSWORD=ciphertext("S")) + "  template: {data: {NOTE: SENTINEL4}}\n")
    fleet.policy("two", repository=f"{{{url.replace('web', 'two')}, secret: {{sealedSecret: ../../../restic.yaml}}}}")
    fleet.policy("three", dumps="[{name: pg, image: postgres:17, command: [SENTINEL5], file: a.sql, env: "
                 "[{name: PGUSER, value: SENTINEL6}]}]")  # fmt: skip
    plain, found = fleet.text(), fleet.json()
    assert (plain.code, found.code) == (0, 0), plain.said
    assert len(found.json["apps"]) == 3
    said = plain.out + plain.said + found.out + found.said
    assert "SENTINEL" not in said
    assert ciphertext("S")[:40] not in said
    assert ciphertext("S")[400:440] not in said


def test_sealed_file_that_is_refused_is_not_repeated(fleet):
    fleet.write("restic.yaml", sealed(RESTIC_PASSWORD="U0VOVElORUw="))
    fleet.policy(repository="{url: 's3:https://s3.example.com/web', secret: {sealedSecret: ../../../restic.yaml}}")
    found = fleet.json()
    assert (found.code, found.json["apps"]) == (1, [])
    assert "U0VOVElORUw" not in found.out + found.said


def test_what_acts_on_a_terminal_is_written_as_an_escape(fleet):
    fleet.policy()
    (fleet.folder / "apps/shop/web").rename(fleet.folder / "apps/shop/we\x1b[31mb")
    found = fleet.text()
    assert (found.code, "apps/shop/we" in found.out) == (0, True), found.said
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f]", found.out) == []
