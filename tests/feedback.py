"""What companies are told."""

from collections.abc import Callable

from shared.client.client import Client
from shared.contracts.feedback import Verdict
from tests.conftest import eventually


async def told(client: Client, is_all: Callable[[list[Verdict]], bool]) -> list[Verdict]:
    """A company's verdicts from the first on, as its client reads them, until they are all."""
    heard: list[Verdict] = []

    async def is_told() -> bool:
        async for event in client.feedback():
            assert isinstance(event, Verdict)
            heard.append(event)
            if is_all(heard):
                return True
        raise AssertionError("feedback ended")

    async with client:
        await eventually(is_told, lambda: f"more verdicts than these {len(heard)}: {heard[-3:]}")
    return heard


async def verdicts(client: Client, count: int) -> list[Verdict]:
    """Wait for the answers to that many submissions; an answer may be published again under its id."""
    heard = await told(client, lambda heard: len({verdict.submission_id for verdict in heard}) == count)
    return list({verdict.submission_id: verdict for verdict in heard}.values())
