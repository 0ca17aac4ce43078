"""The one mistake that a schedule, a window or a zone can contain, and how it quotes what the user wrote."""

SHOWN = 40
"""Characters of the user's text that a message repeats: enough to recognise it, too few to fill a screen."""


class CronError(ValueError):
    """A text that is no schedule, window or zone; says why and what to write instead."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        """Lower case, no full stop, ends in the way out."""
        self.offset = offset
        """Characters before the mistake in the text that was given, so that a caller can point at it."""


def quoted(text: str) -> str:
    """The text in quotes for a message: shortened, and escaped where it would not print as itself."""
    short = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    visible = short if short.isprintable() else short.encode("unicode_escape").decode("ascii")
    return f"'{visible}'"
