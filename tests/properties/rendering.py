"""The renderer as the properties see it: a policy as data in, manifests or problems out; no command line."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from renderer.output import app_text
from renderer.pipeline import render
from renderer.problem import Problem
from renderer.request import Request

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Outcome:
    """What came of a text."""

    text: str
    objects: list[dict[str, Any]]
    problems: list[Problem]

    @property
    def rendered(self) -> bool:
        return not any(problem.is_error for problem in self.problems)


def outcome(content: bytes | str | dict[str, Any], beside: Mapping[str, str] = NOTHING) -> Outcome:
    """Render a policy with these files beside it; a mapping is written as JSON, which is YAML."""
    if isinstance(content, dict):
        content = json.dumps(content, ensure_ascii=False)
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    with TemporaryDirectory() as place:
        folder = Path(place).resolve()
        (folder / "backup-policy.yaml").write_bytes(raw)
        for name, text in beside.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
        rendered = render(Request([folder / "backup-policy.yaml"], folder))
    objects = [made.manifest for app in rendered.apps for made in app.objects]
    return Outcome("---\n".join(app_text(app) for app in rendered.apps), objects, rendered.problems)
