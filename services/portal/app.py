"""The entry point: `python -m services.portal.app`."""

import asyncio
import os
import signal
from functools import partial

import uvicorn

from services.portal import api, clients
from shared.chassis import settings, telemetry


async def serve(configuration: clients.PortalSettings) -> None:
    """Answer until SIGTERM or SIGINT."""
    pages = api.application(
        configuration.link_key.get_secret_value(), partial(clients.publish, configuration.connection)
    )
    host, port = configuration.http_host, configuration.http_port
    # No access log: a link's token is as good as the person who was sent it.
    await uvicorn.Server(uvicorn.Config(pages, host=host, port=port, log_level="warning", access_log=False)).serve()


def main() -> None:
    """Run the portal; exit 2 when a setting is wrong."""
    configuration = settings.load(clients.PortalSettings)
    provider = telemetry.set_up("portal", configuration, os.environ)
    for one in (signal.SIGTERM, signal.SIGINT):
        # uvicorn ends in order, and then raises the signal again: by then the work is done.
        signal.signal(one, lambda *_: None)
    try:
        asyncio.run(serve(configuration))
    finally:
        provider.shutdown()


if __name__ == "__main__":
    main()
