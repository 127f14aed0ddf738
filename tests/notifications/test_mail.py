"""E-mails as people receive them: readable, in both forms, and safe whatever a name contains."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest

from services.notifications import domain
from services.notifications import mail as mail_module
from services.notifications.domain import LETTERS, Mail, Notice, Participant
from services.notifications.mail import LANGUAGES, compose
from shared.contracts.fields import Trade
from shared.contracts.internships import InternshipPosted, Place
from shared.contracts.notifications import AlertRequested
from tests.chassis import sample
from tests.outreach.test_domain import matched

TEMPLATES = Path(mail_module.__file__).with_name("templates")
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
SENDER = "Passerelle <ne-pas-repondre@passerelle.example>"


def person(number: int = 1, given_name: str = "Inès", family_name: str = "Lemaire") -> Participant:
    return Participant(UUID(int=number), given_name, family_name, f"participant-{number}@courrier.example", "fr")


def mail(notice: Notice, to: Participant, *about: Participant) -> Mail:
    return Mail(notice.notice_id, notice.template, dict(notice.content), to, about, 1, None)


def found(**changes: object) -> Notice:
    return domain.offers_found(UUID(int=1), [sample.posted().model_copy(update=changes)])


def parts(composed: Mail) -> tuple[str, str]:
    message = compose(composed, SENDER, AT)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text
    assert html
    return text.get_content(), html.get_content()


def test_a_student_reads_what_where_and_when_in_both_parts() -> None:
    for part in parts(mail(found(), person())):
        for words in (
            "Bonjour Inès",
            "Technicienne ou technicien fibre (F/H)",
            "Rennes (35)",
            "5\u00a0avril\u00a02027",
        ):
            assert words in part
        assert "toutes et à tous (F/H)" in part


def test_a_teacher_reads_who_comes_and_when() -> None:
    scheduled = matched().visit.scheduled
    for part in parts(mail(domain.visit_scheduled(scheduled), person())):
        assert "Fibrelune" in part
        assert "11\u00a0janvier\u00a02027" in part


def test_html_in_a_title_is_shown_and_not_run() -> None:
    text, html = parts(mail(found(title="<script>alert(1)</script>"), person()))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<script>alert(1)</script>" in text


@pytest.mark.parametrize("name", ["Inès\r\nBcc: x@y.example", "Inès\nX: y"])
def test_a_name_cannot_add_a_header(name: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)header|newline|invalid"):
        compose(mail(found(), person(given_name=name)), SENDER, AT).as_bytes()


def test_the_message_id_belongs_to_the_fact_and_the_person() -> None:
    first, again = (compose(mail(found(), person()), SENDER, AT)["Message-ID"] for _ in range(2))
    assert first == again
    assert first != compose(mail(found(offer_id=UUID(int=2)), person()), SENDER, AT)["Message-ID"]


@pytest.mark.parametrize(
    ("language", "day"), [("fr", "vendredi 1er\u00a0janvier\u00a02027"), ("en", "Friday 1\u00a0January\u00a02027")]
)
def test_a_day_is_written_as_its_readers_write_it(language: str, day: str) -> None:
    assert LANGUAGES[language].day("2027-01-01") == day


def test_who_chose_english_reads_english() -> None:
    reader = replace(person(), language="en")
    composed = compose(mail(found(), reader), SENDER, AT)
    assert composed["Subject"] == "1 internship near you"
    assert composed["Content-Language"] == "en"
    for part in parts(mail(found(), reader)):
        assert "Hello Inès" in part
        assert "Monday 5\u00a0April\u00a02027" in part
        assert "Bonjour" not in part


def test_both_languages_say_everything() -> None:
    """Every e-mail there is, in every language: template, subject and trade."""
    named = {file.name for file in (TEMPLATES / "fr").iterdir()}
    for name, language in LANGUAGES.items():
        assert {file.name for file in (TEMPLATES / name).iterdir()} == named
        letters = {template for several in LETTERS.values() for _, template in several}
        pages = {f"{subject}.{form}.jinja" for subject in set(language.subjects) - letters for form in ("txt", "html")}
        assert pages | {"letters.jinja"} == named
        written = (TEMPLATES / name / "letters.jinja").read_text("utf-8")
        assert set(re.findall(r"macro ([a-z]\w+)", written)) == letters <= set(language.subjects)
        assert set(language.trades) == set(get_args(Trade))


def test_french_punctuation_does_not_begin_a_line() -> None:
    """A high punctuation mark follows a space that does not break (Imprimerie nationale's rules)."""
    for file in (TEMPLATES / "fr").iterdir():
        shown = re.sub(r"\{[{%].*?[%}]\}|<[^>]*>", "", file.read_text("utf-8"))
        assert not re.search(r" [:;!?»€]|« ", shown), file.name


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, True),
        ({"level": 6}, True),
        ({"level": 7}, False),
        ({"place": Place(city="Brest", departement="29")}, False),
        ({"trade": "radio"}, False),
        ({"valid_through": date(2026, 11, 24)}, True),
        ({"valid_through": date(2026, 11, 23)}, False),
        ({"starts_on": date(2026, 11, 1), "ends_on": date(2026, 11, 24)}, True),
        ({"starts_on": date(2026, 11, 1), "ends_on": date(2026, 11, 23)}, False),
        ({"ends_on": date(2026, 11, 23), "valid_through": date(2027, 1, 1)}, False),
    ],
)
def test_a_student_hears_of_what_is_open_near_within_reach_and_of_her_trade(
    changes: dict[str, object], told: bool
) -> None:
    alert = AlertRequested.model_validate_json(
        f'{{"student_id": "{UUID(int=1)}", "departements": ["35"], "trades": ["fibre"], "level": 5,'
        ' "consented_at": "2026-11-02T08:00:00Z"}'
    )
    offer: InternshipPosted = sample.posted().model_copy(update=changes)
    assert domain.interested(alert, offer, date(2026, 11, 24)) is told


def test_an_email_is_tried_again_ever_more_rarely_and_never_given_up() -> None:
    waits = [domain.retry_seconds(attempts) for attempts in range(1, 2000)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (2.0, 900.0)
