"""Kubernetes over plain HTTP, as far as a node speaks it: read, write, watch."""

import http.client
import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Resource = dict[str, Any]

MERGE = "application/merge-patch+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a text."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Api:
    """An API server on this machine, and who asks it."""

    port: int
    ca: Path
    token: str

    def ask(self, method: str, path: str, body: Resource | None = None, kind: str = "application/json") -> Answer:
        """One request and its answer, whatever its status."""
        connection = self._connection()
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, self._headers(kind))
            answer = connection.getresponse()
            return Answer(answer.status, answer.read().decode())
        finally:
            connection.close()

    def watch(self, path: str) -> Iterator[Resource]:
        """What there is, then what changes, as it changes; it ends when the server does."""
        connection = self._connection()
        try:
            connection.request("GET", f"{path}?watch=1", headers=self._headers())
            for line in connection.getresponse():
                yield json.loads(line)
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPSConnection:
        trusted = ssl.create_default_context(cafile=str(self.ca))
        return http.client.HTTPSConnection("localhost", self.port, context=trusted)

    def _headers(self, kind: str = "application/json") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
