"""The `passerelle` command: demo, test, bench, and what companies and operators do."""

import asyncio
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.command import bench
from benchmarks.contest import Stuck
from shared.cli import checks, journey, life, report
from shared.cli.contracts import command as contracts
from shared.cli.ops.cluster import OpsError
from shared.cli.ops.commands import ops
from shared.cli.platform import Platform, platform
from shared.client.client import ClientError
from shared.client.company import command as company
from shared.contracts.catalogue import CONTEXTS
from shared.kafka.variables import OURS, write
from shared.stack.stack import StackError

application = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console()

FAILURES = (StackError, ClientError, OpsError, journey.Unfinished, Stuck)
"""What can go wrong with a sentence of its own."""


@application.command()
def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Leave everything running until Ctrl-C.")] = False,
    stack: Annotated[
        str, typer.Option(help="embedded, containers, or external (addresses from the environment)")
    ] = "embedded",
) -> None:
    """Run the whole journey on real parts and show what happened."""
    home = Path(tempfile.mkdtemp(prefix="passerelle-"))
    started = time.monotonic()
    if stack != "external":
        _say(started, "Starting Kafka, PostgreSQL and SMTP (fetched the first time)")
    try:
        with platform(home, kind=stack) as running:
            _start(running, started)
            asyncio.run(_play(running, started))
            _say(started, "Done")
            if keep:
                _wait(running)
    except FAILURES as error:
        if (home / "logs").exists():
            kept = shutil.copytree(home / "logs", tempfile.mkdtemp(prefix="passerelle-logs-"), dirs_exist_ok=True)
            error.add_note(f"The logs of all parts are in {kept}.")
        raise
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _start(running: Platform, started: float) -> None:
    # Outside the event loop, where a Ctrl-C ends the wait at once.
    running.add_companies(journey.feeds())
    for service in CONTEXTS:
        running.start(service)
    running.wait_ready()
    _say(started, f"Five services are ready; Kafka answers at {running.kafka.bootstrap}")


async def _play(running: Platform, started: float) -> None:
    heard = journey.Heard()
    await journey.walk(running, heard, lambda text: _say(started, text))
    await life.live(running, heard, lambda text: _say(started, text), console)
    await report.show(running, heard, console, Path(tempfile.mkdtemp(prefix="passerelle-mail-")))


def _say(started: float, text: str) -> None:
    console.print(f"[dim]{time.monotonic() - started:5.1f} s[/dim]  {text}")


def _wait(running: Platform) -> None:
    console.print(f"E-mails      {running.mailbox / 'new'}", highlight=False, soft_wrap=True)
    console.print("Kafka's super user, for `passerelle ops company add`:", highlight=False)
    for name, value in write(running.kafka, OURS).items():
        console.print(f"  export {name}={value}", highlight=False, soft_wrap=True)
    for service in CONTEXTS:
        console.print(
            f"{service:13} http://127.0.0.1:{running.ports[service]}/health/ready  {running.databases[service]}",
            highlight=False,
            soft_wrap=True,
        )
    console.print("Everything runs until Ctrl-C.")
    signal.pause()


@application.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(context: typer.Context) -> None:
    """Run the everyday tests; a long suite (bench, containers, demo, faults, ...); or what pytest is told."""
    raise typer.Exit(checks.run(context.args))


application.command()(bench)
application.add_typer(contracts.application, name="contracts")
application.add_typer(ops, name="ops")
application.add_typer(company.application, name="company")


def main() -> None:
    """Run the command; what went wrong is one sentence, Ctrl-C ends everything quietly."""
    company.in_order()
    # A shell that starts a command in the background lets it ignore Ctrl-C; whoever sends the signal means it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        application(prog_name="passerelle")
    except FAILURES as error:
        said = "\n".join([str(error), *getattr(error, "__notes__", [])])
        Console(stderr=True).print(said, style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
