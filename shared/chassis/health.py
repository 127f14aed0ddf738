"""Over HTTP: live while the process turns, ready while it can do its work, and the metrics."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import uvicorn

from shared.chassis import metrics

Check = Callable[[], dict[str, bool]]
Look = Callable[[], Awaitable[None]]
Answer = tuple[int, str, bytes]
"""Status, content type and body."""


class _Server(uvicorn.Server):
    """The service decides when to stop, so uvicorn leaves the signals alone."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


async def serve(host: str, port: int, check: Check, look: Look) -> None:
    """Answer /health/live, /health/ready and, once `look` has looked, /metrics until cancelled."""
    config = uvicorn.Config(_application(check, look), host=host, port=port, log_level="warning", lifespan="off")
    await _Server(config).serve()


def _application(check: Check, look: Look) -> Any:
    async def answer(path: str) -> Answer:
        if path == "/metrics":
            await look()
            return 200, metrics.CONTENT_TYPE, metrics.exposition()
        return _health(path, check)

    async def application(
        scope: MutableMapping[str, Any],
        _: Callable[[], Awaitable[Any]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        status, content_type, body = await answer(scope["path"])
        headers = [(b"content-type", content_type.encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return application


def _health(path: str, check: Check) -> Answer:
    parts = check() if path == "/health/ready" else {}
    known = path in {"/health/live", "/health/ready"}
    status = 404 if not known else 200 if all(parts.values()) else 503
    body = json.dumps({"status": "ok" if status == 200 else "not ready", **parts}).encode()
    return status, "application/json", body
