"""The two ways of running backups. An engine turns a plan into manifests and says what it cannot do."""

from renderer.engines.draft import Draft, Role
from renderer.engines.registry import ENGINES, Engine, Made, component, findings, manifests

__all__ = ["ENGINES", "Draft", "Engine", "Made", "Role", "component", "findings", "manifests"]
