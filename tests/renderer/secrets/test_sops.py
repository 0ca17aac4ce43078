"""Secrets that sops encrypted: read without a key, checked as far as that goes, and passed on byte for byte."""

import base64
import shutil

import pytest

from renderer.cli import main
from renderer.secrets.sops.rules import meant
from renderer.source import read
from tests.renderer.policies import result
from tests.renderer.secrets.conftest import URL, keys
from tests.renderer.volsync.policies import policy
from tests.tools import ROOT

REFERRED = """apiVersion: backplan.dev/v1alpha1
kind: BackupPolicy
metadata: {name: grocy, namespace: home}
spec: {claim: grocy-config, repository: {ref: nas}}
"""
EXAMPLE = ROOT / "examples" / "sops"
FILE = "restic.sops.yaml"
COPY = "expected/home/grocy/grocy-backup.rendered.sops.yaml"
SOURCE = "apps/home/grocy/restic.sops.yaml"


def encrypted(length=12, kind="str"):
    """As long as what sops makes of a text of this length."""
    data, iv, tag = (base64.b64encode(b"\x5a" * size).decode() for size in (length, 32, 16))
    return f"ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:{kind}]"


def document(*lines, rule="encrypted_regex: ^(data|stringData)$", metadata="name: web-restic, namespace: shop"):
    values = lines or (f"RESTIC_PASSWORD: {encrypted()}", f"RESTIC_REPOSITORY: {encrypted(30)}")
    return "\n".join([
        "apiVersion: v1",
        "kind: Secret",
        f"metadata: {{{metadata}}}",
        "stringData:",
        *(f"    {line}" for line in values),
        "sops:",
        f"    mac: {encrypted(128)}",
        f"    {rule}",
        "    version: 3.13.3",
        "",
    ])  # fmt: skip


@pytest.fixture(params=["volsync", "cronjob"])
def render(request, tmp_path):
    """Render a policy whose credentials are in a file with this text."""

    def render_text(text, repository=URL, beside=None, **more):
        for name, content in {FILE: text, **(beside or {})}.items():
            (tmp_path / name).write_bytes(content.encode())
        return result(tmp_path, policy(**keys(f"{{sops: {FILE}}}", repository, request.param, more)))

    return render_text


@pytest.fixture
def example(tmp_path, monkeypatch, capsysbinary):
    """A copy of the example, and a way to run commands in it."""
    folder = shutil.copytree(EXAMPLE, tmp_path / "sops")
    monkeypatch.chdir(folder)

    def run(*arguments):
        code = main([*arguments])
        out, err = capsysbinary.readouterr()
        return code, out, err.decode()

    return folder, run


def test_secret_is_the_file_with_nothing_added(render):
    found = render(document(), labels="{team: storage}", annotations="{a/b: c}")
    assert found.said == []
    secret = found.one("Secret")
    assert secret["metadata"] == {"name": "web-restic", "namespace": "shop"}
    assert secret["stringData"]["RESTIC_PASSWORD"] == encrypted()


def test_mover_takes_the_secret_by_the_name_that_it_has(render):
    found = render(document(metadata="name: backup-of-web, namespace: shop"))
    assert found.said == []
    kinds = {one["kind"]: one for one in found.objects}
    mover = kinds.get("ReplicationSource") or kinds["CronJob"]
    assert "backup-of-web" in str(mover["spec"])


def test_maintenance_has_a_file_of_its_own(example):
    folder, run = example
    other = (folder / SOURCE).read_text().replace("grocy-backup", "grocy-delete")
    (folder / SOURCE).with_name("delete.sops.yaml").write_text(other)
    file = (folder / SOURCE).with_name("backup-policy.yaml")
    file.write_text(f"{file.read_text()}  maintenance: {{secret: {{sops: delete.sops.yaml}}}}\n")
    code, _, err = run("render", "--out", "expected")
    assert (code, "warning" in err) == (0, False), err
    for name, text in (("grocy-backup", (folder / SOURCE).read_text()), ("grocy-delete", other)):
        assert (folder / f"expected/home/grocy/{name}.rendered.sops.yaml").read_text() == text
    jobs = (folder / "expected/home/grocy/job.yaml").read_text()
    assert ("name: grocy-delete\n" in jobs, "name: grocy-backup\n" in jobs) == (True, False)


