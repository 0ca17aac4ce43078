"""What to say about text that is not YAML: the few mistakes that backup policies invite, in plain words."""

import re

import yaml

_CRON = re.compile(r"\*(/\d+)?(\s+\S+){4}\s*(#.*)?$")


def syntax_message(error: yaml.MarkedYAMLError, text: str) -> tuple[int, int, str]:
    """Line and column (from 1) and the message for a syntax error."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return 1, 1, f"not valid YAML: {error.problem}"
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    return _hint(line, mark.line + 1, mark.column + 1) or (mark.line + 1, mark.column + 1, _generic(error))


def _hint(line: str, number: int, column: int) -> tuple[int, int, str] | None:
    at = column - 1
    character = line[at : at + 1]
    if at and line[at - 1] == "*":  # libyaml marks the character after the '*' that it took for an alias
        at, character = at - 1, "*"
    rest = line[at:].strip()
    if character == "*":
        what = "a cron expression that starts with '*'" if _CRON.match(rest) else "a value that starts with '*'"
        return number, at + 1, f'{what} must be quoted: "{rest.split(" #")[0].strip()}"'
    if character in ("@", "`"):
        return (
            number,
            at + 1,
            f"a value that starts with '{character}' must be quoted: \"{rest.split(' #')[0].strip()}\"",
        )
    if character == "\t" or (not character and line.startswith("\t")):
        return number, at + 1, "a tab cannot indent; use spaces"
    return None


def _generic(error: yaml.MarkedYAMLError) -> str:
    context = f" {error.context}" if error.context else ""
    return f"not valid YAML: {error.problem}{context}"
