"""The shape of every fact that travels on Kafka: a frozen pydantic model that knows its wire name, topic and key."""

from collections.abc import Sequence
from datetime import date
from string import Formatter
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from .feedback import Problem


class Value(BaseModel):
    """A part of an event: frozen, strict about types, indifferent to fields it does not know."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", ser_json_inf_nan="constants")


class Event(Value):
    """A fact in the past tense.

    `wire_name` is the CloudEvents type. `topic` may name fields of the event (`feedback.{company}`) or
    `{sender}`, the siren or service that publishes it. `key_field` is the record's key and the CloudEvents
    subject: events of one key keep their order. An older major version stays beside the newer one that
    `superseded_by` names, so that its records are still read. What is `planned` no service hears or says yet.
    `told_by` names the services that write to a topic that is no service's own.
    """

    wire_name: ClassVar[str]
    topic: ClassVar[str]
    key_field: ClassVar[str]
    told_by: ClassVar[tuple[str, ...]] = ()
    status: ClassVar[Literal["served", "planned"]] = "served"
    superseded_by: ClassVar["type[Event] | None"] = None

    def upcast(self) -> "Event":
        """What this event says in the next major version's words; only where `superseded_by` names one."""
        raise NotImplementedError(f"{type(self).__name__} is the newest version of its event.")

    def newest(self) -> "Event":
        """This event in the words of its newest version, the only one that handlers know."""
        return self.upcast().newest() if self.superseded_by else self

    def problems_on(self, today: date) -> Sequence["Problem"]:  # noqa: ARG002 - for the events that have a day
        """What makes an event that keeps its contract useless on a day in France; a check before sending asks it too."""
        return []

    @property
    def key(self) -> str:
        """The id of the thing whose order matters."""
        return str(getattr(self, self.key_field))

    def topic_for(self, sender: str) -> str:
        """The topic this event goes to when `sender` (a siren, `portal` or a service) publishes it."""
        names = [name for _, name, _, _ in Formatter().parse(self.topic) if name]
        return self.topic.format(**{name: sender if name == "sender" else getattr(self, name) for name in names})
