"""Histories: a log of records, and how its batches come to be handled, interrupted and handled again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from tests.model.records import SNAG, Record, submissions


@dataclass(frozen=True)
class Step:
    """A batch of the log, counted from where the last one ended; after a rebalance it begins earlier."""

    back: int = 0
    count: int = 1000
    by_company: bool = False
    """The topics' order in the batch: what has one key keeps its order, the rest need not."""
    strike: int = 0
    """At which row that is written PostgreSQL ends the session; 0 is never."""
    unheard: int = 0
    """Of which commit the answer is lost; 0 is of none."""
    beside: tuple[int, int] | None = None
    """What another replica handles at the same time: how many of this batch's last records, and how many after them."""


@dataclass(frozen=True)
class History:
    log: Sequence[Record]
    steps: Sequence[Step]


@st.composite
def _logs(draw: st.DrawFn, *, snags: bool) -> list[Record]:
    """Fresh submissions, copies of earlier records, and others under an earlier id."""
    log: list[Record] = []
    for submission in draw(st.lists(submissions, min_size=1, max_size=16)):
        how = draw(st.sampled_from(["fresh", "fresh", "fresh", "copy", "other"])) if log else "fresh"
        earlier = draw(st.sampled_from(log)) if how != "fresh" else submission
        record = replace(submission, event_id=earlier.event_id or f"s{len(log)}")
        if how == "copy":
            record = replace(earlier, structured=submission.structured)
        elif how == "other":
            record = replace(record, company=earlier.company, source=earlier.source)
        if record.title == SNAG and not snags:
            record = replace(record, title="gamma")
        log.append(replace(record, offset=len(log)))
    return log


_steps = st.builds(
    Step,
    back=st.sampled_from([0, 0, 0, 1, 3]),
    count=st.integers(1, 6),
    by_company=st.booleans(),
    strike=st.just(0) | st.integers(1, 40),
    unheard=st.sampled_from([0, 0, 0, 1, 2]),
    beside=st.none() | st.tuples(st.sampled_from([0, 0, 1, 3]), st.integers(1, 8)),
)
_meeting = st.builds(Step, count=st.integers(1, 8), beside=st.tuples(st.sampled_from([0, 0, 1]), st.just(8)))

# Only without snags do two replicas handle batches at the same time.
histories = (
    st.builds(History, _logs(snags=True), st.lists(_steps, max_size=5))
    | st.builds(History, _logs(snags=False), st.lists(_steps, max_size=5))
    | st.builds(History, _logs(snags=False), st.lists(_meeting, min_size=1, max_size=1))
)
