"""A repository with all examples, apart from the checkout."""

import shutil
from pathlib import Path

import pytest

from tests.golden.examples import FOLDER


def repository(folder: Path) -> Path:
    """A copy of the examples in a repository: headers name a policy by its path from the root, which `.git` marks."""
    (folder / ".git").mkdir(parents=True)
    shutil.copytree(FOLDER, folder / "examples")
    return folder


@pytest.fixture(scope="session")
def copy(tmp_path_factory):
    """For tests that only read; a test that writes makes its own."""
    return repository(tmp_path_factory.mktemp("copy") / "repository")


@pytest.fixture
def own_copy(tmp_path):
    """For a test that writes."""
    return repository(tmp_path / "repository")
