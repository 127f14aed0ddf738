"""What a letter's reader may answer with one click: signed for her alone, and only where there is a website."""

import os
import re
from uuid import UUID

import pytest

from services.notifications.clients import MailSettings
from services.notifications.domain import OFFERED, Notice, letters
from services.notifications.mail import compose
from shared.chassis.settings import load
from shared.clicks import Click, read, sign
from shared.contracts.applications import ApplicationAccepted, ApplicationReceived
from shared.contracts.duplicates import DuplicateContradicted, DuplicatesSuggested
from shared.contracts.event import Event
from shared.contracts.offer_life import InternshipExpiring
from tests.notifications.test_letters import COORDINATOR, example, written
from tests.notifications.test_mail import AT, SENDER, mail, parts, person

KEY = "a secret of at least thirty-two characters"
ENVIRONMENT = {
    "PASSERELLE_KAFKA": "127.0.0.1:9092",
    "PASSERELLE_KAFKA_USER": "notifications",
    "PASSERELLE_KAFKA_PASSWORD": "x",
    "PASSERELLE_DATABASE": "postgresql://notifications@127.0.0.1/notifications",
}


def address(click: Click) -> str:
    return f"https://passerelle.example/c/{sign(KEY, click)}"


def clicks_in(notice: Notice) -> list[Click]:
    """The clicks in both parts of a letter, which are the same."""
    about = [person(2, "Zoé", "Guéguen")] if notice.about else []
    message = compose(mail(notice, person(), *about), SENDER, AT, address)
    found = []
    for form in ("plain", "html"):
        body = message.get_body((form,))
        assert body
        found.append([read(KEY, token) for token in re.findall(r"/c/([\w.-]+)", body.get_content())])
    assert found[0] == found[1]
    return found[0]


def notice_of(event: Event, template: str) -> Notice:
    return next(one for one in letters(event, [COORDINATOR]) if one.template == template)


def test_a_contact_accepts_or_refuses_with_one_click() -> None:
    event = example(ApplicationReceived)
    found = clicks_in(notice_of(event, "application_received"))
    assert [click.what for click in found] == ["accept", *["refuse"] * 5]
    assert {click.about for click in found} == {event.application_id}
    assert {click.by for click in found} == {person().participant_id}


def test_a_student_takes_her_place_or_withdraws() -> None:
    found = clicks_in(notice_of(example(ApplicationAccepted), "application_accepted"))
    assert [click.what for click in found] == ["take", "withdraw"]


@pytest.mark.parametrize("longer", [True, False])
def test_an_offer_is_prolonged_where_it_can_be(longer: bool) -> None:
    event = example(InternshipExpiring)
    event = event if longer else event.model_copy(update={"prolonged_to": None})
    found = clicks_in(notice_of(event, "internship_expiring"))
    assert [click.what for click in found] == ["prolong"] * longer + ["close"] * 3
    assert not longer or found[0].says == str(event.prolonged_to)


@pytest.mark.parametrize(("event", "notice"), [*written()])
def test_only_the_letters_that_ask_have_links_and_none_without_a_website(event: Event, notice: Notice) -> None:
    assert bool(clicks_in(notice)) == (notice.template in OFFERED)
    about = [person(2, "Zoé", "Guéguen")] if notice.about else []
    assert all("/c/" not in part for part in parts(mail(notice, person(), *about)))


def settings(**changes: str) -> MailSettings:
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("PASSERELLE_")]:
            environment.delenv(name)
        for name, value in {**ENVIRONMENT, **changes}.items():
            environment.setenv(name, value)
        return load(MailSettings)


def test_a_link_leads_to_the_website_and_is_signed() -> None:
    there = settings(PASSERELLE_PORTAL="https://passerelle.example", PASSERELLE_LINK_KEY=KEY)
    click = Click("take", UUID(int=1), UUID(int=2), "", "x")
    start, _, token = there.address(click).rpartition("/")
    assert (start, read(KEY, token)) == ("https://passerelle.example/c", click)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"PASSERELLE_PORTAL": "https://passerelle.example"}, "PASSERELLE_LINK_KEY"),
        ({"PASSERELLE_PORTAL": "passerelle.example", "PASSERELLE_LINK_KEY": KEY}, "PASSERELLE_PORTAL"),
        ({"PASSERELLE_PORTAL": "https://passerelle.example", "PASSERELLE_LINK_KEY": "short"}, "PASSERELLE_LINK_KEY"),
    ],
)
def test_a_wrong_setting_is_said_by_its_name(
    changes: dict[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        settings(**changes)
    assert said in capsys.readouterr().err


def test_a_coordinator_judges_each_pair_of_offers_with_one_click() -> None:
    event = example(DuplicatesSuggested)
    notice = notice_of(event, "duplicates_suggested")
    found = clicks_in(notice)
    assert [click.what for click in found] == ["same", "different", "undecided", "same"]
    (new, merged) = event.pairs
    assert [(click.about, click.says) for click in found[1:3]] == [
        (pair.one.offer_id, str(pair.other.offer_id)) for pair in (new, merged)
    ]
    body = compose(mail(notice, person()), SENDER, AT, address).get_body(("plain",))
    assert body
    plain = body.get_content()
    after = plain.index("2. ")
    assert plain.count("Une seule offre") == 2
    assert plain.index("Deux offres différentes") < after < plain.index("Revenir sur la réponse")


def test_a_coordinator_who_contradicts_another_may_take_the_other_answer_back() -> None:
    event = example(DuplicateContradicted)
    (notice,) = letters(event, [])
    assert notice.participant_id == event.judged_by_id
    (click,) = clicks_in(notice)
    assert (click.what, click.about, click.says) == (
        "undecided",
        event.against.one.offer_id,
        str(event.against.other.offer_id),
    )
