"""The page behind a click, over HTTP and on the real Kafka; what a scanner of mail does changes nothing."""

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from starlette.applications import Starlette

from services.portal.api import clicks
from shared.chassis.database import Database, Db
from shared.cli.platform import Platform
from shared.clicks import Click, sign
from shared.contracts.checking import check
from shared.contracts.offer_life import ProlongationRequested
from tests.conftest import eventually
from tests.portal.test_clicks import KEY
from tests.topics import everything_on

TITLE = "Technicienne <b>fibre</b> & « réseaux » (F/H)"


def prolong(about: UUID | None = None) -> Click:
    return Click("prolong", about or uuid4(), UUID(int=2), "2027-03-31", TITLE)


def address(portal: Platform, click: Click) -> str:
    return f"{portal.portal}/c/{sign(KEY, click)}"


async def published(portal: Platform, click: Click) -> list[ProlongationRequested]:
    """What was published of a click, once it was; an empty outbox says that nothing is still to come."""
    connection = await asyncpg.connect(portal.databases["portal"])

    async def is_empty() -> bool:
        return int(await connection.fetchval("SELECT count(*) FROM outbox")) == 0

    await eventually(is_empty, "the relay to publish")
    await connection.close()
    records = await everything_on(portal.kafka, "intake.portal.internships")
    events = [
        check(ProlongationRequested, record.value) for record in records if str(click.about).encode() in record.value
    ]
    return [event for event in events if isinstance(event, ProlongationRequested)]


async def test_a_scanner_that_follows_the_link_changes_nothing_and_a_person_who_confirms_does(portal: Platform) -> None:
    click = prolong()
    async with httpx.AsyncClient() as browser:
        for method in ("GET", "HEAD", "GET"):
            shown = await browser.request(method, address(portal, click))
            assert shown.status_code == 200
        assert "Prolonger l’offre jusqu’au 31\xa0mars\xa02027" in shown.text
        assert "Prolong the offer until 31\xa0March\xa02027" in shown.text
        assert "Technicienne &lt;b&gt;fibre&lt;/b&gt; &amp; « réseaux » (F/H)" in shown.text
        assert await published(portal, click) == []
        done = await browser.post(address(portal, click))
    assert done.status_code == 200
    assert "Bien reçu" in done.text
    (event,) = await published(portal, click)
    assert (event.offer_id, event.contact_id, event.valid_through) == (click.about, click.by, date(2027, 3, 31))
    assert abs((datetime.now(UTC) - event.clicked_at).total_seconds()) < 3600


class Away(Database):
    """PostgreSQL during an outage."""

    def __init__(self) -> None:
        pass

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Db]:
        raise ConnectionRefusedError
        yield


async def asked(method: str, path: str, database: Database | None = None) -> httpx.Response:
    """What the pages answer, in an outage where no database is given."""
    transport = httpx.ASGITransport(Starlette(routes=clicks.routes(KEY, database or Away())))
    async with httpx.AsyncClient(transport=transport, base_url="http://portal") as browser:
        return await browser.request(method, path)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("token", ["x", "a.b.c", "%00", "é" * 9, "A" * 9000, sign(KEY[::-1], prolong())])
async def test_a_link_that_is_not_ours_is_said_to_be_incomplete(method: str, token: str) -> None:
    answer = await asked(method, f"/c/{token}")
    assert answer.status_code == 400
    assert "Ce lien n’est pas complet" in answer.text
    assert "This link is not complete" in answer.text


async def test_what_a_person_confirmed_waits_in_the_outbox_whether_or_not_kafka_is_there(database: Database) -> None:
    click = prolong()
    answer = await asked("POST", f"/c/{sign(KEY, click)}", database)
    assert answer.status_code == 200
    async with database.transaction() as db:
        (row,) = await db.fetch("SELECT topic, key, traceparent FROM outbox")
    assert (row["topic"], row["key"]) == ("intake.portal.internships", str(click.about))
    assert row["traceparent"]


async def test_where_the_click_cannot_be_kept_nothing_is_said_to_be_done() -> None:
    answer = await asked("POST", f"/c/{sign(KEY, prolong())}")
    assert answer.status_code == 503
    assert "rien n’a changé" in answer.text


async def test_a_page_tells_its_address_to_nobody_and_is_not_kept() -> None:
    headers = (await asked("GET", f"/c/{sign(KEY, prolong())}")).headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"PASSERELLE_LINK_KEY": ""}, "PASSERELLE_LINK_KEY"), ({"PASSERELLE_LINK_KEY": "short"}, "PASSERELLE_LINK_KEY")],
)
def test_a_wrong_setting_is_said_and_its_value_is_not(changes: dict[str, str], said: str) -> None:
    kafka = {"PASSERELLE_KAFKA": "127.0.0.1:1", "PASSERELLE_KAFKA_USER": "portal", "PASSERELLE_KAFKA_PASSWORD": "x"}
    command = [sys.executable, "-m", "services.portal.app"]
    done = subprocess.run(command, env={**os.environ, **kafka, **changes}, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert "short" not in done.stderr


async def test_a_coordinators_judgement_can_be_taken_back_from_its_own_page(portal: Platform) -> None:
    said = Click("same", uuid4(), UUID(int=2), str(uuid4()), TITLE)
    async with httpx.AsyncClient() as browser:
        done = await browser.post(address(portal, said))
        (token,) = set(re.findall(r'href="([\w.-]+)"', done.text))
        back = f"{portal.portal}/c/{token}"
        assert "Revenir sur la réponse" in (await browser.get(back)).text
        assert 'href="' not in (await browser.post(back)).text
