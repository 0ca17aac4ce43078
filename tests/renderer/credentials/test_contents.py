"""What is said of one Secret: what it must hold, and what each object reads it for."""

import pytest

from renderer.secrets.held import held
from tests.renderer.credentials.conftest import ciphertext, sealed

NAMED = "secret: {name: restic}"
CRONJOB = {"engine": "cronjob"}
VOLSYNC = {"engine": "volsync", "copyMethod": "Snapshot"}
RESTIC = {"kind": "CronJob", "name": "web-backup", "operation": "backup"}


def needs(fleet, repository, **keys):
    fleet.policy(repository=f"{{{repository}}}", **keys)
    found = fleet.json()
    assert found.code == 0, found.said
    return {one["key"]: (one["variable"], one["certain"], one["there"]) for one in found.secrets()["restic"]["needs"]}


@pytest.mark.parametrize(
    ("url", "certain", "usual"),
    [
        ("rest:https://rest.example.com/web", [], []),
        ("s3:https://s3.example.com/web", [], ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]),
        ("b2:bucket:web", ["B2_ACCOUNT_ID", "B2_ACCOUNT_KEY"], []),
        ("azure:container:/web", ["AZURE_ACCOUNT_NAME"], ["AZURE_ACCOUNT_KEY"]),
        ("gs:bucket:/web", [], []),
    ],
)
def test_existing_secret_must_hold_what_the_kind_of_repository_asks_for(fleet, url, certain, usual):
    found = needs(fleet, f"url: '{url}', {NAMED}", **CRONJOB)
    assert found == {
        **{name: (name, True, None) for name in ["RESTIC_PASSWORD", *certain]},
        **{name: (name, False, None) for name in usual},
    }


def test_url_must_be_in_the_secret_unless_the_policy_gives_it(fleet):
    assert [*needs(fleet, NAMED, **CRONJOB)] == ["RESTIC_PASSWORD", "RESTIC_REPOSITORY"]


def test_volsync_takes_the_url_from_the_secret_alone(fleet):
    assert "RESTIC_REPOSITORY" in needs(fleet, f"url: 'rest:https://rest.example.com/web', {NAMED}", **VOLSYNC)


def test_key_with_a_name_of_its_own_is_needed_under_that(fleet):
    said = f"url: 'b2:bucket:web', {NAMED}, keys: {{B2_ACCOUNT_KEY: key, RESTIC_PASSWORD: pass}}"
    assert needs(fleet, said, **CRONJOB) == {
        "pass": ("RESTIC_PASSWORD", True, None),
        "B2_ACCOUNT_ID": ("B2_ACCOUNT_ID", True, None),
        "key": ("B2_ACCOUNT_KEY", True, None),
    }
    assert "    must hold     pass (RESTIC_PASSWORD), B2_ACCOUNT_ID, key (B2_ACCOUNT_KEY)\n" in fleet.text().out


def test_usual_key_is_certain_where_the_policy_names_it(fleet):
    said = f"url: 's3:https://s3.example.com/web', {NAMED}, keys: {{AWS_ACCESS_KEY_ID: id}}"
    found = needs(fleet, said, **CRONJOB)
    assert found["id"] == ("AWS_ACCESS_KEY_ID", True, None)
    assert [*found] == ["RESTIC_PASSWORD", "id", "AWS_SECRET_ACCESS_KEY"]


def test_url_that_a_store_completes_is_the_secret_s(fleet):
    url = "url: 'rest:https://rest.example.com/{{ .user }}/web'"
    fleet.policy(repository=f"{{{url}, secret: {{externalSecret: {{store: vault, key: all}}}}}}", **CRONJOB)
    found = [(one["key"], one["there"]) for one in fleet.json().secrets()["web-restic"]["needs"]]
    assert found == [("RESTIC_PASSWORD", None), ("RESTIC_REPOSITORY", True)]


def test_what_env_gives_is_not_needed(fleet):
    said = f"url: 's3:https://s3.example.com/web', {NAMED}, env: {{AWS_ACCESS_KEY_ID: AKIAEXAMPLE}}"
    assert [*needs(fleet, said, **CRONJOB)] == ["RESTIC_PASSWORD", "AWS_SECRET_ACCESS_KEY"]


def sealing(fleet, url, **values):
    fleet.write("restic.yaml", sealed(**values))
    fleet.policy(repository=f"{{url: '{url}', secret: {{sealedSecret: ../../../restic.yaml}}}}", **CRONJOB)
    return fleet.json().secrets()["web-restic"]


def test_sealed_secret_without_a_key_lacks_it(fleet):
    found = sealing(fleet, "b2:bucket:web", RESTIC_PASSWORD=ciphertext("a"), B2_ACCOUNT_ID=ciphertext("b"))
    assert found["keys"] == ["B2_ACCOUNT_ID", "RESTIC_PASSWORD", "RESTIC_REPOSITORY"]
    assert found["allKeysKnown"]
    assert [(one["key"], one["there"]) for one in found["needs"]] == [
        ("RESTIC_PASSWORD", True), ("B2_ACCOUNT_ID", True), ("B2_ACCOUNT_KEY", False),
    ]  # fmt: skip
    assert "    lacks         B2_ACCOUNT_KEY\n" in fleet.text().out


def test_one_key_may_stand_in_for_another(fleet):
    found = sealing(
        fleet,
        "azure:container:/web",
        RESTIC_PASSWORD_FILE=ciphertext("a"),
        AZURE_ACCOUNT_NAME=ciphertext("b"),
        AZURE_ACCOUNT_SAS=ciphertext("c"),
    )
    assert {one["there"] for one in found["needs"]} == {True}


