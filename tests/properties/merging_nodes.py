"""Plain data as the tree that layers are made of."""

from renderer.problem import Place
from renderer.source import Node


def node(value, file):
    """Every value at a place of its own, in the file that is the layer's."""
    count = iter(range(1, 10**6))

    def built(part, key=None):
        place = Place(file, next(count))
        if isinstance(part, dict):
            return Node({name: built(below, Place(file, next(count))) for name, below in part.items()}, place, key)
        if isinstance(part, list):
            return Node([built(below) for below in part], place, key)
        return Node(part, place, key)

    return built(value)
