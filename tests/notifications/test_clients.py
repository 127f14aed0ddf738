"""The mail server as it really behaves: it takes, refuses, puts off, or hangs up after the final dot."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import ValidationError

from services.notifications import clients
from services.notifications.clients import MailSettings
from services.notifications.mail import compose
from shared.stack.processes import free_port
from tests.notifications.conftest import ENTRY
from tests.notifications.server import Scripted, serving
from tests.notifications.test_mail import AT, SENDER, found, mail, person


class Server:
    """Answers as the test says."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.to: list[str] = []

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, to: str, options: list[str]) -> str:  # noqa: N802
        if self.answer.startswith("RCPT "):
            return self.answer.removeprefix("RCPT ")
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer == "hang up":
            server.transport.abort()  # type: ignore[union-attr]
            return "250 lost"
        if self.answer == "250 OK":
            self.to += envelope.rcpt_tos
        return self.answer


@pytest.fixture
def server() -> Iterator[tuple[Server, MailSettings]]:
    handler, port = Server(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, settings(port)
    controller.stop()


def settings(port: int) -> MailSettings:
    return MailSettings(connection=ENTRY, database="postgresql://x", smtp_host="127.0.0.1", smtp_port=port)


async def sent(setting: MailSettings, language: str = "fr") -> clients.Answer:
    message = compose(mail(found(), replace(person(), language=language)), SENDER, AT)
    return await clients.send(setting, message.as_bytes(), person().email)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("250 OK", "sent"),
        ("451 try later", "later"),
        ("554 no", "refused"),
        ("RCPT 550 unknown", "refused"),
        ("RCPT 450 full", "later"),
        ("hang up", "unknown"),
    ],
)
async def test_each_answer_has_its_outcome(server: tuple[Server, MailSettings], answer: str, outcome: str) -> None:
    handler, setting = server
    handler.answer = answer
    assert (await sent(setting)).outcome == outcome
    assert handler.to == ([person().email] if outcome == "sent" else [])


async def test_a_server_that_does_not_answer_is_for_later() -> None:
    assert (await sent(settings(free_port()))).outcome == "later"


@pytest.mark.parametrize(("language", "words"), [("fr", "Bonjour Inès"), ("en", "Hello Inès")])
async def test_what_a_server_is_given_is_ascii(language: str, words: str) -> None:
    """It did not offer 8BITMIME, so it may not be sent 8 bits (RFC 6152, 2)."""
    async with serving(Scripted()) as server:
        assert (await sent(settings(server.port), language)).outcome == "sent"
    assert server.taken[0].isascii()
    received = message_from_bytes(server.taken[0], policy=policy.SMTP)
    assert [part["Content-Transfer-Encoding"] for part in received.iter_parts()] == ["quoted-printable"] * 2
    text = received.get_body(("plain",))
    assert text
    assert words in text.get_content()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"250 ok\r\n", "sent"),
        (b"251 queued\r\n", "sent"),
        (b"299-queued\r\n299 as 7\r\n", "sent"),
        (b"421 closing\r\n", "later"),
        (b"499 full\r\n", "later"),
        (b"599 no\r\n", "refused"),
        (b"600 what\r\n", "unknown"),
        (b"354 more\r\n", "unknown"),
        (b"OK\r\n", "unknown"),
        (b"\xff\xfe\r\n", "unknown"),
        (b"", "unknown"),
    ],
)
async def test_only_a_clear_no_after_the_final_dot_lets_an_email_be_sent_again(answer: bytes, outcome: str) -> None:
    async with serving(Scripted({"DOT": answer})) as server:
        assert (await sent(settings(server.port))).outcome == outcome
    assert len(server.taken) == 1


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("answer", [b"250 ok\r\n", b"OK\r\n", b"451 later\r\n", b""])
async def test_what_no_server_was_given_is_never_called_sent(verb: str, answer: bytes) -> None:
    async with serving(Scripted({verb: answer})) as server:
        outcome = (await sent(settings(server.port))).outcome
    assert (outcome == "sent") is bool(server.taken)


@pytest.mark.parametrize("value", ["a@b.fr", "Médiation <a@b.fr>", '"Passerelle S.A.S." <a@b.fr>'])
def test_a_sender_is_a_mailbox(value: str) -> None:
    assert MailSettings(connection=ENTRY, database="postgresql://x", mail_from=value).mail_from == value


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Passerelle",
        "Passerelle <a@b",
        "P <a@>",
        "a@b.fr, c@d.fr",
        "a..b@x.fr",
        "P <é@x.fr>",
        "P <a@é.fr>",
        "a@b.fr\nBcc: x@y.fr",
    ],
)
def test_what_is_no_mailbox_is_no_sender(value: str) -> None:
    with pytest.raises(ValidationError):
        MailSettings(connection=ENTRY, database="postgresql://x", mail_from=value)
