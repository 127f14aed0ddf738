"""Sending for real: Kafka, the internships service, and a command that is interrupted in every way."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.cli.platform import Platform, platform
from shared.client.environment import to_environment
from shared.contracts.wire import readable
from shared.stack.processes import free_port
from tests.company.sheet import offer, write_csv
from tests.conftest import eventually, new_siren

PATIENCE = "120"


@pytest.fixture(scope="module")
def passerelle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """One platform for this file; only internships runs."""
    with platform(tmp_path_factory.mktemp("platform")) as started:
        started.start("internships")
        started.wait_ready(["internships"])
        yield started


@pytest.fixture
def siren(passerelle: Platform) -> str:
    """A company of the test's own."""
    found = new_siren()
    passerelle.add_companies([found])
    return found


@pytest.fixture
def environment(passerelle: Platform, siren: str, tmp_path: Path) -> dict[str, str]:
    connection = passerelle.users[siren]
    return {
        **os.environ,
        **to_environment(connection, siren),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }


async def start(environment: dict[str, str], *arguments: str | Path) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-m", "shared.cli", "company", *map(str, arguments)]
    return await asyncio.create_subprocess_exec(*command, env=environment, stdout=pipe, stderr=pipe)


async def finished(process: asyncio.subprocess.Process) -> tuple[int | None, str, str]:
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def run(environment: dict[str, str], *arguments: str | Path) -> tuple[int | None, str, str]:
    return await finished(await start(environment, *arguments, "--lang", "fr"))


async def send(environment: dict[str, str], *arguments: str | Path) -> tuple[int | None, str, str]:
    return await run(environment, "send", "--timeout", PATIENCE, *arguments)


@asynccontextmanager
async def reading(
    passerelle: Platform, topic: str
) -> AsyncIterator[tuple[AIOKafkaConsumer, dict[TopicPartition, int]]]:
    """A consumer at the topic's beginning, and where the topic ends."""
    consumer = AIOKafkaConsumer(topic, **passerelle.kafka.arguments(), auto_offset_reset="earliest")
    await consumer.start()
    try:
        yield consumer, await consumer.end_offsets(list(consumer.assignment()))
    finally:
        await consumer.stop()


async def everything_on(passerelle: Platform, topic: str) -> list[Any]:
    records: list[Any] = []
    async with reading(passerelle, topic) as (consumer, ends):
        while sum(ends.values()) > len(records):
            found = await consumer.getmany(timeout_ms=1000)
            records += [record for part in found.values() for record in part]
    return records


async def ids_by_reference(passerelle: Platform, siren: str) -> dict[str, set[str]]:
    """Under which ids each reference was submitted."""
    ids: dict[str, set[str]] = defaultdict(set)
    for record in await everything_on(passerelle, f"intake.{siren}.internships"):
        ids[json.loads(record.value)["reference"]].add(readable(record.headers)["ce_id"])
    return ids


async def verdicts(passerelle: Platform, siren: str) -> Counter[str]:
    """How many distinct answers each submission got; an answer may be told twice under its own id."""
    told = {
        (readable(record.headers)["ce_id"], json.loads(record.value)["submission_id"])
        for record in await everything_on(passerelle, f"feedback.{siren}")
    }
    return Counter(submission for _, submission in told)


def journal(environment: dict[str, str]) -> Path:
    (found,) = Path(environment["XDG_STATE_HOME"]).rglob("*.sqlite")
    return found


async def test_a_file_is_sent_and_every_row_gets_its_verdict(
    passerelle: Platform, siren: str, environment: dict[str, str], tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "stages.csv", [offer(number) for number in range(1, 1201)])
    code, out, err = await send(environment, file)
    assert (code, out.strip()) == (0, "1200 acceptés"), err
    assert set((await verdicts(passerelle, siren)).values()) == {1}
    code, out, _ = await send(environment, file)
    assert (code, out.strip()) == (0, "1200 inchangés")


async def test_a_changed_row_is_a_newer_version(siren: str, environment: dict[str, str], tmp_path: Path) -> None:
    for title, said in (("A", "1 accepté"), ("B", "1 accepté"), ("A", "1 accepté"), ("A", "1 inchangé")):
        file = write_csv(tmp_path / "stages.csv", [offer(1, Intitulé=title)])
        assert (await send(environment, file))[:2] == (0, f"{said}\n")


async def test_a_rejection_is_told_at_its_row_and_column(
    siren: str, environment: dict[str, str], tmp_path: Path
) -> None:
    rows = [offer(number, Version="3") for number in (1, 2)]
    assert (await send(environment, write_csv(tmp_path / "stages.csv", rows)))[0] == 0
    rows[1]["Intitulé"] = "Autre chose"
    code, out, _ = await send(environment, write_csv(tmp_path / "stages.csv", rows))
    assert code == 1
    assert "ligne 3, colonne K « Version » : version déjà utilisée, trouvé « 3 »" in out
    assert out.endswith("1 inchangé, 1 refusé\n")


