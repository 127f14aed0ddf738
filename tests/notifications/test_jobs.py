"""What students are told of what was gathered, and what becomes of an e-mail whatever its server answers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from services.notifications import store
from services.notifications.domain import Notice
from services.notifications.jobs import send_mail, tell_student
from shared.chassis.database import Database
from shared.cli.platform import Platform
from shared.contracts.notifications import EmailRefused
from tests.chassis import sample
from tests.conftest import ServiceDb, eventually
from tests.databases import Outage, outage_of
from tests.notifications.conftest import ENTRY
from tests.notifications.server import Scripted, serving
from tests.notifications.test_mail import found, person

INES = UUID(int=1)


async def test_what_expired_while_it_was_gathered_is_not_told(service_db: ServiceDb) -> None:
    db = await service_db("notifications")
    kept = sample.posted()
    over = kept.model_copy(update={"offer_id": UUID(int=2), "valid_through": date(2026, 11, 23)})
    for offer in (kept, over):
        await store.save_offer(db, offer)
        await store.save_found(db, [(INES, offer.offer_id)], None)
    in_france_it_is_the_24th = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    await tell_student(db, str(INES), in_france_it_is_the_24th)
    told = await db.fetchval("SELECT jsonb_path_query_array(content, '$.offers[*].offer_id')::text FROM mail")
    assert told == f'["{kept.offer_id}"]'
    await store.save_found(db, [(UUID(int=3), over.offer_id)], None)
    await tell_student(db, str(UUID(int=3)), in_france_it_is_the_24th)
    assert await db.fetchval("SELECT count(*) FROM mail") == 1


@pytest.fixture
async def waiting(database: Database) -> Database:
    """One e-mail waits to be sent."""
    async with database.transaction() as db:
        await store.save_participant(db, person())
        await store.save_notice(db, found(), None)
    return database


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """What a service is told of its surroundings; the mail server's port is the test's to set."""
    for name, value in ENTRY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PASSERELLE_DATABASE", "postgresql://me@db/x")
    return monkeypatch


async def row(database: Database) -> dict[str, Any]:
    async with database.transaction() as db:
        return dict(await db.fetchrow("SELECT state, attempts, detail FROM mail"))


async def told(database: Database) -> list[str]:
    async with database.transaction() as db:
        rows = await db.fetch("SELECT type, payload FROM outbox ORDER BY id")
    for one in rows:
        if one["type"] == EmailRefused.wire_name:
            EmailRefused.model_validate_json(one["payload"])
    return [one["type"].split(".")[-2] for one in rows]


@pytest.mark.parametrize(
    ("verb", "answer", "state", "events"),
    [
        ("DOT", "250 Message accepté\r\n".encode("latin-1"), "sent", ["EmailDelivered"]),
        ("DOT", b"250 ok\x00\r\n", "sent", ["EmailDelivered"]),
        ("DOT", b"554 \x1b[31mno\r\n", "refused", ["EmailRefused"]),
        ("DOT", b"554-no\r\n554 \xe2\x80\xae\xff\r\n", "refused", ["EmailRefused"]),
        ("DOT", b"554 " + "\ufb2c".encode() * 1000 + b"\r\n", "refused", ["EmailRefused"]),
        ("DOT", b"\x00\xff\r\n", "unknown", ["EmailRefused"]),
        ("RCPT", "450 Boîte pleine\r\n".encode("latin-1"), "pending", []),
        ("RCPT", "550 Boîte inconnue\r\n".encode("latin-1"), "refused", ["EmailRefused"]),
    ],
)
async def test_whatever_bytes_a_server_answers_are_kept_as_text(
    waiting: Database,
    environment: pytest.MonkeyPatch,
    verb: str,
    answer: bytes,
    state: str,
    events: list[str],
) -> None:
    async with serving(Scripted({verb: answer})) as server:
        environment.setenv("PASSERELLE_SMTP_PORT", str(server.port))
        assert await send_mail(waiting)
    kept = await row(waiting)
    assert kept["state"] == state
    assert kept["detail"].isprintable()
    assert await told(waiting) == events


async def test_a_refusal_does_not_carry_an_address_to_where_none_may_travel(
    waiting: Database, environment: pytest.MonkeyPatch
) -> None:
    async with serving(Scripted({"RCPT": f"550 <{person().email}>: no such user\r\n".encode()})) as server:
        environment.setenv("PASSERELLE_SMTP_PORT", str(server.port))
        await send_mail(waiting)
    async with waiting.transaction() as db:
        refused = EmailRefused.model_validate_json(await db.fetchval("SELECT payload FROM outbox"))
    assert refused.reason == "550 <(address)>: no such user"


@pytest.fixture
async def outage(running: Platform, dsn: str) -> AsyncIterator[Outage]:
    async with outage_of(running, dsn) as outage:
        yield outage


@pytest.mark.parametrize(
    ("answer", "state", "events"), [(b"250 ok\r\n", "sent", ["EmailDelivered"]), (b"451 later\r\n", "pending", [])]
)
async def test_an_answer_outlives_an_outage_of_postgresql(
    waiting: Database,
    environment: pytest.MonkeyPatch,
    outage: Outage,
    answer: bytes,
    state: str,
    events: list[str],
) -> None:
    async with serving(Scripted({"DOT": answer}, at_dot=outage.begin)) as server:
        environment.setenv("PASSERELLE_SMTP_PORT", str(server.port))
        with capture_logs() as said:
            sending = asyncio.ensure_future(send_mail(waiting))
            await eventually(lambda: said or sending.done(), "the sender to say that it waits")
            await outage.end()
            assert await sending
    waits, goes_on = (one["event"] for one in said)
    assert waits.endswith(" waits")
    assert goes_on.endswith(" goes on")
    assert (await row(waiting))["state"] == state
    assert await told(waiting) == events
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("email", "notice"),
    [("a..b@x.fr", found()), (person().email, Notice(INES, "no_such_template", "x", {}))],
    ids=["address", "content"],
)
async def test_an_email_that_cannot_be_written_is_refused_at_once_and_the_next_is_sent(
    database: Database, environment: pytest.MonkeyPatch, email: str, notice: Notice
) -> None:
    async with database.transaction() as db:
        await store.save_participant(db, replace(person(), email=email))
        await store.save_notice(db, notice, None)
    async with serving(Scripted()) as server:
        environment.setenv("PASSERELLE_SMTP_PORT", str(server.port))
        assert await send_mail(database)
        assert (await row(database))["state"] == "refused"
        assert await told(database) == ["EmailRefused"]
        async with database.transaction() as db:
            await store.save_participant(db, person(2))
            await store.save_notice(db, replace(found(), participant_id=person(2).participant_id), None)
        assert await send_mail(database)
    assert len(server.taken) == 1


async def test_a_wrong_setting_claims_no_email(waiting: Database, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PASSERELLE_SMTP_PORT", "abc")
    with pytest.raises(SystemExit):
        await send_mail(waiting)
    assert await row(waiting) == {"state": "pending", "attempts": 0, "detail": None}
