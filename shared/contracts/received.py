"""What a decision may know of an event beyond its content, and how it says no."""

from datetime import datetime
from typing import NamedTuple

from .feedback import Problem


class Received(NamedTuple):
    """An event's circumstances: its id, who owns the topic it came on, and the instant it was read.

    `source` is what the sender calls its source: two systems of one company may count their events alike.
    """

    event_id: str
    event_type: str
    sender: str
    at: datetime
    source: str = ""


class Rejected(Exception):  # noqa: N818 - the field's word, as in SubmissionRejected
    """A decision refuses a submission; the chassis keeps the record and tells the sender each problem."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{problem.field}: {problem.rule}" for problem in problems))
        self.problems = problems