async def test_nothing_leaves_while_a_row_has_a_problem_unless_the_good_ones_are_asked_for(
    passerelle: Platform, siren: str, environment: dict[str, str], tmp_path: Path
) -> None:
    rows = [offer(1), {**offer(2), "Date de fin": "31/02/2027"}, offer(3)]
    file = write_csv(tmp_path / "stages.csv", rows)
    code, out, err = await send(environment, file)
    assert code == 1
    assert "ligne 3, colonne H « Date de fin » : date illisible, trouvé « 31/02/2027 »" in err
    assert await everything_on(passerelle, f"intake.{siren}.internships") == []
    code, out, err = await send(environment, file, "--valid-only")
    assert (code, out.strip()) == (1, "2 acceptés")
    assert set(await ids_by_reference(passerelle, siren)) == {"A-1", "A-3"}


async def records_on(passerelle: Platform, topic: str, count: int) -> None:
    """Wait until a topic holds that many records."""
    async with reading(passerelle, topic) as (consumer, _):

        async def there() -> bool:
            ends: dict[TopicPartition, int] = await consumer.end_offsets(list(consumer.assignment()))
            return sum(ends.values()) >= count

        await eventually(there, f"{count} records on {topic}")


KILLED = """
import os, signal, sys
from shared.cli.__main__ import main
from shared.client.company.journal import Journal

moment, left = sys.argv.pop(1), int(sys.argv.pop(1))
written = getattr(Journal, moment)

def and_then_killed(*given):
    global left
    said, left = written(*given), left - 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return said

setattr(Journal, moment, and_then_killed)
main()
"""
"""The command, killed by itself as soon as its journal has done something for the n-th time."""


async def killed(environment: dict[str, str], file: Path, moment: str, time: int) -> str:
    """Send a file and be killed then; what was said before."""
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-c", KILLED, moment, str(time), "company", "send", str(file), "--lang", "fr"]
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=pipe, stderr=pipe)
    code, _, err = await finished(process)
    assert code == -signal.SIGKILL, err
    return err


MOMENTS = (("begin", 1), ("enter", 1), ("enter", 3), ("confirm", 1), ("confirm", 3), ("answer", 2))
"""Before anything is entered, before it leaves, while it leaves, once some of it is confirmed, among the answers."""


async def test_killed_at_any_moment_it_goes_on_without_sending_twice(
    passerelle: Platform, siren: str, environment: dict[str, str], tmp_path: Path
) -> None:
    count = 1100
    file = write_csv(tmp_path / "stages.csv", [offer(number) for number in range(1, count + 1)])
    told = [await killed(environment, file, *moment) for moment in MOMENTS]
    assert ["Un envoi interrompu reprend" in one for one in told] == [False, False, True, True, True, True]
    code, out, err = await send(environment, file)
    assert (code, out.strip()) == (0, f"{count} acceptés"), err
    ids = await ids_by_reference(passerelle, siren)
    assert len(ids) == count
    assert all(len(each) == 1 for each in ids.values())
    answers = await verdicts(passerelle, siren)
    assert set(answers) == {one for each in ids.values() for one in each}
    assert set(answers.values()) == {1}


async def test_a_row_corrected_after_an_interruption_is_sent_anew_and_the_others_are_not(
    passerelle: Platform, siren: str, environment: dict[str, str], tmp_path: Path
) -> None:
    rows = [offer(number) for number in range(1, 4)]
    file = write_csv(tmp_path / "stages.csv", rows)
    await killed(environment, file, "confirm", 1)
    rows[1]["Intitulé"] = "Corrigé"
    code, _, _ = await send(environment, write_csv(file, rows))
    assert code == 0
    ids = await ids_by_reference(passerelle, siren)
    assert {reference: len(each) for reference, each in ids.items()} == {"A-1": 1, "A-2": 2, "A-3": 1}


async def test_a_row_taken_out_after_an_interruption_is_told_to_stay(
    passerelle: Platform, siren: str, environment: dict[str, str], tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "stages.csv", [offer(1), offer(2)])
    await killed(environment, file, "confirm", 1)
    code, out, err = await send(environment, write_csv(file, [offer(1)]))
    assert (code, out.strip()) == (0, "1 accepté")
    assert "absent de ce nouvel envoi (1) : A-2. Ce qui en a été accepté reste publié." in err
    assert "Pour retirer une offre de stage, envoyez InternshipWithdrawn sous sa référence" in err
    code, _, err = await send(environment, file)
    assert code == 0
    assert "A-2" not in err


