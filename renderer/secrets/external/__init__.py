"""Form `externalSecret`: what the External Secrets Operator fetches, in its own words and two shorthands."""

from renderer.secrets.external.made import problems, source

__all__ = ["problems", "source"]
