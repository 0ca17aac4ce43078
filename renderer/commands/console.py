"""Where a command's output goes: the product to standard output, the talk to standard error, both as UTF-8."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from renderer.errors import OutputError
from renderer.problem import Problem
from renderer.report.problems import FORMATS
from renderer.source.characters import printable


class Console(NamedTuple):
    """The streams, the folder and the environment that a command runs in."""

    out: BinaryIO
    err: BinaryIO
    cwd: Path
    environ: Mapping[str, str]
    is_terminal: bool
    """Whether standard error is one."""
    clock: Callable[[], float] = time.time  # noqa: TID251 - here it comes in, for commands that ask for a moment

    def write(self, text: str) -> None:
        """A part of the product."""
        try:
            self.out.write(text.encode("utf-8", "backslashreplace"))
            self.out.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"cannot write to standard output: {(error.strerror or 'failed').lower()}") from error

    def say(self, text: str) -> None:
        """A part of the talk; what would act on a terminal, say in a file's name, is written as an escape."""
        self._talk("\n".join(map(printable, text.split("\n"))))

    def _talk(self, text: str) -> None:
        self.err.write(text.encode("utf-8", "backslashreplace"))
        self.err.flush()

    def report(self, problems: Sequence[Problem], form: str | None) -> None:
        """Problems on standard error, in the format asked for or the one that the surroundings read."""
        self._talk(FORMATS[self.format(form)](problems, self.colours))

    def format(self, form: str | None) -> str:
        """`github` inside GitHub Actions, `text` elsewhere, unless one is asked for."""
        return form or ("github" if self.environ.get("GITHUB_ACTIONS") == "true" else "text")

    @property
    def colours(self) -> bool:
        """Colours only on a terminal, and not for those who do not want them (no-color.org)."""
        return self.is_terminal and not self.environ.get("NO_COLOR") and self.environ.get("TERM") != "dumb"