async def test_what_keeps_a_company_out_is_said_in_french_and_nothing_is_said_of_going_on(
    siren: str, environment: dict[str, str], tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "stages.csv", [offer(1)])
    for changed, said in (
        ({"PASSERELLE_KAFKA": f"127.0.0.1:{free_port()}"}, "Kafka ne répond pas (127.0.0.1:"),
        ({"PASSERELLE_PASSWORD": "wrong"}, f"n'accepte pas l'utilisateur {siren}-a avec ce mot de passe"),
        ({"PASSERELLE_SIREN": "732829320"}, f"{siren}-a ne peut pas lire feedback.732829320 : vérifiez le SIREN"),
        ({"PASSERELLE_USER": ""}, "PASSERELLE_USER n'est pas définie : donnez-la dans l'environnement (qui entre"),
    ):
        code, out, err = await send({**environment, **changed}, file)
        assert (code, out) == (1, "")
        assert said in err
        assert "Pour reprendre" not in err


async def test_an_answer_that_is_missing_is_said_and_waited_for_again(
    passerelle: Platform, siren: str, environment: dict[str, str], tmp_path: Path
) -> None:
    await asyncio.to_thread(passerelle.processes["internships"].stop)
    file = write_csv(tmp_path / "stages.csv", [offer(1), offer(2)])
    code, out, err = await run(environment, "send", "--timeout", "1", file)
    assert (code, out.strip()) == (1, "2 sans réponse")
    assert "relancez la même commande" in err
    passerelle.start("internships")
    await asyncio.to_thread(passerelle.wait_ready, ["internships"])
    assert (await send(environment, file))[:2] == (0, "2 acceptés\n")
    assert all(len(each) == 1 for each in (await ids_by_reference(passerelle, siren)).values())


async def test_ctrl_c_says_how_to_go_on(
    passerelle: Platform, siren: str, environment: dict[str, str], tmp_path: Path
) -> None:
    await asyncio.to_thread(passerelle.processes["internships"].stop)
    file = write_csv(tmp_path / "stages.csv", [offer(1)])
    process = await start(environment, "send", file, "--lang", "fr")
    await records_on(passerelle, f"intake.{siren}.internships", 1)
    process.send_signal(signal.SIGINT)
    code, _, err = await finished(process)
    passerelle.start("internships")
    await asyncio.to_thread(passerelle.wait_ready, ["internships"])
    assert code == 130
    assert "relancez la même commande d'ici 3 jours : rien ne part deux fois" in err
    assert (await send(environment, file))[:2] == (0, "1 accepté\n")


async def test_without_waiting_the_rows_are_published_and_the_send_is_over(
    siren: str, environment: dict[str, str], tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "stages.csv", [offer(1)])
    code, out, _ = await send(environment, file, "--no-wait")
    assert (code, out.partition(":")[0]) == (0, "Publié sans attendre de réponse (1) ")
    with sqlite3.connect(journal(environment)) as database:
        assert list(database.execute("SELECT * FROM submission")) == []
    database.close()


async def test_one_send_at_a_time_holds_the_journal(siren: str, environment: dict[str, str], tmp_path: Path) -> None:
    file = write_csv(tmp_path / "stages.csv", [offer(1)])
    held = tmp_path / "held.sqlite"
    database = sqlite3.connect(held, isolation_level=None)
    database.execute("BEGIN EXCLUSIVE")
    code, _, err = await send(environment, file, "--journal", held)
    database.close()
    assert code == 2
    assert "attendez la fin d'un autre envoi" in err


async def test_what_was_said_is_watched_in_both_languages_and_by_machines(
    siren: str, environment: dict[str, str], tmp_path: Path
) -> None:
    rows = [offer(1, Version="2"), offer(2, Version="2")]
    await send(environment, write_csv(tmp_path / "stages.csv", rows))
    rows[0]["Version"] = "1"
    rows[1]["Intitulé"] = "Autre chose"
    await send(environment, write_csv(tmp_path / "stages.csv", rows))
    assert await watched(environment, 4, "--lang", "fr") == {
        "accepté : InternshipOffered A-1",
        "accepté : InternshipOffered A-2",
        "dépassé : InternshipOffered A-1 (version 1, la 2 est connue)",
        "refusé : InternshipOffered A-2 — champ « Version » : version déjà utilisée, trouvé « 2 ». "
        "Donnez un numéro de version plus grand à chaque changement.",
    }
    assert "stale: InternshipOffered A-1 (version 1, 2 is known)" in await watched(environment, 4, "--lang", "en")
    machine = [json.loads(line) for line in await watched(environment, 4, "--json")]
    assert Counter(one["event"] for one in machine)["SubmissionAccepted"] == 2


async def watched(environment: dict[str, str], count: int, *options: str) -> set[str]:
    process = await start({**environment, "PYTHONUNBUFFERED": "1"}, "watch", "--since-beginning", *options)
    assert process.stdout
    lines = {(await process.stdout.readline()).decode().strip() for _ in range(count)}
    process.send_signal(signal.SIGINT)
    assert (await finished(process))[0] == 130
    return lines


async def test_a_company_s_own_kafka_user_sends_for_no_other(
    siren: str, environment: dict[str, str], tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "stages.csv", [offer(1)])
    code, _, err = await send(environment, file, "--siren", "812025609")
    assert code == 1
    assert siren in err
