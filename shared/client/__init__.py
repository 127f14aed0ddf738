"""The Python client: publish what the contracts name, read what became of it."""

from ..kafka.connection import Connection
from .client import Client, ClientError
from .environment import from_environment

__all__ = ["Client", "ClientError", "Connection", "from_environment"]
