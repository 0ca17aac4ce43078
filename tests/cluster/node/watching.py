"""What comes and goes in a namespace: what is deleted as soon as it has ended can only be seen meanwhile."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.api import Raw
from tests.cluster.node.namespace import Namespace
from tests.processes import running


@dataclass(frozen=True, slots=True)
class Watch:
    """All that happened to the objects of a kind since it began; those that were there count as added."""

    namespace: Namespace
    log: Path

    def events(self, prefix: str) -> list[tuple[str, Raw]]:
        """`ADDED`, `MODIFIED` or `DELETED`, and the object then, of those whose name begins so."""
        found = [(event["type"], event["object"]) for event in _documents(self.log.read_text())]
        return [(what, one) for what, one in found if one["metadata"]["name"].startswith(prefix)]

    def until_gone(self, prefix: str) -> Raw:
        """The last that was seen of the one object whose name begins so, which has come and gone."""
        self.namespace.wait_for(f"end of {prefix}", lambda: "DELETED" in [what for what, _ in self.events(prefix)])
        events = self.events(prefix)
        assert len({one["metadata"]["uid"] for _, one in events}) == 1
        return events[-1][1]


@contextmanager
def watched(namespace: Namespace, kind: str) -> Iterator[Watch]:
    """Watch the objects of a kind, of which one must be there, for as long as the block lasts."""
    cluster = namespace.bed.cluster
    command = [cluster.programs.kubectl, f"--kubeconfig={cluster.kubeconfig}", f"--namespace={namespace.name}"]
    command += ["get", kind, "--watch", "--output-watch-events", "--output=json"]
    log = namespace.source / f"{kind}.watch"
    with running(command, log):
        watch = Watch(namespace, log)
        namespace.wait_for(f"sight of {kind}", lambda: bool(watch.events("")))
        yield watch


def _documents(text: str) -> Iterator[Raw]:
    """JSON documents one after the other; the last may still be being written."""
    decoder, place = json.JSONDecoder(), 0
    while (place := text.find("{", place)) >= 0:
        try:
            found, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError:
            return
        yield found
