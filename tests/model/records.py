"""Submissions of two companies, good and bad, and the Kafka records that carry them."""

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from shared.chassis.intake import Raw
from shared.contracts.internships import InternshipOffered, InternshipWithdrawn
from tests.events import OFFER, SIREN

SIRENS = (SIREN, "552100554")
SNAG = "snag"
"""A title that the database refuses to publish: a fault of ours, which the chassis must narrow down to its record."""

BROKEN = {name: name for name in ("malformed", "missing", "unknown_type", "not_yours")} | {"no_id": "missing"}
"""What no service can judge, and the rule that says why."""


@dataclass(frozen=True)
class Record:
    """One record as its sender meant it; `offset` is its place, `title` is empty for a withdrawal."""

    company: int
    event_id: str
    reference: str
    version: int
    title: str
    flaw: str = ""
    source: str = ""
    structured: bool = False
    offset: int = 0

    @property
    def offers(self) -> bool:
        return bool(self.title)

    @property
    def siren(self) -> str:
        return SIRENS[self.company]

    @property
    def offer(self) -> Any:
        return self.siren, self.reference

    @property
    def identity(self) -> Any:
        named = self.event_id if self.flaw != "no_id" else f"intake.{self.siren}.internships/0/{self.offset}"
        return self.siren, self.source, named

    @property
    def content(self) -> Any:
        as_written = self.structured and self.flaw == "malformed"
        return self.reference, self.version, self.title, self.flaw, as_written

    @property
    def broken(self) -> str | None:
        return BROKEN.get(self.flaw)

    @property
    def told_reference(self) -> str | None:
        return None if self.flaw == "malformed" else self.reference

    def raw(self) -> Raw:
        """The record on the wire."""
        said = {"type": self._type(), "source": self.source, "id": self.event_id, "specversion": "1.0"}
        said = {name: text for name, text in said.items() if text and (name, self.flaw) != ("id", "no_id")}
        headers = [(f"ce_{name}", text.encode()) for name, text in said.items()]
        content: dict[str, Any] = self._data()
        if self.structured:
            content, headers = {**said, "data": content}, [("content-type", b"application/cloudevents+json"), *headers]
        value = json.dumps(content, sort_keys=self.structured).encode()
        value = value[:-1] if self.flaw == "malformed" else value
        return Raw(f"intake.{self.siren}.internships", 0, self.offset, self.reference.encode(), value, headers)

    def _type(self) -> str:
        if self.flaw == "unknown_type":
            return "fr.passerelle.internships.NeverHeardOf.v1"
        return InternshipOffered.wire_name if self.offers else InternshipWithdrawn.wire_name

    def _data(self) -> dict[str, Any]:
        siren = SIRENS[not self.company] if self.flaw == "not_yours" else self.siren
        data = {"siren": siren, "reference": self.reference, "version": self.version}
        data |= {**OFFER, **data, "title": self.title} if self.offers else {"reason": "cancelled"}
        if self.flaw == "in_the_past":
            data |= {"starts_on": "2020-04-06", "ends_on": "2020-05-29"}
        if self.flaw == "missing":
            del data["siren"]
        return data


# Few of each, so that records meet.
_flaws = st.sampled_from([*[""] * 10, *BROKEN])
_titles = st.sampled_from(["alpha", "alpha", "beta", SNAG])
_about = {
    "company": st.integers(0, 1),
    "reference": st.sampled_from(["R1", "R2"]),
    "version": st.integers(1, 4),
    "source": st.sampled_from(["", "", "", "/ats"]),
    "structured": st.booleans(),
}
_offered = st.builds(
    Record, event_id=st.just(""), title=_titles, flaw=_flaws | st.sampled_from(["", "", "in_the_past"]), **_about
)
_withdrawn = st.builds(Record, event_id=st.just(""), title=st.just(""), flaw=_flaws, **_about)
submissions = _offered | _offered | _withdrawn
"""A submission without its id and place."""
