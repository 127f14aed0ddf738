"""What a service hears: one function for each event, or one pure decision folded over a batch."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

from shared.chassis.database import TRANSIENT, Db
from shared.chassis.telemetry import carrying, is_recorded, log, span, traceparent
from shared.contracts.event import Event
from shared.contracts.feedback import Problem
from shared.contracts.received import Received, Rejected
from shared.contracts.wire import printable, source_of

_log = log(__name__)

LONGEST_FAILURE = 2000
"""Characters of what a bug says."""

E = TypeVar("E", bound=Event)
Key = Any
State = Any


class Heard(NamedTuple):
    """An event that passed its contract, with its circumstances."""

    event: Event
    received: Received
    traceparent: str | None


class Outcome(NamedTuple):
    """What became of one event: the events it caused, or the reason it was set aside."""

    events: Sequence[Event] = ()
    traceparent: str | None = None
    problems: Sequence[Problem] = ()
    failure: str | None = None


class Route(Protocol):
    """Handles a batch of events in order; one outcome each. What it raises is tried again with less of the batch."""

    async def run(self, db: Db, batch: Sequence[Heard]) -> list[Outcome]: ...


def span_of(heard: Heard) -> AbstractContextManager[None]:
    """The span in which one event is handled, a child of the one that published it."""
    if heard.traceparent and not is_recorded(heard.traceparent):
        return carrying(heard.traceparent)
    name = heard.event.wire_name.split(".")[-2]
    attributes = {"ce.id": heard.received.event_id, "ce.source": source_of(heard.received.sender)}
    return span(f"handle {name}", parent=heard.traceparent, attributes=attributes)


def failed(heard: Heard, error: Exception) -> Outcome:
    """A bug of ours concerns one record, not its partition; said inside the event's span, with its trace."""
    _log.error("handler failed", event_id=heard.received.event_id, exc_info=error)
    return Outcome(failure=printable(repr(error))[:LONGEST_FAILURE], traceparent=traceparent())


@dataclass(frozen=True, slots=True)
class Each:
    """Each event on its own, in a savepoint, so that a failure takes nothing else with it."""

    handle: Callable[[Any, Received, Db], Awaitable[Sequence[Event]]]

    async def run(self, db: Db, batch: Sequence[Heard]) -> list[Outcome]:
        return [await self._one(db, heard) for heard in batch]

    async def _one(self, db: Db, heard: Heard) -> Outcome:
        with span_of(heard):
            try:
                async with db.transaction():
                    return Outcome(await self.handle(heard.event, heard.received, db), traceparent())
            except Rejected as rejected:
                return Outcome(problems=rejected.problems, traceparent=traceparent())
            except TRANSIENT:
                raise
            except Exception as error:
                return failed(heard, error)


@dataclass(frozen=True, slots=True)
class Fold:
    """Load the batch's states at once, fold the events through the decision in order, save at once."""

    key: Callable[[Any], Key]
    load: Callable[[Db, Sequence[Key]], Awaitable[dict[Key, State]]]
    decide: Callable[[Any, Any, Received], tuple[State, Sequence[Event]]]
    save: Callable[[Db, Sequence[State]], Awaitable[None]]

    async def run(self, db: Db, batch: Sequence[Heard]) -> list[Outcome]:
        keys = [self.key(heard.event) for heard in batch]
        before = await self.load(db, [*dict.fromkeys(keys)])
        states = dict(before)
        outcomes = [self._one(states, key, heard) for key, heard in zip(keys, batch, strict=True)]
        await self.save(db, [state for key, state in states.items() if state is not before.get(key)])
        return outcomes

    def _one(self, states: dict[Key, State], key: Key, heard: Heard) -> Outcome:
        with span_of(heard):
            try:
                states[key], events = self.decide(states.get(key), heard.event, heard.received)
            except Rejected as rejected:
                return Outcome(problems=rejected.problems, traceparent=traceparent())
            except Exception as error:
                return failed(heard, error)
            return Outcome(events, traceparent())


async def nothing(_: Db, __: Sequence[Key]) -> dict[Key, State]:
    """What is loaded where the last event alone counts, whatever was before it."""
    return {}


class Handlers:
    """A service's table of contents: event by event, what it does about it."""

    def __init__(self) -> None:
        self.routes: dict[type[Event], Route] = {}

    def on(
        self, event: type[E]
    ) -> Callable[
        [Callable[[E, Received, Db], Awaitable[Sequence[Event]]]],
        Callable[[E, Received, Db], Awaitable[Sequence[Event]]],
    ]:
        """Handle `event` with the decorated function."""

        def register(
            handle: Callable[[E, Received, Db], Awaitable[Sequence[Event]]],
        ) -> Callable[[E, Received, Db], Awaitable[Sequence[Event]]]:
            self._add(event, Each(handle))
            return handle

        return register

    def fold(
        self,
        *,
        on: Iterable[type[Event]],
        key: Callable[[Any], Key],
        load: Callable[[Db, Sequence[Any]], Awaitable[dict[Any, Any]]] = nothing,
        decide: Callable[[Any, Any, Received], tuple[Any, Sequence[Event]]],
        save: Callable[[Db, Sequence[Any]], Awaitable[None]],
    ) -> None:
        """Handle the events of `on` with one pure decision; the chassis loads and saves in bulk."""
        route = Fold(key, load, decide, save)
        for event in on:
            self._add(event, route)

    def _add(self, event: type[Event], route: Route) -> None:
        if event in self.routes:
            raise ValueError(f"{event.__name__} has a handler already: one event, one handler.")
        self.routes[event] = route
