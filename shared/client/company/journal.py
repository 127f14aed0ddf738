"""What is being sent, on disk before it leaves: after an interruption the same row goes on under the same id."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path

from ...contracts.event import Event
from ...contracts.feedback import SubmissionRejected, SubmissionStale
from ...kafka.ids import uuid7, uuid7_before
from .checking import Judged
from .rows import Unreadable
from .sources import Source, source_of
from .texts import Lang, pick

SCHEMA = """
CREATE TABLE IF NOT EXISTS origins (id INTEGER PRIMARY KEY, said TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS submission (
    number INTEGER PRIMARY KEY, run INTEGER NOT NULL, file BLOB NOT NULL, thing BLOB NOT NULL, digest BLOB NOT NULL,
    event_id TEXT NOT NULL UNIQUE, version INTEGER, kind TEXT NOT NULL, place TEXT NOT NULL, reference TEXT NOT NULL,
    origins INTEGER NOT NULL, confirmed INTEGER NOT NULL DEFAULT 0, answer TEXT
);
CREATE INDEX IF NOT EXISTS by_thing ON submission (thing, number);
CREATE TABLE IF NOT EXISTS owner (name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS position (partition INTEGER PRIMARY KEY, record INTEGER NOT NULL);
CREATE TEMP TABLE ours (file BLOB PRIMARY KEY);
"""


RESUMED_WITHIN = timedelta(days=3)
"""An interrupted send older than this begins anew: its verdicts may have left the feedback topic."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event to publish under its id; `confirmed` when Kafka has it already."""

    event: Event
    event_id: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """What an answer is about: the row, and its fields' origins."""

    file: Source
    kind: str
    place: str
    reference: str
    origins: Mapping[str, str]
    answer: str | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What an interrupted send held and the one that goes on does not; unconfirmed it may have left or not."""

    kind: str
    reference: str
    confirmed: bool


@contextmanager
def open_journal(path: Path, owner: str, files: Iterable[Source], lang: Lang) -> Iterator["Journal"]:
    """The journal of one company's sends to one Kafka, for a send of these files; one at a time holds it.

    Raises Unreadable.
    """
    with closing(_open(path, lang)) as database:
        try:
            database.execute("INSERT INTO owner SELECT ? WHERE NOT EXISTS (SELECT 1 FROM owner)", (owner,))
            ((known,),) = database.execute("SELECT name FROM owner")
            if known != owner:
                raise Unreadable(_anothers(path, known, lang))
            yield Journal(database, files)
        except sqlite3.Error as error:
            raise Unreadable(_unusable(path, error, lang)) from error


def _open(path: Path, lang: Lang) -> sqlite3.Connection:
    database = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(path, timeout=1, isolation_level=None)
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA synchronous = EXTRA")
        database.execute("BEGIN EXCLUSIVE")
        database.execute("COMMIT")
        database.executescript(SCHEMA)
    except (OSError, sqlite3.Error) as error:
        if database:
            database.close()
        raise Unreadable(_unusable(path, error, lang)) from error
    return database


def _anothers(path: Path, owner: str, lang: Lang) -> str:
    return pick(
        lang,
        f"Le journal {path} est celui d'autres envois ({owner}) : nommez-en un autre avec --journal.",
        f"The journal {path} belongs to other sends ({owner}): name another one with --journal.",
    )


def _unusable(path: Path, error: Exception, lang: Lang) -> str:
    return pick(
        lang,
        f"Le journal {path} ne s'ouvre pas ({error}) : attendez la fin d'un autre envoi ou faites de la place, puis "
        "relancez la même commande.",
        f"The journal {path} cannot be used ({error}): wait for another send to end or make room, then run the "
        "same command again.",
    )


def _named(file: Source) -> bytes:
    return os.fsencode(str(file.resolve()))


class Journal:
    """The submissions of a send, and what became of each. Every method has written to disk when it returns."""

    def __init__(self, database: sqlite3.Connection, files: Iterable[Source]) -> None:
        self._database = database
        database.executemany("INSERT OR IGNORE INTO ours VALUES (?)", [(_named(file),) for file in files])
        ((last,),) = database.execute("SELECT coalesce(max(run), 0) FROM submission")
        self._run = last + 1
        with self._written():
            database.execute("DELETE FROM submission WHERE event_id < ?", (str(uuid7_before(RESUMED_WITHIN)),))

    @property
    def going_on(self) -> bool:
        """Whether an earlier send was interrupted, be it of other files."""
        return bool(self._one("SELECT EXISTS (SELECT 1 FROM submission WHERE run < ?)", self._run))

    @property
    def resumes(self) -> bool:
        """Whether an earlier send of these files was interrupted."""
        return bool(self._one("SELECT EXISTS (SELECT 1 FROM submission WHERE run < ? AND file IN ours)", self._run))

    @property
    def begun(self) -> bool:
        """Whether something of these files may have left and is not answered for yet."""
        return bool(self._one("SELECT EXISTS (SELECT 1 FROM submission WHERE file IN ours)"))

    @property
    def position(self) -> dict[int, int]:
        """Where feedback ended before the first submission that is still open."""
        return dict(self._database.execute("SELECT partition, record FROM position"))

    def begin(self, position: Mapping[int, int]) -> None:
        """Remember where feedback ends, before anything leaves."""
        with self._written():
            self._database.execute("DELETE FROM position")
            self._database.executemany("INSERT INTO position VALUES (?, ?)", list(position.items()))

    def enter(self, rows: Sequence[Judged]) -> list[Entry]:
        """The rows' ids and versions: those of an interrupted send where the row is the same, else new ones."""
        with self._written():
            return [self._enter(row, row.event) for row in rows if row.event]

    def _enter(self, row: Judged, event: Event) -> Entry:
        content = event.model_dump_json(exclude={"version"} if row.dated else None)
        digest = blake2b(f"{event.wire_name}\0{content}".encode(), digest_size=16).digest()
        file, thing = _named(row.file), row.thing.encode()
        # Only the last content of a thing goes on: one that returns after another is news, under a newer version.
        last = self._database.execute(
            "SELECT number, digest, event_id, version, confirmed, file FROM submission"
            " WHERE thing = ? ORDER BY number DESC LIMIT 1",
            (thing,),
        ).fetchone()
        if last and (last[1], last[5]) == (digest, file):
            self._database.execute(
                "UPDATE submission SET run = ?, place = ?, origins = ?, answer = NULL WHERE number = ?",
                (self._run, row.draft.place, self._origins(row.draft.origins), last[0]),
            )
            dated = event.model_copy(update={"version": last[3]}) if row.dated else event
            return Entry(dated, last[2], bool(last[4]))
        event_id, version = str(uuid7()), getattr(event, "version", None)
        self._database.execute(
            "INSERT INTO submission (run, file, thing, digest, event_id, version, kind, place, reference, origins)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self._run, file, thing, digest, event_id, version, type(event).__name__, row.draft.place, row.reference,
             self._origins(row.draft.origins)),
        )  # fmt: skip
        return Entry(event, event_id, confirmed=False)

    def _origins(self, origins: Mapping[str, str]) -> int:
        said = json.dumps(dict(origins), sort_keys=True)
        self._database.execute("INSERT OR IGNORE INTO origins (said) VALUES (?)", (said,))
        return int(self._one("SELECT id FROM origins WHERE said = ?", said))

    def confirm(self, event_ids: Sequence[str]) -> None:
        """Kafka has these."""
        with self._written():
            ids = [(event_id,) for event_id in event_ids]
            self._database.executemany("UPDATE submission SET confirmed = 1 WHERE event_id = ?", ids)

    def answer(self, answers: Mapping[str, str]) -> None:
        """What was said of each submission, by its id."""
        with self._written():
            said = [(answer, event_id) for event_id, answer in answers.items()]
            self._database.executemany("UPDATE submission SET answer = ? WHERE event_id = ?", said)

    def sent(self, event_id: str) -> Sent | None:
        """The row of this send behind an id."""
        found = self._database.execute(
            "SELECT file, kind, place, reference, answer, said FROM submission JOIN origins ON origins.id = origins"
            " WHERE event_id = ? AND run = ?",
            (event_id, self._run),
        ).fetchone()
        if not found:
            return None
        file, kind, place, reference, answer, origins = found
        return Sent(source_of(os.fsdecode(file)), kind, place, reference, json.loads(origins), answer)

    def left_out(self) -> Iterator[LeftOut]:
        """What an interrupted send of these files held and this one, once all its rows are entered, says nothing of.

        What was rejected or stale took no effect, and is left out here too.
        """
        said = "substr(thing, 1, instr(thing, X'2F')), reference"  # a thing without its version
        rows = self._database.execute(
            f"SELECT kind, reference, max(confirmed) FROM submission WHERE run < ? AND file IN ours"  # noqa: S608 - above
            f" AND coalesce(answer, '') NOT IN (?, ?) AND ({said}) NOT IN (SELECT {said} FROM submission WHERE run = ?)"
            " GROUP BY kind, reference ORDER BY min(number)",
            (self._run, SubmissionRejected.__name__, SubmissionStale.__name__, self._run),
        )
        for kind, reference, confirmed in rows:
            yield LeftOut(kind, reference, bool(confirmed))

    def counts(self) -> dict[str, int]:
        """How many submissions of this send were answered how; those that were not, under the empty text."""
        query = "SELECT coalesce(answer, ''), count(*) FROM submission WHERE run = ? GROUP BY 1"
        return dict(self._database.execute(query, (self._run,)))

    def end(self) -> None:
        """This send is over: the same file sent again is a send of its own, and so is another that says the same."""
        with self._written():
            self._database.execute(
                "DELETE FROM submission WHERE run < ? AND"
                " (file IN ours OR thing IN (SELECT thing FROM submission WHERE run = ?))",
                (self._run, self._run),
            )
            self._database.execute("DELETE FROM submission WHERE run = ?", (self._run,))
            self._database.execute("DELETE FROM origins WHERE id NOT IN (SELECT origins FROM submission)")

    def _one(self, query: str, *values: object) -> int:
        return int(self._database.execute(query, values).fetchone()[0])

    @contextmanager
    def _written(self) -> Iterator[None]:
        self._database.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")
