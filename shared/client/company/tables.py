"""From a table's rows to drafts: find the header, bind its columns to fields, read each cell."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from openpyxl.utils import get_column_letter

from ...contracts.event import Event
from ...contracts.feedback import Problem
from . import labels, texts
from .cells import Cell, Reader
from .drafts import Draft, Json, Misread, Note, nested
from .leaves import Leaf, company_kinds, leaves
from .mapping import Plan, nearest
from .rows import Row, Table, Unreadable
from .texts import Lang, pick
from .words.plain import plain

LOOKED_AT = 20
"""How many rows from the top may hold the header; titles and logos stand above it."""

MOST_REMARKS = 50
LATER = frozenset({"siren", "version"})
"""What a row need not say: the connection and the time of sending do."""

EXAMPLE = "EXEMPLE (ligne ignorée) / EXAMPLE (row ignored)"
"""The reference of the template's example rows."""


@dataclass(slots=True)
class Reading:
    """How files are to be read: the mapping's plans if there is one, a kind if one was named.

    `remarks` collects what people should know of a file as a whole; `fetched` keeps what came from the web.
    """

    lang: Lang
    plans: Sequence[Plan] = ()
    kind: type[Event] | None = None
    remarks: list[str] = field(default_factory=list)
    fetched: list[Draft] | None = None

    def remark(self, french: str, english: str) -> None:
        """Something that people should know; what comes after the first MOST_REMARKS is only hinted at."""
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append(pick(self.lang, french, english))
        elif self.remarks[-1] != "…":
            self.remarks.append("…")


@dataclass(frozen=True, slots=True)
class Bound:
    """A plan on a header: each column that counts, by its position, with its leaf and its origin."""

    plan: Plan
    header: Row
    columns: Mapping[int, Leaf]
    origins: Mapping[str, str]


def read_tables(name: str, tables: Iterable[Table], reading: Reading) -> Iterator[Draft]:
    """The drafts of every table of a file; raises Unreadable when no table is one of ours."""
    reasons: list[str] = []
    understood = False
    for table in tables:
        rows = iter(table.rows)
        top = list(islice(rows, LOOKED_AT))
        if not any(map(_holds_something, top)):
            continue
        bound = _bind(table, top, reading)
        if isinstance(bound, str):
            reasons.append(bound)
            continue
        understood = True
        below = (row for row in chain(top, rows) if row.number > bound.header.number and _holds_something(row))
        yield from _drafts(replace(table, rows=below), bound, reading)
    if not understood and reasons:
        raise Unreadable("\n".join(f"{name}{pick(reading.lang, ' : ', ': ')}{reason}" for reason in reasons))
    reading.remarks += reasons


def _holds_something(row: Row) -> bool:
    return any(not _blank(cell) for cell in row.cells)


def _blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _bind(table: Table, top: Sequence[Row], reading: Reading) -> Bound | str:
    """The plan that fits a table best, on its header; or why there is none."""
    if reading.plans:
        return _bind_mapped(table, top, reading)
    kinds = [reading.kind] if reading.kind else list(company_kinds().values())
    named = [kind for kind in kinds if plain(table.name) in labels.sheets(kind)]
    tried = [(_known_columns(row, kind), row, kind) for kind in named or kinds for row in top]
    # By what it says first: an offer that lacks its town must not pass for the few columns of a pause.
    columns, row, kind = max(tried, key=lambda one: (len(one[0]), not _absent(one[0], one[2])))
    if absent := _absent(columns, kind):
        return _not_understood(table, kind, absent, reading.lang)
    like = [one for known, at, one in tried if at is row and len(known) == len(columns) and not _absent(known, one)]
    if len(like) > 1:
        return _ambiguous(table, like, reading.lang)
    return _bound(Plan(kind, {}), row, columns, reading)


def _known_columns(row: Row, kind: type[Event]) -> dict[int, str]:
    found: dict[str, int] = {}
    for index, cell in enumerate(row.cells):
        path = labels.names(kind).get(plain(cell)) if isinstance(cell, str) and len(cell) < 200 else None
        if path:
            found.setdefault(path, index)
    return {index: path for path, index in found.items()}


def _absent(columns: Mapping[int, str], kind: type[Event]) -> list[Leaf]:
    held = {*columns.values(), *LATER}
    return [leaf for leaf in leaves(kind).values() if leaf.required and leaf.path not in held]


def _not_understood(table: Table, kind: type[Event], absent: Sequence[Leaf], lang: Lang) -> str:
    where = _where(table, lang)
    wanted = ", ".join(texts.quoted(labels.label(leaf, lang), lang) for leaf in absent)
    return where + pick(
        lang,
        f"pas de colonne pour {wanted} ({kind.__name__}). Associez vos colonnes : passerelle company map FICHIER.",
        f"no column for {wanted} ({kind.__name__}). Map your columns: passerelle company map FILE.",
    )


def _ambiguous(table: Table, like: Sequence[type[Event]], lang: Lang) -> str:
    names = ", ".join(kind.__name__ for kind in like)
    return _where(table, lang) + pick(
        lang,
        f"ces colonnes conviennent à plusieurs événements ({names}) : précisez --kind.",
        f"these columns fit several events ({names}): say which by --kind.",
    )


