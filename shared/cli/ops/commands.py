"""`passerelle ops company`: what an operator types, and what is printed."""

import os
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from shared.cli.ops import companies, dlq, manifests
from shared.cli.ops.access import SHORTEST_INTAKE_DAYS, CompanyAccess, Layout, Quotas, Slot
from shared.cli.ops.cluster import OpsError, cluster
from shared.cli.ops.companies import Credential, Outcome
from shared.cli.ops.wheel import build_wheel
from shared.client.environment import is_siren, to_environment
from shared.kafka.connection import MECHANISM, Connection
from shared.kafka.variables import ADDRESSES, OURS, read

ops = typer.Typer(no_args_is_help=True, help="What operators do.")
company = typer.Typer(
    no_args_is_help=True,
    help="Member companies on Kafka. PASSERELLE_KAFKA and PASSERELLE_KAFKA_USER, _PASSWORD, _SECURITY, _CA say how.",
)
ops.add_typer(company, name="company")
ops.add_typer(dlq.application, name="dlq")

DAYS = 3650
LAYOUT, QUOTAS = Layout(), Quotas()
FIRST_SLOT: Slot = "a"
NEXT_SLOT: Slot = "b"

SirenArgument = Annotated[str, typer.Argument(metavar="SIREN", help="the company's nine digits")]
Name = Annotated[str, typer.Option(help="what the company is called, for people to read")]
Partitions = Annotated[int, typer.Option(min=1, max=100, help="of each topic; never to be changed")]
Replicas = Annotated[
    int | None, typer.Option(min=1, max=9, help=f"copies of each topic [{LAYOUT.replicas}, or all brokers]")
]
InSync = Annotated[int | None, typer.Option(min=1, max=9, help="copies that must confirm [replicas - 1]")]
IntakeDays = Annotated[int, typer.Option(min=SHORTEST_INTAKE_DAYS, max=DAYS, help="how long submissions are kept")]
FeedbackDays = Annotated[int, typer.Option(min=1, max=DAYS, help="how long answers are kept")]
Produced = Annotated[int, typer.Option(min=1024, help="bytes a second to each broker")]
Consumed = Annotated[int, typer.Option(min=1024, help="bytes a second from each broker")]
Requests = Annotated[int, typer.Option(min=1, max=10_000, help="percent of one broker thread's time")]
Address = Annotated[
    str | None, typer.Option(help="host:port by which companies reach Kafka, where it is not PASSERELLE_KAFKA")
]
Manifest = Annotated[
    bool, typer.Option("--manifest", help="Print Strimzi's KafkaTopic and KafkaUser instead of changing Kafka.")
]
ClusterName = Annotated[str, typer.Option("--cluster", help="with --manifest: the name of Strimzi's Kafka")]
SlotOption = Annotated[Slot | None, typer.Option(help="with --manifest: which of the company's two users")]
Beside = Annotated[
    list[str] | None,
    typer.Option(metavar="SIREN", help="with --manifest: a company that is there already; once for each"),
]


@company.command()
def add(  # noqa: PLR0913, PLR0917 - an option each
    siren: SirenArgument,
    name: Name = "",
    partitions: Partitions = LAYOUT.partitions,
    replicas: Replicas = None,
    in_sync: InSync = None,
    intake_days: IntakeDays = LAYOUT.intake_days,
    feedback_days: FeedbackDays = LAYOUT.feedback_days,
    producer_byte_rate: Produced = QUOTAS.producer_byte_rate,
    consumer_byte_rate: Consumed = QUOTAS.consumer_byte_rate,
    request_percentage: Requests = QUOTAS.request_percentage,
    address: Address = None,
    manifest: Manifest = False,
    cluster_name: ClusterName = "passerelle",
    slot: SlotOption = None,
    beside: Beside = None,
) -> None:
    """Give a company its topics, rules, quotas and a user; print once what to hand over. Repeat it as you like."""
    copies = replicas or LAYOUT.replicas
    layout = Layout(partitions, copies, in_sync or max(1, copies - 1), intake_days, feedback_days)
    access = CompanyAccess(_checked(siren), layout, Quotas(producer_byte_rate, consumer_byte_rate, request_percentage))
    if manifest:
        _print_company(access, slot or FIRST_SLOT, cluster_name, name, beside or [])
    else:
        _add(access, name, _address(address), fixed=bool(replicas), confirmed=bool(in_sync))


