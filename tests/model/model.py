"""What a history must leave behind: one record after the other, no batch, no database."""

from collections import Counter
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
        self.offers: dict[Any, Offer] = {}
        self.inbox: dict[Any, list[Any]] = {}
        self.letters: Counter[tuple[int, str]] = Counter()
        self.outbox: dict[Any, list[Any]] = {}

    def after(self, *records: Record) -> "World":
        world = deepcopy(self)
        for record in records:
            world._hear(record)
        return world

    def tables(self) -> dict[str, Any]:
        inbox = {identity: len(contents) for identity, contents in self.inbox.items()}
        return {"offer": self.offers, "inbox": inbox, "dead_letter": self.letters, "outbox": self.outbox}

    def _hear(self, record: Record) -> None:
        contents = self.inbox.setdefault(record.identity, [])
        if record.content in contents:
            return
        contents.append(record.content)
        if len(contents) > 1:
            self._refuse(record, "id_reused")
        elif record.broken:
            self._refuse(record, record.broken)
        else:
            self._decide(record, self.offers.get(record.offer) or Offer(0, False, None, ""))

    def _decide(self, record: Record, before: Offer) -> None:
        past, known = record.flaw == "in_the_past", before.open and before.title == record.title
        same = known and not past if record.offers else not before.open
        if record.version < before.version:
            return self._answer(record, "SubmissionStale", before.version)
        if record.version == before.version:
            return self._answer(record, "SubmissionUnchanged") if same else self._refuse(record, "version_reused")
        if past:
            return self._refuse(record, "in_the_past")
        if record.title == SNAG:
            return self._refuse(record, "handler_failed", "SubmissionHeld", None)
        title = record.title if record.offers else before.title
        self.offers[record.offer] = Offer(record.version, record.offers, title, record.event_id)
        if not same:
            kind = "InternshipUpdated" if before.open else "InternshipPosted"
            event = (kind, record.version, title) if record.offers else ("InternshipClosed", None, None)
            self.outbox.setdefault(record.offer, []).append(event)
        return self._answer(record, "SubmissionUnchanged" if same else "SubmissionAccepted")

    def _refuse(self, record: Record, rule: str, kind: str = "SubmissionRejected", *said: Any) -> None:
        self.letters[record.offset, rule] += 1
        self._answer(record, kind, *(said or [rule]))

    def _answer(self, record: Record, kind: str, detail: Any = None) -> None:
        self.outbox.setdefault(record.identity, []).append((kind, record.told_reference, detail))
