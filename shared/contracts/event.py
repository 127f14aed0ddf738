"""The shape of every fact that travels on Kafka: a frozen pydantic model that knows its wire name, topic and key."""

from string import Formatter
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A part of an event: frozen, strict about types, indifferent to fields it does not know."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", ser_json_inf_nan="constants")


class Event(Value):
    """A fact in the past tense.

    `wire_name` is the CloudEvents type. `topic` may name fields of the event (`feedback.{company}`) or
    `{sender}`, the siren or service that publishes it. `key_field` is the record's key and the CloudEvents
    subject: events of one key keep their order.
    """

    wire_name: ClassVar[str]
    topic: ClassVar[str]
    key_field: ClassVar[str]

    @property
    def key(self) -> str:
        """The id of the thing whose order matters."""
        return str(getattr(self, self.key_field))

    def topic_for(self, sender: str) -> str:
        """The topic this event goes to when `sender` (a siren, `portal` or a service) publishes it."""
        names = [name for _, name, _, _ in Formatter().parse(self.topic) if name]
        return self.topic.format(**{name: sender if name == "sender" else getattr(self, name) for name in names})
