"""The journal: the same row goes on under its id, another one gets a new id, and nobody has to remember anything."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from shared.client.company import left_out
from shared.client.company.journal import RESUMED_WITHIN, Entry, Journal, LeftOut, open_journal
from shared.client.company.rows import Unreadable
from shared.client.company.sources import Circumstances
from tests.company.sheet import GIVEN, all_of, offer, write_csv


@contextmanager
def opened(tmp_path: Path, name: str = "x.csv") -> Iterator[Journal]:
    with open_journal(tmp_path / "state" / "journal.sqlite", "732829320", [tmp_path / name], "fr") as journal:
        yield journal


def later(milliseconds: int) -> Circumstances:
    return replace(GIVEN, version=GIVEN.version + milliseconds)


def enter(tmp_path: Path, rows: list[dict[str, str]], given: Circumstances) -> list[Entry]:
    """One run of a send that is interrupted before its end."""
    with opened(tmp_path) as journal:
        return journal.enter(all_of(write_csv(tmp_path / "x.csv", rows), given=given))


def versions(entries: list[Entry]) -> list[int]:
    return [entry.event.version for entry in entries]  # type: ignore[attr-defined]


def test_the_same_rows_go_on_under_the_same_ids_and_versions(tmp_path: Path) -> None:
    first = enter(tmp_path, [offer(1), offer(2)], later(0))
    again = enter(tmp_path, [offer(2), offer(1)], later(5))
    assert {one.event_id for one in first} == {one.event_id for one in again}
    assert versions(again) == versions(first)


def test_a_changed_row_has_a_new_id_and_a_newer_version(tmp_path: Path) -> None:
    (first,) = enter(tmp_path, [offer(1)], later(0))
    (changed,) = enter(tmp_path, [offer(1, Intitulé="B")], later(5))
    (back,) = enter(tmp_path, [offer(1)], later(9))
    assert len({first.event_id, changed.event_id, back.event_id}) == 3
    assert versions([first, changed, back]) == [GIVEN.version, GIVEN.version + 5, GIVEN.version + 9]


def test_a_row_with_a_version_of_its_own_is_the_same_whenever_it_returns(tmp_path: Path) -> None:
    first, second = enter(tmp_path, [offer(1, Version="1"), offer(1, Version="2")], later(0))
    again, _ = enter(tmp_path, [offer(1, Version="1"), offer(1, Version="2")], later(5))
    assert first.event_id == again.event_id != second.event_id


def test_a_file_that_returns_after_another_said_something_else_is_news(tmp_path: Path) -> None:
    (first,) = enter(tmp_path, [offer(1)], later(0))
    with opened(tmp_path) as journal:
        journal.enter(all_of(write_csv(tmp_path / "other.csv", [offer(1, Intitulé="B")]), given=later(5)))
        journal.end()
    (again,) = enter(tmp_path, [offer(1)], later(9))
    assert again.event_id != first.event_id
    assert versions([again]) == [GIVEN.version + 9]


def test_a_journal_is_one_companys_with_one_kafka(tmp_path: Path) -> None:
    enter(tmp_path, [offer(1)], later(0))
    path = tmp_path / "state" / "journal.sqlite"
    with (
        pytest.raises(Unreadable, match=r"celui d'autres envois \(732829320\)"),
        open_journal(path, "732829320, elsewhere:9092", [], "fr"),
    ):
        pass


def test_two_files_with_one_reference_are_two_sends(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        (one,) = journal.enter(all_of(write_csv(tmp_path / "a.csv", [offer(1)])))
        (other,) = journal.enter(all_of(write_csv(tmp_path / "b.csv", [offer(1)])))
    assert one.event_id != other.event_id


def test_what_kafka_has_is_not_published_again(tmp_path: Path) -> None:
    first, _ = enter(tmp_path, [offer(1), offer(2)], later(0))
    with opened(tmp_path) as journal:
        journal.confirm([first.event_id])
    again = enter(tmp_path, [offer(1), offer(2)], later(5))
    assert [one.confirmed for one in again] == [True, False]


def test_a_send_that_is_over_leaves_nothing_to_go_on_with(tmp_path: Path) -> None:
    (first,) = enter(tmp_path, [offer(1)], later(0))
    with opened(tmp_path) as journal:
        assert journal.going_on
        journal.enter(all_of(write_csv(tmp_path / "x.csv", [offer(1)]), given=later(5)))
        assert journal.counts() == {"": 1}
        journal.answer({first.event_id: "SubmissionAccepted"})
        assert journal.counts() == {"SubmissionAccepted": 1}
        journal.end()
    with opened(tmp_path) as journal:
        assert not journal.going_on
    (again,) = enter(tmp_path, [offer(1)], later(9))
    assert again.event_id != first.event_id


def test_an_interrupted_send_goes_on_with_its_own_files_alone(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        assert not journal.begun
        journal.enter(all_of(write_csv(tmp_path / "x.csv", [offer(1)])))
        assert (journal.begun, journal.resumes) == (True, False)
    with opened(tmp_path) as journal:
        assert (journal.begun, journal.resumes) == (True, True)
    with opened(tmp_path, "other.csv") as journal:
        assert (journal.begun, journal.resumes, journal.going_on) == (False, False, True)


def test_what_an_interrupted_send_held_and_the_file_holds_no_more_is_told_until_the_send_is_over(
    tmp_path: Path,
) -> None:
    rows = [*(offer(number, Version="") for number in range(1, 6)), offer(6, Version="1")]
    first, *_, stale, own = enter(tmp_path, rows, later(0))
    with opened(tmp_path) as journal:
        journal.confirm([first.event_id, own.event_id])
        journal.answer({stale.event_id: "SubmissionStale"})
    kept = [rows[2], {**rows[3], "Intitulé": "Corrigé"}, offer(6, Version="2")]
    enter(tmp_path, kept, later(5))
    for _ in range(2):
        with opened(tmp_path) as journal:
            journal.enter(all_of(write_csv(tmp_path / "x.csv", kept), given=later(9)))
            told = list(journal.left_out())
            assert [(one.reference, one.confirmed) for one in told] == [("A-1", True), ("A-2", False)]
    assert list(left_out.lines(told, "en")) == [
        "Sent before and no longer part of this send (1): A-1. What was accepted of it stays posted.",
        "Perhaps sent before and no longer part of this send (1): A-2. It is not sent now; `passerelle company watch "
        "--since-beginning` tells what was accepted of it.",
        "To withdraw an internship, send InternshipWithdrawn under its reference (the template's sheet “Withdrawals”).",
    ]
    with opened(tmp_path) as journal:
        journal.end()
    with opened(tmp_path) as journal:
        assert (list(journal.left_out()), journal.begun) == ([], False)


def test_what_is_left_out_is_named_up_to_a_bound(tmp_path: Path) -> None:
    many = [LeftOut("VisitOffered", f"V-{number}", confirmed=True) for number in range(left_out.MOST_NAMED + 1)]
    said, remedy = left_out.lines(many, "fr")
    assert f"({len(many)}) : V-0, V-1, " in said
    assert "V-19, …. Ce qui" in said
    assert "écrivez à l'exploitant" in remedy


def test_a_row_is_found_by_its_id_with_its_place_and_origins(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        (entry,) = journal.enter(all_of(write_csv(tmp_path / "x.csv", [offer(1)])))
        sent = journal.sent(entry.event_id)
        assert sent
        assert (sent.place, sent.reference, sent.kind) == ("row 2", "A-1", "InternshipOffered")
        assert sent.origins["ends_on"] == "column H: Date de fin"
        assert journal.sent("another's") is None


def test_a_send_that_was_interrupted_long_ago_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (first,) = enter(tmp_path, [offer(1)], later(0))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + RESUMED_WITHIN.total_seconds() + 1)
    (again,) = enter(tmp_path, [offer(1)], later(5))
    assert again.event_id != first.event_id


def test_a_journal_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"no database at all, and long enough to be taken for one" * 100)
    for path in (tmp_path, tmp_path / "broken", tmp_path / "broken" / "under.sqlite"):
        with pytest.raises(Unreadable, match="ne s'ouvre pas"), open_journal(path, "732829320", [], "fr"):
            pass
