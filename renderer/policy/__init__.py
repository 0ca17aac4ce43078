"""The typed policy: what all layers of one document together ask for."""

from renderer.policy.build import build
from renderer.policy.effective import App, Pair, pairs
from renderer.policy.model import (
    Backup,
    Cache,
    Copy,
    CustomCA,
    Extras,
    Mover,
    NewClaim,
    Patch,
    Policy,
    Repository,
    Restore,
    Retain,
    Schedule,
)

__all__ = [
    "App",
    "Backup",
    "Cache",
    "Copy",
    "CustomCA",
    "Extras",
    "Mover",
    "NewClaim",
    "Pair",
    "Patch",
    "Policy",
    "Repository",
    "Restore",
    "Retain",
    "Schedule",
    "build",
    "pairs",
]
