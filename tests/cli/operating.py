"""What an operator does: run the command, or ask the broker at once."""

import asyncio
from collections.abc import Callable

from typer.testing import CliRunner

from shared.cli.__main__ import application
from shared.cli.ops import companies
from shared.cli.ops.access import CompanyAccess
from shared.cli.ops.cluster import Cluster, cluster
from shared.cli.platform import LAYOUT, Platform
from shared.kafka.variables import OURS, write


def passerelle(running: Platform, *words: str, **changes: str | None) -> str:
    """Run the command as the super user; returns what it printed, or raises what `main` would say in red."""
    environment = {**write(running.kafka, OURS), **changes}
    done = CliRunner().invoke(application, ["ops", "company", *words], env=environment)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


async def operate(
    running: Platform, siren: str, do: Callable[[Cluster, CompanyAccess], companies.Outcome]
) -> companies.Outcome:
    """Add, rotate, finish or suspend a company, while the test's own connections stay open."""
    return await asyncio.to_thread(_operate, running, siren, do)


def _operate(
    running: Platform, siren: str, do: Callable[[Cluster, CompanyAccess], companies.Outcome]
) -> companies.Outcome:
    with cluster(running.kafka) as admin:
        return do(admin, CompanyAccess(siren, LAYOUT))