@pytest.mark.parametrize("ending", ["", "\n", "\n\n# a comment\n"])
@pytest.mark.parametrize("start", ["", "---\n", "# a comment\n---\n", "\ufeff"])
def test_bytes_are_those_of_the_file(example, start, ending):
    folder, run = example
    content = (start + (folder / SOURCE).read_text().rstrip("\n") + ending).encode()
    (folder / SOURCE).write_bytes(content)
    assert run("render", "--out", "expected")[0] == 0
    assert (folder / COPY).read_bytes() == content
    assert run("render", "--out", "expected", "--check")[0] == 0
    code, out, _ = run("render", "--stdout", "apps/home/grocy")
    assert (code, content.removeprefix(b"\xef\xbb\xbf") in out) == (0, True)
    assert sum(one.text("kind") == "Secret" for one in read(out, "").documents) == 1


def test_line_ends_of_another_system_stay(example):
    folder, run = example
    content = (folder / SOURCE).read_bytes().replace(b"\n", b"\r\n")
    (folder / SOURCE).write_bytes(content)
    assert run("render", "--out", "expected")[0] == 0
    assert (folder / COPY).read_bytes() == content


def test_patch_of_every_object_does_not_touch_it(render):
    patch = "[{target: {}, patch: {metadata: {labels: {a: b}}}}]"
    assert "labels" not in render(document(), patches=patch).one("Secret")["metadata"]


def test_patch_of_it_alone_matches_nothing(render):
    patch = "[{target: {kind: Secret}, patch: {metadata: {labels: {a: b}}}}]"
    assert any("[patch]" in said for said in render(document(), patches=patch).said)


def test_file_beside_its_policy_is_not_doubled_where_that_is_the_folder_of_the_output(example):
    folder, run = example
    assert run("render", "apps/home/grocy", "--out", "{dir}/{kind}.yaml")[0] == 0
    assert sorted(folder.glob("apps/home/grocy/*sops*")) == [folder / SOURCE]
    assert f"- {FILE}\n" in (folder / "apps/home/grocy/kustomization.yaml").read_text()
    assert run("render", "apps/home/grocy", "--out", "{dir}/{kind}.yaml", "--check")[0] == 0


def test_configuration_of_sops_beside_what_is_rendered_is_not_applied(example):
    folder, run = example
    for name in (".sops.yaml", ".sops.yml"):
        (folder / "apps/home/grocy" / name).write_text("creation_rules: [{age: age1example}]\n")
    assert run("render", "apps/home/grocy", "--out", "{dir}/{kind}.yaml")[0] == 0
    listed = (folder / "apps/home/grocy/kustomization.yaml").read_text()
    assert (f"- {FILE}\n" in listed, ".sops.y" in listed.replace(FILE, "")) == (True, False)


SHARED = """  repositories:
    - name: nas
      url: s3:https://s3.example.com/nas
      namespace: home
      secret: {name: nas}
      maintenance: {secret: {sops: apps/home/grocy/restic.sops.yaml}}
"""


@pytest.mark.parametrize(
    ("fleet", "policy", "arguments"),
    [
        ("  overlays: [argocd]\n", "", ()),
        ("  clusters: [{name: home, policies: ['apps/{namespace}/{app}/*.yaml'], overlays: [argocd]}]\n", "", ()),
        ("", "", ("--overlay", "argocd")),
        ("", "  overlays: [argocd]\n", ()),
        ("", "  overlays: [argocd]\n  maintenance: {secret: {sops: restic.sops.yaml}}\n", ()),
        (f"  overlays: [argocd]\n{SHARED}", None, ()),
    ],
    ids=["fleet", "cluster", "command line", "policy", "maintenance", "repository of the fleet"],
)
def test_argo_cd_gets_none_whoever_says_that_it_applies(example, fleet, policy, arguments):
    folder, run = example
    for path, text in (("backplan.yaml", fleet), ("apps/home/grocy/backup-policy.yaml", policy)):
        said = (folder / path).read_text()
        (folder / path).write_text(said + text if text is not None else REFERRED)
    code, _, err = run("validate", *arguments)
    assert code == 1
    assert "Argo CD does not decrypt what sops encrypted" in err


