"""A mail server that answers byte for byte as the test says, and keeps what it was given."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field

USUAL = {"DATA": b"354 go\r\n", "QUIT": b"221 bye\r\n"}


async def nothing() -> None:
    """Between the final dot and its answer, nothing happens."""


@dataclass
class Scripted:
    """`answers` by verb, and by DOT for the final dot; an empty answer hangs up."""

    answers: dict[str, bytes] = field(default_factory=dict)
    at_dot: Callable[[], Awaitable[None]] = nothing
    taken: list[bytes] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One connection."""
        with closing(writer):
            writer.write(b"220 ready\r\n")
            while line := await reader.readline():
                verb = line[:4].strip().decode().upper()
                answer = self._answer(writer, verb)
                if verb == "DATA" and answer.startswith(b"354"):
                    self.taken.append((await reader.readuntil(b"\r\n.\r\n"))[:-3])
                    await self.at_dot()
                    answer = self._answer(writer, "DOT")
                await writer.drain()
                if verb == "QUIT" or not answer:
                    return

    def _answer(self, writer: StreamWriter, verb: str) -> bytes:
        answer = self.answers.get(verb, USUAL.get(verb, b"250 ok\r\n"))
        writer.write(answer)
        return answer


@asynccontextmanager
async def serving(server: Scripted) -> AsyncIterator[Scripted]:
    """The server on a port of its own."""
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    async with listening:
        server.port = listening.sockets[0].getsockname()[1]
        yield server
