"""The page behind a click, over HTTP and on the real Kafka; what a scanner of mail does changes nothing."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from services.portal.api import application
from shared.cli.platform import Platform
from shared.clicks import Click, sign
from shared.client.client import ClientError
from shared.contracts.checking import check
from shared.contracts.event import Event
from shared.contracts.offer_life import ProlongationRequested
from tests.portal.test_clicks import KEY
from tests.topics import everything_on

TITLE = "Technicienne <b>fibre</b> & « réseaux » (F/H)"


def prolong(about: UUID | None = None) -> Click:
    return Click("prolong", about or uuid4(), UUID(int=2), "2027-03-31", TITLE)


@pytest.fixture
def portal(running: Platform, tmp_path: Path) -> Iterator[Platform]:
    """The website as a process of its own, on the Kafka of all tests."""
    own = replace(running, processes={}, ports={}, link_key=KEY)
    process = own.start_portal()
    own.wait_ready(["portal"])
    yield own
    assert process.stop() == 0


def address(portal: Platform, click: Click) -> str:
    return f"{portal.portal}/c/{sign(KEY, click)}"


async def published(portal: Platform, click: Click) -> list[ProlongationRequested]:
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


async def asked(method: str, path: str, failing: Exception | None = None) -> httpx.Response:
    """What the pages answer, with a Kafka that fails."""

    async def publish(_: Event) -> None:
        if failing:
            raise failing

    transport = httpx.ASGITransport(application(KEY, publish))
    async with httpx.AsyncClient(transport=transport, base_url="http://portal") as browser:
        return await browser.request(method, path)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("token", ["x", "a.b.c", "%00", "é" * 9, "A" * 9000, sign(KEY[::-1], prolong())])
async def test_a_link_that_is_not_ours_is_said_to_be_incomplete(method: str, token: str) -> None:
    answer = await asked(method, f"/c/{token}")
    assert answer.status_code == 400
    assert "Ce lien n’est pas complet" in answer.text
    assert "This link is not complete" in answer.text


async def test_where_kafka_is_away_nothing_is_said_to_be_done() -> None:
    answer = await asked(
        "POST", f"/c/{sign(KEY, prolong())}", ClientError("Kafka does not answer", "Kafka ne répond pas")
    )
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


async def test_a_coordinators_judgement_can_be_taken_back_from_its_own_page() -> None:
    said = Click("same", UUID(int=1), UUID(int=2), str(UUID(int=3)), TITLE)
    done = await asked("POST", f"/c/{sign(KEY, said)}")
    (token,) = set(re.findall(r'href="([\w.-]+)"', done.text))
    back = await asked("GET", f"/c/{token}")
    assert "Revenir sur la réponse" in back.text
    assert 'href="' not in (await asked("POST", f"/c/{token}")).text
