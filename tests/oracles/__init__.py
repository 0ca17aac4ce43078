"""Small Go programs that answer as Kubernetes, VolSync and their libraries do; built when a test asks.

Each folder here is one Go module with pinned dependencies. They are test tools and travel in no package.
"""

import hashlib
import os
import subprocess
from functools import cache
from pathlib import Path

from tests.tools import require

HERE = Path(__file__).parent


@cache
def build(name: str) -> Path:
    """The program of the folder `name`, compiled unless the cache holds it for exactly these sources.

    Skips the calling test where Go is missing. Processes that build at the same time do not disturb each
    other: each writes its own file and puts it in place at once.
    """
    go = require("go")
    sources = HERE / name
    program = _cache_folder() / f"{name}-{_digest(sources)}"
    if not program.exists():
        program.parent.mkdir(parents=True, exist_ok=True)
        unfinished = program.with_suffix(f".{os.getpid()}")
        command = [str(go), "build", "-trimpath", "-o", str(unfinished), "."]
        built = subprocess.run(command, cwd=sources, capture_output=True, text=True, check=False)
        assert built.returncode == 0, f"go build of {name} failed:\n{built.stderr}"
        unfinished.replace(program)
    return program


def _cache_folder() -> Path:
    """Outside the tree, so that a clean checkout finds yesterday's program."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "backplan" / "oracles"


def _digest(sources: Path) -> str:
    """16 hex digits over names and bytes of everything that the compiler reads."""
    digest = hashlib.sha256()
    for file in sorted(
        path for path in sources.rglob("*") if path.name in ("go.mod", "go.sum") or path.suffix == ".go"
    ):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(sources)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]
