"""`passerelle ops dlq` on a real PostgreSQL: what it shows, what it marks, and what it refuses."""

import asyncio
import getpass
import json
from collections.abc import Sequence

import pytest
from typer.testing import CliRunner

from shared.chassis import dead_letters, messages
from shared.chassis.database import Database
from shared.chassis.intake import Raw
from shared.cli.__main__ import application
from shared.cli.ops.cluster import OpsError
from shared.cli.platform import Platform
from shared.contracts.received import Received
from tests.chassis.sample import broken, offer, record
from tests.databases import own_database
from tests.events import SIREN

WIDE = {"COLUMNS": "200"}


@pytest.fixture
async def dsn(running: Platform) -> str:
    return await own_database(running, "internships")


@pytest.fixture
async def letters(database: Database) -> list[int]:
    """A held offer, an unknown type, a batch that could not be read: their numbers."""
    odd = [("ce_id", b"odd [red]"), ("ce_type", b"no.such"), (b"\xff".decode("utf-8", "surrogateescape"), b"\x1b[2J")]
    batch = [offer(1, event_id="held"), Raw(offer().topic, 2, 7, None, b"\x00\x1b[31m", odd)]
    await messages.handle(database, broken(), messages.read_all(batch, broken()))
    async with database.transaction() as db:
        received = Received("batch", "", SIREN, await db.fetchval("SELECT now()"))
        await dead_letters.keep(db, [dead_letters.Letter(record(b"", event_id=""), received, "batch_too_large", [])])
        return [row["id"] for row in await dead_letters.find(db, dead_letters.Selection())]


async def dlq(dsn: str, *words: str) -> str:
    """Run the command; returns what it printed, or raises what `main` would say in red."""
    done = await asyncio.to_thread(
        CliRunner().invoke, application, ["ops", "dlq", *words], env={**WIDE, "PASSERELLE_DATABASE": dsn}
    )
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


async def listed(dsn: str, *words: str) -> list[tuple[str, str]]:
    """Reason and state of the letters that are listed."""
    told = json.loads(await dlq(dsn, "list", "--json", *words))
    assert sum(one["letters"] for one in told["counts"]) >= len(told["letters"])
    return [(one["reason"], one["state"]) for one in told["letters"]]


async def refused(dsn: str, *words: str) -> str:
    with pytest.raises(OpsError) as caught:
        await dlq(dsn, *words)
    return str(caught.value)


async def test_what_is_kept_is_listed_with_counts_by_reason(dsn: str, letters: Sequence[int]) -> None:
    printed = await dlq(dsn, "list")
    for word in ("handler_failed", "unknown_type", "batch_too_large", "odd [red]", SIREN):
        assert word in printed
    told = json.loads(await dlq(dsn, "list", "--json", "--limit", "1"))
    assert {one["reason"]: one["letters"] for one in told["counts"]} == {
        "handler_failed": 1, "unknown_type": 1, "batch_too_large": 1,
    }  # fmt: skip
    assert [one["id"] for one in told["letters"]] == [letters[2]]


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["--reason", "unknown_type"], 1),
        (["--reason", "nothing"], 0),
        (["--sender", SIREN], 3),
        (["--sender", SIREN, "--reason", "handler_failed"], 1),
        (["--topic", f"intake.{SIREN}.internships"], 3),
        (["--topic", "participants"], 0),
        (["--since", "2020-01-01"], 3),
        (["--since", "2999-01-01T08:00Z"], 0),
        (["--state", "due"], 0),
        (["--state", "any"], 3),
    ],
)
async def test_every_filter_narrows_the_list(
    dsn: str, letters: Sequence[int], words: Sequence[str], count: int
) -> None:
    assert len(await listed(dsn, *words)) == count


async def test_a_record_is_shown_so_that_people_can_read_it_and_nothing_steers_their_terminal(
    dsn: str, letters: Sequence[int]
) -> None:
    held, odd = await dlq(dsn, "show", str(letters[0])), await dlq(dsn, "show", str(letters[1]))
    for word in ("ZeroDivisionError", "ce_id: held", "Technicienne", f"intake.{SIREN}.internships", "record_offset 1"):
        assert word in held
    for word in ("hex ff: hex 1b 5b 32 4a", "hex 00 1b 5b 33 31 6d", "key\n  (none)", "record_offset 7"):
        assert word in odd
    assert "\x1b" not in held + odd


