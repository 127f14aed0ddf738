"""What a history must leave behind: one record after the other, no batch, no database."""

from collections import Counter, defaultdict
from copy import deepcopy
from typing import Any, NamedTuple

from tests.model.records import SNAG, Record


class Offer(NamedTuple):
    version: int
    open: bool
    title: str | None
    changed_by: str


class World:
    """What there is after some records."""

    def __init__(self) -> None:
        self.offers = dict[Any, Offer]()
        self.inbox = defaultdict[Any, list[Any]](list)
        self.letters = Counter[tuple[int, str]]()
        self.outbox = defaultdict[Any, list[Any]](list)

    def after(self, *records: Record) -> "World":
        world = deepcopy(self)
        for record in records:
            if record.content not in world.inbox[record.identity]:
                world._hear(record)
        return world

    def _hear(self, record: Record) -> None:
        wrong = "id_reused" if self.inbox[record.identity] else record.broken
        self.inbox[record.identity].append(record.content)
        before = self.offers.get(record.offer) or Offer(0, False, None, "")
        verdict, detail = ("SubmissionRejected", wrong) if wrong else self._decide(record, before)
        self.outbox[record.identity].append((verdict, record.told_reference, detail))
        if verdict in {"SubmissionRejected", "SubmissionHeld"}:
            self.letters[record.offset, str(detail or "handler_failed")] += 1

    def _decide(self, record: Record, before: Offer) -> tuple[str, object]:
        past = record.flaw == "in_the_past"
        same = before.open and before.title == record.title and not past if record.offers else not before.open
        if record.version < before.version:
            return "SubmissionStale", before.version
        if record.version == before.version:
            return ("SubmissionUnchanged", None) if same else ("SubmissionRejected", "version_reused")
        if past:
            return "SubmissionRejected", "in_the_past"
        if record.title == SNAG:
            return "SubmissionHeld", None
        title = record.title if record.offers else before.title
        self.offers[record.offer] = Offer(record.version, record.offers, title, record.event_id)
        if same:
            return "SubmissionUnchanged", None
        kind = "InternshipUpdated" if before.open else "InternshipPosted"
        event = (kind, record.version, title) if record.offers else ("InternshipClosed", None, None)
        self.outbox[record.offer].append(event)
        return "SubmissionAccepted", None
