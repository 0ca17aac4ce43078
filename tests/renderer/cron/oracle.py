"""Questions to robfig/cron itself (`tests/oracles/robfig`), and our answers in the same shape."""

import hashlib
import json
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path

from renderer.cron import Cron, zone
from renderer.cron.occurrences import occurrences
from tests.oracles import build

PATIENCE = 300
"""Seconds. Where a zone lost a whole day robfig can search for ever."""


def bits(schedule: Cron) -> list[str]:
    """The five sets as robfig holds them; bit 63 is the star."""
    return [f"{sum(1 << n for n in field.numbers) | field.star << 63:x}" for field in schedule.fields]


def times(schedule: Cron, zone_name: str, start: int, end: int) -> Iterator[int]:
    """Unix seconds after `start` and up to `end`."""
    found = occurrences(schedule, zone(zone_name), datetime.fromtimestamp(start, UTC))
    return takewhile(lambda at: at <= end, (int(at.timestamp()) for at in found))


def digest(found: Iterable[int]) -> str:
    return hashlib.sha256(b"".join(at.to_bytes(8, "big", signed=True) for at in found)).hexdigest()


def question(text: str, zone_name: str = "UTC", start: int = 0, end: int = 0) -> dict:
    return {"expr": text, "zone": zone_name, "from": start, "to": end}


@contextmanager
def asked(questions: list[dict]) -> Iterator[Iterator[dict]]:
    """The answers, in order; robfig works on them while the block works on its own."""
    program = build("robfig")
    zones = Path(find_spec("tzdata").origin).parent / "zoneinfo"
    with tempfile.TemporaryFile("w+") as lines, tempfile.TemporaryFile("w+") as answers:
        lines.writelines(json.dumps(each) + "\n" for each in questions)
        lines.seek(0)
        with subprocess.Popen([program], stdin=lines, stdout=answers, env={"ZONEINFO": str(zones)}) as running:

            def read() -> Iterator[dict]:
                assert running.wait() == 0
                answers.seek(0)
                yield from map(json.loads, answers)

            yield read()


def ask(questions: list[dict]) -> list[dict]:
    with asked(questions) as answers:
        return list(answers)
