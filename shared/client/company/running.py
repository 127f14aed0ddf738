"""What the command does with files: examine them whole, then send them; progress is shown on a terminal alone."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

import platformdirs
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ...contracts.event import Event
from ...contracts.feedback import Answer, SubmissionRejected
from ...contracts.fields import day_in_france
from ..client import Client, ClientError
from ..environment import from_environment, is_siren
from . import left_out, mapping, sending, watching
from .checking import Judged, judged, origin_in
from .journal import RESUMED_WITHIN, Journal, Sent
from .leaves import company_kinds
from .report import Report
from .rows import Unreadable
from .sources import Circumstances, Source, source_of
from .tables import Reading
from .texts import Lang, pick

out = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
err = Console(highlight=False, markup=False, emoji=False, soft_wrap=True, stderr=True)

Readings = Sequence[tuple[Source, Reading]]


def connect(siren: str | None) -> tuple[Client, str]:
    """The one place where a client is made: from the environment, as the company whose siren is given if any."""
    connection, own = from_environment(os.environ)
    if siren not in {None, own}:
        raise ClientError(
            f"PASSERELLE_SIREN is {own}, and you ask for {siren}: use the user of that company.",
            f"PASSERELLE_SIREN est {own}, et vous demandez {siren} : prenez l'utilisateur de cette entreprise.",
        )
    return Client(connection, own), own


def readings_of(files: Sequence[str], given: Path | None, kind: str | None, lang: Lang) -> tuple[str | None, Readings]:
    """How to read each file, and the siren that the mapping files name; raises Unreadable."""
    chosen = kind_of(kind, lang)
    sirens: set[str] = set()
    readings: list[tuple[Source, Reading]] = []
    for file in _once(files):
        path = given or next((one for one in (file.parent / mapping.FILE, Path(mapping.FILE)) if one.is_file()), None)
        loaded = mapping.load(path, lang) if path else mapping.MappingFile(None, ())
        sirens |= {loaded.siren} if loaded.siren else set()
        readings.append((file, Reading(lang, loaded.plans, chosen)))
    if len(sirens) > 1:
        raise Unreadable(
            pick(
                lang,
                "Les fichiers de correspondance nomment plusieurs SIREN.",
                "The mapping files name several SIRENs.",
            )
        )
    return next(iter(sirens), None), readings


def _once(files: Sequence[str]) -> Iterable[Source]:
    """A file that is named twice, in whatever way, is read once."""
    found: dict[Source | str, Source] = {}
    for source in map(source_of, files):
        found.setdefault(os.path.realpath(source) if isinstance(source, Path) else source, source)
    return found.values()


def kind_of(name: str | None, lang: Lang) -> type[Event] | None:
    """A kind of event by its name; raises Unreadable with the nearest one."""
    if name is None or name in company_kinds():
        return company_kinds().get(name or "")
    raise Unreadable("--kind " + mapping.unknown(name, name, company_kinds(), lang))


def circumstances(siren: str | None, lang: Lang) -> Circumstances:
    """Whose the rows are, and when; raises Unreadable for what is no siren."""
    if siren is not None and not is_siren(siren):
        raise Unreadable(
            pick(
                lang,
                f"{siren} n'est pas un SIREN : vérifiez les neuf chiffres.",
                f"{siren} is no SIREN: check its nine digits.",
            )
        )
    now = datetime.now(UTC)
    return Circumstances(siren, int(now.timestamp() * 1000), day_in_france(now))


def examine(readings: Readings, given: Circumstances, lang: Lang, tell: Callable[[Judged], None] | None) -> Report:
    """Judge every row; `tell` hears each row that has something to say."""
    found = Report(lang)
    for file, _ in readings:
        found.rows[file] += 0
    with _progress(pick(lang, "vérification", "checking"), None) as moved:
        for one in judged(readings, given):
            found.add(one)
            moved(1)
            if tell and (one.problems or one.draft.notes):
                tell(one)
    for file, reading in readings:
        found.remarks.setdefault(file, []).extend(reading.remarks)
        reading.remarks.clear()
    return found


async def send(
    client: Client, journal: Journal, rows: Iterator[Judged], total: int, lang: Lang, timeout: float | None
) -> bool:
    """Publish the rows and hear what becomes of them; whether all is well. Without a timeout nothing is waited for."""
    async with client:
        if journal.resumes:
            err.print(
                pick(
                    lang,
                    "Un envoi interrompu reprend : les lignes inchangées ne partent pas deux fois.",
                    "An interrupted send goes on: unchanged rows are not sent twice.",
                )
            )
        with _progress(pick(lang, "envoi", "sending"), total) as moved:
            await sending.publish(client, journal, rows, moved)
        for line in left_out.lines(journal.left_out(), lang):
            err.print(line)
        if timeout is None:
            out.print(_unawaited(total, lang))
            journal.end()
            return True
        heard = Report(lang)
        with _progress(pick(lang, "réponses", "answers"), total) as moved:
            await sending.wait(client, journal, timeout, lambda sent, answer: _hear(heard, sent, answer, moved))
    return _conclude(journal, heard, lang)


def _unawaited(count: int, lang: Lang) -> str:
    return pick(
        lang,
        f"Publié sans attendre de réponse ({count}) : « passerelle company watch --since-beginning » les dit.",
        f"Published without waiting for answers ({count}): `passerelle company watch --since-beginning` tells them.",
    )


def _hear(heard: Report, sent: Sent, answer: Answer, moved: Callable[[int], None]) -> None:
    heard.rows[sent.file] += 1
    moved(1)
    if isinstance(answer, SubmissionRejected):
        for problem in answer.problems:
            origin = origin_in(sent.origins, problem.field)
            heard.tell(sent.file, company_kinds()[sent.kind], sent.place, origin, problem)


def _conclude(journal: Journal, heard: Report, lang: Lang) -> bool:
    for line in heard.lines():
        out.print(line)
    counts = journal.counts()
    out.print(watching.outcome(counts, lang))
    open_ones = counts.get("", 0) + counts.get("SubmissionHeld", 0)
    if open_ones:
        missing = pick(lang, f"Réponses manquantes : {open_ones}.", f"Answers missing: {open_ones}.")
        err.print(f"{missing} {again(lang)}")
    else:
        journal.end()
    return set(counts) <= watching.GOOD


def again(lang: Lang) -> str:
    """How to go on with a send that has begun."""
    return pick(
        lang,
        f"Pour reprendre, relancez la même commande d'ici {RESUMED_WITHIN.days} jours : rien ne part deux fois.",
        f"To go on, run the same command again within {RESUMED_WITHIN.days} days: nothing is sent twice.",
    )


def journal_of(owner: str) -> Path:
    """Where a company's interrupted sends to one Kafka are remembered, in the user's state."""
    name = blake2b(owner.encode(), digest_size=8).hexdigest()
    return platformdirs.user_state_path("passerelle") / f"send-{name}.sqlite"


@contextmanager
def _progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; nothing elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda count: shown.advance(task, count)
