"""Over HTTP: live while the process turns, ready while it can do its work, the metrics, and a service's own pages."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import uvicorn

from shared.chassis import metrics

Check = Callable[[], dict[str, bool]]
Look = Callable[[], Awaitable[None]]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Pages = Callable[[Scope, Receive, Send], Awaitable[None]]
"""An ASGI application."""
Answer = tuple[int, str, bytes]
"""Status, content type and body."""

OURS = {"/metrics", "/health/live", "/health/ready"}


class _Server(uvicorn.Server):
    """The service decides when to stop, so uvicorn leaves the signals alone."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


async def serve(host: str, port: int, check: Check, look: Look, pages: Pages) -> None:
    """Answer /health/live, /health/ready and, once `look` has looked, /metrics until cancelled; `pages` the rest."""
    # No access log: a path may hold a secret, and a link's token is as good as the person who was sent it.
    config = uvicorn.Config(
        application(check, look, pages), host=host, port=port, log_level="warning", access_log=False, lifespan="off"
    )
    await _Server(config).serve()


async def no_pages(_: Scope, __: Receive, send: Send) -> None:
    """The pages of a service that has none."""
    await _answer(send, (404, "application/json", b'{"status": "not found"}'))


async def not_yet(_: Scope, __: Receive, send: Send) -> None:
    """The pages of a service whose database is not open."""
    await _answer(send, (503, "application/json", b'{"status": "not ready"}'))


def application(check: Check, look: Look, pages: Pages) -> Pages:
    """All that a service answers."""

    async def answer(path: str) -> Answer:
        if path == "/metrics":
            await look()
            return 200, metrics.CONTENT_TYPE, metrics.exposition()
        return _health(path, check)

    async def whole(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in OURS:
            await _answer(send, await answer(scope["path"]))
        else:
            await pages(scope, receive, send)

    return whole


async def _answer(send: Send, answer: Answer) -> None:
    status, content_type, body = answer
    headers = [(b"content-type", content_type.encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _health(path: str, check: Check) -> Answer:
    parts = check() if path == "/health/ready" else {}
    status = 200 if all(parts.values()) else 503
    body = json.dumps({"status": "ok" if status == 200 else "not ready", **parts}).encode()
    return status, "application/json", body
