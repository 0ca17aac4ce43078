"""`python -m renderer` is `backplan`."""

from renderer.cli import run

run()
