"""Proposing a mapping file from a sample's header, and saying how sure each line is."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rapidfuzz import fuzz, process

from ...contracts.event import Event
from . import documents, labels
from .leaves import Leaf, company_kinds, leaves
from .lines import holds_events
from .rows import Row, Table, Unreadable
from .sources import head_of, tables_of
from .tables import LATER, LOOKED_AT
from .texts import Lang, pick
from .words.plain import plain

SURE = 100.0
LIKELY = 85.0
THINKABLE = 72.0


@dataclass(frozen=True, slots=True)
class Guess:
    """A column that may hold a field; `score` from 0 to 100."""

    column: str
    leaf: Leaf
    score: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was guessed of one table: its kind, its columns, and what is missing or left over."""

    kind: type[Event]
    sheet: str
    guesses: Sequence[Guess]
    missing: Sequence[Leaf]
    left: Sequence[str]

    @property
    def worth(self) -> float:
        """How well the kind fits: many sure guesses, few required fields missing."""
        return sum(guess.score for guess in self.guesses) / SURE - len(self.missing) / 2


def propose(path: Path, kind: type[Event] | None, lang: Lang) -> list[Proposal]:
    """A proposal for each table of a sample that looks like one of ours; raises Unreadable."""
    head = head_of(path, lang)
    if documents.recognise(head) or holds_events(head):
        raise Unreadable(_needs_none(path, lang))
    kinds = [kind] if kind else list(company_kinds().values())
    found = []
    for table in tables_of(path, lang):
        top = list(islice(table.rows, LOOKED_AT))
        tried = [_proposal(table, row, one) for one in kinds for row in top]
        best = max(tried, key=lambda one: one.worth, default=None)
        if best and len(best.guesses) >= min(2, len(leaves(best.kind))):
            found.append(best)
    if not found:
        raise Unreadable(
            pick(
                lang,
                f"{path.name} : aucune colonne ne ressemble aux champs attendus ; nommez le type par --kind.",
                f"{path.name}: no column looks like a field that we know; name the kind by --kind.",
            )
        )
    return found


def _needs_none(path: Path, lang: Lang) -> str:
    return pick(
        lang,
        f"{path.name} n'est pas un tableau et se passe de correspondance : check et send le lisent tel quel.",
        f"{path.name} is no table and needs no mapping: check and send read it as it is.",
    )


def _proposal(table: Table, row: Row, kind: type[Event]) -> Proposal:
    columns = list(dict.fromkeys(str(cell).strip() for cell in row.cells if isinstance(cell, str) and cell.strip()))
    guesses = _best_pairs(columns, kind)
    held = {guess.leaf.path for guess in guesses}
    missing = [leaf for leaf in leaves(kind).values() if leaf.required and leaf.path not in held | LATER]
    used = {guess.column for guess in guesses}
    return Proposal(kind, table.name, guesses, missing, [column for column in columns if column not in used])


def _best_pairs(columns: Sequence[str], kind: type[Event]) -> list[Guess]:
    """Each column and each field at most once, the surest pairs first."""
    pairs = [guess for column in columns[:500] for guess in _pairs(column, kind)]
    taken: dict[str, Guess] = {}
    for guess in sorted(pairs, key=lambda one: -one.score):
        if guess.leaf.path not in taken and all(one.column != guess.column for one in taken.values()):
            taken[guess.leaf.path] = guess
    order = {column: place for place, column in enumerate(columns)}
    return sorted(taken.values(), key=lambda one: order[one.column])


def _pairs(column: str, kind: type[Event]) -> Iterator[Guess]:
    known, words = labels.names(kind), plain(column[:200])
    for name, score, _ in process.extract(words, known.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=THINKABLE):
        yield Guess(column, leaves(kind)[known[name]], score)
    for name, score, _ in process.extract(words, known.keys(), scorer=fuzz.token_set_ratio, score_cutoff=SURE):
        if len(name) > 3:  # all of a name's words are in the header, among others
            yield Guess(column, leaves(kind)[known[name]], min(score, LIKELY))


def sureness(score: float, lang: Lang) -> str:
    """How sure a guess is."""
    if score >= SURE:
        return pick(lang, "sûr", "sure")
    return pick(lang, "probable", "likely") if score >= LIKELY else pick(lang, "à vérifier", "to be checked")


def as_toml(proposals: Sequence[Proposal], lang: Lang) -> str:
    """The mapping file, with what is not sure said beside it."""
    return "\n".join(line for proposal in proposals for line in _section(proposal, lang, named=len(proposals) > 1))


def _section(proposal: Proposal, lang: Lang, *, named: bool) -> Iterator[str]:
    name = proposal.kind.__name__
    yield f"[{name}]"
    if named and proposal.sheet:
        yield f"sheet = {_quoted(proposal.sheet)}"
    yield '# date_format = "%d/%m/%Y"'
    yield '# list_separator = ";"'
    yield f"\n[{name}.columns]"
    for guess in proposal.guesses:
        doubt = "" if guess.score >= SURE else f"  # {sureness(guess.score, lang)} ({guess.score:.0f})"
        yield f'{_quoted(guess.column)} = "{guess.leaf.path}"{doubt}'
    for column in proposal.left:
        yield f'# {_quoted(column)} = "?"'
    if proposal.left:
        yield "# " + pick(lang, "champs encore libres : ", "fields still free: ") + _free(proposal, lang)
    yield f"\n[{name}.fixed]"
    for leaf in proposal.missing:
        yield f'# "{leaf.path}" = {_sample(leaf)}  # ' + pick(lang, "obligatoire, sans colonne", "required, no column")
    yield f"\n[{name}.defaults]"
    listed = next((guess.leaf.path for guess in proposal.guesses if guess.leaf.values), None)
    if listed:
        yield f'\n# [{name}.values."{listed}"]\n# "…" = "{leaves(proposal.kind)[listed].values[0]}"'
    yield ""


def _free(proposal: Proposal, lang: Lang) -> str:
    """The fields that the columns left over may still hold."""
    held = {guess.leaf.path for guess in proposal.guesses}
    return ", ".join(named(leaf, lang) for path, leaf in leaves(proposal.kind).items() if path not in held | LATER)


def named(leaf: Leaf, lang: Lang) -> str:
    """A field by its path and its label, as in: place.city (Ville)."""
    return f"{leaf.path} ({labels.label(leaf, lang)})"


def _sample(leaf: Leaf) -> str:
    value = next(iter(labels.choices(leaf, "fr").values()), leaf.example)
    return f"[{_quoted(value)}]" if leaf.many else value if leaf.type == "integer" and value else _quoted(value)


def _quoted(text: str) -> str:
    """A basic string of TOML: JSON's, but DEL is escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def table_words(proposal: Proposal, lang: Lang) -> Iterator[tuple[str, str, str]]:
    """Column, field and sureness of each guess."""
    for guess in proposal.guesses:
        yield guess.column, named(guess.leaf, lang), f"{sureness(guess.score, lang)} ({guess.score:.0f})"