def test_output_without_a_folder_for_the_app_is_refused(example):
    folder, run = example
    code, _, err = run("render", "--out", "flat/{namespace}-{kind}.yaml")
    assert (code, (folder / "flat").exists()) == (2, False)
    assert "passed on as a file of its own and needs a folder; add {app} to the folders of --out" in err


def test_encrypted_again_is_copied_again(example):
    folder, run = example
    content = (folder / SOURCE).read_bytes() + b"# again\n"
    (folder / SOURCE).write_bytes(content)
    code, out, _ = run("render", "--out", "expected", "--check")
    assert (code, out) == (1, f"Encrypted files a/{COPY} and b/{COPY} differ\n".encode())
    assert run("render", "--out", "expected") == (0, b"", "10 files, 1 changed\n")
    assert (folder / COPY).read_bytes() == content


@pytest.mark.parametrize("is_gone", [False, True])
def test_copy_that_somebody_decrypted_is_not_shown(example, is_gone):
    folder, run = example
    (folder / COPY).write_text("RESTIC_PASSWORD: hunter2\n")
    if is_gone:
        (folder / SOURCE).with_name("backup-policy.yaml").unlink()
    code, out, err = run("render", "--out", "expected", "--check")
    assert (code, b"differ" in out) == (1, True)
    assert "hunter2" not in out.decode() + err


@pytest.mark.parametrize("arguments", [(), ("apps/home/grocy",)], ids=["fleet", "app"])
def test_copy_that_no_policy_asks_for_any_more_is_removed(example, arguments):
    folder, run = example
    path = folder / "apps/home/grocy/backup-policy.yaml"
    path.write_text(path.read_text().replace("sops: restic.sops.yaml", "name: grocy-backup"))
    assert run("render", *arguments, "--out", "expected")[0] == 0
    assert not (folder / COPY).exists()
    assert (folder / SOURCE).exists()
    assert (folder / "expected/documents/paperless/paperless-restic.rendered.sops.yaml").exists()


def test_copy_of_a_policy_that_is_gone_is_removed_with_its_folder(example):
    folder, run = example
    shutil.rmtree(folder / "apps/home")
    assert run("render", "--out", "expected")[0] == 0
    assert not (folder / COPY).parent.exists()


def test_copy_of_another_policy_stays(example):
    """It lies below the folder that the first policy has to itself."""
    folder, run = example
    text = (folder / "apps/home/grocy/backup-policy.yaml").read_text().replace("{sops: restic.sops.yaml}", "{name: a}")
    (folder / "apps/backup-policy.yaml").write_text(text.replace("grocy", "mealie"))
    assert run("render", "apps/home/grocy", "--out", "{dir}/out/{kind}.yaml")[0] == 0
    assert run("render", "apps/backup-policy.yaml", "--out", "{dir}/{kind}.yaml")[0] == 0
    copy = folder / "apps/home/grocy/out/grocy-backup.rendered.sops.yaml"
    assert copy.read_bytes() == (folder / SOURCE).read_bytes()


def test_one_file_for_two_apps_of_a_namespace_is_an_error_that_says_what_to_do(example):
    folder, run = example
    text = (folder / "apps/home/grocy/backup-policy.yaml").read_text()
    (folder / "apps/home/mealie").mkdir()
    (folder / "apps/home/mealie/backup-policy.yaml").write_text(
        text.replace("grocy", "mealie").replace("restic.sops", "../grocy/restic.sops")
    )
    code, _, err = run("validate")
    assert code == 1
    assert "passes on Secret home/grocy-backup as well; in one of them write secret.name: grocy-backup" in err


PATHS = {"data.x", "stringData.x", "metadata.password", "data.x_secret", "metadata.x_secret", "data.x_plain"}


@pytest.mark.parametrize(
    ("rule", "encrypted_paths"),
    [
        ("encrypted_regex: ^(data|stringData)$", {"data.x", "stringData.x", "data.x_secret", "data.x_plain"}),
        ("encrypted_regex: (data|password)", PATHS - {"stringData.x"}),
        ("encrypted_regex: ^.*Data$", {"stringData.x"}),
        ("encrypted_suffix: _secret", {"data.x_secret", "metadata.x_secret"}),
        ("unencrypted_suffix: _plain", PATHS - {"data.x_plain"}),
        ("unencrypted_regex: ^(metadata|kind)$", PATHS - {"metadata.password", "metadata.x_secret"}),
        ("mac_only_encrypted: true", PATHS),
    ],
)
def test_rules_of_sops_say_what_must_be_encrypted(rule, encrypted_paths):
    (node,) = read(rule.encode(), "").documents
    does = meant(node)
    assert {path for path in PATHS if does(path.split("."))} == encrypted_paths


