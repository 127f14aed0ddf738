"""An SMTP server that keeps every e-mail in a Maildir: `python -m shared.stack.smtp PORT MAILDIR`."""

import mailbox
import signal
import sys
import threading
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from shared.stack.processes import Process, free_port, listens

START_SECONDS = 15.0


class Keep:
    """Stores each message with its envelope's sender and recipients."""

    def __init__(self, maildir: Path) -> None:
        self._box = mailbox.Maildir(maildir)

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Answer 250 only once the message is on disk."""
        message = mailbox.MaildirMessage(envelope.original_content)
        message["X-Envelope-From"] = envelope.mail_from or ""
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        self._box.add(message)
        return "250 OK"


def start(home: Path) -> tuple[Process, int, Path]:
    """Start the server; returns it with its port and its Maildir."""
    port, maildir = free_port(), home / "mailbox"
    process = Process(
        "SMTP", [sys.executable, "-m", "shared.stack.smtp", str(port), str(maildir)], log=home / "logs" / "smtp.log"
    )
    process.wait_until(lambda: listens(port), START_SECONDS)
    return process, port, maildir


def main() -> None:
    """Serve until SIGTERM."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    server = Controller(Keep(Path(sys.argv[2])), hostname="127.0.0.1", port=int(sys.argv[1]))
    server.start()
    ended.wait()
    server.stop()


if __name__ == "__main__":
    main()
