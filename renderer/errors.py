"""Exceptions that end a run. Each class says which exit code follows; user mistakes are `Problem`s instead."""


class BackplanError(Exception):
    """Base of everything we raise on purpose; the command prints its text in one line and no traceback."""

    exit_code = 3


class UsageError(BackplanError):
    """The command line cannot be carried out as it was given."""

    exit_code = 2


class OutputError(BackplanError):
    """Standard output takes no more, such as a file on a full disk."""

    exit_code = 2


class FormError(BackplanError):
    """A manifest form of ours is wrong or was filled with data it does not know: our bug, with its place."""
