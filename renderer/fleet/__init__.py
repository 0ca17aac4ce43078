"""The fleet: what `backplan.yaml` says, which policies it means, and what it lets them say. It renders nothing."""

from renderer.fleet.find import files_of
from renderer.fleet.forbidden import forbidden_problems
from renderer.fleet.members import Member, app_of, members
from renderer.fleet.model import Cluster, Fleet, Limits, Output
from renderer.fleet.read import fleet_at, fleet_upwards

__all__ = [
    "Cluster",
    "Fleet",
    "Limits",
    "Member",
    "Output",
    "app_of",
    "files_of",
    "fleet_at",
    "fleet_upwards",
    "forbidden_problems",
    "members",
]
