"""`passerelle company`: check, lint, send, watch, map, template."""

import asyncio
import logging
import os
import signal
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.table import Table

from ...contracts.wire import printable
from ..client import ClientError
from . import linting, proposing, report, running, watching
from .checking import judged
from .journal import Journal, open_journal
from .leaves import company_kinds
from .mapping import FILE
from .rows import Unreadable
from .running import err, out
from .sources import Source
from .template import write_template
from .texts import Lang, default_lang, pick, reason

application = typer.Typer(no_args_is_help=True, help="For companies: check a file, send it, follow what became of it.")

Files = Annotated[list[str], typer.Argument(help="CSV, Excel, JSON Lines, job pages and feeds; or web addresses")]
Mapped = Annotated[Path | None, typer.Option("--mapping", help=f"default: {FILE} beside the file, or here")]
Kind = Annotated[str | None, typer.Option(help="the kind of event, where the file does not tell")]
Siren = Annotated[str | None, typer.Option(help="default: PASSERELLE_SIREN, or the mapping file")]
Language = Annotated[str | None, typer.Option(help="fr or en; default: the locale's")]
Machine = Annotated[bool, typer.Option("--json", help="one JSON object a line, for machines")]


@application.command()
def check(
    files: Files, mapping: Mapped = None, kind: Kind = None, siren: Siren = None, lang: Language = None,
    machine: Machine = False,
) -> None:  # fmt: skip
    """Show every problem of files at once, offline. Exit code 0: none; 1: some; 2: a file cannot be read."""
    with _told(lang) as language:
        named, readings = running.readings_of(files, mapping, kind, language)
        given = running.circumstances(siren or named or os.environ.get("PASSERELLE_SIREN"), language)
        tell = (lambda one: out.print(report.as_json(one))) if machine else None
        found = running.examine(readings, given, language, tell)
        if machine:
            out.print(report.summary_json(found))
        else:
            out.print("\n".join([*found.lines(), *found.summary()]))
        raise typer.Exit(1 if found.faulty.total() else 0)


@application.command()
def lint(
    files: Files, mapping: Mapped = None, siren: Siren = None, lang: Language = None, machine: Machine = False
) -> None:
    """Say what in the offers' wording is unlawful or keeps women away, offline. Exit code 1: something is unlawful."""
    with _told(lang) as language:
        named, readings = running.readings_of(files, mapping, None, language)
        given = running.circumstances(siren or named or os.environ.get("PASSERELLE_SIREN"), language)
        tally = linting.Tally()
        for one in linting.linted(readings, given, tally):
            if one.findings:
                out.print(linting.as_json(one) if machine else "\n".join(linting.lines(one, language)))
        out.print(linting.summary_json(tally) if machine else "\n".join(linting.summary(tally, language)))
        raise typer.Exit(1 if tally.levels["block"] else 0)


@application.command()
def send(  # noqa: PLR0913, PLR0917 - a command's options
    files: Files, mapping: Mapped = None, kind: Kind = None, siren: Siren = None, lang: Language = None,
    valid_only: Annotated[bool, typer.Option(help="send the good rows although others are not")] = False,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="wait for the answers")] = True,
    timeout: Annotated[float, typer.Option(min=1, help="seconds to wait for the next answer")] = 60.0,
    journal: Annotated[Path | None, typer.Option(help="where interrupted sends are remembered")] = None,
) -> None:  # fmt: skip
    """Check files, publish them, wait for the answers. Exit code 0: all accepted or unchanged; 1: no; 2: unreadable."""
    with _told(lang) as language:
        named, readings = running.readings_of(files, mapping, kind, language)
        client, own = running.connect(siren or named)
        given = running.circumstances(own, language)
        found = running.examine(readings, given, language, None)
        bad = found.faulty.total()
        err.print("\n".join([*found.lines(), *found.summary()]))
        if bad and not valid_only:
            err.print(pick(language, "Rien n'est parti.", "Nothing was sent.") + " " + _valid_only(language))
            raise typer.Exit(1)
        rows = (one for one in judged(readings, given) if valid_only or _still_good(one.file, one.event, language))
        owner = f"{own}, {client.bootstrap}"
        path, sources = journal or running.journal_of(owner), [file for file, _ in readings]
        with open_journal(path, owner, sources, language) as opened, _resumable(opened, language):
            total = found.rows.total() - bad
            good = asyncio.run(running.send(client, opened, rows, total, language, timeout if wait else None))
        raise typer.Exit(0 if good and not bad else 1)


@contextmanager
def _resumable(journal: Journal, lang: Lang) -> Iterator[None]:
    """What interrupts a send that has begun says how to go on."""
    try:
        yield
    except (ClientError, KeyboardInterrupt) as error:
        if journal.begun:
            error.add_note(running.again(lang))
        raise


def _valid_only(lang: Lang) -> str:
    return pick(
        lang,
        "Corrigez le fichier, ou envoyez les seules lignes bonnes par --valid-only.",
        "Correct the file, or send the good rows alone by --valid-only.",
    )


def _still_good(file: Source, event: object, lang: Lang) -> bool:
    if event is None:
        raise Unreadable(
            pick(
                lang,
                f"{file.name} a changé pendant l'envoi : relancez la même commande.",
                f"{file.name} changed while it was being sent: run the same command again.",
            )
        )
    return True


@application.command()
def watch(
    since_beginning: Annotated[bool, typer.Option(help="all that was ever said, then what is new")] = False,
    lang: Language = None,
    machine: Machine = False,
) -> None:
    """Follow what becomes of your submissions, one line each, until Ctrl-C."""
    with _told(lang) as language:
        asyncio.run(_watch(language, machine=machine, since_beginning=since_beginning))


