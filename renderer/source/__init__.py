"""YAML text to a tree in which every value knows its file, line and column.

The text is hostile: it is read from parser events under limits, never by a YAML constructor.
"""

from renderer.source.reader import MAX_BYTES, MAX_DEPTH, MAX_NODES, Source, read
from renderer.source.tree import Node, Scalar, Value, plain

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_NODES", "Node", "Scalar", "Source", "Value", "plain", "read"]
