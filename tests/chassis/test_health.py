"""What a service answers over HTTP: its health first, then pages of its own where it has some."""

import httpx
import pytest

from shared.chassis import health


async def asked(path: str, pages: health.Pages, *, ready: bool = True) -> httpx.Response:
    async def look() -> None:
        return None

    transport = httpx.ASGITransport(health.application(lambda: {"relay": ready}, look, pages))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as browser:
        return await browser.get(path)


async def page(scope: health.Scope, _: health.Receive, send: health.Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


async def test_every_path_but_those_of_health_is_the_services_own() -> None:
    assert (await asked("/api/offers", page)).text == "/api/offers"
    assert (await asked("/health/live", page)).json() == {"status": "ok"}
    assert (await asked("/health/ready", page, ready=False)).status_code == 503
    assert (await asked("/metrics", page)).headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(("pages", "status"), [(health.no_pages, 404), (health.not_yet, 503)])
async def test_a_service_without_pages_has_none_and_one_that_is_not_up_says_so(
    pages: health.Pages, status: int
) -> None:
    assert (await asked("/c/token", pages)).status_code == status
