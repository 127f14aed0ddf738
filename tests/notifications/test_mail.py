"""E-mails as people receive them: readable, in both forms, and safe whatever a name contains."""

from datetime import date
from uuid import UUID

import pytest

from services.notifications import domain
from services.notifications.domain import Mail, Notice, Participant
from services.notifications.mail import compose, french_day
from shared.contracts.internships import InternshipPosted, Place
from shared.contracts.notifications import AlertRequested
from tests.chassis import sample
from tests.outreach.test_domain import matched

SENDER = "Passerelle <ne-pas-repondre@passerelle.example>"


def person(number: int = 1, given_name: str = "Inès", family_name: str = "Lemaire") -> Participant:
    return Participant(UUID(int=number), given_name, family_name, f"participant-{number}@courrier.example", "fr")


def mail(notice: Notice, to: Participant, *about: Participant) -> Mail:
    return Mail(notice.notice_id, notice.template, dict(notice.content), to, about, 1, None)


def found(**changes: object) -> Notice:
    return domain.offers_found(UUID(int=1), [sample.posted().model_copy(update=changes)])


def parts(composed: Mail) -> tuple[str, str]:
    message = compose(composed, SENDER)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text
    assert html
    return text.get_content(), html.get_content()


def test_a_student_reads_what_where_and_when_in_both_parts() -> None:
    for part in parts(mail(found(), person())):
        for words in ("Bonjour Inès", "Technicienne ou technicien fibre (F/H)", "Rennes (35)", "5 avril 2027"):
            assert words in part
        assert "toutes et à tous (F/H)" in part


def test_a_teacher_reads_who_comes_and_when() -> None:
    scheduled = matched().visit.scheduled
    for part in parts(mail(domain.visit_scheduled(scheduled), person())):
        assert "Fibrelune" in part
        assert "11 janvier 2027" in part


def test_html_in_a_title_is_shown_and_not_run() -> None:
    text, html = parts(mail(found(title="<script>alert(1)</script>"), person()))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<script>alert(1)</script>" in text


@pytest.mark.parametrize("name", ["Inès\r\nBcc: x@y.example", "Inès\nX: y"])
def test_a_name_cannot_add_a_header(name: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)header|newline|invalid"):
        compose(mail(found(), person(given_name=name)), SENDER).as_bytes()


def test_the_message_id_belongs_to_the_fact_and_the_person() -> None:
    first, again = (compose(mail(found(), person()), SENDER)["Message-ID"] for _ in range(2))
    assert first == again
    assert first != compose(mail(found(offer_id=UUID(int=2)), person()), SENDER)["Message-ID"]


def test_the_first_of_a_month_is_written_as_the_french_write_it() -> None:
    assert french_day("2027-01-01") == "1er janvier 2027"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, True),
        ({"level": 6}, True),
        ({"level": 7}, False),
        ({"place": Place(city="Brest", departement="29")}, False),
        ({"trade": "radio"}, False),
    ],
)
def test_a_student_hears_of_what_is_near_within_reach_and_of_her_trade(changes: dict[str, object], told: bool) -> None:
    alert = AlertRequested.model_validate_json(
        f'{{"student_id": "{UUID(int=1)}", "departements": ["35"], "trades": ["fibre"], "level": 5,'
        ' "consented_at": "2026-11-02T08:00:00Z"}'
    )
    offer: InternshipPosted = sample.posted().model_copy(update=changes)
    assert domain.interested(alert, offer) is told
    assert offer.starts_on > date(2027, 1, 1)
