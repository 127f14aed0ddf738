"""What companies are told."""

from shared.client.client import Client
from shared.contracts.feedback import Verdict
from tests.conftest import eventually


async def verdicts(client: Client, count: int) -> list[Verdict]:
    """Wait for the answers to that many submissions; an answer may be published again under its id."""
    heard: dict[str, Verdict] = {}

    async def are_told() -> bool:
        async for event in client.feedback():
            assert isinstance(event, Verdict)
            heard[event.submission_id] = event
            if len(heard) == count:
                return True
        raise AssertionError("feedback ended")

    async with client:
        await eventually(are_told, lambda: f"{count} verdicts, of which {len(heard)} are told")
    return list(heard.values())
