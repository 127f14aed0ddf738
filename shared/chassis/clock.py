"""What time it is for a service: the machine's, or ahead of it where a rehearsal says so."""

from datetime import UTC, datetime, timedelta

_ahead = timedelta()


def move_ahead(by: timedelta) -> None:
    """Be ahead of the machine's clock from now on, once, at the start of the process."""
    global _ahead  # noqa: PLW0603 - a process has one time
    _ahead = by


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC) + _ahead
