"""What time triggers in notifications: telling students what was found, and sending e-mails."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from email.utils import localtime
from uuid import UUID

from services.notifications import clients, domain, mail, store
from shared.chassis import metrics
from shared.chassis.database import Database, Db
from shared.chassis.jobs import Jobs
from shared.chassis.outages import outlast
from shared.chassis.outbox import publish
from shared.chassis.settings import load
from shared.chassis.telemetry import log, span
from shared.contracts.event import Event
from shared.contracts.fields import day_in_france
from shared.contracts.notifications import EmailDelivered, EmailRefused
from shared.contracts.wire import printable

jobs = Jobs()

_log = log(__name__)
_emails = metrics.counter("passerelle.emails", "{email}", "E-mails by what the mail server answered.")


@jobs.when("tell_student")
async def tell_student(db: Db, key: str, now: datetime) -> Sequence[Event]:
    """A student hears of the internships found for her."""
    gathered, trace = await store.load_untold(db, UUID(key))
    offers = [offer for offer in gathered if not domain.expired(offer, day_in_france(now))]
    if offers:
        await store.save_notice(db, domain.offers_found(UUID(key), offers), trace)
    return []


@jobs.loop(channel="mail", poll=2.0)
async def send_mail(database: Database) -> bool:
    """Send one e-mail that is due; no transaction is open while the mail server is spoken to."""
    settings = load(clients.MailSettings)
    async with database.transaction() as db:
        lost = await store.load_lost(db)
        if lost:
            await publish(db, [_refused(lost, "the sender stopped before the server answered")])
        due = await store.load_due(db)
    if due is None:
        return lost is not None
    with span("send e-mail", parent=due.traceparent, attributes={"template": due.template}):
        await _record(database, due, await _answer(settings, due))
    return True


async def _answer(settings: clients.MailSettings, due: domain.Mail) -> clients.Answer:
    """What became of an e-mail; one that cannot be written is refused here, as a server would refuse it."""
    try:
        message = mail.compose(
            due, settings.mail_from, localtime(), settings.address if settings.portal else None
        ).as_bytes()
    except Exception as error:  # whatever is wrong with one e-mail, the next is written
        return clients.Answer("refused", f"it cannot be written: {type(error).__name__}: {error}")
    return await clients.send(settings, message, due.to.email)


async def _record(database: Database, due: domain.Mail, answer: clients.Answer) -> None:
    """Write down what the server answered, however long PostgreSQL is away: it is said only once."""

    async def save() -> None:
        async with database.transaction() as db:
            await _save(db, due, answer)

    await outlast(f"the answer to e-mail {due.mail_id}", save)
    _emails.add(1, {"outcome": answer.outcome})


async def _save(db: Db, due: domain.Mail, answer: clients.Answer) -> None:
    detail = printable(answer.detail.replace("\n", " "))
    if answer.outcome == "later":
        await store.save_outcome(db, due, "pending", detail, domain.retry_seconds(due.attempts))
    elif not await store.save_outcome(db, due, answer.outcome, detail):
        _log.warning("an answer was written before, or given up", email_id=str(due.mail_id), outcome=answer.outcome)
    elif answer.outcome == "sent":
        now = await db.fetchval("SELECT now()")
        delivered = EmailDelivered(
            email_id=due.mail_id, participant_id=due.to.participant_id, template=due.template, delivered_at=now
        )
        await publish(db, [delivered])
    else:
        await publish(db, [_refused(due, detail)])


def _refused(failed: domain.Mail, reason: str) -> EmailRefused:
    # Servers like to repeat whom they refuse; addresses travel on `participants` and nowhere else.
    told = unicodedata.normalize("NFC", reason.replace(failed.to.email, "(address)")).strip()
    return EmailRefused(
        email_id=failed.mail_id,
        participant_id=failed.to.participant_id,
        template=failed.template,
        reason=told[:140].strip() or "unknown",
    )
