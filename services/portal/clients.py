"""Kafka, as the website enters it, and what the portal needs to know of its surroundings."""

from typing import Annotated

from pydantic import Field, SecretStr

from shared.chassis.settings import Settings
from shared.client.client import Client
from shared.contracts.event import Event
from shared.contracts.topics import PORTAL
from shared.kafka.connection import Connection


class PortalSettings(Settings):
    """The portal keeps nothing, so it has no database."""

    database: str = ""
    link_key: Annotated[
        SecretStr, Field(min_length=32, description="the secret that signs links, as notifications has it")
    ]


async def publish(connection: Connection, event: Event) -> None:
    """Return once Kafka has it. Raises ClientError where it does not answer."""
    async with Client(connection, PORTAL) as client:
        await client.publish(event)
