"""`limits.repositoryHosts`: that data and credentials go only where the fleet lets them, as far as policies tell."""

from renderer.limits.repositories import host_problems
from renderer.limits.servers import server_problems

__all__ = ["host_problems", "server_problems"]