@pytest.mark.parametrize(
    ("external", "keys", "is_all"),
    [
        ("{store: vault, key: all}", ["RESTIC_REPOSITORY"], False),
        ("{store: vault, data: [{secretKey: RESTIC_PASSWORD, remoteRef: {key: a}}]}",
         ["RESTIC_PASSWORD", "RESTIC_REPOSITORY"], True),
        ("{store: vault, key: all, target: {template: {data: {RESTIC_PASSWORD: '{{ .p }}'}}}}",
         ["RESTIC_PASSWORD", "RESTIC_REPOSITORY"], True),
        ("{store: vault, key: all, target: {template: {mergePolicy: Merge, data: {RESTIC_PASSWORD: '{{ .p }}'}}}}",
         ["RESTIC_PASSWORD", "RESTIC_REPOSITORY"], False),
        ("{store: vault, data: [{secretKey: RESTIC_PASSWORD, remoteRef: {key: a}}], target: {creationPolicy: Merge}}",
         ["RESTIC_PASSWORD", "RESTIC_REPOSITORY"], False),
    ],
)  # fmt: skip
def test_keys_of_an_external_secret_are_all_where_its_own_words_say_so(fleet, external, keys, is_all):
    fleet.policy(repository=f"{{url: 'rest:https://rest.example.com/web', secret: {{externalSecret: {external}}}}}")
    found = fleet.json()
    assert found.code == 0, found.said
    secret = found.secrets()["web-restic"]
    assert (secret["keys"], secret["allKeysKnown"]) == (keys, is_all)
    (password,) = (one for one in secret["needs"] if one["variable"] == "RESTIC_PASSWORD")
    assert password["there"] is (True if "RESTIC_PASSWORD" in keys else None)


def used(fleet, name, **keys):
    fleet.policy(**keys)
    found = fleet.json()
    assert found.code == 0, found.said
    of_backup = [one for one in found.secrets()[name]["users"] if one["operation"] == "backup"]
    return [(one["purpose"], one["container"], one["keys"], one["whole"]) for one in of_backup]


POD = "{op: add, path: /spec/jobTemplate/spec/template/spec"


def patched(*operations):
    return f"[{{target: {{kind: CronJob, name: web-backup}}, patch: [{', '.join(operations)}]}}]"


@pytest.mark.parametrize(
    ("name", "keys", "reading"),
    [
        ("restic", {}, ("credentials", None, [], True)),
        ("switch", {"mover": "{ping: {secretName: switch, key: url}}"}, ("ping", None, ["url"], False)),
        ("authority", {"repository": "{url: 'rest:https://rest.example.com/web', secret: {name: restic}, "
                       "customCA: {secretName: authority, key: tls.crt}}"}, ("customCA", None, ["tls.crt"], False)),
        ("rclone", {"mover": "{moverVolumes: [{mountPath: x, volumeSource: {secret: {secretName: rclone}}}]}"},
         ("mounted", None, [], True)),
        ("database", {"dumps": "[{name: pg, image: postgres:17, command: [pg_dump], file: a.sql, "
                      "envFrom: [{secretRef: {name: database}}]}]"}, ("environment", "pg", [], True)),
        ("registry", {"patches": patched(f"{POD}/imagePullSecrets, value: [{{name: registry}}]}}")},
         ("imagePull", None, [], True)),
        ("parts", {"patches": patched(f"{POD}/volumes/-, value: {{name: parts, projected: {{sources: "
                                      "[{secret: {name: parts, items: [{key: a, path: a}]}}]}}}")},
         ("mounted", None, ["a"], False)),
    ],
)  # fmt: skip
def test_each_reference_says_what_it_is_for(fleet, name, keys, reading):
    assert used(fleet, name, **CRONJOB, **keys) == [reading]


def test_secret_that_is_taken_whole_and_by_key_is_one_user(fleet):
    keys = "{url: 'rest:https://rest.example.com/web', secret: {name: restic}, keys: {RESTIC_REST_PASSWORD: password}}"
    assert used(fleet, "restic", repository=keys, **CRONJOB) == [("credentials", None, ["password"], True)]


def test_secret_of_a_template_is_read_by_the_external_secret(fleet):
    template = "{templateFrom: [{secret: {name: templates, items: [{key: restic}]}}]}"
    external = f"{{store: vault, key: all, target: {{template: {template}}}}}"
    fleet.policy(repository=f"{{url: 'rest:https://rest.example.com/web', secret: {{externalSecret: {external}}}}}")
    found = fleet.json()
    assert found.code == 0, found.said
    (user,) = found.secrets()["templates"]["users"]
    assert (user["kind"], user["purpose"], user["keys"]) == ("ExternalSecret", "template", ["restic"])


def test_secret_that_sops_encrypted_has_its_keys_and_no_value():
    leaf = "ENC[AES256_GCM,data:U0VOVElORUw=,iv:x,tag:y,type:str]"
    found = held(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "restic", "namespace": "shop"},
            "data": {"RESTIC_PASSWORD": leaf},
            "stringData": {"AWS_ACCESS_KEY_ID": leaf},
            "sops": {"mac": leaf},
        }
    )
    assert found is not None
    assert (found.form, found.secret, found.is_all) == ("sops", "restic", True)
    assert found.keys == ("AWS_ACCESS_KEY_ID", "RESTIC_PASSWORD")
    assert "ENC[" not in str(found)
