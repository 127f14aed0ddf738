"""`passerelle contracts`: what is made from the contracts, and whether they keep what was released."""

from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from shared.cli.contracts import asyncapi, reference, released, schemas
from shared.contracts.catalogue import EVENTS

application = typer.Typer(no_args_is_help=True, help="The contracts of the events.")
console = Console()


def files() -> dict[Path, str]:
    """Every generated file with its content."""
    return {**schemas.files(), **asyncapi.files(), **reference.files()}


def folders() -> tuple[Path, ...]:
    """The folders that hold generated files and nothing else."""
    return schemas.FOLDER, asyncapi.FOLDER, reference.FOLDER


@application.command()
def export() -> None:
    """Write JSON Schemas, AsyncAPI documents and the reference anew, and remove those of events that are no more."""
    wanted = files()
    for folder in folders():
        folder.mkdir(parents=True, exist_ok=True)
        for file in set(folder.iterdir()) - set(wanted):
            file.unlink()
    for file, content in wanted.items():
        file.write_text(content, "utf-8")
    console.print(f"{len(wanted)} files written to {', '.join(folder.name for folder in folders())}")


@application.command("list")
def list_events() -> None:
    """Show every event with its topic, key and status."""
    table = Table("event", "topic", "key", "status")
    for wire_name, event in sorted(EVENTS.items()):
        table.add_row(wire_name, event.topic, event.key_field, event.status)
    console.print(table)


@application.command()
def check() -> None:
    """Compare the contracts with the released ones; name every change that would break a reader or a writer."""
    kept = released.load()
    breaches = released.breaches(kept, EVENTS)
    for breach in breaches:
        console.print(str(breach), style="red", markup=False, highlight=False, soft_wrap=True)
    fresh = [name for name, event in EVENTS.items() if event.status == "served" and name not in kept]
    for name in fresh:
        console.print(f"{name} is new; `passerelle contracts release` keeps it.", highlight=False, soft_wrap=True)
    console.print(f"{len(kept)} released contracts, {len(breaches)} breaches, {len(fresh)} new")
    if breaches:
        raise typer.Exit(1)


@application.command()
def release() -> None:
    """Keep today's contracts as released: from then on others rely on them. Refused while `check` finds a breach."""
    if released.breaches(released.load(), EVENTS):
        console.print("Nothing was released: `passerelle contracts check` names what would break.", style="red")
        raise typer.Exit(1)
    for name in released.release(EVENTS):
        console.print(f"released {name}", highlight=False)
