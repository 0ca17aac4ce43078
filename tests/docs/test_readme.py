"""What README.md and docs/ show on a console is what happens. The convention is in tests/docs/console.py."""

import subprocess

import pytest

from tests.docs.console import Command, commands, failures, furnish, same
from tests.tools import ROOT, require

DOCUMENTS = [str(path.relative_to(ROOT)) for path in [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]]
PROGRAMS = {
    "docs/sealed-secrets.md": ("kubectl", "kubeseal"),
    "docs/sops.md": ("kubectl", "sops", "age-keygen", "openssl"),
}
"""What a document's commands need besides a shell and Backplan."""

SAMPLE = """\
# Title
```console
$ printf 'one\\ntwo\\nthree\\n'
one
...
three
$ cat > file <<'END'
> a  b
> END
$ cat file; false  # exit 1
a  b
```
```sh
$ not-run
```
"""


@pytest.mark.slow
@pytest.mark.parametrize("document", DOCUMENTS)
def test_consoles_of_the_documentation_are_true(document, tmp_path):
    furnish(tmp_path)
    for program in PROGRAMS.get(document, ()):
        (tmp_path / "bin" / program).symlink_to(require(program))
    if "kubeseal" in PROGRAMS.get(document, ()):
        certificate(tmp_path / "sealing.pem")
    wrong = failures((ROOT / document).read_text("utf-8"), tmp_path)
    assert not wrong, "\n".join(wrong)


def certificate(file):
    """What `kubeseal --fetch-cert` would print."""
    command = f"{require('openssl')} req -x509 -nodes -subj /CN=tests -newkey rsa:2048 -keyout /dev/null".split()
    subprocess.run([*command, "-out", str(file)], capture_output=True, check=True)


def test_commands_are_found_with_their_lines_and_output():
    assert commands(SAMPLE) == [
        Command(3, "printf 'one\\ntwo\\nthree\\n'", ("one", "...", "three")),
        Command(7, "cat > file <<'END'\na  b\nEND", ()),
        Command(10, "cat file; false  # exit 1", ("a  b",)),
    ]


def test_true_document_has_no_failures(tmp_path):
    assert failures(SAMPLE, tmp_path) == []


@pytest.mark.parametrize(
    ("true", "untrue", "line"),
    [("one\n...", "zwei\n...", 3), ("# exit 1", "# exit 2", 10), ("a  b\n```\n", "a b\n```\n", 10)],
)
def test_untrue_document_is_found_with_its_line(tmp_path, true, untrue, line):
    (wrong,) = failures(SAMPLE.replace(true, untrue), tmp_path)
    assert wrong.startswith(f"line {line}: ")


def test_dots_stand_for_any_number_of_lines_and_nothing_for_all():
    assert same(("a", "...", "b"), "a\nb\n")
    assert same(("...",), "x\ny\n")
    assert same((), "anything\n")
    assert not same(("a",), "a\nb\n")