def _add(access: CompanyAccess, name: str, address: str | None, *, fixed: bool, confirmed: bool) -> None:
    connection = read(os.environ, OURS)
    with cluster(connection) as kafka:
        access = _fitted(access, kafka.brokers(), fixed=fixed, confirmed=confirmed)
        outcome = companies.add(kafka, access)
    nothing = "all is there already, nothing was changed; a new password comes with rotate."
    print(f"{name or 'Company'} {access.siren}: {_listed(outcome) or nothing}")
    for difference in outcome.kept:
        print(f"Left as it is: {difference}.")
    if outcome.credential:
        _hand_over(access, outcome.credential, connection, address)


@company.command()
def rotate(
    siren: SirenArgument,
    finish: Annotated[bool, typer.Option("--finish", help="End the old user, once the new one is in use.")] = False,
    address: Address = None,
    manifest: Manifest = False,
    cluster_name: ClusterName = "passerelle",
    slot: SlotOption = None,
) -> None:
    """Make the company's other user with a password of its own; the one in use counts until `--finish`."""
    access = CompanyAccess(_checked(siren))
    if manifest:
        chosen = slot or (FIRST_SLOT if finish else NEXT_SLOT)
        print(manifests.text_of([manifests.user_of(access, chosen, cluster_name)]), end="")
        _note(f"For `kubectl {'delete' if finish else 'apply'} -f -`; --slot says which user is meant.")
    else:
        _rotate(access, _address(address), finish=finish)


def _rotate(access: CompanyAccess, address: str | None, *, finish: bool) -> None:
    connection = read(os.environ, OURS)
    with cluster(connection) as kafka:
        outcome = (companies.finish if finish else companies.rotate)(kafka, access)
    print(f"Company {access.siren}: {_listed(outcome)}")
    if outcome.credential:
        _hand_over(access, outcome.credential, connection, address)
        print("\nThe old user still counts, so that nobody is cut off. Once the new one is in use, end the old one:")
        print(f"  passerelle ops company rotate {access.siren} --finish")


@company.command()
def suspend(siren: SirenArgument, manifest: Manifest = False, cluster_name: ClusterName = "passerelle") -> None:
    """Shut a company out at once, open connections included. Its topics stay; what it sent is still judged."""
    access = CompanyAccess(_checked(siren))
    if manifest:
        users = [manifests.user_of(access, slot, cluster_name) for slot in (FIRST_SLOT, NEXT_SLOT)]
        print(manifests.text_of(users), end="")
        _note("For `kubectl delete --ignore-not-found -f -`; the topics stay.")
    else:
        with cluster(read(os.environ, OURS)) as kafka:
            outcome = companies.suspend(kafka, access)
        print(_listed(outcome) or f"{access.siren} is suspended already, nothing was changed.")
        print(f"`passerelle ops company add {access.siren}` brings it back with a new password.")


@company.command("list")
def list_companies() -> None:
    """Show every company, and by which users it can enter."""
    with cluster(read(os.environ, OURS)) as kafka:
        found = companies.companies(kafka)
    table = Table("company", "users", "state")
    for siren, users in found.items():
        state = ("suspended or incomplete", "active", "rotating: finish it")[len(users)]
        table.add_row(siren, ", ".join(users), state)
    Console().print(table)


@company.command()
def wheel(folder: Annotated[Path, typer.Argument(help="where to put it")] = Path()) -> None:
    """Build the wheel that companies install: the `passerelle company` command and the Python client."""
    print(f"{build_wheel(folder)}: hand it to each company; `pip install` needs nothing else of ours.")


