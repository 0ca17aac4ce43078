"""Input that wants to break the tool: always a pointing error, in bounded time, with nothing written or betrayed.

Everything here is made in Python because git cannot hold it well; mistakes that people make are in `tests/invalid/`.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import pytest

from renderer.cli import main
from tests.tools import ROOT, missing

pytestmark = pytest.mark.slow

BASE = """apiVersion: backplan.dev/v1alpha1
kind: BackupPolicy
metadata: {name: paperless, namespace: documents}
spec:
  engine: volsync
  copyMethod: Snapshot
  schedule: "@daily"
  retain: {daily: 7}
"""
CLAIM = "  claim: paperless-data\n"
REPOSITORY = "  repository: {url: 's3:https://s3.example.com/{volume}/{target}', secret: {name: '{volume}-{target}'}}\n"
POLICY = BASE + CLAIM + REPOSITORY
PATCH = POLICY + "  patches:\n    - target: {kind: ReplicationSource}\n      patch:\n"
ALWAYS = """apiVersion: backplan.dev/v1alpha1
kind: BackupPolicy
metadata: {name: paperless, namespace: documents}
spec:
  schedule: "* * * * *"
  expectedDuration: 24h
  mover: {deadline: 30h}
  retain: {daily: 7}
  repository: {url: rest:https://restic.example.com/paperless, secret: {name: paperless-restic}}
"""
LINE = re.compile(r"^[^\x00-\x1f]+?:\d+:\d+: (error|warning|note): .+ \[[a-z-]+\]$")
CANARY = "the canary must never be seen"
SECONDS = 15
"""Bounded means: no input of the allowed size takes longer, on a slow and busy machine. Most take under one."""


def volumes(count, keys="claim: c"):
    return "  volumes:\n" + "".join(f"    - {{name: v{n}, {keys}{n}}}\n" for n in range(count))


def targets(count):
    return "  targets:\n" + "".join(f"    - {{name: t{n}}}\n" for n in range(count))


def mapping(key, entry, count):
    return f"  {key}:\n" + "".join(f"    {entry.format(n)}\n" for n in range(count))


@pytest.fixture
def hostile(tmp_path, monkeypatch, capsysbinary):
    """Renders a folder into another one; what is wrong with the input is an error that points, and nothing else."""
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.delenv("BACKPLAN_DEBUG", raising=False)
    (tmp_path / "canary.yaml").write_text(f"{CANARY}: '{CANARY}'\n")

    def render(content=None, *arguments, code=1):
        if content is not None:
            raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
            (folder / "backup-policy.yaml").write_bytes(raw)
        out = tmp_path / "out"
        started = time.process_time()
        found = main(["render", "--format", "text", "--out", str(out), *arguments])
        assert time.process_time() - started < SECONDS
        said = capsysbinary.readouterr()
        text = said.err.decode()
        assert found == code, text[-2000:]
        assert said.out == b""
        assert CANARY not in text
        assert out.exists() == (code == 0), "nothing is written where anything is wrong"
        assert_speakable(text, code)
        return text

    return render


def assert_speakable(text, code):
    assert "a bug of ours" not in text
    assert len(text) < 500_000
    if code == 1:
        assert all(LINE.match(line) for line in text.splitlines()[:-1]), text[:2000]


BROKEN = {
    "nothing": (b"", "the file is empty"),
    "NUL": (POLICY.replace("paperless-data", "paper\0less"), ":9:15: error: the control character U+0000"),
    "escape": (POLICY.replace("paperless-data", "paper\x1b[2Jless"), "U+001B"),
    "C1 control": (POLICY.replace("paperless-data", "paper\x9b2Jless"), "U+009B"),
    "bidirectional": (POLICY.replace("paperless-data", "\u2066paper"), "bidirectional control character U+2066"),
    "second byte order mark": ("\ufeff\ufeff" + POLICY, "invisible character U+FEFF"),
    "carriage returns": (POLICY.replace("\n", "\r"), "U+000D"),
    "Latin-1": (
        POLICY.replace("-data", "-d\xe4ta").encode("latin-1"),
        ":9:21: error: not UTF-8; save the file as UTF-8",
    ),
    "UTF-16": (POLICY.encode("utf-16"), ":1:1: error: not UTF-8"),
    "surrogate": (POLICY.replace("-data", "\ud800"), "not UTF-8"),
    "escaped surrogate": (POLICY.replace("paperless-data", '"\\ud800"'), "invalid Unicode character escape"),
    "escaped NUL": (POLICY.replace("paperless-data", '"\\0"'), ":9:10: error: the control character U+0000 in a value"),
    "too large": (POLICY + "#" * 10 * 1024 * 1024, "the file is larger than 1024 KiB"),
    "brackets": ("[" * 200_000, "nested more than 64 deep"),
    "braces": ("{" * 900, "a key must be text"),
    "dashes": ("- " * 200_000, "nested more than 64 deep"),
    "question marks": ("? " * 200_000, "a key must be text"),
    "anchors in anchors": (
        "a: &a [x]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in pairwise("abcdefghi")),
        "more than 50,000 values, aliases counted",
    ),
    "5,000 digits": (POLICY.replace("daily: 7", "daily: " + "7" * 5000), "is too long"),
    "digits in a schedule": (POLICY.replace("@daily", "9" * 900 + " * * * *"), "is too large"),
    "digits in a window": (POLICY + f"  window: '{'9' * 5000}'\n", "is no window"),
    "endless schedule": (POLICY.replace("@daily", "* " * 400_000), "longer than 1000 characters"),
    "endless schedule, not quoted": (POLICY.replace('"@daily"', "* " * 400_000), "must be quoted"),
    "endless window": (POLICY + f"  window: '{'01:00-05:00' * 50_000}'\n", "is no window"),
    "endless time zone": (POLICY + f"  timeZone: '{'Europe/Berlin' * 50_000}'\n", "unknown time zone"),
    "time zone as a path": (POLICY + "  timeZone: ../../../../etc/passwd\n", "unknown time zone"),
    "endless duration": (POLICY + f"  expectedDuration: '{'1' * 900_000}'\n", "is not a duration"),
    "endless retention": (POLICY.replace("daily: 7", f"within: {'1y' * 400_000}x"), "is not a duration"),
    "endless claim": (POLICY.replace("paperless-data", "a." * 400_000), "more than 253 characters"),
    "endless name": (POLICY + f"  names: {{replicationSource: '{'{{' * 400_000}'}}\n", "longer than 253"),
    "endless label": (POLICY + f"  labels: {{a: '{'a-' * 400_000}'}}\n", "more than 63"),
    "endless label key": (POLICY + f"  labels:\n    ? '{'a.' * 400_000}/!'\n    : b\n", "more than 317"),
    "endless quantity": (POLICY + f"  capacity: '{'1' * 900_000}x'\n", "is not valid here"),
    "endless mount path": (
        POLICY.replace("secret:", f"volume: {{mountPath: {'a-/' * 300_000}, nfs: {{server: a, path: /b}}}}, secret:"),
        "is not a folder below /mnt",
    ),
    "endless URL": (POLICY.replace("s3:https", "{" * 900_000), "a template or shell would expand"),
    "many @ in a URL": (POLICY.replace("s3:https://", f"rest:https://{'a@' * 400_000}:@"), "user name or password"),
    "endless key": (POLICY + f"  ? {'k' * 900_000}\n  : 1\n", "unknown key 'kkk"),
    "empty key": (POLICY + "  '': 1\n", "unknown key ''"),
    "emoji key": (POLICY + "  \U0001f984: 1\n", "unknown key '\U0001f984'"),
    "key with a pointer's letters": (POLICY + "  'a/b~c': 1\n", "unknown key 'a/b~c'"),
    "not a number": (POLICY + "  capacity: .nan\n", "is not valid here"),
    "25,000 unknown keys": (POLICY + mapping("mover", "image{}: 1", 24_000), "unknown key 'image0'"),
    "25,000 unknown keys of null": (POLICY + mapping("mover", "image{}:", 24_000), "unknown key 'image0'"),
    "45,000 wrong items": (POLICY + f"  exclude: [{'1, ' * 45_000}]\n", "1 is not text"),
    "20,000 wrong labels": (POLICY + mapping("labels", "k{0}: {0}", 20_000), "is not text"),
    "10,000 volumes": (BASE + REPOSITORY + volumes(9000), "9,000 backups (volumes times targets)"),
    "5,000 volumes to 5,000 targets": (BASE + REPOSITORY + volumes(5000) + targets(5000), "25,000,000 backups"),
    "placeholders in many volumes": (
        BASE + REPOSITORY + volumes(5, "claim: " + "c" * 240) + f"  annotations: {{a: '{'{claim}' * 140_000}'}}\n",
        "shorten 'annotations', the largest key",
    ),
    "restores of many volumes": (
        BASE + REPOSITORY + volumes(30) + mapping("restores", "- {{name: r{}, onMissing: empty}}", 2000),
        "which volume to restore is not said",
    ),
    "40,000 documents": ("---\n{}\n" * 40_000, "'apiVersion' and 'kind' are missing here"),
    "1,500 documents for one app": (("---\n" + POLICY) * 1500, "a second policy for documents/paperless"),
    "second document broken": (POLICY + "---\n[\n", "not valid YAML"),
    "50,000 directives": ("%FOO bar\n" * 50_000 + "---\n" + POLICY, "not valid YAML"),
    "40,000 overlays": (POLICY + f"  overlays: [{'standard, ' * 40_000}]\n", "more than 50 overlays"),
    "9,000 accepted rules": (POLICY + f"  accept: [{'{rule: windw, reason: x}, ' * 9000}]\n", "no rule 'windw'"),
    "patch that copies the object into itself": (
        PATCH + "".join(f"        - {{op: copy, from: /spec, path: /spec/x{n}}}\n" for n in range(60)),
        "the object would grow without end",
    ),
    "patch that nests the object into itself": (
        PATCH + "        - {op: copy, from: /spec, path: /spec/x}\n" * 60,
        "is nested more than 64 deep",
    ),
    "patch that nests by adding": (
        PATCH
        + "".join(
            f"        - {{op: add, path: '/spec{'/a' * 50 * n}/a', value: {'{a: ' * 50}1{'}' * 50}}}\n"
            for n in range(40)
        ),
        "is nested more than 64 deep",
    ),
    "patch far behind a list": (PATCH + "        - {op: add, path: /spec/x/999999999999, value: a}\n", "operation 1"),
    "patch from nowhere": (PATCH + "        - {op: copy, from: [a], path: /spec/x}\n", "operation 1"),
    "5,000 patches that fail": (
        POLICY + f"  patches: [{'{patch: {spec: {a: b}}}, ' * 5000}]\n",
        "unknown key 'a'",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_hostile_text_is_an_error_that_points(hostile, case):
    content, expected = BROKEN[case]
    assert expected in hostile(content)


HARMLESS = {
    "byte order mark": b"\xef\xbb\xbf" + POLICY.encode(),
    "Windows line ends": POLICY.replace("\n", "\r\n"),
    "directives": "%YAML 1.2\n%TAG ! tag:example.com,2000:\n---\n" + POLICY,
    "empty documents": "---\n---\n" + POLICY + "---\n...\n---\n",
    "20,000 labels": POLICY + mapping("labels", "k{0}: 'v{0}'", 20_000),
    "15,000 anchors": POLICY + f"  labels: {{{','.join(f'k{n}: &a{n} x' for n in range(15_000))}}}\n",
    "7,000 operations": PATCH + "        - {op: test, path: /spec/sourcePVC, value: paperless-data}\n" * 7000,
    "braces in an annotation": POLICY + f"  annotations: {{a: '{'{' * 500_000}'}}\n",
    "100 volumes to 3 targets": BASE + REPOSITORY + volumes(100) + targets(3),
    "200 volumes that are backed up every minute, for a day": ALWAYS + volumes(200),
}


@pytest.mark.parametrize("case", HARMLESS)
def test_strange_but_harmless_text_renders_in_bounded_time(hostile, case):
    hostile(HARMLESS[case], code=0)


CA = POLICY.replace("secret:", "customCA: {file: 'X'}, secret:")
OVERLAY = POLICY + "  overlays: ['X']\n"


@pytest.mark.parametrize("policy", [CA, OVERLAY], ids=["certificate", "overlay"])
@pytest.mark.parametrize(
    "name", ["../canary.yaml", "./../repository/../canary.yaml", "link.yaml", "folder/canary.yaml"]
)
def test_nothing_outside_the_root_is_read(hostile, tmp_path, policy, name):
    (tmp_path / "repository" / "link.yaml").symlink_to(tmp_path / "canary.yaml")
    (tmp_path / "repository" / "folder").symlink_to(tmp_path)
    assert "lies outside 'repository', the root" in hostile(policy.replace("X", name))


def test_absolute_overlay_outside_the_root_is_not_read(hostile, tmp_path):
    assert "lies outside" in hostile(OVERLAY.replace("X", str(tmp_path / "canary.yaml")))


def test_whether_a_file_outside_exists_is_not_told(hostile):
    there, nowhere = (hostile(OVERLAY.replace("X", f"../{name}.yaml")) for name in ("canary", "nobody"))
    assert there.replace("canary", "nobody") == nowhere


def test_policy_that_is_a_link_out_of_the_root_is_not_read(hostile, tmp_path):
    (tmp_path / "repository" / "backup-policy.yaml").symlink_to(tmp_path / "canary.yaml")
    assert "lies outside" in hostile()


def test_fleet_file_that_is_a_link_out_of_the_root_is_not_read(hostile, tmp_path):
    (tmp_path / "repository" / "backplan.yaml").symlink_to(tmp_path / "canary.yaml")
    assert "lies outside" in hostile(POLICY)


def test_linked_folders_are_not_searched(hostile, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "backup-policy.yaml").write_text(CANARY)
    (tmp_path / "repository" / "linked").symlink_to(elsewhere)
    hostile(POLICY, code=0)


def test_link_to_itself_is_an_error_that_points(hostile, tmp_path):
    (tmp_path / "repository" / "loop.yaml").symlink_to("loop.yaml")
    assert "[file]" in hostile(OVERLAY.replace("X", "./loop.yaml"))


@pytest.mark.parametrize("policy", [CA, OVERLAY], ids=["certificate", "overlay"])
def test_pipe_is_not_waited_for(hostile, tmp_path, policy):
    os.mkfifo(tmp_path / "repository" / "pipe.yaml")
    assert "is a device, pipe or socket" in hostile(policy.replace("X", "./pipe.yaml"))


def test_policy_that_is_a_pipe_is_not_waited_for(hostile, tmp_path):
    os.mkfifo(tmp_path / "repository" / "backup-policy.yaml")
    assert "is a device, pipe or socket" in hostile()


def test_device_named_on_the_command_line_is_not_read(hostile):
    assert "/dev/zero:1:1: error: the file is a device" in hostile(POLICY, "/dev/zero")


def test_folder_named_as_a_policy_is_searched_and_not_read(hostile, tmp_path):
    inner = tmp_path / "repository" / "backup-policy.yaml"
    inner.mkdir()
    (inner / "backup-policy.yaml").write_text(POLICY)
    hostile(code=0)


AS_NOBODY = """
import os, sys
from renderer.cli import main
main()  # imports everything as long as it may
if os.getuid() == 0:
    os.setuid(65534)
sys.exit(main())
"""


def test_file_that_may_not_be_read_is_an_error_that_points():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder, "backup-policy.yaml")
        path.write_text(POLICY)
        path.chmod(0)
        command = [sys.executable, "-c", AS_NOBODY, "validate", "--format", "text", folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stderr
    assert "backup-policy.yaml:1:1: error: the file cannot be read: permission denied; check its" in done.stderr


@pytest.mark.parametrize("name", ["a\nb-backup-policy.yaml", "\x1b[31m-backup-policy.yaml", "\x9b-backup-policy.yaml"])
def test_names_of_files_do_not_reach_the_terminal_raw(hostile, tmp_path, name):
    (tmp_path / "repository" / name).write_text("nonsense")
    text = hostile()
    assert name not in text
    assert text.count("\n") == 2


@pytest.mark.parametrize("form", ["text", "github", "json"])
def test_no_format_lets_control_characters_through(tmp_path, monkeypatch, capsysbinary, form):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "\x1b[31m\n::error::x-backup-policy.yaml").write_text("nonsense")
    assert main(["validate", "--format", form]) == 1
    said = b"".join(capsysbinary.readouterr())
    assert b"\x1b" not in said
    assert not re.search(rb"^::error::x", said, re.MULTILINE)


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "\x1b[31m.yaml"],
        ["validate", "\ud800.yaml"],
        ["validate", "a\0b"],
        ["validate", "x" * 5000],
        ["\x1b[31m"],
        ["render", "--out", "\x1b[31m{x}"],
        ["explain", "\x1b[31m"],
        ["new", "\x1b[31m"],
        ["new", "app", "--file", "nowhere/\x1b[31m"],
        ["validate", "--\x1b[31m"],
        ["validate", "--format", "\x1b[31m"],
    ],
)
def test_hostile_arguments_are_usage_errors(tmp_path, monkeypatch, capfdbinary, arguments):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    out, err = capfdbinary.readouterr()
    assert out == b""
    assert b"\x1b" not in err
    assert b"a bug of ours" not in err


def test_output_follows_no_link_out_of_its_folder(hostile, tmp_path):
    (tmp_path / "target").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "target" / "documents").symlink_to(tmp_path / "elsewhere")
    text = hostile(POLICY, "--out", str(tmp_path / "target"), code=2)
    assert "through a symbolic link; nothing is written" in text
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_folder_that_cannot_be_read_is_an_error_and_not_a_missed_backup(capfd):
    if os.geteuid() != 0:
        missing("only root can become somebody else")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "backup-policy.yaml").write_text(POLICY)
        (folder / "hidden").mkdir(mode=0)
        os.seteuid(65534)
        try:
            assert main(["validate", name]) == 2
        finally:
            os.seteuid(0)
    assert "hidden' cannot be read: permission denied; check its permissions" in capfd.readouterr().err


@pytest.mark.parametrize(
    "repository",
    [
        "rest:https://user:hunter2@nas.example.com/x",
        "{url: @rest:https://user:hunter2@nas.example.com/x}",
        "{url: [rest:https://user:hunter2@nas.example.com/x]}",
        "{secret: {name: 's3:key:hunter2@x'}}",
        "{url: 'rest:https://user:hunter2@nas.example.com/x', secret: {name: x}}",
    ],
)
def test_messages_do_not_repeat_what_may_be_a_password(tmp_path, capfd, repository):
    policy = tmp_path / "backup-policy.yaml"
    policy.write_text(f"{BASE}{CLAIM}  repository: {repository}\n")
    assert main(["validate", str(policy)]) == 1
    main(["explain", "--effective", str(policy)])
    said = capfd.readouterr()
    assert "hunter2" not in said.out + said.err


def test_warnings_of_many_documents_lose_none_of_them(tmp_path, capfd):
    repository = REPOSITORY.replace("{volume}", "{app}")
    document = f"---\n{BASE}{CLAIM}{repository}  window: '01:00-05:00'\n"
    texts = (document.replace("paperless,", f"app-{n},").replace('"@daily"', "0 12 * * *") for n in range(150))
    (tmp_path / "backup-policy.yaml").write_text("".join(texts))
    assert main(["render", str(tmp_path)]) == 0
    said = capfd.readouterr()
    assert said.out.count("kind: ReplicationSource") == said.err.count(": warning: ") == 150


def test_wrong_documents_beyond_the_first_hundred_are_not_passed_over_in_silence(tmp_path, capfd):
    document = f"---\n{BASE}{CLAIM}{REPOSITORY}"
    texts = (document.replace("paperless,", f"app-{n},").replace("engine:", "engin:") for n in range(150))
    (tmp_path / "backup-policy.yaml").write_text("".join(texts))
    assert main(["validate", str(tmp_path)]) == 1
    said = capfd.readouterr().err
    assert said.count("unknown key 'engin'") == 100
    assert "100 documents of this file are wrong, the rest of it is not read" in said
