"""The shape of every fact that travels on Kafka: a frozen pydantic model that knows its wire name, topic and key."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from operator import itemgetter
from string import Formatter
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

if TYPE_CHECKING:
    from .feedback import Problem


@cache
def _shared(kind: "type[Value]", other: "type[Value]") -> tuple[Sequence[str], Callable[[Mapping[str, Any]], Any]]:
    """The fields two kinds have in common (at least two), and how to take them all."""
    names = [name for name in kind.__pydantic_fields__ if name in other.__pydantic_fields__]
    return names, itemgetter(*names)


_set = object.__setattr__


class Value(BaseModel):
    """A part of an event: frozen, strict about types, indifferent to fields it does not know.

    The docstring under a field is its description in the JSON Schema.
    """

    model_config = ConfigDict(
        frozen=True, strict=True, extra="ignore", ser_json_inf_nan="constants", use_attribute_docstrings=True
    )

    @classmethod
    def made_of(cls, part: "Value", **more: Any) -> Self:
        """One with the fields it shares with `part`, and with `more`: checked values, so nothing is checked again."""
        names, take = _shared(cls, type(part))
        return cls._holding(dict(zip(names, take(part.__dict__), strict=True), **more))

    @classmethod
    def given(cls, **fields: Any) -> Self:
        """One with exactly these fields: all of them, of checked values, so nothing is checked again."""
        return cls._holding(fields)

    @classmethod
    def _holding(cls, fields: dict[str, Any]) -> Self:
        made = cls.__new__(cls)
        # As pydantic makes a copy; model_construct looks for aliases and defaults at twice the cost.
        _set(made, "__dict__", fields)
        _set(made, "__pydantic_fields_set__", set(fields))
        _set(made, "__pydantic_extra__", None)
        _set(made, "__pydantic_private__", None)
        return made

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The JSON Schema, with each field's description on one line."""
        schema = handler(core_schema)
        for field in handler.resolve_ref_schema(schema).get("properties", {}).values():
            if "description" in field:
                field["description"] = " ".join(field["description"].split())
        return schema


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

    @classmethod
    def newest_kind(cls) -> "type[Event]":
        """The newest version of this event."""
        return cls.superseded_by.newest_kind() if cls.superseded_by else cls

    def newest(self) -> "Event":
        """This event in the words of its newest version, the only one that handlers know."""
        return self.upcast().newest() if self.superseded_by else self

    def problems_on(self, today: date) -> Sequence["Problem"]:  # noqa: ARG002 - for the events that have a day
        """What makes an event useless on a day in France although it keeps its contract; who sends may ask before."""
        return []

    def violations(self) -> Sequence["Problem"]:
        """What is certainly against the law in it, with the articles."""
        return []

    def doubts(self) -> Sequence["Problem"]:
        """What may be against the law in it: told as a warning, and accepted."""
        return []

    @property
    def key(self) -> str:
        """The id of the thing whose order matters."""
        return str(getattr(self, self.key_field))

    def topic_for(self, sender: str) -> str:
        """The topic this event goes to when `sender` (a siren, `portal` or a service) publishes it."""
        name = _named_in(self.topic)
        if name is None:
            return self.topic
        return _filled(self.topic, name, sender if name == "sender" else getattr(self, name))


@cache
def _named_in(topic: str) -> str | None:
    return next((name for _, name, _, _ in Formatter().parse(topic) if name), None)


@lru_cache(maxsize=4096)  # a company's feedback, again and again
def _filled(topic: str, name: str, value: str) -> str:
    return topic.format(**{name: value})
