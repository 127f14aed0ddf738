"""The same work as FastStream's tutorial would have it: one message, one transaction, one commit."""

import asyncio
import os
from datetime import UTC, datetime

import asyncpg
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.security import SASLScram512

from benchmarks.contest import Peer
from services.internships.domain import offers
from services.internships.domain.life import due_at
from shared.contracts.event import Event
from shared.contracts.feedback import SubmissionAccepted
from shared.contracts.internships import InternshipOffered, InternshipPosted, Terms
from shared.kafka.ids import uuid7
from shared.kafka.variables import OURS, read

kafka = read(os.environ, OURS)
peer = Peer(os.environ["PEER"])
broker = KafkaBroker(
    kafka.bootstrap,
    security=SASLScram512(kafka.user, kafka.password, ssl_context=kafka.context()),
    enable_idempotence=True,
    acks="all",
)
app = FastStream(broker)

SOURCE = "urn:passerelle:internships"


@app.on_startup
async def connect() -> None:
    broker.context.set_global("pool", await asyncpg.create_pool(os.environ["PASSERELLE_DATABASE"]))


@broker.subscriber(pattern=peer.intakes, group_id=peer.name, ack_policy=AckPolicy.ACK, auto_offset_reset="earliest")
async def handle(message: KafkaMessage) -> None:
    """Store an offer and say so."""
    offer = InternshipOffered.model_validate_json(message.body)
    event_id = message.headers["ce_id"]
    offer_id = offers.offer_id(offer)
    async with broker.context.get("pool").acquire() as db, db.transaction():
        seen = await db.execute(
            "INSERT INTO inbox VALUES ($1, $2, '') ON CONFLICT DO NOTHING", f"urn:siren:{offer.siren}", event_id
        )
        if seen == "INSERT 0 0":
            return
        await db.execute(
            """INSERT INTO offer (offer_id, siren, reference, version, terms, state, said, due_at)
               VALUES ($1, $2, $3, $4, $5, 'posted', 'offer', $6) ON CONFLICT (offer_id) DO UPDATE
               SET version = excluded.version, terms = excluded.terms WHERE offer.version < excluded.version""",
            offer_id, offer.siren, offer.reference, offer.version, Terms.made_of(offer).model_dump_json(),
            due_at("posted", min(offer.ends_on, offer.valid_through or offer.ends_on), datetime.now(UTC)),
        )  # fmt: skip
        await db.execute(
            """INSERT INTO offer_history (offer_id, state, version, trigger, actor, changed_at, changed_by)
               VALUES ($1, 'posted', $2, 'offer', 'company', now(), $3)""",
            offer_id, offer.version, event_id,
        )  # fmt: skip
    verdict = SubmissionAccepted(
        company=offer.siren,
        submission_id=event_id,
        submission_type=offer.wire_name,
        reference=offer.reference,
        accepted_as=offer_id,
    )
    await publish(InternshipPosted.made_of(offer, offer_id=offer_id), peer.offers)
    await publish(verdict, peer.feedback(offer.siren))


async def publish(fact: Event, topic: str) -> None:
    """As a CloudEvent, whose id is new."""
    headers = {"ce_specversion": "1.0", "ce_id": str(uuid7()), "ce_source": SOURCE, "ce_type": fact.wire_name}
    await broker.publish(fact, topic, key=fact.key.encode(), headers=headers)


if __name__ == "__main__":
    asyncio.run(app.run())
