"""There is a result on every way out, small and in order, and it tells the truth about what went wrong."""

import json
import os
import re
import signal

import pytest

from tests.mover import results
from tests.mover.container import told, wait_until
from tests.mover.http_servers import answering
from tests.mover.movers import SCRIPTS
from tests.tools import ROOT

BACKPLAN = re.compile(r"\bBACKPLAN_[A-Z_]+")
OWN = {"BACKPLAN_LOCK_ROUND", "BACKPLAN_STOP_PATIENCE", "BACKPLAN_SILENCE"}
"""Lengths of waits that nothing renders: for people who must change one, and for tests."""


@pytest.mark.mover
@pytest.mark.parametrize("operation", ["", "prune", "../backup", "init backup", "$(id)", 'a"b\nc'])
def test_unknown_operation_is_a_usage_error(mover, operation):
    outcome = mover.run(operation)
    assert told(outcome) == (64, "error")
    assert outcome.result["operation"] == "unknown"


@pytest.mark.mover
@pytest.mark.parametrize(
    "env",
    [
        {"RESTIC_PASSWORD": None},
        {"RESTIC_REPOSITORY": None},
        {"BACKPLAN_HOST": None},
        {"BACKPLAN_HOST": ""},
        {"BACKPLAN_DATA": "/nowhere"},
        {"BACKPLAN_DATA": None},
        {"BACKPLAN_RETRY_LOCK": "2h"},
        {"BACKPLAN_MAX_SHRINK_PERCENT": "-1"},
        {"TMPDIR": "/nowhere"},
        {"PATH": "/bin"},
    ],
    ids=lambda env: " ".join(f"{name}={value}" for name, value in env.items()),
)
def test_what_makes_no_sense_is_never_tried_again(mover, env):
    outcome = mover.run("backup", **env)
    assert told(outcome) == (64, "error"), outcome
    assert re.search("^mover: ", outcome.errors, re.MULTILINE)


@pytest.mark.mover
def test_everything_else_may_be_unset(mover):
    env = dict.fromkeys(("BACKPLAN_RETRY_LOCK", "RESTIC_CACHE_DIR", "HOME", "TMPDIR"))
    assert told(mover.run("backup", **env)) == (0, "ok")


@pytest.mark.mover
def test_password_may_come_from_a_file_or_a_command(mover):
    command = f"printf '%s' '{mover.settings('backup')['RESTIC_PASSWORD']}'"
    assert told(mover.run("backup", RESTIC_PASSWORD=None, RESTIC_PASSWORD_COMMAND=f'sh -c "{command}"')) == (0, "ok")


@pytest.mark.mover
def test_environment_of_a_shell_misleads_nobody(mover):
    env = {"IFS": "r", "ENV": "/data/one", "CDPATH": "/", "stopped": "1", "rc": "5", "child": "1", "facts": "x"}
    assert told(mover.run("backup", **env)) == (0, "ok")


@pytest.mark.mover
@pytest.mark.parametrize("operation", ["init", "backup"])
def test_server_that_is_gone_is_unreachable(mover, operation):
    with answering(404) as url:
        pass
    running = mover.start(operation, RESTIC_REPOSITORY=f"rest:{url}/", BACKPLAN_STOP_PATIENCE="1")
    wait_until(lambda: "dial tcp" in running.read("stderr"), running)
    for child in running.children("--quiet"):
        os.kill(child, signal.SIGTERM)  # as if its 15 minutes of trying were over
    outcome = running.wait()
    assert told(outcome) == (1, "unreachable"), outcome


@pytest.mark.mover
def test_missing_bucket_is_a_missing_repository_within_seconds(mover):
    missing = b"<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>"
    keys = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "hidden"}
    with answering(404, missing) as url:
        outcome = mover.run("backup", RESTIC_REPOSITORY=f"s3:{url}/bucket", **keys)
    assert told(outcome) == (1, "no-repository"), outcome
    assert outcome.seconds < 20
    assert "hidden" not in outcome.message + outcome.errors


def test_schema_has_the_order_of_the_script():
    text = (SCRIPTS / "result.sh").read_text()
    (order,) = re.findall(r'^order="([^"]*)"', text, re.MULTILINE)
    assert ["operation", "class", *order.split()] == list(results.schema()["properties"])


def test_largest_possible_result_is_small_enough():
    largest = {}
    for name, member in results.schema()["properties"].items():
        numbers = {"integer": member.get("maximum", 2**63 - 1)}
        texts = {"snapshot": "f" * 64, "restic": "x" * 40, "subset": "256/256"}
        longest = max(member.get("enum", [""]), key=len)
        largest[name] = numbers.get(member.get("type"), texts.get(name, longest))
    assert results.read(json.dumps(largest, separators=(",", ":"))) == largest


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.sh")), ids=lambda path: path.name)
def test_script_is_safe_from_whoever_substitutes_on_the_way(path):
    """Flux replaces `${X}` and halves `$$`; templates of other tools read `{{`."""
    text = path.read_text("utf-8")
    assert not [mark for mark in ("${", "$$", "{{", "\t") if mark in text]
    assert text.startswith("#!/bin/sh\n# ")
    assert len(text.splitlines()) <= 250


def test_scripts_evaluate_nothing():
    words = re.compile(r"^\s*(eval|exec (?!\d)|source|alias)\b", re.MULTILINE)
    assert not [path.name for path in SCRIPTS.glob("*.sh") if words.search(path.read_text())]


def test_every_variable_that_is_read_is_named_where_missing_ones_are_made_empty():
    entry = (SCRIPTS / "mover.sh").read_text()
    read = {name for path in SCRIPTS.glob("*.sh") for name in re.findall(r"\$(BACKPLAN_[A-Z_]+)", path.read_text())}
    assert read == set(re.findall(r'\b(BACKPLAN_[A-Z_]+)="\$\1"', entry))


def test_what_a_mover_reads_is_what_it_is_given():
    engine = ROOT / "renderer" / "engines" / "cronjob"
    rendered = "".join((engine / name).read_text() for name in ("environment.py", "backups.py", "bootstrap.py"))
    read = {name for path in SCRIPTS.glob("*.sh") for name in BACKPLAN.findall(path.read_text())}
    assert read - OWN - {"BACKPLAN_OPERATION"} <= set(BACKPLAN.findall(rendered))
