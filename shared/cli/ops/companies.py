"""A company's life on Kafka: added, given a new password, suspended. Each step can be repeated and completes itself."""

import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.cli.ops.access import SLOTS, CompanyAccess, Slot
from shared.cli.ops.cluster import FIRST_ITERATIONS, Cluster, OpsError
from shared.contracts.topics import company_of

LETTERS = string.ascii_letters + string.digits
"""What stands for itself in a shell, in a properties file and in JAAS."""

PASSWORD_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Credential:
    """A user with the password it was given just now; nobody can read it again."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, the credential to hand over, if a new one was made, and what is otherwise than was asked."""

    done: tuple[str, ...]
    credential: Credential | None = None
    kept: tuple[str, ...] = ()


def add(cluster: Cluster, access: CompanyAccess) -> Outcome:
    """Make whatever the company lacks: topics, rules, quotas, and a user if it has none.

    The services' rules come first, so that no service ever sees a topic that it may not read; the credential comes
    last, so that whoever can enter finds everything there.
    """
    entering = _slots(cluster, access)
    slots = entering or [_unspent(cluster, access)]
    done, kept = _complete(cluster, access, slots), _otherwise(cluster, access, slots)
    if entering:
        return Outcome(done, kept=kept)
    credential = _give(cluster, access, slots[0], FIRST_ITERATIONS)
    return Outcome((*done, f"user {credential.user}"), credential, kept)


def _otherwise(cluster: Cluster, access: CompanyAccess, slots: Iterable[Slot]) -> tuple[str, ...]:
    """What was there before and is otherwise than this access says; an operator decides what is right."""
    there = cluster.topics()
    found: list[tuple[str, str, object, object]] = []
    for topic in access.topics():
        found.append((topic.name, "partitions", there[topic.name], topic.partitions))
        settings = cluster.configuration(topic.name)
        found += [(topic.name, name, settings.get(name), value) for name, value in topic.configuration.items()]
    for slot in slots:
        quotas = cluster.quotas(access.user(slot))
        found += [(access.user(slot), name, quotas.get(name), value) for name, value in access.quotas.by_name().items()]
    return tuple(f"{what}: {name} is {is_now}, not {asked}" for what, name, is_now, asked in found if is_now != asked)


def _unspent(cluster: Cluster, access: CompanyAccess) -> Slot:
    """A slot that was not in use when the company was suspended: a connection of then, still open, stays shut out."""
    ruled = {rule.user for rule in cluster.rules()}
    spent = {slot for slot in SLOTS if access.user(slot) not in ruled and cluster.quotas(access.user(slot))}
    return next((slot for slot in SLOTS if slot not in spent), SLOTS[0])


def _complete(cluster: Cluster, access: CompanyAccess, slots: Iterable[Slot]) -> tuple[str, ...]:
    done: list[str] = []
    if lacking := access.rules_for_services() - cluster.rules():
        cluster.allow(lacking)
        done.append(f"{len(lacking)} rules for the services")
    there = cluster.topics()
    if topics := [topic for topic in access.topics() if topic.name not in there]:
        cluster.create(topics)
        done += [f"topic {topic.name}" for topic in topics]
    for slot in slots:
        done += _equip(cluster, access, slot)
    return tuple(done)


def _equip(cluster: Cluster, access: CompanyAccess, slot: Slot) -> list[str]:
    done, user = list[str](), access.user(slot)
    if lacking := access.rules(slot) - cluster.rules():
        cluster.allow(lacking)
        done.append(f"{len(lacking)} rules for {user}")
    if not cluster.quotas(user):
        cluster.set_quotas(user, access.quotas)
        done.append(f"quotas of {user}")
    return done


def _give(cluster: Cluster, access: CompanyAccess, slot: Slot, iterations: int) -> Credential:
    credential = Credential(access.user(slot), new_password())
    cluster.set_password(credential.user, credential.password, iterations)
    return credential


def new_password() -> str:
    """A password of 238 bits."""
    return "".join(secrets.choice(LETTERS) for _ in range(PASSWORD_LENGTH))


def _slots(cluster: Cluster, access: CompanyAccess) -> list[Slot]:
    """The slots with which the company can enter, the older first.

    Kafka keeps no date of a credential. Each rotation takes one round of SCRAM more than the one before.
    """
    rounds = cluster.credentials()
    return sorted((slot for slot in SLOTS if access.user(slot) in rounds), key=lambda slot: rounds[access.user(slot)])


def rotate(cluster: Cluster, access: CompanyAccess) -> Outcome:
    """Make the other slot's credential; the one in use counts until `finish`."""
    slots = _active(cluster, access)
    if len(slots) > 1:
        old, new = (access.user(slot) for slot in slots)
        raise OpsError(
            f"{access.siren} is in the middle of a rotation: {new} is its new user and {old} still counts. "
            f"End it with `passerelle ops company rotate {access.siren} --finish` once {new} is in use."
        )
    new_slot = next(slot for slot in SLOTS if slot not in slots)
    rounds = cluster.credentials()[access.user(slots[0])]
    done = _complete(cluster, access, (*slots, new_slot))
    credential = _give(cluster, access, new_slot, rounds + 1)
    return Outcome((*done, f"user {credential.user}"), credential)


def finish(cluster: Cluster, access: CompanyAccess) -> Outcome:
    """End the old credential, for open connections too."""
    slots = _active(cluster, access)
    if len(slots) == 1:
        raise OpsError(
            f"{access.siren} has one user, {access.user(slots[0])}, so there is nothing to finish: "
            f"`passerelle ops company rotate {access.siren}` makes the next one."
        )
    old = access.user(slots[0])
    _close(cluster, [old])
    cluster.remove_quotas(old)
    return Outcome((f"{old} can enter no more; {access.user(slots[1])} is the company's user",))


def suspend(cluster: Cluster, access: CompanyAccess) -> Outcome:
    """Shut the company out, open connections included; its topics stay, and what it sent before is still judged."""
    _known(cluster, access)
    users = [access.user(slot) for slot in SLOTS]
    entering = set(users) & set(cluster.credentials())
    if not entering and not any(rule.user in users for rule in cluster.rules()):
        return Outcome(())
    _close(cluster, users)
    return Outcome((f"{access.siren} can neither write nor read; its topics and what is on them stay",))


def _close(cluster: Cluster, users: Iterable[str]) -> None:
    """The rules go first: they count for open connections, a password only for new ones."""
    closed = list(users)
    cluster.forbid(closed)
    cluster.remove_passwords(closed)


def _known(cluster: Cluster, access: CompanyAccess) -> None:
    if access.siren not in companies(cluster):
        raise OpsError(f"There is no company {access.siren}: `passerelle ops company add {access.siren}` adds it.")


def _active(cluster: Cluster, access: CompanyAccess) -> list[Slot]:
    _known(cluster, access)
    if slots := _slots(cluster, access):
        return slots
    raise OpsError(
        f"{access.siren} has no user; it was suspended, or adding it was cut short: "
        f"`passerelle ops company add {access.siren}` gives it one."
    )


def companies(cluster: Cluster) -> dict[str, list[str]]:
    """Every company that has a topic or a user, with the users by which it can enter now."""
    entering = cluster.credentials()
    known = {siren for topic in cluster.topics() if (siren := company_of(topic))}
    known |= {user[:9] for user in entering if user[9:] in {f"-{slot}" for slot in SLOTS}}
    users = {siren: [CompanyAccess(siren).user(slot) for slot in SLOTS] for siren in known}
    return {siren: [user for user in users[siren] if user in entering] for siren in sorted(known)}
