"""Form `sops`: a Secret that sops encrypted, passed on byte for byte.

Each value is bound to its place in the file, and all of them to the MAC, so nothing of it can be changed here: no name,
no label, no key (getsops/sops, `Tree.Decrypt`).
"""

from renderer.secrets.sops.made import problems, source

__all__ = ["problems", "source"]
