"""Form `sealedSecret`: a SealedSecret from a file, or inline. What is sealed passes through as it is.

One credential sealed with scope cluster-wide serves every app: each gets a SealedSecret of its own, whose template
gives it the app's own `RESTIC_REPOSITORY` beside the sealed values.
"""

from renderer.secrets.sealed.made import problems, source

__all__ = ["problems", "source"]
