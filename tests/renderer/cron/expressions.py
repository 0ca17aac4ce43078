"""Cron expressions to try: hand-picked nasty ones, and as many drawn ones as asked for, always the same."""

import random
from functools import cache

from renderer.cron import Cron, CronError, parse
from renderer.cron.bounds import FIELDS, Bounds

NASTY = """
* * * * *
0 * * * *
*/15 * * * *
7/20 * * * *
30 * * * *
0 0 * * *
30 0 * * *
59 23 * * *
0 1 * * *
45 1 * * *
59 1 * * *
0 2 * * *
15 2 * * *
30 2 * * *
0 3 * * *
0 2,3 * * *
*/10 1-3 * * *
0,30 0-23/2 * * *
0 0-1 * * *
0 23,0 * * *
0 0 1 * *
30 2 1 * *
0 0 29 * *
0 0 31 * *
0 2 31 1/2 *
0 0 29 2 *
0 12 29 FEB ?
0 0 1 1 *
0 0 31 12 *
0 0 1 4,9,10,11 *
0 0 1 11 *
30 0 * * FRI
30 1 1-7 3,4,10,11 SUN
0 0 * * 0
0 0 * * SUN
30 2 * * SUN
45 1 ? * sun
0 0 13 * 5
0 0 13 * FRI
0 0 */2 * 1
0 0 */1 * 1
0 0 1-31 * 1
0 0 * * */2
0 0 */2 * */2
0 0 1/1 * 3
0 0 *,5 * 1
0 0 ?/3 */5 *
5 4 8-14 * 6
0 4 1-7 * *
5,5,5 5-5 05 5/7 5
1-59/2 * * jan-mar mon-fri
0 0 30 APR-jun *
10-50/20,3 6/6 * * *
0 5/100 * * *
""".strip().splitlines()

HASHED = (
    "H H * * *",
    "H/15 * * * *",
    "H(0-29)/10 H(1-5) H H H",
    "H,5 H/7 * H/3 *",
    "0 0 H/3 * ?",
    "0 H(0-20)/4,22 ? * MON-FRI",
)


def middle(_field: str, n: int) -> int:
    """A draw without chance."""
    return n // 2


@cache
def cron(text: str) -> Cron:
    """The cron of this text; what is hashed in it comes out in the middle."""
    return parse(text).resolve(middle)


def settled(text: str) -> Cron | None:
    """The same, or None for a date that never comes."""
    try:
        return cron(text)
    except CronError as error:
        if not error.message.startswith("never runs"):
            raise
        return None


def drawn(how_many: int) -> list[str]:
    """The nasty ones first. Of the others most run a few times a day at most, as backups do."""
    dice = random.Random("the same expressions in every run")
    seen = dict.fromkeys(NASTY)
    while len(seen) < how_many:
        seen[_expression(dice)] = None
    return list(seen)[:how_many]


def _expression(dice: random.Random) -> str:
    minute, hour, day, month, weekday = FIELDS
    return " ".join(
        (
            _field(dice, minute, 0.1),
            _field(dice, hour, 0.1),
            _field(dice, day, 0.6),
            _field(dice, month, 0.7),
            _field(dice, weekday, 0.6),
        )
    )


def _field(dice: random.Random, bounds: Bounds, star: float) -> str:
    if dice.random() < star:
        return dice.choice(["*", "*", "?", "*/1", "*/2", "?/3"])
    return ",".join(_part(dice, bounds) for _ in range(dice.choice([1, 1, 1, 1, 2, 3])))


def _part(dice: random.Random, bounds: Bounds) -> str:
    low, high = sorted(dice.randint(bounds.low, 28 if bounds.high == 31 else bounds.high) for _ in range(2))
    step = dice.randint(1, bounds.high)
    one, two = _spelled(dice, bounds, low), _spelled(dice, bounds, high)
    return dice.choice([one, one, one, one, two, f"{one}-{two}", f"{one}-{two}/{step}", f"{one}/{step}", f"*/{step}"])


def _spelled(dice: random.Random, bounds: Bounds, number: int) -> str:
    if bounds.words and dice.random() < 0.5:
        word = bounds.words[number - bounds.low]
        return dice.choice([word, word.lower(), word.title()])
    return dice.choice([f"{number}", f"{number}", f"{number}", f"{number:02}"])
