"""Who is affected when a credential is changed: sealed values, entries of stores, Secrets of others."""

import hashlib

from tests.renderer.credentials.conftest import ciphertext, sealed

FILE = "restic.sealed.yaml"
URL = "url: 's3:https://s3.example.com/{namespace}/{app}'"


def from_file(name):
    return f"{{{URL}, secret: {{sealedSecret: {name}}}}}"


def inline(document):
    """A SealedSecret in the policy, in its own lines."""
    lines = "".join(f"        {line}\n" for line in document.splitlines())
    return f"\n    {URL}\n    secret:\n      sealedSecret:\n{lines}".rstrip("\n")


def names(uses):
    return [one["app"] for one in uses["apps"]]


def places(uses):
    return [one["file"] for one in uses["places"]]


def test_one_ciphertext_is_one_value_in_however_many_files_and_policies_it_stands(fleet):
    both, other = ciphertext("a"), ciphertext("b")
    fleet.write("one/restic.yaml", sealed(RESTIC_PASSWORD=both))
    fleet.write("two/restic.yaml", sealed(RESTIC_PASSWORD=both))
    fleet.write("three/restic.yaml", sealed(RESTIC_PASSWORD=other))
    fleet.policy("one", repository=from_file("../../../one/restic.yaml"))
    fleet.policy("two", namespace="media", repository=from_file("../../../two/restic.yaml"))
    fleet.policy("three", repository=from_file("../../../three/restic.yaml"))
    fleet.policy("four", repository=inline(sealed(RESTIC_PASSWORD=both)))
    found = fleet.json()
    assert found.code == 0, found.said
    first, second = sorted(found.json["sealedValues"], key=lambda one: len(one["apps"]), reverse=True)
    assert (names(first), names(second)) == (["two", "four", "one"], ["three"])
    assert places(first) == ["apps/shop/four/backup-policy.yaml", "one/restic.yaml", "two/restic.yaml"]
    assert places(second) == ["three/restic.yaml"]
    assert [one["sha256"] for one in (first, second)] == [
        hashlib.sha256(value.encode()).hexdigest()[:8] for value in (both, other)
    ]


def test_value_of_one_namespace_is_listed_and_one_of_one_name_is_not(fleet):
    fleet.write("wide.yaml", sealed("namespace-wide", RESTIC_PASSWORD=ciphertext("a")))
    fleet.write("strict.yaml", sealed("strict", name="own", RESTIC_PASSWORD=ciphertext("b")))
    fleet.policy("one", repository=from_file("../../../wide.yaml"))
    fleet.policy("two", repository=from_file("../../../wide.yaml"))
    fleet.policy("three", repository=from_file("../../../strict.yaml"))
    (value,) = fleet.json().json["sealedValues"]
    assert (value["scope"], names(value), value["key"]) == ("namespace-wide", ["one", "two"], "RESTIC_PASSWORD")


def test_strict_value_that_two_clusters_use_is_listed(fleet):
    kind = "apiVersion: backplan.dev/v1alpha1\nkind: BackupFleet\nmetadata: {name: home}\n"
    clusters = "".join(
        f"    - {{name: {name}, policies: ['apps/**/backup-policy.yaml']}}\n" for name in ("east", "west")
    )
    fleet.write("backplan.yaml", f"{kind}spec:\n  clusters:\n{clusters}")
    fleet.write("strict.yaml", sealed("strict", name="own", RESTIC_PASSWORD=ciphertext("b")))
    url = "url: 's3:https://s3.example.com/{cluster}/{app}'"
    fleet.policy("web", repository=f"{{{url}, secret: {{sealedSecret: ../../../strict.yaml}}}}")
    found = fleet.json()
    assert found.code == 0, found.said
    (value,) = found.json["sealedValues"]
    assert [one["cluster"] for one in value["apps"]] == ["east", "west"]
    assert "    east:shop/web, west:shop/web\n" in fleet.text().out


def test_values_of_one_document_that_the_same_apps_use_stand_together(fleet):
    fleet.write(FILE, sealed(RESTIC_PASSWORD=ciphertext("a"), AWS_ACCESS_KEY_ID=ciphertext("b")))
    fleet.policy("one", repository=from_file(f"../../../{FILE}"))
    fleet.policy("two", repository=from_file(f"../../../{FILE}"))
    digests = [hashlib.sha256(ciphertext(letter).encode()).hexdigest()[:8] for letter in "ba"]
    assert fleet.text().out.endswith(
        "Sealed values and who uses them\n"
        f"  {FILE}:1 (cluster-wide)\n"
        "    shop/one, shop/two\n"
        f"    AWS_ACCESS_KEY_ID {digests[0]}, RESTIC_PASSWORD {digests[1]}\n"
    )


def external(spec):
    return f"{{{URL}, secret: {{externalSecret: {spec}}}}}"


def entries(found):
    return [
        (one["store"]["kind"], one["store"]["namespace"], one["store"]["name"], one["key"], one["whole"],
         one["properties"], names(one))
        for one in found.json["storeEntries"]
    ]  # fmt: skip


def test_entry_of_a_store_is_listed_with_all_who_fetch_it_or_a_part_of_it(fleet):
    fetched = "[{secretKey: RESTIC_PASSWORD, remoteRef: {key: all, property: password}}]"
    fleet.policy("one", repository=external("{store: vault, key: all}"))
    fleet.policy("two", repository=external(f"{{store: vault, data: {fetched}}}"))
    fleet.policy("three", repository=external("{store: vault, key: own}"))
    assert entries(fleet.json()) == [
        ("ClusterSecretStore", None, "vault", "all", True, ["password"], ["one", "two"]),
        ("ClusterSecretStore", None, "vault", "own", True, [], ["three"]),
    ]


def test_stores_of_two_namespaces_are_two(fleet):
    own = "{secretStoreRef: {name: vault}, dataFrom: [{extract: {key: all}}]}"
    fleet.policy("one", repository=external(own))
    fleet.policy("two", namespace="media", repository=external(own))
    assert entries(fleet.json()) == [
        ("SecretStore", "media", "vault", "all", True, [], ["two"]),
        ("SecretStore", "shop", "vault", "all", True, [], ["one"]),
    ]


def test_item_s_own_store_counts_and_so_does_a_generator(fleet):
    password = "{sourceRef: {generatorRef: {kind: STSSessionToken, name: restic}}}"
    other = "{extract: {key: all}, sourceRef: {storeRef: {kind: ClusterSecretStore, name: other}}}"
    found = "{find: {name: {regexp: ^restic}}}"
    fleet.policy("one", repository=external(f"{{store: vault, dataFrom: [{password}, {other}, {found}]}}"))
    assert entries(fleet.json()) == [
        ("ClusterSecretStore", None, "other", "all", True, [], ["one"]),
        ("ClusterSecretStore", None, "vault", None, True, [], ["one"]),
        ("STSSessionToken", "shop", "restic", None, True, [], ["one"]),
    ]


def test_existing_secret_is_listed_where_several_apps_of_a_namespace_read_it(fleet):
    fleet.policy("one")
    fleet.policy("two")
    fleet.policy("three", namespace="media")
    (secret,) = fleet.json().json["existingSecrets"]
    assert (secret["namespace"], secret["name"], names(secret)) == ("shop", "restic", ["one", "two"])
