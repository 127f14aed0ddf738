"""Health over HTTP: live while the process turns, ready while it can do its work."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import uvicorn

Check = Callable[[], dict[str, bool]]


class _Server(uvicorn.Server):
    """The service decides when to stop, so uvicorn leaves the signals alone."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


async def serve(host: str, port: int, check: Check) -> None:
    """Answer /health/live and /health/ready until cancelled."""
    config = uvicorn.Config(_application(check), host=host, port=port, log_level="warning", lifespan="off")
    await _Server(config).serve()


def _application(check: Check) -> Any:
    async def application(
        scope: MutableMapping[str, Any],
        _: Callable[[], Awaitable[Any]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        parts = check() if scope["path"] == "/health/ready" else {}
        known = scope["path"] in {"/health/live", "/health/ready"}
        status = 404 if not known else 200 if all(parts.values()) else 503
        body = json.dumps({"status": "ok" if status == 200 else "not ready", **parts}).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return application