@ops.command()
def manifest(
    companies_file: Annotated[
        Path | None, typer.Option("--companies", help="a SIREN on each line; what follows # is for people")
    ] = None,
    cluster_name: Annotated[str, typer.Option("--cluster", help="the name of Strimzi's Kafka")] = "passerelle",
) -> None:
    """Print Kafka's topics and users, with whose rules, as resources of Strimzi: what `deploy/kafka` holds."""
    present = [CompanyAccess(siren) for siren in _sirens(companies_file)]
    print(manifests.text_of(manifests.everything(present, LAYOUT, cluster_name)), end="")


def _sirens(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        lines = [line.split("#")[0].strip() for line in file.read_text("utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise OpsError(f"--companies {file} can't be read ({error}): name a text file.") from None
    return sorted({_checked(line) for line in lines if line})


def _checked(siren: str) -> str:
    text = siren.replace(" ", "")
    if not is_siren(text):
        raise OpsError(f"{siren!r} is no SIREN: give the company's nine digits, the last of which checks the others.")
    return text


def _address(address: str | None) -> str | None:
    if address and not re.match(ADDRESSES, address):
        raise OpsError(f"--address {address} is no host:port: give the address by which companies reach Kafka.")
    return address


def _fitted(access: CompanyAccess, brokers: int, *, fixed: bool, confirmed: bool) -> CompanyAccess:
    """The access for as many brokers as there are, unless the operator said how many copies there are to be."""
    layout = access.layout
    if layout.replicas > brokers and not fixed:
        in_sync = layout.in_sync if confirmed else max(1, brokers - 1)
        layout = replace(layout, replicas=brokers, in_sync=in_sync)
    if layout.replicas > brokers:
        raise OpsError(f"--replicas {layout.replicas} is more than there are brokers ({brokers}): lower it.")
    return replace(access, layout=_writable(layout))


def _writable(layout: Layout) -> Layout:
    if layout.in_sync > layout.replicas:
        raise OpsError(
            f"--in-sync {layout.in_sync} is more than there are copies ({layout.replicas}), and nothing could be "
            "written: lower it, or raise --replicas."
        )
    return layout


def _listed(outcome: Outcome) -> str:
    return ", ".join(outcome.done) + "." * bool(outcome.done)


def _print_company(access: CompanyAccess, slot: Slot, cluster_name: str, name: str, beside: Iterable[str]) -> None:
    _writable(access.layout)
    others = sorted({_checked(siren) for siren in beside} - {access.siren})
    everybody = [*(CompanyAccess(siren) for siren in others), access]
    resources = [
        *manifests.company(access, slot, cluster_name, name),
        *manifests.services(everybody, cluster_name),
    ]
    print(manifests.text_of(resources), end="")
    known = ", ".join(others) or "no other company"
    _note(
        f"Strimzi puts the password into the Secret {access.user(slot)}. The services' KafkaUsers are whole: they know "
        f"{access.siren} and {known}; name each company that is there already with --beside, or its rules end."
    )


def _note(text: str) -> None:
    """Beside the manifest, which is for a program to read."""
    print(text, file=sys.stderr)


def _hand_over(access: CompanyAccess, credential: Credential, connection: Connection, address: str | None) -> None:
    """What the company is told: the one time that the password is shown."""
    theirs = replace(
        connection,
        bootstrap=address or connection.bootstrap,
        user=credential.user,
        password=credential.password,
        ca=connection.ca and Path(connection.ca.name),
    )
    print("\nHand this to the company. The password is shown this once and kept nowhere:\n")
    for name, value in to_environment(theirs, access.siren).items():
        print(f"{name}={value}")
    print(f"\nIt enters with {MECHANISM}.")
    if connection.ca:
        print(f"PASSERELLE_CA is the file {connection.ca}: hand it over too.")
    print(f"It writes to {', '.join(access.intakes.values())};")
    print(f"it reads {access.feedback}, in groups whose names begin with {access.group_prefix}")
    print("With the lines above in its environment: passerelle company send offers.csv")
