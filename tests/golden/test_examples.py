"""Every example renders to exactly what lies in its `expected/`, and that is sound in every respect we can test."""

import difflib
import os
import re
import ssl
import subprocess
import sys

import pytest

from renderer import cli
from renderer.attachments import COPY_ENDING
from renderer.manifest import identity
from tests.golden.examples import (
    CASES,
    FOLDER,
    RENEW,
    decrypted,
    documents,
    expected,
    is_of_component,
    is_of_fleet,
    objects,
    policies,
    rendered,
    texts,
    volsync_version,
    whole_example,
)
from tests.schemas.crd import errors_in
from tests.tools import ROOT, require


def folder(path):
    return path.rpartition("/")[0]


def of_cluster(manifest):
    """Two clusters may have objects of one name, which differ in their hash."""
    return identity(manifest), manifest["metadata"].get("annotations", {}).get("backplan.dev/hash", "")


every_example = pytest.mark.parametrize("case", CASES)
FOLDERS = [
    pytest.param(case, folder(path), id=f"{case}-{folder(path)}")
    for case in CASES
    for path in sorted(expected(case))
    if path.endswith("kustomization.yaml") and not is_of_component(path)
]


def difference(before, after):
    lines = []
    for path in sorted({*before, *after}):
        old, new = before.get(path, ""), after.get(path, "")
        lines += difflib.unified_diff(old.splitlines(), new.splitlines(), f"expected/{path}", "rendered", lineterm="")
    return "\n".join(lines)


@every_example
def test_rendering_is_what_expected_says(case, copy):
    got = texts(whole_example(copy / "examples" / case, copy))
    assert difference(expected(case), got) == "", RENEW.format(case=case)
    assert got == expected(case), RENEW.format(case=case)


@every_example
def test_objects_are_valid_against_our_schemas_and_volsyncs_crds(case):
    assert [error for one in objects(case) for error in errors_in(decrypted(one), volsync=volsync_version(case))] == []


@every_example
def test_files_read_back_as_the_objects_that_were_rendered(case, copy):
    made = [one.manifest for app in whole_example(copy / "examples" / case, copy).apps for one in app.objects]
    assert sorted(objects(case), key=of_cluster) == sorted(made, key=of_cluster)


@pytest.mark.parametrize(("case", "of_app"), FOLDERS)
def test_kustomize_yields_the_same_objects(case, of_app):
    path = FOLDER / case / "expected" / of_app
    done = subprocess.run([require("kubectl"), "kustomize", path], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    mine = [
        one for file in path.glob("*.yaml") for one in documents(file.read_text()) if one["kind"] != "Kustomization"
    ]
    assert sorted(documents(done.stdout), key=identity) == sorted(mine, key=identity)


@every_example
def test_policy_alone_renders_as_its_part_of_the_whole(case, copy, tmp_path):
    whole = expected(case)
    for file in policies(copy / "examples" / case):
        alone = texts(rendered([file], tmp_path))
        folders = {folder(path) for path in alone}
        part = {path: text for path, text in whole.items() if folder(path) in folders}
        assert alone == part
        for path in part:
            del whole[path]
    assert [path for path in whole if not is_of_fleet(path)] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["0", "1"])
def test_all_examples_in_one_run_give_the_same_bytes_under_any_hash_seed(copy, tmp_path, seed):
    env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Pacific/Chatham", "LC_ALL": "C", "PYTHONPATH": str(ROOT)}
    alone = [case for case in CASES if not (FOLDER / case / "backplan.yaml").exists()]
    for number, cases in enumerate([alone, *([case] for case in CASES if case not in alone)]):
        out = tmp_path / str(number)
        folders = [copy / "examples" / case for case in cases]
        command = [sys.executable, "-m", "renderer", "render", *folders, "--out", out, "--strict"]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        written = {path.relative_to(out).as_posix(): path.read_bytes().decode() for path in out.rglob("*.yaml")}
        assert written == {name: text for case in cases for name, text in expected(case).items()}


def check(case):
    return cli.main(["render", f"examples/{case}", "--out", f"examples/{case}/expected", "--check"])


@every_example
def test_check_passes_on_expected_and_shows_a_changed_byte(case, own_copy, monkeypatch, capsys):
    monkeypatch.chdir(own_copy)
    assert check(case) == 0
    assert capsys.readouterr().out == ""
    every = own_copy.glob(f"examples/{case}/expected/**/*.yaml")
    rendered = (path for path in every if not path.name.endswith(COPY_ENDING))  # of which no content is shown
    changed = min(path for path in rendered if "  namespace: " in path.read_text())
    text = changed.read_text()
    changed.write_text(text.replace("  namespace: ", "  namespace: X", 1))
    assert check(case) == 1
    diff = capsys.readouterr().out
    name = changed.relative_to(own_copy)
    assert diff.startswith(f"--- a/{name}\n+++ b/{name}\n@@ ")
    assert re.findall(r"^[-+] .*", diff, re.MULTILINE) == [
        "-" + next(line for line in changed.read_text().splitlines() if "  namespace: X" in line),
        "+" + next(line for line in text.splitlines() if "  namespace: " in line),
    ]


def test_every_folder_is_an_example_with_a_policy():
    assert [path.name for path in sorted(FOLDER.iterdir()) if path.is_dir()] == CASES
    assert len(CASES) >= 11


@every_example
def test_readme_says_briefly_what_to_notice(case):
    lines = (FOLDER / case / "README.md").read_text("utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert 5 <= len(lines) <= 15
    assert "What to notice in `expected/`:" in lines


@every_example
def test_no_example_names_a_host_that_may_exist(case):
    said = "".join(path.read_text() for path in (FOLDER / case).rglob("*.yaml"))
    hosts = re.findall(r"(?:https?://|\bserver: )(\w[^/:,}\s]*)", said)
    assert [host for host in hosts if not host.endswith(".example.com")] == []


def test_certificate_is_a_real_authority_and_has_no_key():
    text = (FOLDER / "custom-ca" / "internal-ca.crt").read_text("ascii")
    (authority,) = ssl.create_default_context(cadata=text).get_ca_certs()
    assert authority["subject"] == authority["issuer"]
    assert "PRIVATE" not in text
