"""The typed policy: what all layers of one document together ask for."""

from renderer.policy.build import backup, build
from renderer.policy.credentials import Credential, ExternalSecret, Opened
from renderer.policy.effective import App, Pair, pairs
from renderer.policy.extras import Extras, Patch
from renderer.policy.maintaining import of_maintenance, with_each_credential, with_every_credential
from renderer.policy.model import Backup, Drill, Guard, Policy, Restore, Schedule, Workload
from renderer.policy.mover import Mover
from renderer.policy.repository import CustomCA, Identity, Repository
from renderer.policy.retention import Check, Retain, Upkeep, retain
from renderer.policy.shared import maintained
from renderer.policy.volumes import Cache, Contents, Copy, Dump, NewClaim

__all__ = [
    "App",
    "Backup",
    "Cache",
    "Check",
    "Contents",
    "Copy",
    "Credential",
    "CustomCA",
    "Drill",
    "Dump",
    "ExternalSecret",
    "Extras",
    "Guard",
    "Identity",
    "Mover",
    "NewClaim",
    "Opened",
    "Pair",
    "Patch",
    "Policy",
    "Repository",
    "Restore",
    "Retain",
    "Schedule",
    "Upkeep",
    "Workload",
    "backup",
    "build",
    "maintained",
    "of_maintenance",
    "pairs",
    "retain",
    "with_each_credential",
    "with_every_credential",
]
