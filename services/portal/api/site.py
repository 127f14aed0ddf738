"""The whole site on an open database, and what it needs to know of its surroundings."""

from typing import Annotated

from pydantic import Field, SecretStr
from starlette.applications import Starlette

from services.portal.api import clicks, offers
from shared.chassis.database import Database
from shared.chassis.settings import Settings, load


class PortalSettings(Settings):
    """What the portal needs beside what every service does."""

    link_key: Annotated[
        SecretStr, Field(min_length=32, description="the secret that signs links, as notifications has it")
    ]


def site(database: Database) -> Starlette:
    """Every page, for links that were signed with our key."""
    key = load(PortalSettings).link_key.get_secret_value()
    return Starlette(routes=[*clicks.routes(key, database), *offers.routes(database)])
