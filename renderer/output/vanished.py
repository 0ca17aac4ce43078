"""Files whose policy is gone, or renders them no more: found by a run over a whole fleet, which knows all policies.

Only files that carry our header are ever told to go; a policy that exists keeps its files, unless it is of this run.
"""

import os
import re
from collections.abc import Container, Iterator
from pathlib import Path
from typing import NamedTuple

from renderer.output.owner import line_of, policy_of, yaml_below


class Sweep(NamedTuple):
    """Where a run may look for such files."""

    root: Path
    """What the paths of policies in headers count from."""
    base: Path
    shape: re.Pattern[str] | None
    """What their paths must look like; None where all of `base` is for rendered files."""
    beside_policies: bool
    """Whether these paths count from their policy's folder, not from `base`."""
    lines: frozenset[bytes]
    """The first lines of what the policies of this run render."""


def swept(sweep: Sweep, rendered: Container[Path]) -> Iterator[Path]:
    """Files that nothing renders any more."""
    for path in yaml_below(sweep.base, of_this_root=True):
        if path in rendered:
            continue
        line = line_of(path)
        policy = policy_of(line)
        if policy is None or not _is_meant(path, policy, sweep):
            continue
        if line in sweep.lines or _is_gone(policy, sweep.root):
            yield path


def _is_meant(path: Path, policy: str, sweep: Sweep) -> bool:
    """Whether a file lies where this run would write, and is not what another run wrote elsewhere."""
    if sweep.shape is None:
        return True
    base = (sweep.root / policy).parent if sweep.beside_policies else sweep.base
    return path.is_relative_to(base) and sweep.shape.fullmatch(path.relative_to(base).as_posix()) is not None


def _is_gone(policy: str, root: Path) -> bool:
    """Whether there is certainly no such policy."""
    if "\\" in policy:
        return False  # an escape of the writer: the name is another one
    try:
        os.lstat(f"{root}/{policy}")
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False
