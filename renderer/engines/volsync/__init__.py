"""Engine volsync: ReplicationSources and ReplicationDestinations for VolSync's operator.

Invents nothing: what is rendered is what some layer sets, our labels and hash, and a claim's link to its restore.
"""

from renderer.engines.volsync.objects import component, drafts
from renderer.engines.volsync.traps import problems

__all__ = ["component", "drafts", "problems"]
