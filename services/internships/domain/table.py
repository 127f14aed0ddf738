"""A life as a table: who may do what in which state. The decisions run it, and the README draws it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from shared.contracts.event import Event

S = TypeVar("S", bound=str)


class Guard(NamedTuple):
    """A condition on the thing as it would be afterwards, on a day in France."""

    words: str
    holds: Callable[[Any, date], bool]


ALWAYS = Guard("", lambda *_: True)


class Move(NamedTuple, Generic[S]):
    """One way to go: what happens to it in one of these states, by whom, on which condition, and what is said."""

    trigger: str
    actors: tuple[str, ...]
    before: tuple[S | None, ...]
    after: S
    says: type[Event] | None = None
    guard: Guard = ALWAYS


def by_state(life: Iterable[Move[S]]) -> Mapping[tuple[str, S | None], Move[S]]:
    """Each move by its trigger and the state before it."""
    return {(move.trigger, before): move for move in life for before in move.before}


def diagram(life: Iterable[Move[S]]) -> str:
    """The table as a Mermaid state diagram; what changes nothing and says nothing is left out."""
    lines = [
        f"    {before or '[*]'} --> {move.after}: {_label(move)}"
        for move in life
        for before in move.before
        if before != move.after or move.says
    ]
    return "\n".join(["stateDiagram-v2", *lines])


def _label(move: Move[S]) -> str:
    guard = f", if {move.guard.words}" if move.guard.words else ""
    said = f" / {move.says.__name__}" if move.says else ""
    return f"{move.trigger} ({' or '.join(move.actors)}{guard}){said}"
