"""From a posting in its document's words to a draft in the contract's; what cannot be said becomes a problem."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from ....contracts.feedback import Problem
from ....contracts.internships import InternshipOffered
from ....contracts.wire import printable
from .. import labels
from ..drafts import Draft, Json, Note, flattened
from ..leaves import leaves
from ..words.day import day_in, last_day
from . import hints
from .contracts import is_internship
from .placing import put_place
from .postings import Posting, Refusal, Words, first
from .rules import problem
from .sheet import Sheet, shown
from .terms import put_terms
from .text import line, prose


def draft_of(read: Posting | Refusal, defaults: Mapping[str, Json], today: date) -> Draft:
    """The draft of one posting; one without values is refused by its problems alone.

    `defaults` are the contract's fields (`trade`, `place.city` or `place` with its parts) and fill only what the
    document does not say; the siren alone is theirs first, since it names who sends. `today` is the day in France.
    """
    if isinstance(read, Refusal):
        return _refused(printable(read.place), [read.problem])
    if problems := _no_offer(read, today):
        return _refused(_place(read), problems, read.notes)
    internship, note = is_internship(read)
    if not internship:
        return _refused(_place(read), [_not_an_internship(read)], read.notes)
    given = dict(flattened(defaults, leaves(InternshipOffered)))
    sheet = Sheet(read.expected, given, [*read.notes, note] if note else read.notes)
    for put in (_texts, put_place, _period, put_terms):
        put(sheet, read)
    _refuse_what_has_ended(sheet, today)
    return sheet.draft(_place(read))


def _place(posting: Posting) -> str:
    """Where a posting stands, with its reference, by which people know it."""
    reference = first(posting.reference)
    return printable(f"{posting.place} ({line(reference.text)[:80]})" if reference else posting.place)


def _refused(place: str, problems: Sequence[Problem], notes: Sequence[Note] = ()) -> Draft:
    return Draft(InternshipOffered, place, {}, {}, tuple(problems), tuple(map(shown, notes)))


def _not_an_internship(posting: Posting) -> Problem:
    """Told by the name of its contract, or else by its title."""
    words = posting.contract or posting.title
    said = line(", ".join(word.text for word in words))
    return problem(words[0].origin if words else "title", "not_an_internship", said)


def _no_offer(posting: Posting, today: date) -> list[Problem]:
    """Why a posting is no open offer, whatever its terms: closed, or its last day has passed."""
    closed = [problem(word.origin, "offer_closed", word.text) for word in posting.closed]
    until = first(posting.closes)
    last = day_in(until.text, ends=True) if until else None
    if until and last and last[0] < today:
        closed.append(problem(until.origin, "in_the_past", until.text))
    return closed


def _refuse_what_has_ended(sheet: Sheet, today: date) -> None:
    """An internship that is over, which the service would refuse by the same name."""
    if (last := sheet.text("ends_on")) and last < today.isoformat():
        sheet.refuse("ends_on", "in_the_past", sheet.said.get("ends_on") or last, sheet.origins["ends_on"])


def _texts(sheet: Sheet, posting: Posting) -> None:
    sheet.put_words("reference", posting.reference, line)
    sheet.put_words("title", posting.title, line)
    sheet.put_words("company_name", posting.company, line)
    sheet.put_words("description", posting.description, prose)


def _period(sheet: Sheet, posting: Posting) -> None:
    """Both ends of the internship: as said, else as the description says in passing, else the defaults."""
    start = _said_day(sheet, "starts_on", posting.starts) or _hinted_start(sheet, posting)
    end = _said_day(sheet, "ends_on", posting.ends)
    if end is None and posting.duration:
        _put_duration(sheet, start, posting.duration)
    elif end is None and not posting.ends:
        _hinted_end(sheet, start)
    if closes := first(posting.closes):
        _said_day(sheet, "valid_through", [closes])


def _said_day(sheet: Sheet, field: str, words: Words) -> date | None:
    said = first(words)
    if said is None:
        return None
    found = sheet.read(field, said)
    return date.fromisoformat(found) if isinstance(found, str) else None


def _hinted_start(sheet: Sheet, posting: Posting) -> date | None:
    hint = None if posting.starts else hints.start_in(sheet.text("description"))
    found = day_in(hint) if hint else None
    if not found:
        return default[0] if (default := day_in(str(sheet.defaults.get("starts_on", "")))) else None
    _put_hinted(sheet, "starts_on", found[0], str(hint))
    return found[0]


def _put_duration(sheet: Sheet, start: date | None, words: Words) -> None:
    last = last_day(start, words[0].text) if start else None
    if start is None:
        sheet.refuse("ends_on", "start_needed", words[0].text, words[0].origin)
    elif last is None:
        sheet.refuse("ends_on", "duration_unreadable", words[0].text, words[0].origin)
    else:
        sheet.put("ends_on", last.isoformat(), words[0].origin)


def _hinted_end(sheet: Sheet, start: date | None) -> None:
    hint = hints.duration_in(f"{sheet.text('title')}\n{sheet.text('description')}")
    last = last_day(start, hint) if start and hint else None
    if last:
        _put_hinted(sheet, "ends_on", last, str(hint))


def _put_hinted(sheet: Sheet, field: str, day: date, hint: str) -> None:
    sheet.put(field, day.isoformat(), sheet.origins.get("description", ""))
    sheet.note(
        f"{labels.FIELDS[field][0]} : lue dans la description, « {hint} ».",
        f"{labels.FIELDS[field][1]}: read in the description, “{hint}”.",
    )


def drafts_of(found: Iterable[Posting | Refusal], defaults: Mapping[str, Json], today: date) -> Iterator[Draft]:
    """A draft of each posting; what a source says twice in the same words counts once."""
    seen: dict[str, int] = {}
    for one in found:
        draft = draft_of(one, defaults, today)
        reference, content = str(draft.values.get("reference", "")), hash(repr(draft.values))
        if not reference or reference not in seen:
            yield draft
        elif seen[reference] != content:
            yield _refused(draft.place, [problem("reference", "reference_repeated", reference)])
        if reference:
            seen.setdefault(reference, content)
