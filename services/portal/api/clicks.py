"""The page behind one click in an e-mail: GET shows what would happen, POST does it."""

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from services.portal.domain import clicks
from shared.chassis import clock
from shared.chassis.database import TRANSIENT, Database
from shared.chassis.outbox import publish
from shared.chassis.telemetry import log, span
from shared.clicks import Click, NoClick, event_of, read, sign

_log = log(__name__)

_pages = Environment(loader=PackageLoader("services.portal"), autoescape=True, undefined=StrictUndefined)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
"""A page with a secret in its address: nobody else is told it, nothing keeps it."""


def routes(key: str, database: Database) -> list[Route]:
    """The pages, for links that were signed with this key."""

    async def show(request: Request) -> Response:
        try:
            click = read(key, request.path_params["token"])
        except NoClick as error:
            return _page("refused", 410 if error.why == "too_old" else 400, said=clicks.REFUSED[error.why])
        return _page("asked", 200, **_of(click))

    async def do(request: Request) -> Response:
        try:
            click = read(key, request.path_params["token"])
            with span(f"click {click.what}"):
                async with database.transaction() as db:
                    await publish(db, [event_of(click, clock.now())])
        except NoClick as error:
            return _page("refused", 410 if error.why == "too_old" else 400, said=clicks.REFUSED[error.why])
        except TRANSIENT as error:
            _log.warning("a click could not be kept", error=repr(error))
            return _page("refused", 503, said=clicks.REFUSED["away"])
        undo = clicks.UNDONE_BY.get(click.what)
        return _page("done", 200, **_of(click), undo=sign(key, click._replace(what=undo)) if undo else None)

    return [Route("/c/{token}", show, methods=["GET"]), Route("/c/{token}", do, methods=["POST"])]


def _of(click: Click) -> dict[str, object]:
    return {"asked": clicks.asked(click), "title": click.title, "then": clicks.THEN.get(click.what)}


def _page(name: str, status: int, **values: object) -> HTMLResponse:
    return HTMLResponse(_pages.get_template(f"{name}.html.jinja").render(**values), status, HEADERS)