def _where(table: Table, lang: Lang) -> str:
    return texts.spoken(f"sheet {table.name}", lang) + pick(lang, " : ", ": ") if table.name else ""


def _bind_mapped(table: Table, top: Sequence[Row], reading: Reading) -> Bound | str:
    plans = [plan for plan in reading.plans if plan.sheet in {None, table.name} or not table.name]
    plans = [plan for plan in plans if reading.kind in {None, plan.kind}]
    tried = [(_mapped_columns(row, plan), row, plan) for plan in plans for row in top]
    if not tried:
        return _where(table, reading.lang) + pick(
            reading.lang, "ignorée, aucune correspondance.", "left aside, no mapping names it."
        )
    columns, row, plan = max(tried, key=lambda one: (len(one[0]) / max(len(one[2].columns), 1), len(one[0])))
    missing = [column for column, path in plan.columns.items() if path not in columns.values()]
    if missing:
        return _no_such_columns(missing, row, plan, reading.lang)
    return _bound(plan, row, columns, reading)


def _mapped_columns(row: Row, plan: Plan) -> dict[int, str]:
    exact = {str(cell).strip(): index for index, cell in reversed(list(enumerate(row.cells))) if not _blank(cell)}
    alike = {plain(name): index for name, index in exact.items()}
    found = ((exact.get(name.strip(), alike.get(plain(name))), path) for name, path in plan.columns.items())
    return {index: path for index, path in found if index is not None}


def _no_such_columns(missing: Sequence[str], row: Row, plan: Plan, lang: Lang) -> str:
    held = [str(cell).strip() for cell in row.cells if not _blank(cell)][:1000]
    said = []
    for column in missing:
        near = nearest(column, held)
        french = f"{texts.quoted(column, lang)}" + (f" (peut-être {texts.quoted(near, lang)} ?)" if near else "")
        english = f"{texts.quoted(column, lang)}" + (f" (perhaps {texts.quoted(near, lang)}?)" if near else "")
        said.append(pick(lang, french, english))
    return pick(
        lang,
        f"le fichier de correspondance nomme pour {plan.kind.__name__} des colonnes absentes : {', '.join(said)}.",
        f"the mapping file names columns for {plan.kind.__name__} that are not there: {', '.join(said)}.",
    )


def _bound(plan: Plan, header: Row, columns: Mapping[int, str], reading: Reading) -> Bound:
    known = leaves(plan.kind)
    left = [str(cell) for index, cell in enumerate(header.cells) if index not in columns and not _blank(cell)]
    if left:
        shown = ", ".join(texts.quoted(one, reading.lang) for one in left[:20]) + ("…" if len(left) > 20 else "")
        reading.remark(f"colonnes ignorées ({len(left)}) : {shown}", f"columns left aside ({len(left)}): {shown}")
    origins = {path: f"column {get_column_letter(index + 1)}: {header.cells[index]}" for index, path in columns.items()}
    origins |= dict.fromkeys(plan.fixed, "passerelle.toml [fixed]")
    return Bound(plan, header, {index: known[path] for index, path in columns.items()}, origins)


def _drafts(table: Table, bound: Bound, reading: Reading) -> Iterator[Draft]:
    reader = Reader(bound.plan.style, table.epoch)
    reference = next((index for index, leaf in bound.columns.items() if leaf.path == "reference"), None)
    for row in table.rows:
        place = f"sheet {table.name}, row {row.number}" if table.name else f"row {row.number}"
        if reference is not None and reference < len(row.cells) and row.cells[reference] == EXAMPLE:
            said = texts.spoken(place, reading.lang)
            reading.remark(f"{said} : exemple ignoré", f"{said}: example left aside")
            continue
        draft = _draft(row, place, bound, reader)
        yield _told_ragged(draft, row, bound) if table.ragged else draft


def _draft(row: Row, place: str, bound: Bound, reader: Reader) -> Draft:
    flat: dict[str, Json] = dict(bound.plan.defaults)
    problems: list[Problem] = []
    notes: list[Note] = []
    said: dict[str, str] = {}
    for index, leaf in bound.columns.items():
        cell = row.cells[index] if index < len(row.cells) else None
        if _blank(cell) or leaf.path in bound.plan.fixed:
            continue
        try:
            flat[leaf.path] = reader.read(cell, leaf)
            said |= reader.said
            notes += [labels.of_field(leaf, guess) for guess in reader.guesses]
        except Misread as misread:
            problems.append(texts.problem(leaf.path, misread.rule, misread.found, misread.remedies))
    values = nested({**flat, **bound.plan.fixed})
    return Draft(bound.plan.kind, place, values, bound.origins, problems, notes, said)


def _told_ragged(draft: Draft, row: Row, bound: Bound) -> Draft:
    """A row of a text file with cells too many has lost its columns; with too few it may have."""
    wide, found = len(bound.header.cells), len(row.cells)
    if found < wide:
        short = (
            f"{found} {'cellule' if found == 1 else 'cellules'} au lieu de {wide}",
            f"{found} cells in place of {wide}",
        )
        return replace(draft, notes=[*draft.notes, short])
    extra = [cell for cell in row.cells[wide:] if not _blank(cell)]
    if not extra:
        return draft
    return replace(draft, problems=[texts.problem("", "row_ragged", extra[0])])
