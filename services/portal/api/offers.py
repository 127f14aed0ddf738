"""Search of open offers: `GET /api/offers`."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.portal.domain import search
from services.portal.store import finding
from shared.chassis import clock
from shared.chassis.database import TRANSIENT, Database
from shared.chassis.telemetry import log
from shared.contracts.feedback import Problem
from shared.contracts.fields import day_in_france

_log = log(__name__)


class ProblemResponse(JSONResponse):
    """What went wrong, for a program to read (RFC 9457)."""

    media_type = "application/problem+json"


def routes(database: Database) -> list[Route]:
    """The search, on an open database."""

    async def find(request: Request) -> Response:
        asked = search.read(request.query_params.multi_items())
        if isinstance(asked, list):
            return _refused(asked)
        try:
            async with database.transaction() as db:
                found = await finding.find_offers(db, asked, day_in_france(clock.now()))
        except TRANSIENT as error:
            _log.warning("a search could not be made", error=repr(error))
            return ProblemResponse({"title": "Try again in a few minutes.", "status": 503}, 503, {"Retry-After": "60"})
        return JSONResponse(_page(found))

    return [Route("/api/offers", find, methods=["GET"])]


def _page(found: search.Found) -> dict[str, Any]:
    return {
        "offers": found.offers,
        "about": found.about,
        "more_than_about": found.about >= search.COUNTED,
        "instead": [list(several) for several in found.instead] or None,
        "next": found.next and found.next.written(),
    }


def _refused(problems: list[Problem]) -> Response:
    told = {
        "title": "Some parameters are wrong.",
        "status": 400,
        "problems": [one.model_dump() for one in problems],
    }
    return ProblemResponse(told, 400)