async def test_a_program_is_shown_the_very_bytes(dsn: str, letters: Sequence[int]) -> None:
    shown = json.loads(await dlq(dsn, "show", str(letters[1]), "--json"))
    assert (shown["value"], shown["key"]) == (b"\x00\x1b[31m".hex(), None)
    assert shown["headers"][2] == ["ff", b"\x1b[2J".hex()]
    assert shown["detail"][0]["rule"] == "unknown_type"


async def test_replaying_marks_what_is_named_or_chosen_and_leaves_whole_batches(
    dsn: str, letters: Sequence[int]
) -> None:
    assert (await dlq(dsn, "replay", str(letters[0]))).startswith("1 due: ")
    assert await listed(dsn, "--state", "due") == [("handler_failed", "due")]
    printed = await dlq(dsn, "replay", "--all")
    assert printed.startswith("1 due: ")
    assert "1 left out: a batch that could not be read" in printed
    assert await listed(dsn, "--state", "kept") == [("batch_too_large", "kept")]


async def test_a_dry_run_shows_what_would_be_replayed_and_changes_nothing(dsn: str, letters: Sequence[int]) -> None:
    printed = await dlq(dsn, "replay", "--sender", SIREN, "--dry-run")
    assert "unknown_type" in printed
    assert "2 would be replayed; nothing was changed." in printed
    assert await listed(dsn, "--state", "due") == []


async def test_what_is_discarded_stays_with_who_and_why_and_a_held_company_is_told(
    dsn: str, letters: Sequence[int], database: Database
) -> None:
    assert await dlq(dsn, "discard", *map(str, letters), "--reason", "Trop tard") == "3 discarded.\n"
    assert await listed(dsn) == []
    shown = json.loads(await dlq(dsn, "show", str(letters[0]), "--json"))
    assert (shown["state"], shown["changed_by"], shown["note"]) == ("discarded", getpass.getuser(), "Trop tard")
    async with database.transaction() as db:
        told = [row["type"].split(".")[-2] for row in await db.fetch("SELECT type FROM outbox ORDER BY id")]
    assert told == ["SubmissionHeld", "SubmissionRejected", "SubmissionRejected"]


async def test_what_cannot_be_meant_is_refused_and_nothing_is_changed(dsn: str, letters: Sequence[int]) -> None:
    first = str(letters[0])
    before = await dlq(dsn, "list", "--state", "any", "--json")
    assert "There is no letter 999" in await refused(dsn, "show", "999")
    assert "There is no letter 999" in await refused(dsn, "replay", first, "999")
    assert "There is no letter 999" in await refused(dsn, "discard", first, "999", "--reason", "x")
    assert "--reason is empty" in await refused(dsn, "discard", first, "--reason", " ")
    assert "Say which letters" in await refused(dsn, "replay")
    assert "Say which letters" in await refused(dsn, "replay", first, "--all")
    assert "no day or instant" in await refused(dsn, "list", "--since", "yesterday")
    assert await dlq(dsn, "list", "--state", "any", "--json") == before


async def test_what_was_decided_is_not_decided_again(dsn: str, letters: Sequence[int]) -> None:
    first = str(letters[0])
    await dlq(dsn, "discard", first, "--reason", "x")
    told = f"Letter {first} is discarded by {getpass.getuser()} since "
    assert told in await refused(dsn, "replay", first)
    assert told in await refused(dsn, "discard", first, "--reason", "y")


async def test_a_database_that_is_missing_or_wrong_is_told_without_its_password(running: Platform) -> None:
    assert "PASSERELLE_DATABASE is not set" in await refused("", "list")
    for wrong in ("mysql://ops:secret@host/x", "postgresql://ops:secret@host:port/x"):
        assert "PASSERELLE_DATABASE or --database is wrong" in await refused(wrong, "list")
    away = await refused("postgresql://ops:secret@127.0.0.1:1/x", "list")
    assert away.startswith("The database x at 127.0.0.1:1 did not do it: ")
    assert "secret" not in away
    empty = running.stack.addresses.postgres_admin
    assert "has no dead letters" in await refused("", "list", "--database", empty)
