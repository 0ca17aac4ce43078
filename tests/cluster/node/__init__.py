"""A real Kubernetes node on this machine: every program of it, its images, its volumes and the servers beside it.

All of it runs in namespaces of its own (mounts, processes, network), below one first process. When that is killed, the
kernel ends the rest: programs, pods, mounts, bridge. What is left is a folder and cgroups, which `places.py` finds.
"""
