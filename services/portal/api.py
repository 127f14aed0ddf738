"""The page behind one click in an e-mail: GET shows what would happen, POST does it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from services.portal import domain
from shared.chassis.telemetry import log
from shared.clicks import Click, NoClick, event_of, read, sign
from shared.client.client import ClientError
from shared.contracts.event import Event

_log = log(__name__)

Publish = Callable[[Event], Awaitable[None]]

_pages = Environment(loader=PackageLoader("services.portal"), autoescape=True, undefined=StrictUndefined)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
"""A page with a secret in its address: nobody else is told it, nothing keeps it."""


def application(key: str, publish: Publish) -> Starlette:
    """The pages, for links that were signed with this key."""

    async def show(request: Request) -> Response:
        try:
            click = read(key, request.path_params["token"])
        except NoClick as error:
            return _page("refused", 410 if error.why == "too_old" else 400, said=domain.REFUSED[error.why])
        return _page("asked", 200, **_of(click))

    async def do(request: Request) -> Response:
        try:
            click = read(key, request.path_params["token"])
            await publish(event_of(click, datetime.now(UTC)))
        except NoClick as error:
            return _page("refused", 410 if error.why == "too_old" else 400, said=domain.REFUSED[error.why])
        except ClientError as error:
            _log.warning("a click could not be published", error=str(error))
            return _page("refused", 503, said=domain.REFUSED["away"])
        undo = domain.UNDONE_BY.get(click.what)
        return _page("done", 200, **_of(click), undo=sign(key, click._replace(what=undo)) if undo else None)

    async def healthy(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(
        routes=[
            Route("/c/{token}", show, methods=["GET"]),
            Route("/c/{token}", do, methods=["POST"]),
            Route("/health/live", healthy),
            Route("/health/ready", healthy),
        ]
    )


def _of(click: Click) -> dict[str, object]:
    return {"asked": domain.asked(click), "title": click.title, "then": domain.THEN.get(click.what)}


def _page(name: str, status: int, **values: object) -> HTMLResponse:
    return HTMLResponse(_pages.get_template(f"{name}.html.jinja").render(**values), status, HEADERS)
