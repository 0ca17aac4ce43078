"""Windows: what may be written, and which minutes lie inside."""

import pytest

from renderer.cron import CronError
from renderer.plan.spread import Window, parse_window


@pytest.mark.parametrize(
    ("text", "window", "length"),
    [
        ("01:00-05:00", Window(60, 300), 240),
        ("22:30-01:00", Window(1350, 60), 150),
        ("22:30-00:00", Window(1350, 0), 90),
        ("22:30-24:00", Window(1350, 1440), 90),
        ("00:00-24:00", Window(0, 1440), 1440),
        ("00:00-00:01", Window(0, 1), 1),
        ("05:01-05:00", Window(301, 300), 1439),
    ],
)
def test_window_is_read_and_written(text, window, length):
    assert parse_window(text) == window
    assert str(window) == text
    inside = [minute for minute in range(1440) if window.contains(minute)]
    assert len(inside) == window.length == length
    assert sorted(map(window.minute, range(length))) == inside


def test_window_is_half_open_and_may_cross_midnight():
    window = parse_window("23:00-01:00")
    assert [window.contains(minute) for minute in (1379, 1380, 1439, 0, 59, 60)] == [
        False,
        True,
        True,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("1:00-5:00", 0, "'1:00-5:00' is no window; write it as '01:00-05:00'"),
        ("", 0, "'' is no window; write it as '01:00-05:00'"),
        ("01:00-05:00\n", 0, "'01:00-05:00\\n' is no window; write it as '01:00-05:00'"),
        ("\u0660\u0661:00-05:00", 0, "'\u0660\u0661:00-05:00' is no window; write it as '01:00-05:00'"),
        ("01:00-05:60", 6, "'05:60' is no time of day; use 00:00 to 24:00"),
        ("25:00-05:00", 0, "'25:00' is no time of day; use 00:00 to 24:00"),
        ("01:00-24:01", 6, "'24:01' is no time of day; use 00:00 to 24:00"),
        ("24:00-05:00", 0, "a window cannot start at 24:00; write 00:00"),
        ("03:00-03:00", 6, "window '03:00-03:00' is empty; for the whole day write '00:00-24:00'"),
        ("1" * 10**6, 0, f"'{'1' * 40}…' is no window; write it as '01:00-05:00'"),
    ],
)
def test_error_says_where_and_what_to_write_instead(text, offset, message):
    with pytest.raises(CronError) as refused:
        parse_window(text)
    assert (refused.value.offset, refused.value.message) == (offset, message)
