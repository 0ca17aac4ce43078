"""Where files go that are passed on byte for byte."""

from pathlib import Path

from renderer.attachments import COPY_ENDING, Copy
from renderer.engines import Made
from renderer.errors import UsageError
from renderer.output.pattern import Pattern
from renderer.rendered import RenderedApp


def copied(app: RenderedApp, made: Made, copy: Copy, pattern: Pattern) -> Path:
    """The path of a copy, for which its app must have a folder to itself: what is listed there is the app's.

    A file that lies in its app's rendered folder already stays the only one of its Secret.
    """
    if not pattern.has_own_folders(app):
        whose = f"{app.app.namespace}/{app.app.name}"
        raise UsageError(
            f"the Secret of {whose} is passed on as a file of its own and needs a folder; "
            f"add {{app}} to the folders of {pattern.named}"
        )
    folder = pattern.path(app, made).parent
    return copy.path if copy.path.parent == folder else folder / f"{made.manifest['metadata']['name']}{COPY_ENDING}"
