"""One-off Jobs that changed under their old token: the cluster has run them, and a changed template runs nothing."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from renderer import labels
from renderer.engines import Made
from renderer.manifest import Identity, identity
from renderer.output.files import Change, Outcome
from renderer.problem import Problem, Severity
from renderer.rendered import RenderedApp
from renderer.source import plain, read

_DOCUMENT = "\n---\n"
_JOB = "\nkind: Job\n"


def spent_tokens(changes: Sequence[Change], apps: Iterable[RenderedApp]) -> list[Problem]:
    """A warning at the policy for each such Job."""
    before = dict(_jobs(change.before for change in changes if change.outcome is Outcome.UPDATE))
    if not before:
        return []
    found = [made for app in apps for made in app.objects if identity(made.manifest) in before]
    return [_problem(made) for made in found if _is_spent(made, before[identity(made.manifest)])]


def _jobs(texts: Iterable[str]) -> Iterator[tuple[Identity, Any]]:
    """The Jobs in rendered files, each with its template; somebody may have edited them."""
    for text in texts:
        for document in text.split(_DOCUMENT):
            if _JOB not in document:
                continue
            for node in read(document.encode(), "").documents:
                what = Identity("Job", node.text("metadata", "namespace") or "", node.text("metadata", "name") or "")
                template = node.get("spec", "template")
                yield what, plain(template) if template is not None else None


def _is_spent(made: Made, template: Any) -> bool:
    """The Job that makes the repository has no token: what it does does not change with its template."""
    has_token = labels.TOKEN in made.manifest["metadata"]["annotations"]
    return has_token and made.manifest["spec"]["template"] != template


def _problem(made: Made) -> Problem:
    metadata = made.manifest["metadata"]
    token = str(metadata["annotations"][labels.TOKEN])[:40]
    message = (
        f"Job '{metadata['name']}' has changed under its old token '{token}', and a Job runs once; "
        "to run it as it is now, set another token"
    )
    return Problem(made.place, message, "no-effect", Severity.WARNING)
