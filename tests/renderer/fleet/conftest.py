"""A repository of policies in a temporary folder, and Backplan run in it."""

import os

import pytest

from renderer.cli import main
from tests.renderer.fleet.repository import Repository


@pytest.fixture
def fleet(tmp_path, monkeypatch, capsysbinary):
    for name in ("GITHUB_ACTIONS", "BACKPLAN_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def run(folder, *arguments):
        before = os.getcwd()  # noqa: PTH109 - what chdir goes back to
        os.chdir(folder)
        try:
            code = main([*map(str, arguments)])
        finally:
            os.chdir(before)
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    folder = tmp_path / "repository"
    folder.mkdir()
    return Repository(folder, run)
