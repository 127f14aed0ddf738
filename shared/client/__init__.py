"""The Python client: publish what the contracts name, read what became of it."""

from .client import Client, ClientError

__all__ = ["Client", "ClientError"]
