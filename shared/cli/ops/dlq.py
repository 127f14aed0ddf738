"""`passerelle ops dlq`: the dead letters of one service, as an operator looks at them and decides about them."""

import asyncio
import getpass
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

import asyncpg
import typer

from shared.chassis import dead_letters, replay
from shared.chassis.database import Db, Row, open_database
from shared.chassis.dead_letters import WHOLE_BATCHES, Selection
from shared.cli.ops import letters
from shared.cli.ops.cluster import OpsError

application = typer.Typer(
    no_args_is_help=True,
    help="Dead letters of one service: records that it could not handle. PASSERELLE_DATABASE says whose.",
)

State = Literal["waiting", "kept", "due", "replayed", "discarded", "any"]
WAITING = ("kept", "due")
STATES = (*WAITING, "replayed", "discarded")

MOST_ROWS = 50
LARGEST_ID = 2**63 - 1
WANTED = "postgresql://user:password@host/name of the service whose dead letters are meant"

Letter = Annotated[int, typer.Argument(min=1, max=LARGEST_ID, help="its number, as list shows it")]
Letters = Annotated[
    list[int] | None, typer.Argument(metavar="[LETTER]...", min=1, max=LARGEST_ID, help="numbers, as list shows them")
]
DatabaseOption = Annotated[
    str, typer.Option("--database", envvar="PASSERELLE_DATABASE", help="postgresql://user:password@host/name")
]
Reason = Annotated[str | None, typer.Option(help="only what is kept for this reason")]
Sender = Annotated[str | None, typer.Option(help="only what this company (its SIREN), portal or service sent")]
TopicOption = Annotated[str | None, typer.Option(help="only what came on this topic")]
Since = Annotated[str | None, typer.Option(help="only what was set aside since then: 2027-01-31, or 2027-01-31T08:00Z")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

T = TypeVar("T")


@application.command("list")
def list_letters(  # noqa: PLR0913, PLR0917 - an option each
    reason: Reason = None,
    sender: Sender = None,
    topic: TopicOption = None,
    since: Since = None,
    state: Annotated[State, typer.Option(help="only what is in this state; waiting is kept or due")] = "waiting",
    limit: Annotated[int, typer.Option(min=0, help="show so many letters, the last ones")] = MOST_ROWS,
    as_json: Json = False,
    database: DatabaseOption = "",
) -> None:
    """Show how many letters there are, by reason, and the last of them."""
    states = {"waiting": WAITING, "any": STATES}.get(state, (state,))
    which = Selection((), reason, sender, topic, _instant(since), states)

    async def ask(db: Db) -> tuple[list[Row], list[Row]]:
        return await dead_letters.count(db, which), await dead_letters.find(db, which, limit)

    counts, found = _run(database, ask)
    if as_json:
        print(letters.as_json({"counts": [*map(dict, counts)], "letters": [*map(dict, found)]}))
    else:
        letters.print_table(counts, "reason", "state", "letters")
        letters.print_table(found, "id", "reason", "state", "attempts", "sender", "event_id", "created_at")


@application.command()
def show(letter: Letter, as_json: Json = False, database: DatabaseOption = "") -> None:
    """Show one letter: where the record was, why it is kept, and the record as it arrived."""

    async def ask(db: Db) -> Row:
        await _named(db, [letter], STATES)
        row: Row = await db.fetchrow("SELECT * FROM dead_letter WHERE id = $1", letter)
        return row

    row = _run(database, ask)
    print(letters.as_json(letters.exactly(row)) if as_json else "\n".join(letters.lines_of(row)))


@application.command("replay")
def replay_letters(  # noqa: PLR0913, PLR0917 - an option each
    numbers: Letters = None,
    reason: Reason = None,
    sender: Sender = None,
    topic: TopicOption = None,
    since: Since = None,
    everything: Annotated[bool, typer.Option("--all", help="All that are kept.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be replayed.")] = False,
    database: DatabaseOption = "",
) -> None:
    """Let the service handle letters again, in the order in which they came, as soon as it runs."""
    which = Selection(numbers or (), reason, sender, topic, _instant(since))
    if everything == (which != Selection()):
        raise OpsError("Say which letters: their numbers, filters such as --reason and --sender, or --all alone.")

    async def mark(db: Db) -> tuple[int, list[Row], int]:
        await _named(db, which.ids, ("kept",))
        due = await dead_letters.make_due(db, which, _who())
        marked = Selection(due, states=("due",))
        left = sum(row["letters"] for row in await dead_letters.count(db, which))
        return len(due), await dead_letters.find(db, marked, MOST_ROWS) if due and dry_run else [], left

    due, shown, left = _run(database, mark, undone=dry_run)
    if dry_run:
        letters.print_table(shown, "id", "reason", "attempts", "sender", "event_id", "created_at")
        print(f"{due} would be replayed; nothing was changed.")
    else:
        print(f"{due} due: the service handles them as soon as it runs, and keeps again what fails again.")
    if left:
        print(
            f"{left} left out: a batch that could not be read ({', '.join(WHOLE_BATCHES)}) holds no record to handle."
        )


@application.command()
def discard(
    numbers: Annotated[list[int], typer.Argument(metavar="LETTER...", min=1, max=LARGEST_ID)],
    reason: Annotated[str, typer.Option(help="why, for whoever looks at it later")],
    database: DatabaseOption = "",
) -> None:
    """Give letters up. They stay to be looked at; a company whose submission was held is told to send it again."""
    if not reason.strip():
        raise OpsError("--reason is empty: say why the letters are given up.")

    async def give_up(db: Db) -> int:
        await _named(db, numbers, WAITING)
        return await replay.discard(db, numbers, _who(), reason)

    print(f"{_run(database, give_up)} discarded.")


async def _named(db: Db, ids: Sequence[int], states: Sequence[str]) -> None:
    """Refuse numbers of letters that are not there, or not in one of the states."""
    found = await dead_letters.find(db, Selection(ids, states=STATES)) if ids else []
    if problems := [*letters.named(found, ids, states)]:
        raise OpsError("\n".join(problems))


class _UndoneError(Exception):
    """Takes back what was only tried."""


def _run(dsn: str, work: Callable[[Db], Awaitable[T]], *, undone: bool = False) -> T:
    """Do the work in one transaction on a service's database; `undone`, it leaves nothing behind."""
    results: list[T] = []

    async def run() -> None:
        async with _transaction(dsn) as db:
            results.append(await work(db))
            if undone:
                raise _UndoneError

    with suppress(_UndoneError):
        asyncio.run(run())
    return results[0]


@asynccontextmanager
async def _transaction(dsn: str) -> AsyncIterator[Db]:
    place = _place(dsn)
    try:
        async with open_database(dsn) as database, database.transaction() as db:
            yield db
    except asyncpg.UndefinedTableError as error:
        raise OpsError(f"{place} has no dead letters: it is no service's, or its service never ran.") from error
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise OpsError(f"{place} did not do it: {str(error) or type(error).__name__}.") from error


def _place(dsn: str) -> str:
    """Where a database is, without its password."""
    if not dsn:
        raise OpsError(f"PASSERELLE_DATABASE is not set: set it in the environment, or give --database ({WANTED}).")
    with suppress(ValueError):
        parts = urlsplit(dsn)
        if re.match(r"postgres(ql)?://", dsn):
            return f"The database {parts.path.strip('/')} at {parts.hostname}:{parts.port or 5432}"
    raise OpsError(f"PASSERELLE_DATABASE or --database is wrong (wanted: {WANTED}).")


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return f"uid {os.getuid()}"


def _instant(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone() if text is not None else None
    except (ValueError, OverflowError):
        raise OpsError(f"--since {text} is no day or instant: write it as 2027-01-31 or 2027-01-31T08:00Z.") from None
