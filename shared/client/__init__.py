"""The Python client: publish what the contracts name, read what became of it."""

from .client import Client, ClientError
from .connection import Connection, from_environment

__all__ = ["Client", "ClientError", "Connection", "from_environment"]