async def _watch(lang: Lang, *, machine: bool, since_beginning: bool) -> None:
    client, _ = running.connect(None)
    async with client:
        since = None if since_beginning else await client.feedback_end()
        async with aclosing(client.feedback(since=since)) as feedback:
            async for event in feedback:
                out.print(watching.as_json(event) if machine else watching.line(event, lang))


@application.command("map")
def map_(
    sample: Annotated[Path, typer.Argument(help="a file as your system exports it")],
    kind: Kind = None,
    output: Annotated[Path, typer.Option(help="the mapping file to write")] = Path(FILE),
    force: Annotated[bool, typer.Option(help="write over a file that is there")] = False,
    lang: Language = None,
) -> None:
    """Propose which column means which field, from a sample's header."""
    with _told(lang) as language:
        proposals = proposing.propose(sample, running.kind_of(kind, language), language)
        for one in proposals:
            _show_proposal(one, language)
        _write(output, proposing.as_toml(proposals, language), language, force=force)
        out.print(_next(output, proposals, language))


def _next(output: Path, proposals: Sequence[proposing.Proposal], lang: Lang) -> str:
    if any(one.missing for one in proposals):
        return pick(
            lang,
            f"Écrit : {output}. Relisez-le et complétez-y les champs obligatoires sans colonne.",
            f"Written: {output}. Read it through, and give the required fields without a column.",
        )
    return pick(lang, f"Écrit : {output}. Relisez-le.", f"Written: {output}. Read it through.")


def _show_proposal(proposal: proposing.Proposal, lang: Lang) -> None:
    table = Table(title=f"{proposal.kind.__name__} {printable(proposal.sheet)}".strip(), title_justify="left")
    for heading in pick(lang, "colonne|champ|certitude", "column|field|sureness").split("|"):
        table.add_column(heading, overflow="fold")
    for words in proposing.table_words(proposal, lang):
        table.add_row(*map(printable, words))
    out.print(table)
    for leaf in proposal.missing:
        out.print(pick(lang, "sans colonne, obligatoire : ", "no column, required: ") + proposing.named(leaf, lang))
    for column in proposal.left[:50]:
        out.print(pick(lang, "colonne sans champ : ", "column without a field: ") + printable(column))


def _write(path: Path, text: str, lang: Lang, *, force: bool) -> None:
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise Unreadable(_exists(path, lang)) from error


def _exists(path: Path, lang: Lang) -> str:
    return pick(lang, f"{path} existe déjà : --force l'écrase.", f"{path} exists: --force writes over it.")


@application.command()
def template(
    file: Annotated[Path, typer.Argument(help="the .xlsx to write")],
    kind: Annotated[list[str] | None, typer.Option(help="a kind of event; several times; default: all")] = None,
    force: Annotated[bool, typer.Option(help="write over a file that is there")] = False,
    lang: Language = None,
) -> None:
    """Write a spreadsheet to fill in by hand; check and send read it as it is."""
    with _told(lang) as language:
        kinds = [one for name in kind or company_kinds() if (one := running.kind_of(name, language))]
        if file.suffix.lower() != ".xlsx" and not file.is_dir():
            raise Unreadable(_no_workbook(file, language))
        if file.is_file() and not force:
            raise Unreadable(_exists(file, language))
        write_template(file, kinds, language)
        out.print(pick(language, f"Écrit : {file}", f"Written: {file}"))


def _no_workbook(path: Path, lang: Lang) -> str:
    return pick(
        lang,
        f"{path} : le modèle est un classeur Excel ; donnez-lui un nom en .xlsx.",
        f"{path}: the template is an Excel workbook; give it a name in .xlsx.",
    )


@contextmanager
def _told(lang: str | None) -> Iterator[Lang]:
    """The language; what goes wrong is a sentence and an exit code."""
    if lang not in {None, "fr", "en"}:
        err.print("--lang: fr, en")
        raise typer.Exit(2)
    language: Lang = "fr" if lang == "fr" else "en" if lang else default_lang()
    try:
        yield language
    except (Unreadable, sqlite3.Error) as error:  # the latter where the disk is full
        err.print(printable_lines(str(error)), style="red")
        raise typer.Exit(2) from error
    except OSError as error:
        named = f"{error.filename}{pick(language, ' : ', ': ')}" if error.filename else ""
        err.print(printable(named + reason(error, language)), style="red")
        raise typer.Exit(2) from error
    except ClientError as error:
        said = printable_lines(pick(language, error.french, str(error)))
        err.print("\n".join([said, *_notes(error)]), style="red")
        raise typer.Exit(1) from error
    except KeyboardInterrupt as error:
        for note in _notes(error):
            err.print(note)
        raise typer.Exit(130) from None


def _notes(error: BaseException) -> list[str]:
    return getattr(error, "__notes__", [])


def printable_lines(text: str) -> str:
    """A text without what a terminal would obey, its lines kept."""
    return "\n".join(printable(line) for line in text.split("\n"))


def in_order() -> None:
    """Let a command that is told to end do so in order, and leave what Kafka's clients would say to our sentences."""
    for name in ("SIGTERM", "SIGHUP"):  # the latter where a terminal was closed; Windows has none
        if number := getattr(signal, name, None):
            signal.signal(number, _stop)
    for name in ("aiokafka", "kafka"):
        logging.getLogger(name).addHandler(logging.NullHandler())


def _stop(*_: object) -> NoReturn:
    raise SystemExit(143)


def main() -> None:
    """The console command of what companies install: `passerelle company …`."""
    in_order()
    whole = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    whole.callback()(lambda: None)
    whole.add_typer(application, name="company")
    whole(prog_name="passerelle")


if __name__ == "__main__":
    main()