@pytest.mark.parametrize(
    "rule", ["(a+)+$", "(a|aa)*b", "a?" * 30 + "a" * 30, "(?i)data", "x{3}", "[z-a]", "(", "a" * 400]
)
def test_rule_that_could_be_tried_for_ever_is_not_tried(rule):
    (node,) = read(f"encrypted_regex: '{rule}'".encode(), "").documents
    assert meant(node) is None


def test_value_is_never_repeated(render):
    said = render(document("RESTIC_PASSWORD: correct-horse", "note: hunter2", f"A: {encrypted()[:70]}")).said
    assert len(said) == 3
    assert not any(word in str(said) for word in ("correct", "hunter2", "Wlpa"))


def test_maintenance_may_have_a_secret_of_sops_too(render):
    own = document(f"RESTIC_PASSWORD: {encrypted()}", metadata="name: web-maintenance, namespace: shop")
    found = render(
        document(),
        engine="cronjob",
        copyMethod=None,
        maintenance="{secret: {sops: of-maintenance.sops.yaml}}",
        beside={"of-maintenance.sops.yaml": own},
    )
    assert found.said == []
    assert {*found.all("Secret")} == {"web-restic", "web-maintenance"}


READABLE = "encrypted_regex: PASSWORD"


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("RESTIC_REPOSITORY: rest:https://bob:hunter2@nas.example.com/web", "repository"),
        ("RESTIC_REPOSITORY: rest:https://nas.example.com/$(RESTIC_PASSWORD)", "repository"),
        ("HTTPS_PROXY: http://bob:hunter2@proxy.example.com", "plaintext"),
        ("LD_PRELOAD: /data/hunter2.so", "credential"),
        ("AWS_REGION: hunter2.example.org/?", "credential"),
    ],
)
def test_what_sops_left_readable_is_looked_at(tmp_path, line, rule):
    (tmp_path / FILE).write_text(document(f"RESTIC_PASSWORD: {encrypted()}", line, rule=READABLE))
    said = result(tmp_path, policy(**keys(f"{{sops: {FILE}}}", None, "cronjob", {}))).said
    assert any(one.startswith("error: ") and one.endswith(f"[{rule}]") for one in said), said
    assert "hunter2" not in str(said)


def test_readable_base64_is_read(tmp_path):
    proxy = base64.b64encode(b"http://bob:hunter2@proxy").decode()
    text = document(f"RESTIC_PASSWORD: {encrypted()}", rule=READABLE)
    (tmp_path / FILE).write_text(text.replace("\nsops:", f"\ndata: {{HTTP_PROXY: {proxy}}}\nsops:"))
    said = result(tmp_path, policy(**keys(f"{{sops: {FILE}}}", URL, "cronjob", {}))).said
    assert [one for one in said if "'HTTP_PROXY' holds a password" in one]


def test_volsync_takes_a_readable_url_whatever_the_policy_says(tmp_path):
    line = "RESTIC_REPOSITORY: rest:https://bob:hunter2@nas.example.com/web"
    (tmp_path / FILE).write_text(document(f"RESTIC_PASSWORD: {encrypted()}", line, rule=READABLE))
    secret = f"{{sops: {FILE}}}"
    assert any(
        "user name or password" in one for one in result(tmp_path, policy(**keys(secret, URL, "volsync", {}))).said
    )
    assert result(tmp_path, policy(**keys(secret, URL, "cronjob", {}))).said == []


def test_password_that_has_another_name_is_to_be_encrypted_too(tmp_path):
    (tmp_path / FILE).write_text(document("pw: hunter2", f"RESTIC_REPOSITORY: {encrypted()}", rule=READABLE))
    repository = f"keys: {{RESTIC_PASSWORD: pw}}, {URL}"
    said = result(tmp_path, policy(**keys(f"{{sops: {FILE}}}", repository, "cronjob", {}))).said
    assert any("'pw' is not encrypted" in one and one.endswith("[plaintext]") for one in said), said
