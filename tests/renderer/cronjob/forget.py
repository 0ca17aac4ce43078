"""BACKPLAN_FORGET as the mover reads it: blocks of arguments, one a line, and what `restic forget` has against one."""

import re

KEEPS = ("last", "hourly", "daily", "weekly", "monthly", "yearly")
COUNT = re.compile(rf"--keep-({'|'.join(KEEPS)})=([0-9]+)")
WITHIN = re.compile(r"--keep-within(?:-(?:hourly|daily|weekly|monthly|yearly))?=((?:[0-9]+[ymdh])+)")
CHOSEN = re.compile(r"--(?:host|tag|path)=.+")


def blocks(text: str) -> list[list[str]]:
    """One list of arguments for each `restic forget`."""
    return [block.split("\n") for block in text.split("\n\n")]


def objection(arguments: list[str]) -> str | None:
    """Why restic would refuse them, or do what nobody wants."""
    keeps = [one for one in arguments if one.startswith("--keep-")]
    for one in arguments:
        if not (COUNT.fullmatch(one) or WITHIN.fullmatch(one) or CHOSEN.fullmatch(one)):
            return f"unknown argument {one!r}"
    if not any(one.startswith("--host=") for one in arguments):
        return "no host: it would forget everybody's"
    if not any(re.search("[1-9]", one.partition("=")[2]) for one in keeps):
        return "nothing is kept"
    return "something twice" if len(set(arguments)) < len(arguments) else None
