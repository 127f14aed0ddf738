"""The mail server: one recipient an envelope, and an honest answer to what became of it."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.policy import SMTP
from typing import Annotated, Literal

import aiosmtplib
from pydantic import AfterValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from shared.chassis.settings import Settings
from shared.clicks import Click, sign

Outcome = Literal["sent", "later", "refused", "unknown"]

DOT_SECONDS = 600.0
"""How long a server may take to answer the final dot (RFC 5321, 4.5.3.2.6)."""


def _mailbox(text: str) -> Address:
    """The one mailbox that a text names (RFC 5322, 3.4), with an address in ASCII."""
    _, header = SMTP.header_store_parse("From", text)
    if header.defects or len(header.addresses) != 1 or not header.addresses[0].addr_spec.isascii():
        raise PydanticCustomError("mailbox", "it must name one mailbox, as in Passerelle <passerelle@your.domain>")
    mailbox: Address = header.addresses[0]
    return mailbox


def _check_mailbox(value: str) -> str:
    _mailbox(value)
    return value


class MailSettings(Settings):
    """How to reach the mail server."""

    smtp_host: Annotated[str, Field(description="the mail server's name")] = "127.0.0.1"
    smtp_port: Annotated[int, Field(ge=1, le=65535, description="the mail server's port")] = 25
    portal: Annotated[
        str | None,
        Field(pattern=r"^https?://[^\s/]+$", description="the website's address: https://passerelle.example"),
    ] = None
    link_key: Annotated[
        SecretStr | None,
        Field(validate_default=True, min_length=32, description="the secret that signs links in e-mails"),
    ] = None
    smtp_starttls: bool = False
    smtp_user: str | None = None
    smtp_password: str | None = None
    mail_from: Annotated[str, AfterValidator(_check_mailbox), Field(description="the sender's address")] = (
        "Passerelle <ne-pas-repondre@passerelle.example>"
    )

    @field_validator("link_key")
    @classmethod
    def _links_are_signed(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("portal") and value is None:
            raise PydanticCustomError("link_key", "the links that lead to PASSERELLE_PORTAL are signed with it")
        return value

    def address(self, click: Click) -> str:
        """Where a click is made; only where there is a portal."""
        assert self.portal, "a portal"
        assert self.link_key, "and its key"
        return f"{self.portal}/c/{sign(self.link_key.get_secret_value(), click)}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    outcome: Outcome
    detail: str


async def send(settings: MailSettings, message: bytes, recipient: str) -> Answer:
    """Send one e-mail; `later` only where it surely did not leave, `unknown` where the last answer was lost."""
    server = aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        start_tls=settings.smtp_starttls,
        username=settings.smtp_user,
        password=settings.smtp_password,
        timeout=30,
    )
    try:
        async with server:
            return await _hand_over(server, message, _mailbox(settings.mail_from).addr_spec, recipient)
    except aiosmtplib.SMTPAuthenticationError as error:
        return Answer("later", f"authentication failed: {error}")
    except (aiosmtplib.SMTPException, OSError) as error:
        return Answer("later", repr(error))


async def _hand_over(server: aiosmtplib.SMTP, message: bytes, sender: str, recipient: str) -> Answer:
    try:
        await server.mail(sender)
        await server.rcpt(recipient)
    except aiosmtplib.SMTPResponseException as error:
        return _answer(error, otherwise="later")
    try:
        answer = await server.data(message, timeout=DOT_SECONDS)
    except aiosmtplib.SMTPResponseException as error:
        # 250 is an error only where it answers DATA itself, before anything was handed over.
        taken = error.code // 100 == 2 and error.code != 250
        return _answer(error, otherwise="sent" if taken else "unknown")
    except (aiosmtplib.SMTPException, OSError) as error:
        # The server may have taken it before the line went dead: sending again could tell her twice.
        return Answer("unknown", repr(error))
    return Answer("sent", f"{answer.code} {answer.message}")


def _answer(error: aiosmtplib.SMTPResponseException, *, otherwise: Outcome) -> Answer:
    """4xx is for later, 5xx for good (RFC 5321, 4.2.1); what is neither says no more than where it was said."""
    outcomes: dict[int, Outcome] = {4: "later", 5: "refused"}
    return Answer(outcomes.get(error.code // 100, otherwise), f"{error.code} {error.message}")
