"""The machine's clock, which is the cluster's: times for schedules that shall come soon, or not while a test runs."""

from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """In UTC, as policies count where they name no zone."""
    return datetime.now(UTC)  # noqa: TID251 - the cluster goes by it too


def coming_minute(ahead: timedelta = timedelta(seconds=5)) -> datetime:
    """The next full minute after a while."""
    return (now() + ahead).replace(second=0, microsecond=0) + timedelta(minutes=1)


def cron(due: datetime) -> str:
    """Once a day at that minute."""
    return f"{due.minute} {due.hour} * * *"


def away() -> str:
    """A window for `@daily` half a day from now: a hash may else choose the very minute of a test."""
    begin, end = (now() + timedelta(hours=hours) for hours in (10, 14))
    return f"{begin:%H:00}-{end:%H:00}"
